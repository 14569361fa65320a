"""Rows that a forecaster learns from: checks and thinning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.asof.design import Design
from riskmodel.asof.spilled import Spilled
from riskmodel.asof.target import Target
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.counts.distribution import Rows

GOLDEN = (5**0.5 - 1) / 2
"""Golden ratio; its multiples modulo 1 are evenly distributed."""

SELECTION_ROWS = 300_000
"""Approximate largest number of rows on which settings of a rate are compared."""

BLOCK_ROWS = 500_000
"""Rows whose forecasts are computed at a time, where they need many columns beside each other."""

LATER_SHARE, LEAST_YEARS = 0.2, 3
"""Share of the as-of dates, the last ones, that form a hold-out: forecasts are calibrated and members of a blend weighted on them. From so many years on it has at least a year."""

YEAR_DAYS = 365
"""Days that training rows must span, horizons included, before a forecaster fits waves of the year.

Over a shorter span waves are extrapolated: fitted to a part of the year, they may take any value in the rest."""

TREND_DAYS = 547
"""Days that training rows must span before a trend is fitted: one and a half years.

Over a shorter span a trend looks like a season, and over a year or less it is the season's own rise."""


def target_of(design: Design) -> Target:
    """Return the target by which the design's rows are labelled."""
    assert design.target is not None
    return design.target


def check_rows(design: Design, owner: str) -> Target:
    """Return the design's target if its rows can be learned from.

    Raises
    ------
    UsageError
        If there is no target, no row, or no event. ``owner`` is the class named in the message.
    """
    if design.target is None:
        raise bad_argument("design", f"{owner}.fit", "a design with a target", design)
    if len(design) == 0:
        raise UsageError(f"{owner} has no row to learn from. Choose earlier as-of dates, or ingest earlier records.")
    if design.y.sum() == 0:
        raise UsageError(
            f"{owner} has no event to learn from in {len(design):,} rows. Check the target's kinds, or learn from more dates."
        )
    return design.target


def hold_out_begin(as_of: Int32[np.ndarray, " row"]) -> int:
    """Return the first date of the hold-out.

    It is the last fifth of the dates, and at least one. Where dates span three years or more it has at least one year: what only some months show, such as how much
    a season is worth, is then seen (decision 0063).

    Examples
    --------
    >>> weekly = np.arange(0, 1500, 7, dtype=np.int32)
    >>> [int(dates[-1]) - hold_out_begin(dates) for dates in (weekly[:100], weekly, np.arange(0, 3000, 7, dtype=np.int32))]
    [133, 364, 595]
    """
    dates = np.unique(as_of)
    later = max(1, round(LATER_SHARE * len(dates)))
    if dates[-1] - dates[0] >= LEAST_YEARS * YEAR_DAYS:
        later = max(later, int((dates > dates[-1] - YEAR_DAYS).sum()))
    return int(dates[-later])


def thinned(design: Design, most: int) -> Design:
    """Return about ``most`` evenly spread rows, the same ones every time.

    All rows are returned where no event is among the chosen ones. See :func:`spaced`.
    """
    if len(design) <= most:
        return design
    few = design.take(spaced(len(design), most))
    return few if few.y.any() else design


def spaced(rows: int, most: int) -> Int64[np.ndarray, " chosen"]:
    """Return about ``most`` of ``rows`` positions, spread evenly.

    All are returned if there are no more. Multiples of the golden ratio modulo 1 fill the unit interval evenly, and so do those of
    every third or every 52nd row (Weyl, 1916). A fixed step would not do: rows are cells with their dates in turn, and a step that
    has a factor in common with the number of dates would choose the same few dates in every cell.
    """
    if rows <= most:
        return np.arange(rows)
    return np.flatnonzero(np.arange(rows) * GOLDEN % 1.0 < most / rows)


def drawn(mean: Rows, rows: int) -> tuple[Any, Rows]:
    """Draw about ``rows`` rows with probability by the root of their mean.

    The same rows are drawn every time. The gradient of a Poisson loss has the square root of the mean as its standard deviation, so
    this loses least for a given number of rows (Neyman, 1934). Drawing is systematic along the rows (Madow, 1949).

    Parameters
    ----------
    mean
        Forecast of each row, ``[row]``.
    rows
        Number of rows to draw.

    Returns
    -------
    tuple
        Positions of the rows, and the inverse of each one's probability of being drawn.
    """
    size = np.sqrt(mean)
    sure = np.zeros(len(size), dtype=bool)
    while True:
        factor = (rows - np.count_nonzero(sure)) / size[~sure].sum()
        more = ~sure & (factor * size >= 1)
        if not more.any():
            break
        sure |= more
    probability = np.where(sure, 1.0, factor * size)
    chosen = np.flatnonzero(np.diff(np.floor(np.cumsum(probability)), prepend=0.0) > 0)
    return chosen, 1.0 / probability[chosen]


def row_blocks(design: Design) -> Iterator[tuple[slice, Design]]:
    """Yield the design some rows at a time.

    A table in memory is not copied.
    """
    for low in range(0, len(design), BLOCK_ROWS):
        rows = slice(low, low + BLOCK_ROWS)
        if len(design) <= BLOCK_ROWS:
            yield rows, design
        elif isinstance(design.X, Spilled):
            yield rows, design.take(rows)
        else:
            parts = {
                name: getattr(design, name)[rows]
                for name in ("X", "cell", "as_of", "at_risk", *(("y", "mature") if design.target else ()))
            }
            yield rows, replace(design, **parts)


def days_spanned(design: Design) -> int:
    """Return the days that all horizons together span."""
    return int(design.as_of.max()) - int(design.as_of.min()) + target_of(design).horizon
