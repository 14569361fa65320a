"""Evidence that the last periods hold more events than predicted.

Sums of the last 1, 2, ... periods are compared with negative binomial distributions of given mean and dispersion by mid-p-values. Several
spans are combined by their normal scores (Stouffer et al., 1949); the correlation of two sums follows from the periods they share.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import log_pmf
from riskmodel.counts.tails import at_least
from riskmodel.detection.detector import LARGEST_COUNT, Counts

LEAST_P = 1e-300
"""Smallest p-value whose normal score is taken."""

CEILING = 10.0 * LARGEST_COUNT
"""More than any count; up to it whole numbers are exact."""

Rows = Float64[np.ndarray, " row"]
Spans = Float64[np.ndarray, "row span"]


class PredictedSums(NamedTuple):
    """Distribution of each sum, and the sum of its earlier periods.

    A row is a judged period. ``before[row, 0]`` is 0 if the first span is one period. ``expected`` is the mean of the judged period alone.
    """

    before: Spans
    mean: Spans
    dispersion: Spans
    expected: Rows


def recent_sums(values: Counts, first: int, spans: int) -> Float64[np.ndarray, "series period span"]:
    """Sums of the periods before each one from ``first`` on.

    Number ``k`` of the last axis holds the sum of ``k`` periods. NaN where one is missing or there are too few.
    """
    periods = values.shape[1]
    found = np.full((values.shape[0], periods - first, spans), np.nan)
    found[:, :, 0] = 0.0
    for back in range(1, spans):
        start = max(first, back)
        found[:, start - first :, back] = found[:, start - first :, back - 1] + values[:, start - back : periods - back]
    return found


def excess_p(count: Rows, predicted: PredictedSums, share: Any = 0.5) -> Rows:
    """Return the p-value of the excess of each row, combined over spans.

    ``share`` is the part of the probability of the observed sum that counts: one half for mid-p, uniform draws for a randomised p-value.
    """
    total = predicted.before + count[:, None]
    with np.errstate(invalid="ignore"):  # beyond the range of the gamma function one count has no probability
        same = np.nan_to_num(np.exp(log_pmf(total, predicted.mean, predicted.dispersion)))
    p = at_least(total + 1, predicted.mean, predicted.dispersion) + share * same
    if p.shape[1] == 1:
        return p[:, 0]
    from scipy.special import ndtr, ndtri

    score = -ndtri(np.clip(p, LEAST_P, 1 - 1e-16)).sum(axis=1)
    return ndtr(-score / np.sqrt(_variance_of_scores(predicted)))


def largest_usual(predicted: PredictedSums, alpha: float) -> Rows:
    """Return the largest count that raises no alarm.

    Its p-value is at least ``alpha``, or it is not above the expected count. Just below :data:`CEILING` no count raises one.
    """
    low = np.floor(predicted.expected)
    mean = predicted.mean[:, -1]
    high = np.ceil(mean + 10 * np.sqrt(mean + predicted.dispersion[:, -1] * mean**2) + 10)
    high = np.minimum(high, CEILING)
    rows = np.flatnonzero((excess_p(high, predicted) >= alpha) & (high < CEILING))
    while len(rows):
        high[rows] = np.minimum(2 * high[rows], CEILING)
        rows = rows[(excess_p(high[rows], _take(predicted, rows)) >= alpha) & (high[rows] < CEILING)]
    rows = np.flatnonzero(high - low > 1)
    while len(rows):
        middle = np.floor((low[rows] + high[rows]) / 2)
        usual = excess_p(middle, _take(predicted, rows)) >= alpha
        low[rows] = np.where(usual, middle, low[rows])
        high[rows] = np.where(usual, high[rows], middle)
        rows = rows[high[rows] - low[rows] > 1]
    return low


def _take(predicted: PredictedSums, rows: np.ndarray) -> PredictedSums:
    """Return some rows."""
    return PredictedSums(*(values[rows] for values in predicted))


def _variance_of_scores(predicted: PredictedSums) -> Rows:
    """Variance of the sum of the normal scores of overlapping sums.

    The correlation of a sum and a longer one is the root of the ratio of their means.
    """
    spans = predicted.mean.shape[1]
    total = np.full(len(predicted.mean), float(spans))
    for short in range(spans):
        for long in range(short + 1, spans):
            total += 2 * np.sqrt(predicted.mean[:, short] / predicted.mean[:, long])
    return total
