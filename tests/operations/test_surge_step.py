"""The joint judgement of a night: ids continue, replays repeat, unknown families are said."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from riskmodel.operations.nightly.night_plan import NightPlan
from riskmodel.operations.nightly.night_steps import NightProgress
from riskmodel.operations.nightly.surge_step import judge_jointly
from tests.worlds.three_families import AS_OF, GROUPS, Event, make_families
from tests.worlds.two_towns import make_town

FIRE = (Event("fire", 8, 6), Event("smoke", 8, 7), Event("hazard", 8, 6))


def a_night(history: Any, **known: Any) -> NightProgress:
    project: Any = SimpleNamespace(table=SimpleNamespace(kind_groups=GROUPS))
    plan = NightPlan(AS_OF, "manifest", 0, "town", ())
    nothing: Any = None
    return NightProgress(project, nothing, plan, nothing, AS_OF, history=history, **known)


def test_surges_continue_those_of_the_planned_earlier_night() -> None:
    first = judge_jointly(a_night(make_families(FIRE)))
    assert first.surges is not None
    (one,) = first.surges
    earlier: Any = SimpleNamespace(as_of=AS_OF - 1, surges=(replace(one, first_seen=AS_OF - 9),))
    again = judge_jointly(a_night(make_families(FIRE), previous={"theft": (earlier,)}))
    assert again.surges is not None
    assert [(each.id, each.first_seen, each.state) for each in again.surges] == [(one.id, AS_OF - 9, "lasting")]
    assert again.surges == judge_jointly(a_night(make_families(FIRE), previous={"theft": (earlier,)})).surges


def test_a_late_family_is_said_and_a_project_without_events_is_not_judged() -> None:
    late = judge_jointly(a_night(make_families(online=AS_OF - 20)))
    assert [(one.family, one.through) for one in late.unjudged] == [("online", AS_OF - 20)]
    history = make_town()
    kinds = {name: kind.model_copy(update={"discretionary": True}) for name, kind in history.kinds.items()}
    assert judge_jointly(a_night(replace(history, kinds=kinds))).surges is None
