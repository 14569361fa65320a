"""What holds of every list that ``warn`` decides, whatever the scores, answers and policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from riskmodel.base.policy import GRADES, Grade, GradeRule, Policy
from riskmodel.records.places import Places
from riskmodel.warning import AnsweredWarning, Evidence, WarningList, warn
from riskmodel.warning.warn import Section
from tests.worlds.listed_county import AS_OF, county, scored

CELLS = 24
TARGET = "rental-fire"
LEVEL = {grade: level for level, grade in enumerate(GRADES)}
DISPERSION = 0.2


@lru_cache
def world(minimum: float) -> Places:
    """Two centres, in which every third cell has few households."""
    return county(CELLS, shapes=False, households=np.where(np.arange(CELLS) % 3 == 0, 10.0, 100.0), minimum=minimum)


@dataclass(frozen=True)
class Night:
    """What a night is decided from."""

    places: Places
    mean: np.ndarray
    policy: Policy
    previous: tuple[WarningList, ...]
    answers: tuple[AnsweredWarning, ...]
    share: float

    def lists(self, mean: Any = None, as_of: int = AS_OF, previous: Any = None) -> tuple[WarningList, ...]:
        evidence = Evidence(reasons=dict.fromkeys(self.places.ids, ()), answers=self.answers)
        scores = scored(self.places, self.mean if mean is None else mean, as_of=as_of, dispersion=DISPERSION)
        before = self.previous if previous is None else previous
        return warn(scores, evidence, before, self.policy, grouping="centre", share=self.share)

    def sections(self, mean: Any = None) -> list[tuple[str, Section]]:
        return [(one.centre, one.sections[0]) for one in self.lists(mean)]


MEANS = st.lists(st.sampled_from([0.001, 0.02, 0.1, 0.1, 0.4]) | st.floats(1e-4, 1.5), min_size=CELLS, max_size=CELLS).map(
    np.array
)
POLICIES = st.builds(
    lambda capacity, exploration, hysteresis, rise: Policy(
        capacity=capacity, exploration=exploration, hysteresis=hysteresis, cool_down_rise=rise
    ),
    st.integers(1, 10),
    st.integers(0, 3),
    st.floats(0.5, 1.0),
    st.sampled_from([1.0, 1.5, 3.0]),
)
ANSWERS = st.lists(
    st.builds(
        lambda cell, ago, expected, follow_up: AnsweredWarning(
            TARGET, f"C{cell:04d}", AS_OF - ago, "red", expected, follow_up, ago, f"w{cell}", "第1指挥中心"
        ),
        st.integers(0, CELLS - 1),
        st.integers(1, 10),
        st.none() | st.floats(0.001, 1.0),
        st.booleans(),
    ),
    max_size=6,
)


@st.composite
def nights(draw: Any) -> Night:
    places = world(draw(st.sampled_from([0.0, 30.0])))
    first = Night(places, draw(MEANS), draw(POLICIES), (), (), draw(st.sampled_from([1.0, 0.5])))
    before = first.lists(as_of=AS_OF - 1) if draw(st.booleans()) else ()
    return Night(places, draw(MEANS), first.policy, before, tuple(draw(ANSWERS)), first.share)


def centre_cells(night: Night, centre: str) -> list[int]:
    """The cells that are shown under a place of the centre."""
    grouping, units = night.places.grouping("centre"), night.places.shown_as(AS_OF)
    return [cell for cell in range(CELLS) if grouping.labels[grouping.codes[units[cell]]] == centre]


@settings(max_examples=40, deadline=None)
@given(nights())
def test_capacity_is_never_exceeded(night: Night) -> None:
    for _, section in night.sections():
        capacity = int(night.policy.capacity * night.share)
        assert section.capacity == capacity
        assert len(section.warnings) + len(section.spot_checks) <= capacity
        assert len(section.spot_checks) <= night.policy.exploration


@settings(max_examples=40, deadline=None)
@given(nights())
def test_withheld_listed_merged_and_resting_places_are_all_candidates(night: Night) -> None:
    """Every scored cell is shown under exactly one place, and every place has exactly one fate."""
    units = night.places.shown_as(AS_OF)
    published = scored(night.places, night.mean, dispersion=DISPERSION).published()
    likely = dict(zip((night.places.ids[cell] for cell in published.cell), published.probability.tolist(), strict=True))
    for centre, section in night.sections():
        cells = centre_cells(night, centre)
        shown = {night.places.ids[units[cell]] for cell in cells}
        merged = [cell for cell in cells if units[cell] != cell]
        assert len(cells) == section.scored + len(merged)
        fates = {
            "listed": {w.place for w in section.warnings},
            "spot check": {w.place for w in section.spot_checks},
            **{rule: set(section.rules.get(rule, ())) for rule in ("over capacity", "cool-down", "follow-up")},
        }
        every = [place for places in fates.values() for place in places]
        assert len(every) == len(set(every))
        assert set(every) <= shown
        held = {w.place for one in night.previous if one.centre == centre for w in one}
        for place in shown - set(every):
            least = night.policy.grades["blue"].minimum_probability * (night.policy.hysteresis if place in held else 1.0)
            assert likely[place] < least
        counts = section.withheld_counts or {}
        assert counts.get("over capacity", 0) == len(fates["over capacity"])
        assert counts.get("cool-down", 0) <= len(fates["cool-down"])


@settings(max_examples=50, deadline=None)
@given(nights(), st.integers(0, CELLS - 1), st.floats(1.0, 30.0))
def test_a_raised_risk_never_lowers_a_grade(night: Night, cell: int, factor: float) -> None:
    place = night.places.ids[night.places.shown_as(AS_OF)[cell]]
    more = night.mean.copy()
    more[cell] *= factor

    def level(mean: Any) -> int:
        found = [w for _, section in night.sections(mean) for w in section.warnings if w.place == place]
        assert all(w.grade is not None for w in found)
        return LEVEL[found[0].grade] if found and found[0].grade else len(GRADES)

    assert level(more) <= level(night.mean)


@settings(max_examples=40, deadline=None)
@given(nights())
def test_a_place_answered_rests_unless_its_own_forecast_rises(night: Night) -> None:
    units = night.places.shown_as(AS_OF)
    last, of_shown = {}, {}
    for answer in sorted(night.answers, key=lambda one: one.order):
        last[answer.place] = answer
        # a place that stands for others has the newest answer of all of them
        of_shown[night.places.ids[units[night.places.index[answer.place]]]] = answer
    open_now = {place for place, answer in last.items() if answer.follow_up}
    for _, section in night.sections():
        for w in (*section.warnings, *section.spot_checks):
            recent = [one for name, one in of_shown.items() if name == w.place and AS_OF - night.policy.cool_down < one.day]
            for answer in recent:
                assert answer.expected is not None
                assert w.expected > answer.expected
                assert w.expected >= night.policy.cool_down_rise * answer.expected * (1 - 1e-9)
                assert w.place in section.rules["risen"]
            assert w.place not in {night.places.ids[units[night.places.index[place]]] for place in open_now}


@settings(max_examples=30, deadline=None)
@given(MEANS, st.integers(1, 10), st.floats(0.6, 0.95), st.integers(0, 2**32))
@example(np.full(CELLS, 0.1), 5, 0.8, 1)
def test_hysteresis_bounds_flapping_over_nights(mean: np.ndarray, capacity: int, hysteresis: float, seed: int) -> None:
    """Forecasts that waver by less than the hysteresis allows leave every list of five nights as the first."""
    root = hysteresis**0.5
    reach = (1 - root) / (1 + root) * (1 - 1e-6)
    assume(reach > 0)
    rules: dict[Grade, GradeRule] = {
        grade: rule.model_copy(update={"minimum_probability": 0.0}) for grade, rule in Policy().grades.items()
    }
    policy = Policy(capacity=capacity, exploration=0, hysteresis=hysteresis, grades=rules)
    night = Night(world(0.0), mean, policy, (), (), 1.0)
    rng = np.random.default_rng(seed)
    lists: tuple[WarningList, ...] = ()
    found = []
    for later in range(5):
        wavering = mean * (1 + rng.uniform(-reach, reach, CELLS))
        lists = night.lists(wavering, AS_OF + later, lists)
        found.append({(w.place, w.grade) for one in lists for w in one})
    assert all(one == found[0] for one in found)
