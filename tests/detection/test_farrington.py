"""Farrington's methods against a slow regression by least squares, and the windows by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.detection import Verdict
from riskmodel.detection.farrington import FarringtonFlexible, FarringtonOriginal, flexible_window


def glm(X, y, prior):
    """R's ``glm.fit``: coefficients, means, weights of the last iteration."""
    mu = y + 0.1
    eta = np.log(mu)

    def deviance():
        return 2 * np.sum(prior * (np.where(y > 0, y * np.log(np.maximum(y, 1) / mu), 0) - (y - mu)))

    before, beta, w = deviance(), np.zeros(0), mu
    for _ in range(25):
        w = prior * mu
        root = np.sqrt(w)
        beta = np.linalg.lstsq(X * root[:, None], (eta + (y - mu) / mu) * root, rcond=None)[0]
        eta = X @ beta
        mu = np.exp(eta)
        after = deviance()
        if abs(after - before) / (abs(after) + 0.1) < 1e-8:
            break
        before = after
    return beta, mu, w


def slow(series, k, settings, threshold):
    """Mean and upper bound of a flexible window, with a trend that is always kept."""
    window = flexible_window(settings)
    t, y = window.offset.astype(float), series[k + window.offset]
    X = np.column_stack([t, *(window.level == level for level in range(window.levels))]).astype(float)
    n, p = X.shape
    _, mu, w = glm(X, y, np.ones(n))
    phi = max(1.0, np.sum(w * ((y - mu) / mu) ** 2) / (n - p))
    half = X * np.sqrt(w)[:, None]
    leverage = np.einsum("ij,jk,ik->i", half, np.linalg.inv(half.T @ half), half)
    s = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu)) / np.sqrt(phi * (1 - leverage))
    prior = np.where(s > settings.weights_threshold, s**-2.0, 1.0)
    prior *= n / prior.sum()
    beta, mu, w = glm(X, y, prior)
    phi = max(1.0, np.sum(w * ((y - mu) / mu) ** 2) / (n - p))
    scale = np.sum(prior * ((y - mu) / mu) ** 2) / (n - p)
    at = np.zeros(p)
    at[-1] = 1
    half = X * np.sqrt(w)[:, None]
    error = np.sqrt(at @ np.linalg.inv(half.T @ half) @ at * scale)
    mean = np.exp(at @ beta)
    if threshold == "delta":
        spread = np.sqrt(4 / 9 * mean ** (1 / 3) * (phi + error**2 * mean))
        return mean, (mean ** (2 / 3) + stats.norm.ppf(0.95) * spread) ** 1.5
    level = mean if threshold == "nbplugin" else np.exp(at @ beta + stats.norm.ppf(0.95) * error)
    return mean, stats.nbinom.ppf(0.95, level / (phi - 1), 1 / phi) if phi > 1 else stats.poisson.ppf(0.95, level)


@pytest.mark.parametrize("threshold", ["delta", "nbplugin", "muan"])
def test_a_window_is_fitted_as_by_least_squares(threshold):
    rng = np.random.default_rng(5)
    week = np.arange(320)
    mean = 8 * np.exp(0.4 * np.cos(2 * np.pi * week / 52) - 0.001 * week)
    counts = rng.negative_binomial(mean / 1.5, 1 / 2.5, size=(3, 320)).astype(float)
    counts[:, 150] += 60
    settings = FarringtonFlexible(threshold=threshold)
    found = rm.detect(counts, settings, first=300)
    kept = 0
    for s in range(3):
        for k in range(300, 320):
            expected, upper = slow(counts[s], k, settings, threshold)
            if abs(found.expected[s, k - 300] / expected - 1) < 1e-9:  # else the trend was dropped
                kept += 1
                np.testing.assert_allclose(found.upper[s, k - 300], upper, rtol=1e-8)
    assert kept >= 50


def test_the_window_of_the_flexible_method():
    window = flexible_window(FarringtonFlexible())
    assert (window.offset[0], window.offset[-1]) == (-263, -27)
    assert window.levels == 10
    assert list(window.offset[window.level == 9][:7]) == list(range(-263, -256))
    assert np.bincount(window.level[window.offset < -208])[:9].tolist() == [5] * 9


def test_parts_of_unequal_length_begin_with_the_longer_ones():
    window = flexible_window(FarringtonFlexible(parts=5, skipped=0, half_width=2))
    year = window.level[(window.offset > -52 - 3) & (window.offset < -2)]
    assert [int((year == part).sum()) for part in range(5)] == [12, 12, 12, 11, 5]


def test_one_part_is_the_weeks_around_the_same_week():
    window = flexible_window(FarringtonFlexible(parts=1, years=2))
    assert window.offset.tolist() == [*range(-107, -100), *range(-55, -48)]


def test_the_original_method_by_hand():
    """A constant history has phi 1 and no trend; the bound is that of 21 counts of 4."""
    found = rm.detect(np.full((1, 200), 4), FarringtonOriginal(), first=190)
    spread = np.sqrt(4 / 9 * 4 ** (1 / 3) * (1 + 1 / 21))
    np.testing.assert_allclose(found.upper, (4 ** (2 / 3) + stats.norm.ppf(0.975) * spread) ** 1.5, rtol=1e-6)
    np.testing.assert_allclose(found.expected, 4, rtol=1e-9)


@pytest.mark.parametrize("method", [FarringtonFlexible, FarringtonOriginal])
def test_a_trend_takes_three_years(method):
    counts = np.random.default_rng(3).poisson(10 * np.exp(0.006 * np.arange(330)))[None].astype(float)
    means = {
        (years, trend): rm.detect(counts, method(years=years, trend=trend), first=320).expected
        for years in (2, 3)
        for trend in (False, True)
    }
    np.testing.assert_array_equal(means[2, True], means[2, False])
    assert (means[3, True] > 1.1 * means[3, False]).any()


def test_past_outbreaks_do_not_raise_the_bound():
    counts = np.tile(np.array([3, 4, 5, 4]), 90)[None, :330].astype(float)
    quiet = rm.detect(counts, "farrington_flexible_delta", first=320)
    counts[0, 150:153] = 300
    outbreak = rm.detect(counts, "farrington_flexible_delta", first=320)
    unweighted = rm.detect(counts, FarringtonFlexible(reweight=False), first=320)
    assert (outbreak.upper < 0.75 * unweighted.upper).all()
    assert (outbreak.upper > quiet.upper).all()


@pytest.mark.parametrize(
    "options", [{"threshold": "other"}, {"parts": 0}, {"years": 0}, {"alpha": 1.0}, {"fewest": (5, 0)}, {"skipped": 52}]
)
def test_impossible_settings_are_refused(options):
    with pytest.raises(UsageError, match="parameter of FarringtonFlexible"):
        FarringtonFlexible(**options)


def test_an_unbounded_mean_has_no_bound():
    """No event around any anniversary: the upper limit of the mean is astronomic, and no quantile is sought."""
    week = np.arange(330)
    counts = np.where(np.abs((week - 325 + 26) % 52 - 26) <= 12, 0, 6)[None]
    found = rm.detect(counts, "farrington_flexible_muan", first=325)
    assert np.isnan(found.upper).all()
    assert (found.reason == Verdict.NO_FIT).all()
    assert not found.alarm.any()
