"""Checks of calibration: PIT, reliability, and coverage and width of intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.number_arguments import whole_number
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.quantiles import quantiles
from riskmodel.counts.tails import below_and_at_most

LEVELS = (50, 80, 90, 95)
"""Levels of the central intervals that are evaluated, in percent."""


def coverage(y: Any, forecast: CountDistribution) -> dict[int, Float64[np.ndarray, " row"]]:
    """Flag the rows whose central interval holds the count, by level.

    An interval of one of :data:`LEVELS` reaches from the ``(1 - level) / 2`` to the ``(1 + level) / 2`` quantile, ends included, so
    intervals of small counts hold more than their level. Since a quantile ``q`` is at most ``y`` exactly if ``P(Y <= y) >= q``, no
    quantile needs to be computed.

    Returns
    -------
    dict
        Level to 1.0 where the interval holds the count, else 0.0.
    """
    below, at = below_and_at_most(y, forecast.mean, forecast.dispersion)
    found = {}
    for level in LEVELS:
        low, high = _ends(level)
        found[level] = ((at >= low) & (below < high)).astype(np.float64)
    return found


def widths(forecast: CountDistribution) -> dict[int, Float64[np.ndarray, " row"]]:
    """Compute the widths of the central intervals, in events, by level.

    The width is 0 where both ends are the same count.
    """
    ends = [_ends(level) for level in LEVELS]
    found = quantiles([q for pair in ends for q in pair], forecast.mean, forecast.dispersion)
    return {level: found[2 * at + 1] - found[2 * at] for at, level in enumerate(LEVELS)}


def _ends(level: int) -> tuple[float, float]:
    """Return the two quantile levels of a central interval."""
    return (100 - level) / 200, (100 + level) / 200


def check_bins(bins: Any, owner: str) -> None:
    """Refuse bins that are not a whole number from 1."""
    whole_number(bins, "bins", owner)


def pit(y: Any, forecast: CountDistribution, bins: int = 10) -> Float64[np.ndarray, " bin"]:
    """Compute the heights of the non-randomised PIT histogram.

    All heights are 1 for a calibrated forecast. The interval from ``P(Y < y)`` to ``P(Y <= y)`` of each count is spread evenly over
    the bins that it reaches (Czado, Gneiting and Held, 2009, "Predictive model assessment for count data", equation 2). A hump means
    that distributions are too wide, a bowl that they are too narrow, a slope that means are too low (rising) or too high (falling).
    """
    check_bins(bins, "pit")
    below, at = below_and_at_most(y, forecast.mean, forecast.dispersion)
    edges = np.linspace(0, 1, bins + 1)
    reached = [float(np.clip((edge - below) / np.maximum(at - below, 1e-300), 0.0, 1.0).mean()) for edge in edges]
    return np.diff(np.array([0.0, *reached[1:-1], 1.0])) * bins


def reliability(y: Any, forecast: CountDistribution, bins: int = 10) -> dict[str, Any]:
    """Compare mean forecast and mean count in groups of rows.

    Rows are sorted by their mean forecast and divided into ``bins`` groups.

    Returns
    -------
    dict
        Lists ``forecast``, ``observed``, ``low``, ``high`` (a 95 % interval of the mean count) and ``rows``, one value per group.
    """
    check_bins(bins, "reliability")
    order = np.argsort(forecast.mean, kind="stable")
    found: dict[str, list[float]] = {"forecast": [], "observed": [], "low": [], "high": [], "rows": []}
    for rows in np.array_split(order, min(bins, len(order))):
        counts = y[rows]
        error = 1.96 * float(counts.std()) / np.sqrt(len(rows))
        centre = float(counts.mean())
        values = (float(forecast.mean[rows].mean()), centre, max(0.0, centre - error), centre + error, float(len(rows)))
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
    return found
