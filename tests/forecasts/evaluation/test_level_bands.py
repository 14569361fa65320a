"""Bands show what the whole hides: distributions too wide for busy places and too narrow for quiet ones."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.variance import Variance, fit_variance
from riskmodel.forecasts.evaluation.level_bands import EDGES, band_name, level_bands


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Counts whose variance is 1.8 times the mean, at means of every band."""
    rng = np.random.default_rng(8)
    mean = np.repeat(np.geomspace(0.02, 60.0, 50), 400)
    return rng.negative_binomial(mean / 0.8, 1 / 1.8), mean


def test_bands_divide_all_rows_and_events(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    y, mean = drawn
    bands = level_bands(y, CountDistribution.of(mean, 0.1))
    assert [band["from"] for band in bands] == list(EDGES[:-1])
    assert sum(band["rows"] for band in bands) == len(y)
    assert sum(band["events"] for band in bands) == y.sum()
    assert sum(band["expected"] for band in bands) == pytest.approx(mean.sum())
    assert band_name(bands[0]) == "0 to 0.1"
    assert band_name(bands[-1]) == "20 and more"
    assert all(np.mean(band["pit"]) == pytest.approx(1.0) for band in bands)


def test_one_dispersion_is_too_wide_above_and_a_variance_by_level_is_right(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    y, mean = drawn
    one = level_bands(y, CountDistribution.of(mean, 0.2))[-1]
    assert one["coverage"] > 0.97
    assert max(one["pit"]) > 1.5
    found = fit_variance(y, mean)
    assert isinstance(found, Variance)
    for band in level_bands(y, CountDistribution.of(mean, found.rows(mean)))[2:]:
        assert 0.88 < band["coverage"] < 0.97
        assert max(abs(height - 1) for height in band["pit"]) < 0.15


def test_a_band_without_events_has_no_ratio() -> None:
    assert level_bands(np.zeros(3, dtype=int), CountDistribution.of(np.full(3, 0.01)))[0]["ratio"] is None
