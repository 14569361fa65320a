"""Conformal intervals: they hold about as often as they say where the distribution does not, and learn from the past alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.distribution import Forecast
from riskmodel.forecasts.evaluation.conformal import conformal, conformal_table, intervals
from tests.forecasts.evaluation.test_result import made


def test_intervals_hold_although_the_distribution_is_too_sure() -> None:
    rng = np.random.default_rng(5)
    rows = 20_000
    mean = rng.gamma(1.0, 6.0, 2 * rows) + 0.5
    y = rng.negative_binomial(1.0, 1 / (1 + mean))
    past, ahead = Forecast.of(mean[:rows]), Forecast.of(mean[rows:])
    for level in (80, 90):
        low, high = intervals(past, y[:rows], ahead, level)
        held = (low <= y[rows:]) & (y[rows:] <= high)
        assert level / 100 - 0.015 < held.mean() < level / 100 + 0.05
        for third in np.array_split(np.argsort(mean[rows:]), 3):
            assert held[third].mean() > level / 100 - 0.05
    assert (low <= high).all()
    assert np.array_equal(low, np.floor(low))
    assert (low >= 0).all()
    with pytest.raises(UsageError, match="'level' parameter of conformal intervals must be between 50 and 99"):
        intervals(past, y[:rows], ahead, 100)


def test_intervals_of_rare_events_hold_a_count() -> None:
    """Around a mean of 0.01 an interval would lie between the counts; around the median it holds at least that."""
    rng = np.random.default_rng(6)
    mean = rng.gamma(0.5, 0.02, 40_000) + 1e-4
    y = rng.poisson(mean)
    half = slice(0, 20_000), slice(20_000, None)
    low, high = intervals(Forecast.of(mean[half[0]]), y[half[0]], Forecast.of(2 * mean[half[1]]), 90)
    assert (low <= high).all()
    assert ((low <= y[half[1]]) & (y[half[1]] <= high)).mean() > 0.9


def test_folds_learn_from_earlier_folds_with_mature_labels() -> None:
    result = replace(made(), first=(19_000, 19_050), fold=made().fold)
    found = conformal(result, "boosted", 80)
    assert np.array_equal(found.there, np.zeros(len(result), dtype=bool)), "too few rows to learn from"
    rng = np.random.default_rng(1)
    cells, dates = 24, 30
    as_of = np.repeat(19_000 + 7 * np.arange(dates), cells).astype(np.int32)
    mean = np.tile(rng.gamma(1.0, 3.0, cells) + 0.1, dates)
    big = made(
        cell=np.tile(np.arange(cells, dtype=np.int32), dates),
        as_of=as_of,
        y=rng.poisson(mean).astype(np.int32),
        fold=(as_of >= 19_000 + 7 * 15).astype(np.int32),
        first=(19_000, 19_000 + 7 * 15),
        forecasts={"boosted": Forecast.of(mean), "decayed": Forecast.of(mean + 1)},
        delay=5,
    )
    found = conformal(big, "boosted", 80)
    assert np.array_equal(found.there, big.fold == 1)
    # what was not yet mature at the second origin, and all later counts, move nothing
    late = big.as_of + big.experiment.horizon + big.delay > big.first[1]
    other = replace(big, y=np.where(late, big.y + 9, big.y).astype(np.int32))
    again = conformal(other, "boosted", 80)
    assert np.array_equal(again.low, found.low, equal_nan=True)
    assert np.array_equal(again.high, found.high, equal_nan=True)
    early = replace(big, y=np.where(~late, big.y + 9, big.y).astype(np.int32))
    assert not np.array_equal(conformal(early, "boosted", 80).high, found.high, equal_nan=True)
    table = conformal_table(big)
    assert [(row["forecaster"], row["level"]) for row in table] == [
        ("boosted", 80), ("boosted", 90), ("decayed", 80), ("decayed", 90),
    ]  # fmt: skip
    assert all(row["rows"] == int((big.fold == 1).sum()) for row in table)
    assert table[0]["coverage"] > 0.75
    assert table[0]["own_coverage"] > 0.75
    shown = big.predictions()
    assert list(shown.columns[-2:]) == ["boosted_conformal_low", "boosted_conformal_high"]
    assert len(shown) == 23 * dates
    assert shown["boosted_conformal_low"].isna().sum() == 23 * 15


def test_small_cells_are_joined_before_anything_leaves() -> None:
    result = made(expected=np.full(240, 0.5), delay=0)
    shown = result.published()
    assert len(shown) == 23 * 10
    assert shown.y.sum() == result.y.sum()
    assert 0 not in shown.cell
    for name in result.forecasts:
        assert shown.forecasts[name].mean.sum() == pytest.approx(result.forecasts[name].mean.sum())
    first = result.as_of == result.as_of[0]
    row = np.flatnonzero((shown.cell == 1) & (shown.as_of == result.as_of[0]))[0]
    assert shown.y[row] == result.y[first][:2].sum()
    mean, psi = (getattr(result.forecasts["boosted"], part)[first][:2] for part in ("mean", "dispersion"))
    at = shown.forecasts["boosted"]
    assert at.mean[row] + at.dispersion[row] * at.mean[row] ** 2 == pytest.approx((mean + psi * mean**2).sum())
    assert shown.expected is not None
    assert shown.expected[row] == pytest.approx(1.0)
    assert np.array_equal(shown.fold, np.where(shown.as_of < 19_035, 0, 1))
