"""Topics: which families are judged where a project has the three situations, others, or none."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.detection.joint import can_be_judged
from riskmodel.detection.joint.topics import topics_of
from tests.worlds.three_families import GROUPS, KINDS

STOP = {"stop": KINDS["stop"]}
CALLS = {
    "noise": Kind.model_validate({"family": "calls", "en": "noise"}),
    "theft": Kind.model_validate({"family": "crime", "en": "theft"}),
    **STOP,
}


def test_the_three_situations_are_judged_as_far_as_they_are_there() -> None:
    everything, fire = topics_of(KINDS, GROUPS)
    assert everything.kinds == {"police": ("fire", "theft"), "online": ("smoke",), "sentiment": ("hazard",)}
    assert fire.name == "fire_signs"
    (some,) = topics_of({**CALLS, "fire": KINDS["fire"]}, {})
    assert some.kinds == {"police": ("fire",)}


def test_a_project_without_them_is_judged_by_its_own_families() -> None:
    (everything,) = topics_of(CALLS, {})
    assert everything.kinds == {"calls": ("noise",), "crime": ("theft",)}
    assert can_be_judged(CALLS)


def test_states_and_what_police_effort_produces_are_not_judged() -> None:
    assert not can_be_judged(STOP)
    with pytest.raises(UsageError, match="only states and discretionary kinds"):
        topics_of(STOP, {})
