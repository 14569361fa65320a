"""Usual counts of places and nights, and probabilities of higher ones.

A place's rate is that of the 52 weeks before (two weeks are left out), shrunk toward that of its level by a gamma prior whose shape is
estimated from the places (Gamma-Poisson; Clayton and Kaldor 1987). The level of the whole map moves it: the last eight weeks against the
baseline, and the season of the year before. Counts are negative binomial around it. Past nights show by how much their variance is above
the mean: in proportion to it, since one incident makes several records, and to its square, since rates move.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.counts.tails import at_least
from riskmodel.detection.joint.weekly_counts import BASELINE, GAP, SEASON_WEEKS

RECENT = 8
"""Weeks whose mean states the present level of the whole map."""

LEAST = 13
"""Fewest known weeks of a baseline."""

SMOOTHER = 25.0
"""Events that are added to both sides of a ratio between seasons."""

SMALLEST, LARGEST = 0.05, 200.0
"""Bounds of the prior's shape."""


class UsualCounts(NamedTuple):
    """Usual mean and dispersion of each night and place, NaN where unknown."""

    mean: Float64[np.ndarray, "night place"]
    dispersion: Float64[np.ndarray, "night place"]


def usual_counts(
    counts: Float64[np.ndarray, "week place"], total: Float64[np.ndarray, " week"], known: Bool[np.ndarray, " week"], window: int
) -> UsualCounts:
    """Return the usual counts of the nights that have a baseline.

    Parameters
    ----------
    counts
        Counts of each place in the window before each night; night 0 is now.
    total
        Counts of the whole map over more weeks.
    known
        Whether each night's sources were fresh; others are left out of baselines.
    window
        Weeks of the window: windows overlap, so the evidence of a baseline is divided by it.
    """
    weeks = len(counts)
    nights = weeks - GAP - BASELINE
    whole = known[:weeks]
    sums = _before(np.where(whole[:, None], counts, 0.0), GAP, BASELINE)[:nights]
    there = _before(whole[:, None].astype(np.float64), GAP, BASELINE)[:nights]
    there = np.where(there >= LEAST, there, np.nan)
    rate = sums / there
    middle = rate.mean(axis=1, keepdims=True)
    spread = np.maximum(rate.var(axis=1, keepdims=True) - middle * window / there, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = np.clip(middle**2 / spread, SMALLEST, LARGEST)
        evidence = shape + sums / window
        mean = evidence / (shape / middle + there / window)
        mean = np.where(middle > 0, mean, 0.0) * level_factor(total, known, nights)[:, None]
    mean[np.isnan(there[:, 0])] = np.nan
    own = 1.0 / evidence
    several, moving = _extra(counts[:nights], mean, own, whole[:nights])
    with np.errstate(divide="ignore", invalid="ignore"):
        return UsualCounts(mean, own + (1 + own) * moving + np.where(mean > 0, several / mean, 0.0))


def level_factor(
    total: Float64[np.ndarray, " week"], known: Bool[np.ndarray, " week"], nights: int
) -> Float64[np.ndarray, " night"]:
    """Return the present level of the map over its baseline."""

    def mean(low: int, length: int) -> Float64[np.ndarray, " night"]:
        sums = _before(np.where(known, total, 0.0)[:, None], low, length)[:nights, 0]
        there = _before(known[:, None].astype(np.float64), low, length)[:nights, 0]
        return np.where(there > 0, sums / np.maximum(there, 1), np.nan)

    year, before = mean(SEASON_WEEKS - 2, 5), mean(SEASON_WEEKS + GAP, RECENT)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (mean(GAP, RECENT) * RECENT + SMOOTHER) / (mean(GAP, BASELINE) * RECENT + SMOOTHER)
        season = (5 * year + SMOOTHER) / (5 * before + SMOOTHER)
    return np.where(np.isnan(factor), 1.0, factor) * np.where(np.isnan(season), 1.0, season)


def tail_p_value(counts: Float64[np.ndarray, "night place"], usual: UsualCounts) -> Float64[np.ndarray, "night place"]:
    """Return the probability of such a count or more.

    It is 1 where the count is not above the usual one, NaN where the usual count is unknown.
    """
    p = np.where(np.isnan(usual.mean), np.nan, 1.0)
    above = counts > np.maximum(usual.mean, 0.0)
    impossible = above & (usual.mean <= 0)
    # nothing was ever recorded: such a count is judged against one event in the whole baseline
    mean = np.where(impossible, 1.0 / BASELINE, usual.mean)[above]
    dispersion = np.where(np.isfinite(usual.dispersion), usual.dispersion, 1.0)[above]
    p[above] = at_least(counts[above], mean, dispersion)
    return p


def _before(values: Float64[np.ndarray, "week column"], low: int, length: int) -> Float64[np.ndarray, "week column"]:
    """Sum the ``length`` weeks that begin ``low`` weeks before each night."""
    running = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=running[1:])
    start = np.minimum(np.arange(len(values)) + low, len(values))
    return running[np.minimum(start + length, len(values))] - running[start]


def _extra(
    counts: Float64[np.ndarray, "night place"],
    mean: Float64[np.ndarray, "night place"],
    own: Float64[np.ndarray, "night place"],
    known: Bool[np.ndarray, " night"],
) -> tuple[float, float]:
    """Return what the variance lacks, per mean and per mean squared.

    The two numbers are the weighted least-squares fit of (squared residual - variance) / mean on a constant and the mean; neither is
    negative.
    """
    past = known.copy()
    past[:GAP] = False
    y, m, d = counts[past], mean[past], own[past]
    fine = np.isfinite(m) & (m > 0)
    y, m, d = y[fine], m[fine], d[fine]
    if not len(y):
        return 0.0, 0.0
    above = ((y - m) ** 2 - m - d * m**2) / m
    a, b, c = float(m.sum()), float((m**2).sum()), float((m**3).sum())
    u, v = float((m * above).sum()), float((m**2 * above).sum())
    determinant = a * c - b * b
    if determinant > 1e-9 * a * c:
        several, moving = (c * u - b * v) / determinant, (a * v - b * u) / determinant
        if several >= 0 and moving >= 0:
            return several, moving
    alone = max(0.0, u / a), max(0.0, v / c)
    # the better of the two one-parameter fits
    return (alone[0], 0.0) if u * alone[0] >= v * alone[1] else (0.0, alone[1])
