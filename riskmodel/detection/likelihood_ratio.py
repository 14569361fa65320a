"""Likelihood-ratio CUSUM: largest evidence for a raised mean since any start.

Generalised likelihood ratio of a shift of the log mean, Poisson (Höhle and Paul, 2008, "Count data regression charts for the monitoring of
surveillance time series") or negative binomial with fixed dispersion. As R's ``algo.glrnb``: the mean of the periods before the first
judged one is a regression with one harmonic; an alarm resets the chart, which starts again at the next period; the statistic stands in
``upper`` too. The shift of the negative binomial is found by Newton's method from the last start's shift, stopping where R stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from riskmodel.base.errors import bad_argument
from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.detection.detector import YEAR, Counts, Detector, detection
from riskmodel.detection.judgement import Detection
from riskmodel.detection.seasonal_mean import seasonal_mean


@dataclass(frozen=True)
class LikelihoodRatioCusum(Detector):
    """Generalised likelihood-ratio chart for an increase.

    Parameters
    ----------
    distribution
        ``"poisson"`` or ``"negative_binomial"`` (dispersion estimated).
    threshold
        Log likelihood ratio (``c.ARL``) from which there is an alarm.
    season
        Periods of a year.
    """

    distribution: Literal["poisson", "negative_binomial"] = "poisson"
    threshold: float = 5.0
    season: int = YEAR

    def __post_init__(self) -> None:
        if self.distribution not in ("poisson", "negative_binomial"):
            raise bad_argument("distribution", "LikelihoodRatioCusum", "'poisson' or 'negative_binomial'", self.distribution)
        if not self.threshold > 0:
            raise bad_argument("threshold", "LikelihoodRatioCusum", "above 0", self.threshold)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        overdispersed = self.distribution == "negative_binomial"
        found = seasonal_mean(counts, first, self.season, overdispersed, threads)
        shape = found.mean.shape
        chart = np.full(shape, np.nan)
        observed = np.ascontiguousarray(counts[:, first:])
        in_blocks(lambda low, high: ratios(observed, low, high, found, self.threshold, chart), shape[0], threads)
        return detection(
            counts, first, expected=found.mean, upper=chart, statistic=chart, p_value=np.nan, alarm=chart >= self.threshold,
            reason=found.reason(),
        )  # fmt: skip


@kernel
def _largest_poisson(x, mu):  # pragma: no cover - compiled
    """Largest log likelihood ratio over all starts."""
    largest, events, usual = 0.0, 0.0, 0.0
    for k in range(x.shape[0] - 1, -1, -1):
        events += x[k]
        usual += mu[k]
        if events > usual:
            shift = np.log(events / usual)
            largest = max(largest, shift * events + (1 - np.exp(shift)) * usual)
    return largest


@kernel
def _shift(x, mu, alpha, start):  # pragma: no cover - compiled
    """Maximum-likelihood shift of all counts, by Newton's method."""
    old, new, iteration = 0.4, start, 0
    while new > -18 and abs(new - old) > 1e-6 and iteration < 1000:
        iteration += 1
        old = new
        factor = np.exp(old)
        score, information = 0.0, 0.0
        for i in range(x.shape[0]):
            below = 1 + alpha * factor * mu[i]
            score += (x[i] - factor * mu[i]) / below
            information += mu[i] * (alpha * x[i] + 1) / (below * below)
        new = old + score / (factor * information)
    return new


@kernel
def _largest_negative_binomial(x, mu, alpha):  # pragma: no cover - compiled
    """Largest log likelihood ratio over all starts."""
    largest, shift = 0.0, 0.5
    for k in range(x.shape[0]):
        found = _shift(x[k:], mu[k:], alpha, shift)
        shift = found if found > 0 else 0.0
        if shift > 0:
            ratio, factor = 0.0, np.exp(shift)
            for i in range(k, x.shape[0]):
                ratio += shift * x[i] + (x[i] + 1 / alpha) * np.log((1 + alpha * mu[i]) / (1 + alpha * mu[i] * factor))
            largest = max(largest, ratio)
    return largest


@kernel
def ratios(counts, low, high, usual, threshold, chart):  # pragma: no cover - compiled
    """Write the chart of the series ``low:high``.

    It does not move where a count is missing, and begins again after an alarm.
    """
    x, mu = np.empty(counts.shape[1]), np.empty(counts.shape[1])
    for s in range(low, high):
        n, alpha = np.int64(0), usual.dispersion[s]
        for t in range(counts.shape[1]):
            if np.isnan(counts[s, t]) or np.isnan(usual.mean[s, t]):
                continue
            x[n], mu[n] = counts[s, t], usual.mean[s, t]
            n += 1
            largest = _largest_negative_binomial(x[:n], mu[:n], alpha) if alpha > 0 else _largest_poisson(x[:n], mu[:n])
            chart[s, t] = largest
            if largest >= threshold:
                n = np.int64(0)
