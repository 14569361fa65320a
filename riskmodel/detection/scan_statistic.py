"""Statistic of a scan: largest likelihood ratio over all cylinders.

A cylinder is a zone over the last 1, 2, ... periods. For Poisson counts with known expectations its log likelihood ratio is ``c log(c / e) + e
- c`` (Neill, 2006), for permuted counts ``c log(c / e) + (C - c) log((C - c) / (C - e))`` with all events ``C`` (Kulldorff et al., 2005).
Both are 0 unless ``c > e``, and are divided by the ratio of variance to mean, as for a quasi-likelihood.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.detection.compiled import kernel
from riskmodel.detection.scan_zones import Zones

Recent = Float64[np.ndarray, "cell span"]
"""Sums of the last 1, 2, ... periods of each cell."""


class ScanTable(NamedTuple):
    """Events, expectations and variances; ``total`` is 0 for Poisson counts."""

    events: Recent
    expected: Recent
    variance: Recent
    total: float
    fewest: int


class Cylinder(NamedTuple):
    """Cylinder with the largest statistic.

    It holds the first ``size`` cells around the zone number ``centre``, over ``span`` periods. ``size`` is 0 if no cylinder has more events than expected.
    """

    statistic: float
    centre: int
    size: int
    span: int


def best_cylinder(table: ScanTable, zones: Zones, free: Bool[np.ndarray, " cell"]) -> Cylinder:
    """Return the best cylinder of cells that are free."""
    return Cylinder(*_best(table, zones, free))


@kernel
def _ratio(c, e, total):  # pragma: no cover - compiled
    """Log likelihood ratio of ``c`` events where ``e`` are expected."""
    if total > 0:
        rest = (total - c) * np.log((total - c) / (total - e)) if total > c else 0.0
        return c * np.log(c / e) + rest
    return c * np.log(c / e) + e - c


@kernel
def _best(table, zones, free):  # pragma: no cover - compiled
    """Return statistic, centre, number of cells and periods.

    A ratio is at most ``(c - e)**2 (1 / 2e + 1 / (C - e))``, so most logarithms are not needed.
    """
    spans = table.events.shape[1]
    c, e, v = np.empty(spans), np.empty(spans), np.empty(spans)
    best, centre, size, span = 0.0, 0, 0, 0
    for at in range(zones.shape[0]):
        c[:] = 0.0
        e[:] = 0.0
        v[:] = 0.0
        for k in range(zones.shape[1]):
            cell = zones[at, k]
            if cell < 0 or not free[cell]:
                break
            for w in range(spans):
                c[w] += table.events[cell, w]
                e[w] += table.expected[cell, w]
                v[w] += table.variance[cell, w]
                over = c[w] - e[w]
                if c[w] < table.fewest or over <= 0:
                    continue
                limit = 0.5 * over * over / v[w]
                if table.total > 0:
                    limit += over * over / max(table.total - e[w], 1e-300) * e[w] / v[w]
                if limit > best:
                    value = _ratio(c[w], e[w], table.total) * e[w] / v[w]
                    if value > best:
                        best, centre, size, span = value, at, k + 1, w + 1
    return best, centre, size, span
