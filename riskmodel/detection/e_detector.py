"""E-detector: evidence for raised means that bounds the rate of false alarms.

Likelihood ratios of a mean that is ``factor`` times the forecast are e-values. Their products over all runs of the last periods are added
and averaged over factors (Shiryaev and Roberts; Shin, Ramdas and Rinaldo, 2023).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import POISSON_BELOW
from riskmodel.detection.detector import LARGEST_COUNT, Counts

FACTORS = np.array([1.5, 2.0, 3.0, 5.0])
"""Raised means, as multiples of the forecast."""

LARGEST_LOG = 300.0
"""Largest log e-value, so that no product overflows."""

Series = Float64[np.ndarray, " series"]


class EChart(NamedTuple):
    """Chart, and the largest count at which it stays below its threshold."""

    chart: Counts
    upper: Counts


def log_e_value(count: Series, mean: Series, dispersion: Series) -> Float64[np.ndarray, "factor series"]:
    """Log likelihood ratio of each factor.

    Its exponential has mean 1 under the forecast.
    """
    factor = FACTORS[:, None]
    size = 1 / np.where(dispersion > POISSON_BELOW, dispersion, 1.0)
    grown = np.log1p((factor - 1) * mean / (size + mean))
    loss = np.where(dispersion > POISSON_BELOW, (count + size) * grown, (factor - 1) * mean)
    return np.minimum(count * np.log(factor) - loss, LARGEST_LOG)


def e_chart(counts: Counts, mean: Counts, dispersion: Counts, longest: int, threshold: float) -> EChart:
    """Return the chart of each series; it restarts after an alarm.

    Parameters
    ----------
    counts, mean, dispersion
        Counts and their forecasts; where one is NaN the chart is NaN and does not move.
    longest
        Periods of the longest run.
    threshold
        Value at which there is an alarm.
    """
    chart, upper = np.full((2, *counts.shape), np.nan)
    runs = np.zeros((len(FACTORS), len(counts), longest))
    for t in range(counts.shape[1]):
        known = np.flatnonzero(~np.isnan(counts[:, t] + mean[:, t] + dispersion[:, t]))
        m, psi = mean[known, t], dispersion[known, t]
        earlier = 1 + runs[:, known, : longest - 1].sum(axis=2)
        e_value = np.exp(log_e_value(counts[known, t], m, psi))
        chart[known, t] = (earlier * e_value).mean(axis=0)
        upper[known, t] = _largest_quiet(earlier, m, psi, threshold)
        runs[:, known, 1:] = runs[:, known, :-1] * e_value[:, :, None]
        runs[:, known, 0] = e_value
        runs[:, known[chart[known, t] >= threshold]] = 0.0
    return EChart(chart, upper)


def _largest_quiet(earlier: np.ndarray, mean: Series, dispersion: Series, threshold: float) -> Series:
    """Largest count without an alarm; -1 if there is none."""
    low, high = np.full(len(mean), -1.0), np.full(len(mean), 10.0 * LARGEST_COUNT)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        quiet = (earlier * np.exp(log_e_value(middle, mean, dispersion))).mean(axis=0) < threshold
        low, high = np.where(quiet, middle, low), np.where(quiet, high, middle)
    return low
