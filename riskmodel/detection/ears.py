"""EARS C1, C2 and C3: a count against the mean and standard deviation of the few counts before it.

Hutwagner et al. (2003), "The bioterrorism preparedness and response Early Aberration Reporting System (EARS)", with
the conventions of R's ``surveillance`` 1.20.3, on whose results the tests compare. Counts are ``[group, day]``, a day
being any period.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.errors import bad_argument

Method = Literal["C1", "C2", "C3"]
LARGEST = 100_000_000
"""The largest count: the sums of squares of a baseline of such counts are still exact."""


@dataclass(frozen=True, eq=False)
class Judged:
    """For each group and day the ``expected`` count, the ``upper`` bound and whether the count is above it.

    ``expected`` and ``upper`` are NaN and ``alarm`` is False where the baseline is too short; so is C3's ``upper`` where
    a constant baseline leaves its cumulated statistic undefined.
    """

    expected: Float64[np.ndarray, "group day"]
    upper: Float64[np.ndarray, "group day"]
    alarm: Bool[np.ndarray, "group day"]


def baseline_moments(
    counts: Int64[np.ndarray, "group day"], baseline: int, lag: int
) -> tuple[Float64[np.ndarray, "group day"], Float64[np.ndarray, "group day"]]:
    """Mean and standard deviation of the ``baseline`` counts that end ``lag + 1`` days before each day; NaN if too few.

    Sums are whole numbers, so a constant baseline has a standard deviation of exactly 0.

    Raises
    ------
    UsageError
        If the counts are not a matrix of whole numbers from 0 to :data:`LARGEST`, or the baseline is shorter than 2.
    """
    if counts.ndim != 2 or counts.dtype.kind not in "iu":
        raise bad_argument("counts", "ears", "a matrix of whole numbers [group, day]", f"{counts.dtype} {counts.shape}")
    if baseline < 2 or lag < 0:
        raise bad_argument("baseline", "ears", "at least 2, with a lag of at least 0", (baseline, lag))
    if counts.size and (counts.min() < 0 or counts.max() > LARGEST):
        raise bad_argument("counts", "ears", f"from 0 to {LARGEST:,}", int(counts.min() if counts.min() < 0 else counts.max()))
    groups, days = counts.shape
    mean, deviation = np.full((2, groups, days), np.nan)
    first = baseline + lag
    if days > first:
        whole = counts.astype(np.int64)
        total, square = (_window_sums(values, baseline)[:, : days - first] for values in (whole, whole**2))
        mean[:, first:] = total / baseline
        deviation[:, first:] = np.sqrt((baseline * square - total**2) / (baseline * (baseline - 1)))
    return mean, deviation


def ears(counts: Int64[np.ndarray, "group day"], method: Method, *, alpha: float = 0.001, baseline: int = 7) -> Judged:
    """Judge every day of every group.

    Parameters
    ----------
    counts
        Whole numbers ``[group, day]``.
    method
        C1 uses the ``baseline`` days just before; C2 leaves out the last two of them; C3 adds to C2 the standardised
        excess over 1 of the two days before.
    alpha
        The bound is the ``1 - alpha`` quantile of the standard normal distribution in standard deviations.

    Raises
    ------
    UsageError
        If an argument is out of range.
    """
    if method not in ("C1", "C2", "C3"):
        raise bad_argument("method", "ears", "'C1', 'C2' or 'C3'", method)
    if not 0 < alpha < 1:
        raise bad_argument("alpha", "ears", "between 0 and 1", alpha)
    z = NormalDist().inv_cdf(1 - alpha)
    expected, deviation = baseline_moments(counts, baseline, 0 if method == "C1" else 2)
    if method != "C3":
        upper = expected + z * deviation
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            excess = np.maximum(0.0, (counts - expected) / deviation - 1)
            before = np.full_like(excess, np.nan)
            before[:, 2:] = excess[:, 1:-1] + excess[:, :-2]
            upper = np.maximum(0.0, counts + deviation * (z - before))
    return Judged(expected, upper, counts > upper)


def _window_sums(values: Int64[np.ndarray, "group day"], width: int) -> Int64[np.ndarray, "group window"]:
    sums = np.zeros((values.shape[0], values.shape[1] + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums[:, width:] - sums[:, :-width]
