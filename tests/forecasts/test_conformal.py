"""Conformal intervals: coverage overall and in every group, ranks, and the same bits from JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.quantiles import quantile
from riskmodel.forecasts.conformal import FEWEST_ROWS, SEED, Conformal, Groups, IntervalRule, conformal_quantile

TOWNS = ("east", "north", "west")


def county(
    seed: int, rows: int, spread: tuple[float, ...] = (0.05, 0.05, 0.05), level: float = 40.0
) -> tuple[CountDistribution, np.ndarray, Groups]:
    """Exchangeable rows in three towns with negative binomial counts and Poisson forecasts.

    Counts are wider in some towns.
    """
    rng = np.random.default_rng(seed)
    town = rng.integers(0, 3, rows).astype(np.int32)
    mean = rng.gamma(2.0, level / 2, rows) + 0.05
    size = 1 / np.maximum(np.array(spread)[town], 1e-9)
    return CountDistribution.of(mean), rng.negative_binomial(size, size / (size + mean)), Groups(TOWNS, town)


def held(made: Conformal, forecast: CountDistribution, y: np.ndarray, groups: Groups | None) -> np.ndarray:
    low, high = made.interval(forecast, groups)
    return (low <= y) & (y <= high)


def bounds(level: int, learned: int, judged: int) -> tuple[float, float]:
    """Four standard errors around the level, of the evaluated and of the training rows."""
    error = 4 * np.sqrt(level / 100 * (1 - level / 100) * (1 / learned + 1 / judged))
    return level / 100 - error, level / 100 + error


@pytest.mark.parametrize("level", [50, 80, 90, 99])
@pytest.mark.parametrize("grouping", [None, "town"])
def test_exchangeable_counts_lie_inside_as_often_as_is_said(level: int, grouping: str | None) -> None:
    past, ahead = county(1, 6_000), county(2, 20_000)
    made = Conformal.fit(IntervalRule(level, grouping), *past)
    assert made is not None
    inside = held(made, ahead[0], ahead[1], ahead[2])
    low, high = bounds(level, 6_000, 20_000)
    assert low < inside.mean() < high + 0.01  # counts are discrete: slightly more lies inside than stated
    own = CountDistribution.of(ahead[0].mean)
    ends = [quantile(q, own.mean, own.dispersion) for q in ((100 - level) / 200, (100 + level) / 200)]
    assert ((ends[0] <= ahead[1]) & (ahead[1] <= ends[1])).mean() < low, "the distribution's own interval is too narrow here"


def test_every_town_holds_by_itself_where_towns_differ() -> None:
    past, ahead = county(3, 9_000, (0.0, 0.05, 0.2)), county(4, 30_000, (0.0, 0.05, 0.2))
    by_town, by_size = (Conformal.fit(IntervalRule(90, grouping), *past) for grouping in ("town", None))
    assert by_town is not None
    assert by_size is not None
    assert set(by_size.reaches) == {f"size {at} of 4" for at in range(1, 5)}
    assert len(set(by_size.reaches.values())) == 4
    assert set(by_town.reaches) == set(TOWNS)
    assert by_town.reaches["east"] < by_town.reaches["north"] < by_town.reaches["west"]
    assert by_town.reaches["east"] == pytest.approx(0.45, abs=0.02), "half the level where the distribution is right"
    apart = []
    for code in range(3):
        rows = ahead[2].code == code
        part = (
            CountDistribution(ahead[0].mean[rows], ahead[0].dispersion[rows]),
            ahead[1][rows],
            Groups(TOWNS, ahead[2].code[rows]),
        )
        low, high = bounds(90, 3_000, int(rows.sum()))
        assert low < held(by_town, *part).mean() < high + 0.01
        apart.append(held(by_size, *part).mean())
    assert apart[0] > 0.97 > 0.8 > apart[2], "one width for all holds too often in one town and too seldom in another"


def test_intervals_fit_the_probabilities_in_quiet_places_as_in_busy_ones() -> None:
    """Learned from nearly empty places, the interval of a busy one still follows its own distribution."""
    rng = np.random.default_rng(6)
    mean = np.where(rng.random(40_000) < 0.01, 3.0, rng.gamma(0.5, 0.02, 40_000) + 1e-4)
    y = rng.poisson(mean)
    for grouping, groups in ((None, None), ("town", Groups(TOWNS, rng.integers(0, 3, 40_000).astype(np.int32)))):
        made = Conformal.fit(IntervalRule(80, grouping), CountDistribution.of(mean), y, groups)
        assert made is not None
        ahead = CountDistribution.of(np.array([3.0, 0.01]))
        low, high = made.interval(ahead, None if groups is None else Groups(TOWNS, np.zeros(2, dtype=np.int32)))
        assert (low.tolist(), high.tolist()) == ([1.0, 0.0], [5.0, 0.0])
    later = rng.poisson(mean)
    assert made.reaches
    low, high = made.interval(CountDistribution.of(mean), groups)
    inside = (low <= later) & (later <= high)
    assert inside[mean == 3.0].mean() > 0.8
    assert inside.mean() > 0.95, "whole counts make it more"


def test_a_group_with_too_few_rows_takes_the_width_of_all() -> None:
    forecast, y, groups = county(7, 3_000)
    few = Groups(TOWNS, np.where((groups.code == 2) & (np.cumsum(groups.code == 2) > 150), 1, groups.code).astype(np.int32))
    made = Conformal.fit(IntervalRule(90, "town", 200), forecast, y, few)
    assert made is not None
    assert set(made.reaches) == {"east", "north"}
    made_with_fewer = Conformal.fit(IntervalRule(90, "town", 150), forecast, y, few)
    assert made_with_fewer is not None
    assert set(made_with_fewer.reaches) == set(TOWNS)
    # a town that was not there, and a place of no town, take it, too
    other = Groups(("new", "west"), np.array([0, 1, -1], dtype=np.int32))
    low, high = made.interval(CountDistribution.of(np.array([30.0, 30.0, 30.0])), other)
    assert len(set(low)) == len(set(high)) == 1
    every = Conformal(90, None, (), made.every, {}).interval(CountDistribution.of(np.array([30.0])))
    assert (low[0], high[0]) == (every[0][0], every[1][0])


def test_the_reach_is_the_stated_rank_of_the_distances() -> None:
    """A slow oracle: place each count in its distribution, sort, and count."""
    forecast, y, groups = county(8, 999)
    order = sorted(range(999), key=lambda i: (forecast.mean[i], forecast.dispersion[i], y[i], groups.code[i]))
    draws = dict(zip(order, np.random.default_rng(SEED).random(999), strict=True))
    law, mean = stats.poisson, forecast.mean
    distance = np.array([abs(law.cdf(y[i] - 1, mean[i]) + draws[i] * law.pmf(y[i], mean[i]) - 0.5) for i in range(999)])
    for level in (50, 80, 90, 95, 99):
        made = Conformal.fit(IntervalRule(level, "town", 20), forecast, y, groups)
        assert made is not None
        assert made.every == pytest.approx(sorted(distance)[-(-level * 1000 // 100) - 1], abs=1e-12)
        east = sorted(distance[groups.code == 0])
        assert made.reaches["east"] == pytest.approx(east[-(-level * (len(east) + 1) // 100) - 1], abs=1e-12)


def test_ranks_are_those_of_crepes() -> None:
    """Against stored results of ``crepes`` 0.9.1 at all levels from 50 to 99, with many sizes and with ties."""
    stored = json.loads((Path(__file__).parent / "crepes_ranks.json").read_text())
    for rows, ranks in stored["ranks"].items():
        scores = np.random.default_rng(int(rows)).permutation(int(rows)) + 1.0
        assert [conformal_quantile(level, scores) for level in range(50, 100)] == ranks
    for seed, values in enumerate(stored["ties"]):
        rng = np.random.default_rng([7, seed])
        scores = rng.integers(0, 8, int(rng.integers(20, 400))) / 16
        assert [conformal_quantile(level, scores) for level in range(50, 100)] == values


def test_too_few_rows_give_no_interval() -> None:
    forecast, y, groups = county(9, FEWEST_ROWS - 1)
    assert Conformal.fit(IntervalRule(50), forecast, y) is None
    forecast, y, groups = county(9, 98)
    assert Conformal.fit(IntervalRule(99), forecast, y) is None
    assert Conformal.fit(IntervalRule(99), *county(9, 99)) is not None


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10_000), rows=st.integers(FEWEST_ROWS, 400), level=st.integers(50, 95),
    grouping=st.sampled_from([None, "town"]), mean=st.floats(0.01, 50),
)  # fmt: skip
def test_the_same_bits_in_any_order_and_after_a_round_trip(
    seed: int, rows: int, level: int, grouping: str | None, mean: float
) -> None:
    forecast, y, groups = county(seed, rows, level=mean)
    made = Conformal.fit(IntervalRule(level, grouping, 20), forecast, y, groups)
    assert made is not None
    order = np.random.default_rng(seed).permutation(rows)
    mixed = CountDistribution(forecast.mean[order], forecast.dispersion[order])
    assert Conformal.fit(IntervalRule(level, grouping, 20), mixed, y[order], Groups(TOWNS, groups.code[order])) == made
    again = Conformal.from_json(json.loads(canonical_json(made.to_json())))
    assert again is not None
    assert again == made
    for one, other in zip(made.interval(forecast, groups), again.interval(forecast, groups), strict=True):
        assert one.tobytes() == other.tobytes()
    low, high = made.interval(forecast, groups)
    assert ((low >= 0) & (low <= high)).all()
    assert Conformal.from_json(None) is None


def test_bad_wishes_are_refused() -> None:
    for level in (49, 100):
        with pytest.raises(UsageError, match="'level' parameter of conformal intervals must be between 50 and 99"):
            IntervalRule(level)
    with pytest.raises(UsageError, match="'least_rows' parameter of conformal intervals must be at least 20"):
        IntervalRule(least_rows=19)
    made = Conformal(90, "town", (), 0.4, {})
    with pytest.raises(UsageError, match="'groups' parameter of conformal intervals must be those of 'town' of every row"):
        made.interval(CountDistribution.of(np.array([1.0])))
