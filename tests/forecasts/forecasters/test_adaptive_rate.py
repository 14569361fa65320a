"""The adaptive rate: its formula by hand, steady places, a place that jumps, and one place alone."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest

from riskmodel import quick
from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.forecasts.forecasters import AdaptiveRate, DecayedRate, training_rows
from riskmodel.forecasts.forecasters.adaptive_rate import OWN_PACE, FittedAdaptiveRate
from riskmodel.forecasts.forecasters.half_life_mixture import (
    JUMP,
    MIXED,
    USUAL_PLACES,
    Bar,
    PlaceRates,
    contradictions,
    mixed,
    population_shares,
    unless_contradicted,
)
from tests.worlds.two_towns import TARGET


def rates(relative: float, events: float, group_rate: float, days: float) -> PlaceRates:
    return PlaceRates(*(np.array([value]) for value in (relative, events, group_rate, days)))


def test_a_slow_rate_is_contradicted_by_the_likelihood_ratio_of_a_quick_one() -> None:
    quick_rate, slow = rates(3.0, 60.0, 1.0, 20.0), rates(1.0, 500.0, 1.0, 500.0)
    gain = 60 * log(3.0) - (3.0 - 1.0) * 20
    assert [one[0] for one in contradictions([quick_rate, slow], 7, 0.0, MIXED)] == pytest.approx([0.0, 2 * gain - MIXED.ratio])
    clumped = 1 + 0.4 * 1.0 * 7  # a slow mean of 7 over the horizon
    assert contradictions([quick_rate, slow], 7, 0.4, JUMP)[1][0] == pytest.approx(2 * gain / clumped - JUMP.ratio)
    few = rates(3.0, 9.0, 1.0, 3.0), rates(1.0, 500.0, 1.0, 500.0)
    assert contradictions(few, 7, 0.0, MIXED)[1][0] > 0
    assert contradictions(few, 7, 0.0, Bar(3.0, 10.0))[1][0] == 0, "nine events are a spree as well as a jump"
    fallen = rates(0.1, 1.0, 1.0, 12.0), rates(1.0, 500.0, 1.0, 500.0)
    assert contradictions(fallen, 7, 0.0, Bar(3.0, 10.0))[1][0] == pytest.approx(2 * (log(0.1) + 0.9 * 12) - 3)
    near = rates(1.1, 22.0, 1.0, 20.0)
    assert contradictions([near, slow], 7, 0.0, MIXED)[1][0] == 0


def test_half_lives_count_by_share_and_by_what_speaks_against_them() -> None:
    found = mixed([rates(3.0, 0, 1, 1), rates(1.0, 0, 1, 1)], [0.2, 0.8], [np.array([0.0]), np.array([2.0])])
    weight = 0.8 * exp(-2.0)
    assert found[0] == pytest.approx((0.2 * 3 + weight * 1) / (0.2 + weight))


def test_the_only_rate_is_left_as_far_as_it_is_contradicted() -> None:
    quickest, quick_rate, slow = rates(5.0, 0, 1, 1), rates(3.0, 0, 1, 1), rates(1.0, 0, 1, 1)
    found = unless_contradicted([quickest, quick_rate, slow], [np.array([0.0]), np.array([1.5]), np.array([2.0])])
    quicker = (5.0 + exp(-1.5) * 3.0) / (1 + exp(-1.5))
    assert found[0] == pytest.approx(exp(-2.0) * 1.0 + (1 - exp(-2.0)) * quicker)
    assert unless_contradicted([slow], [np.array([0.0])])[0] == 1.0, "without a quicker rate there is none to take"


def test_shares_are_those_of_the_places_that_follow_each_half_life() -> None:
    evidence = np.zeros((3, 50))
    evidence[2, :40] = 50.0
    evidence[0, 40:] = 50.0
    share = population_shares(evidence, 1)
    assert share == pytest.approx([10 / 52, USUAL_PLACES / 52, 40 / 52], abs=1e-5)
    assert population_shares(np.zeros((2, 1)), 0)[0] > 0.6, "one place that tells nothing follows the usual half-life"


def city(means: np.ndarray, seed: int = 1) -> Design:
    """Rows of every week but the first eight of Poisson counts of a daily mean for each cell."""
    day, cell = np.nonzero(counts := np.random.default_rng(seed).poisson(means))
    dates = pd.date_range("2023-01-02", periods=len(means))[day].repeat(counts[day, cell])
    names = [f"c{one:02d}" for one in cell.repeat(counts[day, cell])]
    history = quick(pd.DataFrame({"date": dates, "cell": names}), date="date", cell="cell").history
    target = Target(tuple(history.kinds)[:1], 7)
    first = int(history.occurred.min())
    days = np.arange(first + 56, first + len(means) - 7, 7)
    return design(history, days, AdaptiveRate().needs(target), target)


def last_weeks(rows: Design, weeks: int) -> tuple[Design, Design]:
    """Rows before the last weeks, and theirs."""
    late = rows.as_of > rows.as_of.max() - 7 * weeks
    return rows.take(~late), rows.take(late)


@pytest.mark.parametrize("mixture", [False, True])
def test_a_place_that_jumps_is_followed_without_a_new_fit(mixture: bool) -> None:
    means = np.full((500, 20), 1.0)
    means[425:, 3] = 5.0
    before, after = last_weeks(city(means), 9)
    fitted, decayed = AdaptiveRate(mixture=mixture).fit(before), DecayedRate().fit(before)
    assert fitted.decayed.half_life >= 91, "levels that stay are followed slowly"
    at = (after.cell == 3) & (after.as_of > after.as_of.max() - 28)
    quickly, slowly = fitted.mean(after)[at].mean(), decayed.mean(after)[at].mean()
    assert 18 < quickly < 35, "five events a day are 35 a week, and one is 7"
    assert quickly > 1.5 * slowly
    others = after.cell != 3
    assert fitted.mean(after)[others].mean() == pytest.approx(7, rel=0.06)
    assert np.exp(fitted.explain(after).values[at, -1]).mean() == pytest.approx(quickly / slowly, rel=0.1)


def test_a_place_that_falls_silent_is_followed_too() -> None:
    means = np.full((500, 20), 2.0)
    means[425:, 3] = 0.1
    before, after = last_weeks(city(means), 9)
    at = (after.cell == 3) & (after.as_of > after.as_of.max() - 28)
    assert AdaptiveRate().fit(before).mean(after)[at].mean() < 0.7 * DecayedRate().fit(before).mean(after)[at].mean()


def test_where_nothing_is_contradicted_it_is_the_decayed_rate() -> None:
    early, late = last_weeks(city(np.tile(np.linspace(0.5, 3, 12), (500, 1))), 12)
    fitted, decayed = AdaptiveRate().fit(early), DecayedRate().fit(early)
    assert fitted.shares == ()
    pace = fitted.own_pace(late)
    assert (pace == 1).mean() > 0.99, "chance contradicts a rate at one place and date in hundreds"
    np.testing.assert_allclose(fitted.mean(late), fitted.scale * pace * decayed.mean(late), rtol=1e-12)
    assert fitted.scale == pytest.approx(1, abs=1e-3)


def test_where_places_differ_in_pace_each_has_its_own() -> None:
    rng = np.random.default_rng(3)
    walk = np.cumsum(rng.normal(0, 0.05, (900, 100)), axis=0)
    walk[:, 20:] = 0
    early, late = last_weeks(city(1.5 * np.exp(walk - walk.mean(axis=0))), 20)
    fitted = AdaptiveRate(mixture=True).fit(early)
    shares = dict(zip(fitted.decayed.settings.half_lives, fitted.shares, strict=True))
    assert sum(shares.values()) == pytest.approx(1)
    assert sum(share for half_life, share in shares.items() if half_life <= 30) > 0.15
    assert sum(share for half_life, share in shares.items() if half_life >= 182) > 0.6

    def loss(mean: np.ndarray) -> float:
        return float((mean - late.y * np.log(mean)).mean())

    assert loss(fitted.mean(late)) < loss(DecayedRate().fit(early).mean(late))


def test_steady_places_are_mixed_to_about_the_decayed_rate() -> None:
    early, late = last_weeks(city(np.tile(np.linspace(0.5, 3, 12), (500, 1))), 12)
    fitted = AdaptiveRate(mixture=True).fit(early)
    assert np.abs(np.log(fitted.mean(late) / DecayedRate().fit(early).mean(late))).max() < 0.12


@pytest.mark.parametrize("mixture", [False, True])
def test_one_place_alone_has_the_decayed_rate(mixture: bool) -> None:
    early, late = last_weeks(city(np.full((400, 1), 3.0)), 12)
    np.testing.assert_allclose(
        AdaptiveRate(mixture=mixture).fit(early).mean(late), DecayedRate().fit(early).mean(late), rtol=1e-4
    )


@pytest.fixture(scope="module")
def fitted(learned: Design) -> FittedAdaptiveRate:
    return AdaptiveRate((120, 30), "town", "households", mixture=True).fit(learned)


def test_half_lives_are_ordered_and_the_sum_is_that_of_the_training_rows(fitted: FittedAdaptiveRate, learned: Design) -> None:
    assert fitted.settings.half_lives == (120, 30)
    assert fitted.decayed.settings.half_lives == (30, 120)
    assert (
        fitted.to_json()["state"] == AdaptiveRate((30, 120), "town", "households", mixture=True).fit(learned).to_json()["state"]
    )
    assert fitted.mean(learned).sum() == pytest.approx(learned.y.sum())
    assert fitted.explain(learned).parts[OWN_PACE].zh.count("{value}") == 1
    assert fitted.decayed.target == TARGET


def test_rows_some_at_a_time_have_the_same_bits(
    fitted: FittedAdaptiveRate, learned: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fitted.mean(learned)
    monkeypatch.setattr(training_rows, "BLOCK_ROWS", 97)
    assert fitted.mean(learned).tobytes() == whole.tobytes()
    blocks = list(training_rows.row_blocks(learned))
    assert sum(len(part) for _, part in blocks) == len(learned)
    assert all(np.array_equal(part.y, learned.y[rows]) for rows, part in blocks)


def test_shares_of_many_places_are_found_on_some(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.forecasts.forecasters.adaptive_rate.SELECTION_ROWS", len(learned) // 3)
    few = AdaptiveRate((30, 120), "town", "households", mixture=True).fit(learned)
    assert sum(few.shares) == pytest.approx(1)
    assert few.mean(learned).sum() == pytest.approx(learned.y.sum())
