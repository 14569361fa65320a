"""Numbers that change less, or only upward, unlike numbers of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.base.months import month_of
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

LEAST_MEAN, LEAST_STEPS = 5.0, 150
"""Mean of two numbers, and steps between such numbers, from which their changes are judged."""
MOST_SMOOTH = 0.5
"""Changes as a part of what chance alone makes, below which numbers are no counts; those of events are 1 or more."""
LEAST_RISES, LEAST_RISE = 6, 3.0
"""Rises without a fall, and the last number as a multiple of the first, from which numbers may be totals so far."""


def smooth_counts(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that numbers of events change too little, or only rise."""
    if roles.amount is None:
        return
    places = [roles.cell] if roles.cell else [roles.points.x, roles.points.y] if roles.points is not None else []
    series = combined(table, [*places, *filter(None, (roles.kind,))])
    numbers = table.columns[roles.amount].row_numbers()
    good = roles.date.known & np.isfinite(numbers)
    at = _periods(roles.date.days[good], roles.period)
    order = np.lexsort((at, series[good]))
    x, at, own = numbers[good][order], at[order], series[good][order]
    next_one = (np.diff(own) == 0) & (np.diff(at) == 1)
    step, mean = np.diff(x)[next_one], ((x[1:] + x[:-1]) / 2)[next_one]
    large = mean >= LEAST_MEAN
    if large.sum() >= LEAST_STEPS:
        part = float((step[large] ** 2).sum() / (2 * mean[large].sum()))
        if part < MOST_SMOOTH:
            yield (
                f"The numbers in {roles.amount!r} of {table.shown!r} change from {roles.period} to {roles.period} by {part:.2f} of what chance alone makes numbers of events change. They may be sums or means over several "
                f"{roles.period}s, totals that were spread over {roles.period}s, or estimates; then events count more than once, or forecasts look surer than they are. Give the number of each {roles.period}."
            )
        return
    rises, falls = int((step > 0).sum()), int((step < 0).sum())
    if rises >= LEAST_RISES and not falls and _grown(x, own) >= LEAST_RISE:
        yield (
            f"The numbers in {roles.amount!r} of {table.shown!r} rise {rises} times and never fall, so they may be totals so far, which count events again in every later row. If they are, write the number of each "
            f"{roles.period}, which is the difference from the row before, then run init again."
        )


def _periods(days: Any, period: str) -> Any:
    """Return the number of the period of each day."""
    return month_of(days) if period == "month" else days // 7 if period == "week" else days


def _grown(numbers: Any, series: Any) -> float:
    """Return the last numbers of all series over the first ones."""
    begins = np.flatnonzero(np.append(True, np.diff(series) != 0))
    ends = np.append(begins[1:], len(series)) - 1
    first = float(numbers[begins].sum())
    return float(numbers[ends].sum()) / first if first > 0 else np.inf
