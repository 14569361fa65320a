"""Calibration checks against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics import LEVELS, coverage, pit, reliability, widths
from tests.forecasts.evaluation import oracles

RNG = np.random.default_rng(7)
MEAN = RNG.gamma(0.6, 3.0, 80) + 1e-3
PSI = np.where(np.arange(80) % 2, 0.8, 0.0)
Y = RNG.poisson(MEAN).astype(np.int32)


def test_intervals_lie_between_quantiles() -> None:
    inside, width = coverage(Y, CountDistribution.of(MEAN, PSI)), widths(CountDistribution.of(MEAN, PSI))
    assert tuple(inside) == tuple(width) == LEVELS == (50, 80, 90, 95)
    for level in LEVELS:
        for row in range(len(Y)):
            low, high = oracles.interval(MEAN[row], PSI[row], level)
            assert inside[level][row] == (low <= Y[row] <= high), (level, row)
            assert width[level][row] == high - low, (level, row)


def test_a_central_interval_holds_at_least_its_level() -> None:
    """Counts are whole numbers, so an interval with both ends included cannot hold less."""
    rng = np.random.default_rng(1)
    mean = rng.gamma(1.0, 3.0, 20_000)
    y = rng.poisson(mean)
    for level, held in coverage(y, CountDistribution.of(mean)).items():
        assert held.mean() > level / 100 - 0.01
    narrow = coverage(y, CountDistribution.of(mean / 2))
    assert narrow[50].mean() < coverage(y, CountDistribution.of(mean))[50].mean()


def test_the_histogram_follows_czado_gneiting_and_held() -> None:
    rows = [(int(y), float(m), float(p)) for y, m, p in zip(Y, MEAN, PSI, strict=True)]
    for bins in (1, 4, 10):
        found = pit(Y, CountDistribution.of(MEAN, PSI), bins)
        np.testing.assert_allclose(found, oracles.pit(rows, bins), atol=1e-9)
        assert found.mean() == pytest.approx(1.0)


def test_the_histogram_shows_the_fault() -> None:
    rng = np.random.default_rng(2)
    mean = rng.gamma(2.0, 3.0, 20_000)
    y = stats.nbinom(2.0, 1 / (1 + 0.5 * mean)).rvs(random_state=rng)
    assert np.abs(pit(y, CountDistribution.of(mean, 0.5)) - 1).max() < 0.06
    narrow, wide = pit(y, CountDistribution.of(mean)), pit(y, CountDistribution.of(mean, 2.0))
    assert narrow[0] > 1.3 < narrow[-1]
    assert wide[[0, -1]].max() < 1 < wide[4:6].mean()
    low = pit(y, CountDistribution.of(mean / 2, 0.5))
    assert low[-1] > 1.5 > low[0]


def test_reliability_holds_every_row_once_in_rising_order() -> None:
    rng = np.random.default_rng(5)
    mean = rng.gamma(1.0, 1.0, 5_000)
    y = rng.poisson(mean)
    found = reliability(y, CountDistribution.of(mean), bins=7)
    assert sum(found["rows"]) == 5_000
    assert len(found["rows"]) == 7
    assert found["forecast"] == sorted(found["forecast"])
    order = np.argsort(mean, kind="stable")[: int(found["rows"][0])]
    assert found["forecast"][0] == pytest.approx(mean[order].mean())
    assert found["observed"][0] == pytest.approx(y[order].mean())
    for low, high, forecast in zip(found["low"], found["high"], found["forecast"], strict=True):
        assert 0 <= low <= high
        assert low - 0.1 <= forecast <= high + 0.1
    assert len(reliability(y[:3], CountDistribution.of(mean[:3]), bins=10)["rows"]) == 3
