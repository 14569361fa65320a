"""Calibration by level: rows in bands of their mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics.calibration_checks import coverage, pit

EDGES = (0.0, 0.1, 1.0, 5.0, 20.0, np.inf)
"""Edges of the bands of means, in events."""

BAND_LEVEL = 90
"""Level of the intervals whose coverage is shown, in percent."""


def level_bands(y: Any, forecast: CountDistribution) -> list[dict[str, Any]]:
    """Compute ratio, coverage and PIT within each band of means.

    A distribution that is right on average may be too wide for busy places and too narrow for quiet ones; each band shows its own part.

    Parameters
    ----------
    y
        Count of each row.
    forecast
        Distribution of each row.

    Returns
    -------
    list of dict
        One per band that has rows, the lowest first: ``from`` and ``to`` (None for no end), ``rows``, ``events``, ``expected``, ``ratio`` of
        expected to observed events (None without any), ``coverage`` of the central interval of :data:`BAND_LEVEL` percent, and
        ``pit``, the ten heights of the PIT histogram.
    """
    band = np.searchsorted(EDGES, forecast.mean, side="right") - 1
    held, found = coverage(y, forecast)[BAND_LEVEL], []
    for at in np.unique(band):
        rows = np.flatnonzero(band == at)
        events, expected = int(y[rows].sum()), float(forecast.mean[rows].sum())
        found.append(
            {
                "from": EDGES[at],
                "to": None if np.isinf(EDGES[at + 1]) else EDGES[at + 1],
                "rows": len(rows),
                "events": events,
                "expected": expected,
                "ratio": expected / events if events else None,
                "coverage": float(held[rows].mean()),
                "pit": [float(height) for height in pit(y[rows], forecast.take(rows))],
            }
        )
    return found


def band_name(band: dict[str, Any]) -> str:
    """Return the name of a band of means.

    Examples
    --------
    >>> band_name({"from": 0.1, "to": 1.0}), band_name({"from": 20.0, "to": None})
    ('0.1 to 1', '20 and more')
    """
    return f"{band['from']:g} and more" if band["to"] is None else f"{band['from']:g} to {band['to']:g}"
