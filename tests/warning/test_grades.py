"""What a policy may and may not do to a list, whatever the scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.policy import GRADES, Grade, GradeRule, Policy
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import probability
from riskmodel.warning.warn.grades import CentrePlaces, boundaries, grade_places, ranked_capacity

LEVEL = {grade: i for i, grade in enumerate(GRADES)}


@st.composite
def policies(draw):
    floors = sorted(draw(st.lists(st.floats(0, 0.6), min_size=4, max_size=4)), reverse=True)
    parts = np.array(draw(st.lists(st.integers(1, 6), min_size=4, max_size=4)), dtype=float)
    label = Text(zh="级", en="grade")
    rules: dict[Grade, GradeRule] = {
        g: GradeRule(share=float(s), minimum_probability=f, label=label)
        for g, s, f in zip(GRADES, parts / parts.sum(), floors, strict=True)
    }
    return Policy(
        capacity=draw(st.integers(1, 12)),
        exploration=draw(st.integers(0, 3)),
        hysteresis=draw(st.floats(0.5, 1.0)),
        cool_down_rise=draw(st.sampled_from([1.0, 1.5, 3.0])),
        grades=rules,
    )


@pytest.mark.parametrize(("capacity", "exploration", "ranked"), [(10, 2, 8), (3, 2, 1), (2, 2, 1), (1, 2, 1), (5, 0, 5)])
def test_spot_checks_leave_one_place_to_the_ranking(capacity: int, exploration: int, ranked: int) -> None:
    assert ranked_capacity(Policy(exploration=exploration), capacity) == ranked


@st.composite
def nights(draw):
    count = draw(st.integers(0, 25))
    place = [f"C{i:02d}" for i in range(count)]
    mean = np.array(
        draw(st.lists(st.sampled_from([0.01, 0.1, 0.1, 0.3, 1.0]) | st.floats(0.001, 2.0), min_size=count, max_size=count))
    )
    some = st.sampled_from([f"C{i:02d}" for i in range(26)])
    held = draw(st.dictionaries(some, st.sampled_from(GRADES), max_size=8))
    answered = draw(st.dictionaries(some, st.none() | st.sampled_from([0.01, 0.1, 0.3]) | st.floats(0.0, 2.0), max_size=4))
    return place, mean.reshape(-1), draw(policies()), held, answered


def grades(place, mean, policy, held, answered, capacity=None, pinned=()):
    places = CentrePlaces(place, mean, probability(mean, np.full(len(mean), 0.3)), held, answered, pinned)
    return grade_places(places, policy, policy.capacity if capacity is None else capacity, seed=7)


@settings(deadline=None)
@given(nights(), st.integers(0, 12))
def test_never_above_capacity_nor_above_a_grades_share(night, capacity):
    place, mean, policy, held, answered = night
    graded = grades(place, mean, policy, held, answered, capacity)
    assert len(graded.listed) + len(graded.drawn) <= capacity
    limits = boundaries(policy, ranked_capacity(policy, capacity))
    for grade, limit in zip(GRADES, limits, strict=True):
        assert sum(LEVEL[g] <= LEVEL[grade] for _, g in graded.listed) <= limit


@settings(deadline=None)
@given(nights())
def test_a_grade_needs_its_minimum_probability(night):
    place, mean, policy, held, answered = night
    probabilities = probability(mean, np.full(len(mean), 0.3))
    for i, grade in grades(place, mean, policy, held, answered).listed:
        relief = policy.hysteresis if LEVEL.get(held.get(place[i]), 4) <= LEVEL[grade] else 1.0
        assert probabilities[i] >= policy.grades[grade].minimum_probability * relief
        if place[i] in answered:
            assert risen(mean[i], answered[place[i]], policy)


def risen(mean, at, policy):
    return at is not None and mean >= policy.cool_down_rise * at * (1 - 1e-9) and mean > at


@settings(deadline=None)
@given(nights(), st.data())
def test_no_grade_rises_because_others_rest_or_are_in_follow_up(night, data):
    place, mean, policy, held, answered = night
    pinned = data.draw(st.sets(st.sampled_from([f"C{i:02d}" for i in range(26)]), max_size=4))
    before = dict(grades(place, mean, policy, held, {}).listed)
    graded = grades(place, mean, policy, held, answered, pinned=pinned)
    assert not {place[i] for i, _ in graded.listed} & pinned
    assert not {place[i] for i in graded.drawn} & pinned
    # who is absent keeps the grade that it would have
    assert dict(graded.absent) == {i: grade for i, grade in before.items() if i not in dict(graded.listed)}
    for i, grade in graded.listed:
        # who comes onto the list in place of one that is absent gets the lowest grade
        assert LEVEL[grade] >= LEVEL[before[i]] if i in before else grade == "blue"
    assert {i for i in before if place[i] not in answered and place[i] not in pinned} <= {i for i, _ in graded.listed}


@settings(deadline=None)
@given(nights())
def test_a_place_answered_rests_unless_its_own_forecast_rises(night):
    place, mean, policy, held, answered = night
    graded = grades(place, mean, policy, held, answered)
    shown = {i for i, _ in graded.listed} | set(graded.drawn)
    resting = {i for i in range(len(place)) if place[i] in answered and not risen(mean[i], answered[place[i]], policy)}
    assert not shown & resting
    assert set(graded.touched.get("cool-down", ())) == resting


def test_a_forecast_as_high_as_the_answered_one_is_no_rise():
    policy = Policy(exploration=0, cool_down_rise=1.0)
    rested = [grades(["A"], np.array([mean]), policy, {}, {"A": 0.3}).touched.get("cool-down", ()) for mean in (0.3, 0.31)]
    assert rested == [(0,), ()]


@settings(deadline=None)
@given(nights())
def test_every_place_is_accounted_for(night):
    place, mean, policy, held, answered = night
    graded = grades(place, mean, policy, held, answered)
    listed, withheld = {i for i, _ in graded.listed}, {i for i, _ in graded.withheld}
    assert not listed & withheld
    assert not listed & set(graded.drawn)
    assert not set(graded.drawn) & withheld
    assert [mean[i] for i, _ in graded.withheld] == sorted((mean[i] for i, _ in graded.withheld), reverse=True)
    reasons = dict(graded.withheld)
    probabilities = probability(mean, np.full(len(mean), 0.3))
    least = policy.grades["blue"].minimum_probability
    for i in range(len(place)):
        if i not in listed and i not in graded.drawn and probabilities[i] >= least:
            resting = place[i] in answered and not risen(mean[i], answered[place[i]], policy)
            assert reasons[i] == ("cool-down" if resting else "over capacity")
    if any(reason == "over capacity" for reason in reasons.values()):
        assert len(graded.listed) == ranked_capacity(policy, policy.capacity)


@settings(deadline=None)
@given(nights(), st.data())
def test_a_higher_mean_never_lowers_rank_or_grade(night, data):
    place, mean, policy, held, answered = night
    if not place:
        return
    which = data.draw(st.integers(0, len(place) - 1))
    more = mean.copy()
    more[which] *= data.draw(st.floats(1.0, 20.0))
    before = grades(place, mean, policy, held, answered).listed
    after = grades(place, more, policy, held, answered).listed
    at = {i: (LEVEL[g], rank) for rank, (i, g) in enumerate(before)}
    now = {i: (LEVEL[g], rank) for rank, (i, g) in enumerate(after)}
    if which in at:
        assert which in now
        assert now[which][0] <= at[which][0]
        assert now[which][1] <= at[which][1]


@settings(deadline=None)
@given(nights(), st.sets(st.sampled_from([f"C{i:02d}" for i in range(26)]), max_size=8), st.data())
def test_a_higher_mean_never_lowers_a_grade_in_a_surge(night, surging, data):
    place, mean, policy, held, answered = night
    if not place:
        return
    policy = policy.model_copy(update={"surge_raises": True})
    which = data.draw(st.integers(0, len(place) - 1))
    more = mean.copy()
    more[which] *= data.draw(st.floats(1.0, 20.0))

    def level(values):
        places = CentrePlaces(place, values, probability(values, np.full(len(values), 0.3)), held, answered, (), surging)
        return {i: LEVEL[g] for i, g in grade_places(places, policy, policy.capacity, seed=7).listed}.get(which, len(GRADES))

    assert level(more) <= level(mean)


@settings(deadline=None)
@given(nights(), st.randoms(use_true_random=False))
def test_the_order_of_the_places_does_not_matter(night, shuffle):
    place, mean, policy, held, answered = night
    order = list(range(len(place)))
    shuffle.shuffle(order)
    graded = grades(place, mean, policy, held, answered)
    again = grades([place[i] for i in order], mean[order], policy, held, answered)
    assert [(place[i], g) for i, g in graded.listed] == [(place[order[i]], g) for i, g in again.listed]
    assert [place[i] for i in graded.drawn] == [place[order[i]] for i in again.drawn]
    assert [(place[i], why) for i, why in graded.withheld] == [(place[order[i]], why) for i, why in again.withheld]


@settings(deadline=None)
@given(nights(), st.integers(0, 2**32))
def test_small_noise_does_not_change_a_list(night, seed):
    """Where the previous list was ranked by the same means, noise within the hysteresis leaves places and grades alone."""
    place, mean, policy, _, _ = night
    reach = (1 - policy.hysteresis) / 2.1
    noise = 1 + np.random.default_rng(seed).uniform(-reach, reach, len(mean)) * (1 - 1e-9)
    # a place that did not reach a minimum, or had it only just, may cross it; the minima are lifted out of the way
    floors = {g: rule.model_copy(update={"minimum_probability": 0.0}) for g, rule in policy.grades.items()}
    calm = policy.model_copy(update={"grades": floors})
    held = {place[i]: g for i, g in grades(place, mean, calm, {}, {}).listed}
    again = grades(place, mean * noise, calm, held, {})
    assert {place[i]: g for i, g in again.listed} == held


def test_hysteresis_keeps_a_grade_just_below_its_minimum():
    policy = Policy(capacity=10, exploration=0)
    mean = -np.log1p(-np.array([0.085]))
    psi = np.zeros(1)
    cases: tuple[tuple[dict[str, Grade], Grade], ...] = (({}, "orange"), ({"A": "orange"}, "orange"), ({"A": "red"}, "red"))
    for held, grade in cases:
        graded = grade_places(CentrePlaces(["A"], mean, probability(mean, psi), held, {}), policy, 10, seed=0)
        assert graded.listed == ((0, grade),)


def test_the_top_of_a_small_capacity_may_be_red():
    assert boundaries(Policy(), 1) == [1, 1, 1, 1]
    assert boundaries(Policy(), 20) == [2, 6, 12, 20]
    assert boundaries(Policy(), 0) == [0, 0, 0, 0]


def test_exploration_is_drawn_with_its_stated_probability():
    policy = Policy(capacity=4, exploration=2, grades=Policy().grades)
    place = [f"C{i}" for i in range(12)]
    mean = np.linspace(0.5, 1.0, 12)
    drawn = np.zeros(12)
    for seed in range(600):
        graded = grade_places(CentrePlaces(place, mean, probability(mean, np.zeros(12)), {}, {}), policy, 4, seed=seed)
        assert len(graded.listed) == 2
        assert graded.propensity == 0.2
        drawn[list(graded.drawn)] += 1
    assert (drawn[10:] == 0).all()
    assert np.abs(drawn[:10] / 600 - 0.2).max() < 0.06
    # all places are listed: none is left to be drawn
    full = grades(["C1"], np.array([1.0]), Policy(exploration=1), {}, {}, capacity=4)
    assert ([i for i, _ in full.listed], full.drawn, full.propensity) == ([0], (), 0.0)
