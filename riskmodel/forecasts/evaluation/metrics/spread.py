"""Whether distributions are as wide as they should be: PIT, reliability, and how often intervals hold the count."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import CountDistribution, cdf, quantiles

LEVELS = (50, 80, 90, 95)
"""Central intervals that are judged, percent."""


def coverage(y: Any, forecast: CountDistribution) -> dict[int, Float64[np.ndarray, " row"]]:
    """1 where the central interval of each of :data:`LEVELS` holds the count and else 0.

    An interval reaches from the ``(1 - level) / 2`` to the ``(1 + level) / 2`` quantile, ends included, so those of small
    counts hold more than their level. A quantile ``q`` is at most ``y`` exactly if ``P(Y <= y) >= q``, so no quantile is sought.
    """
    below, at = _steps(y, forecast)
    found = {}
    for level in LEVELS:
        low, high = _ends(level)
        found[level] = ((at >= low) & (below < high)).astype(np.float64)
    return found


def widths(forecast: CountDistribution) -> dict[int, Float64[np.ndarray, " row"]]:
    """Width, in events, of the central interval of each of :data:`LEVELS`: 0 where both ends are the same count."""
    ends = [_ends(level) for level in LEVELS]
    found = quantiles([q for pair in ends for q in pair], forecast.mean, forecast.dispersion)
    return {level: found[2 * at + 1] - found[2 * at] for at, level in enumerate(LEVELS)}


def _ends(level: int) -> tuple[float, float]:
    return (100 - level) / 200, (100 + level) / 200


def _steps(y: Any, forecast: CountDistribution) -> tuple[Any, Any]:
    """Probability of fewer than ``y`` and of at most ``y`` events, a value a row."""
    at = cdf(y, forecast.mean, forecast.dispersion)
    return cdf(np.asarray(y) - 1, forecast.mean, forecast.dispersion), at


def pit(y: Any, forecast: CountDistribution, bins: int = 10) -> Float64[np.ndarray, " bin"]:
    """Heights of the non-randomised PIT histogram; all are 1 for a calibrated forecast.

    A count's share of the unit interval, from ``P(Y < y)`` to ``P(Y <= y)``, is spread evenly over the bins that it reaches
    (Czado, Gneiting and Held, 2009, "Predictive model assessment for count data", equation 2). A hump says that distributions
    are too wide, a bowl that they are too narrow, a slope that means are too low (rising) or too high (falling).
    """
    below, at = _steps(y, forecast)
    edges = np.linspace(0, 1, bins + 1)
    reached = [float(np.clip((edge - below) / np.maximum(at - below, 1e-300), 0.0, 1.0).mean()) for edge in edges]
    return np.diff(np.array([0.0, *reached[1:-1], 1.0])) * bins


def reliability(y: Any, forecast: CountDistribution, bins: int = 10) -> dict[str, Any]:
    """Mean forecast and mean count in ``bins`` groups of rows of rising mean, with a 95 % interval of the mean count."""
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
