"""CUSUM, likelihood ratios and outbreakP against their definitions, on small series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, special, stats

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.detection import Verdict
from riskmodel.detection.cusum_chart import CusumChart
from riskmodel.detection.likelihood_ratio import LikelihoodRatioCusum
from riskmodel.detection.outbreak_p import OutbreakP
from riskmodel.detection.seasonal_mean import seasonal_mean
from riskmodel.detection.special_functions import digamma, trigamma


def test_cusum_by_hand():
    found = rm.detect([[4, 4, 4, 8, 9, 1, 4]], "cusum_standard", first=3)
    chart = [0.96, 0.96 + 1.46, 0.0, 0.0]
    np.testing.assert_allclose(found.statistic[0], chart, atol=1e-12)
    assert found.alarm[0].tolist() == [False, True, False, False]
    np.testing.assert_allclose(found.upper[0, :2], [np.ceil(2 * 3.3 + 4), np.ceil(2 * (3.3 - 0.96) + 4)])


def test_a_missing_count_does_not_move_the_chart():
    whole = rm.detect([[4.0, 4, 4, 8, 9]], "cusum_standard", first=3)
    gap = rm.detect([[4.0, 4, 4, 8, np.nan, 9]], "cusum_standard", first=3)
    assert gap.reason[0].tolist() == [0, Verdict.MISSING, 0]
    assert gap.statistic[0, 2] == whole.statistic[0, 1]


def test_a_bound_of_rossi_is_where_the_chart_reaches_its_threshold():
    counts = np.array([[3, 2, 4, 3, 5, 2, 4]])
    found = rm.detect(counts, "cusum_rossi", first=4)
    m, before = 3.0, found.statistic[0, 1]
    x = found.upper[0, 2]
    assert before + (x - 3 * m + 2 * np.sqrt(x * m)) / (2 * np.sqrt(m)) - 1.04 == pytest.approx(2.26)


def world(seed: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    week = np.arange(150)
    mean = 6 * np.exp(0.5 * np.sin(2 * np.pi * week / 52))
    counts = rng.negative_binomial(3, 3 / (3 + mean), size=(3, 150))
    counts[0, 130:] += 12
    return counts


def test_the_seasonal_mean_maximises_the_likelihood():
    counts = world().astype(float)
    found = seasonal_mean(counts, 120, 52, True, 1)
    angle = 2 * np.pi / 52 * np.arange(1, 151)
    basis = np.column_stack([np.ones(150), np.cos(angle), np.sin(angle)])
    for s in range(3):

        def loss(b, y=counts[s, :120]):
            mu, size = np.exp(basis[:120] @ b[:3]), np.exp(b[3])
            return -stats.nbinom.logpmf(y, size, size / (size + mu)).sum()

        best = optimize.minimize(loss, [1.5, 0, 0, 1], method="BFGS").x
        np.testing.assert_allclose(found.mean[s], np.exp(basis[120:] @ best[:3]), rtol=2e-3)
        assert found.dispersion[s] == pytest.approx(np.exp(-best[3]), rel=2e-2)


@pytest.mark.parametrize("distribution", ["poisson", "negative_binomial"])
def test_the_chart_is_the_largest_ratio_over_all_starts_and_shifts(distribution):
    counts = world()
    found = rm.detect(counts, LikelihoodRatioCusum(distribution), first=120)
    nb = distribution == "negative_binomial"
    alpha = seasonal_mean(counts.astype(float), 120, 52, nb, 1).dispersion

    def log_p(x, mu):
        if nb:
            return stats.nbinom.logpmf(x, 1 / alpha[0], 1 / (1 + alpha[0] * mu)).sum()
        return stats.poisson.logpmf(x, mu).sum()

    def ratio(x, mu):
        """Largest log likelihood ratio over shifts from 0 to 5."""
        loss = lambda shift: log_p(x, mu) - log_p(x, mu * np.exp(shift))
        best: Any = optimize.minimize_scalar(loss, bounds=(0, 5), method="bounded")
        return -best.fun

    start = 0
    for t in range(16):
        mu, x = found.expected[0, start : t + 1], counts[0, 120 + start : 121 + t]
        ratios = [ratio(x[k:], mu[k:]) for k in range(len(x))]
        assert found.statistic[0, t] == pytest.approx(max(0.0, *ratios), abs=1e-4)
        start = t + 1 if found.alarm[0, t] else start
    assert found.alarm[0].any()


def test_an_even_series_has_no_dispersion():
    found = rm.detect(np.tile([2, 3], (1, 80)), "glrnb_int", first=150)
    assert not found.alarm.any()


SEASONAL = ["cusum_standard_glm", "cusum_rossi_glm", "glrpois_int", "glrnb_int"]


@pytest.mark.parametrize("method", SEASONAL)
def test_a_lone_event_gives_no_seasonal_mean_and_no_alarm(method):
    """No finite regression fits it: a mean of 1e-300 made the next event an alarm, and the bound of a quiet period unknown."""
    counts = np.zeros((2, 130))
    counts[0, [26, 110]] = 1, 1
    counts[1, [26, 27, 78, 79, 110]] = 2, 1, 1, 2, 1
    found = rm.detect(counts, method, first=104)
    assert not found.alarm.any()
    assert (found.reason == Verdict.NO_FIT).all()
    assert np.isnan(found.expected).all()


@pytest.mark.parametrize("method", SEASONAL)
def test_a_season_that_was_not_seen_is_not_judged(method):
    """Ten rising weeks say nothing of the rest of the year, where their wave would leave every number behind."""
    rising = [1, 1, 2, 2, 4, 7, 12, 25, 70, 260]
    found = rm.detect([rising + [300] * 50], method, first=10)
    assert (found.reason == Verdict.TOO_SHORT).all()
    assert not found.alarm.any()
    gap = rm.detect([[np.nan] * 10 + rising + [np.nan] * 40 + [300] * 52], method, first=60)
    judged = gap.reason[0] == Verdict.JUDGED
    assert np.isfinite(gap.upper[0, judged]).all()
    assert (gap.expected[0, judged] < 1e12).all()
    assert set(gap.reason[0, ~judged]) <= {Verdict.NO_FIT}


def test_outbreak_p_by_hand():
    """Counts 1, 3: means 1 and 3 against 2 and 2; then 2 pools with 3."""
    found = rm.detect([[1, 3, 2]], "outbreakp_k100", first=0)
    np.testing.assert_allclose(found.statistic[0], [1.0, 0.5 * 1.5**3, 0.5 * 1.25**5])
    assert rm.detect([[0] * 10 + [40] * 4], OutbreakP(), first=0).alarm[0].tolist() == [False] * 10 + [True] * 4


def test_special_functions():
    x = np.array([1e-3, 0.3, 1.0, 7.7, 250.0, 1e6])
    np.testing.assert_allclose([digamma(v) for v in x], special.digamma(x), rtol=1e-12)
    np.testing.assert_allclose([trigamma(v) for v in x], special.polygamma(1, x), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CusumChart(transformation="other"), "'standard' or 'rossi'"),  # type: ignore[arg-type]
        (lambda: CusumChart(mean="other"), "'constant' or 'seasonal'"),  # type: ignore[arg-type]
        (lambda: CusumChart(threshold=0.0), "above 0"),
        (lambda: LikelihoodRatioCusum("other"), "'poisson' or 'negative_binomial'"),  # type: ignore[arg-type]
        (lambda: LikelihoodRatioCusum(threshold=0.0), "above 0"),
        (lambda: OutbreakP(0.0), "above 0"),
    ],
)
def test_impossible_settings_are_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()
