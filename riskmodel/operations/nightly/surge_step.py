"""The step that judges all families together and follows surges over nights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from riskmodel.operations.nightly.night_steps import NightProgress, stored_list

if TYPE_CHECKING:
    from riskmodel.detection.joint import Surge
    from riskmodel.warning import WarningList


def judge_jointly(night: NightProgress) -> NightProgress:
    """Find tonight's surges under the ids of the planned earlier night.

    A project without counted kinds has no joint judgement, nor has a replay of a night that had none. A replay names the judged families
    where the lists of the night do.
    """
    from riskmodel.detection.joint import JudgedFamily, UnjudgedFamily, can_be_judged, surge
    from riskmodel.records.history import without_days

    if not can_be_judged(night.loaded_history.kinds) or (night.plan.replay and stored_list(night).surges is None):
        return night
    earlier = {one.as_of: lists for lists in night.previous.values() for one in lists}
    before = earlier[max(earlier)] if earlier else ()
    history = without_days(night.loaded_history, {day for one in night.bundles.values() for day in one.experiment.ignored_days()})
    report = surge(
        history,
        night.plan.as_of,
        groups=night.project.table.kind_groups,
        previous=surges_on(before),
    )
    unjudged = tuple(UnjudgedFamily(family, through) for family, through in report.unjudged.items())
    judged = tuple(JudgedFamily(family, through) for family, through in report.judged.items())
    if night.plan.replay and not stored_list(night).judged:
        judged = ()
    return replace(night, surges=report.surges, judged=judged, unjudged=unjudged)


def surges_on(lists: Iterable[WarningList]) -> tuple[Surge, ...]:
    """Return the surges of a night's lists, each once."""
    return tuple({one.id: one for each in lists for one in each.surges or ()}.values())
