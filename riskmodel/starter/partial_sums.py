"""Series of counts that are the sums of some others."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_SERIES, MOST_TIMES = 150, 2_000
"""Series among which sums are looked for, and groups that are looked at."""
LEAST_TELLING = 20
"""Groups in which at least two parts have events; in fewer it may be chance."""
MOST_LARGER = 0.03
"""Share of the groups with events of a part in which it may be larger than the sum."""
EQUAL, CLOSE = 0.99, 0.05
"""Share of these groups in which the sum is exact, and how near to 0 or 1 the share of a part must be."""


def partial_sum(counts: Any) -> tuple[int, list[int]] | None:
    """Return a series that is the sum of some others, and these.

    Parameters
    ----------
    counts
        Counts ``[group, series]``.

    Examples
    --------
    >>> parts = np.random.default_rng(0).poisson(3.0, (200, 4))
    >>> partial_sum(np.column_stack([parts, parts[:, :2].sum(axis=1)]))
    (4, [0, 1])
    >>> partial_sum(parts) is None
    True
    """
    times, many = counts.shape
    if not 3 <= many <= MOST_SERIES or times < many + LEAST_TELLING:
        return None
    counts = counts[:: max(1, times // MOST_TIMES)].astype(np.float64)
    sums, there = counts.sum(axis=0), (counts > 0).sum(axis=0)
    for at in np.argsort(-sums, kind="stable").tolist():
        # a part is hardly ever larger than the sum
        larger = (counts > counts[:, [at]]).sum(axis=0)
        others = np.flatnonzero((np.arange(many) != at) & (sums > 0) & (sums < sums[at]) & (larger <= MOST_LARGER * there))
        if len(others) < 2:
            continue
        shares = np.linalg.lstsq(counts[:, others], counts[:, at], rcond=None)[0]
        parts = others[shares > 0.5]
        if len(parts) < 2 or np.abs(shares - (shares > 0.5)).max() > CLOSE:
            continue
        telling = (counts[:, parts] > 0).sum(axis=1) >= 2
        exact = counts[:, at] == counts[:, parts].sum(axis=1)
        if telling.sum() >= LEAST_TELLING and min(exact[telling].mean(), exact.mean()) >= EQUAL:
            return at, parts.tolist()
    return None
