"""First and last days that lack a part of their rows."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

USUAL = 56
"""Days beside it that a day is compared with."""
LACKING, SHARE = 7.0, 0.1
"""Rows that lie beyond the times of a day by those of the others, and their share, from which the day was cut."""
LEAST_TIMES = 10
"""Different times of day, from which they are read."""
FEW, ERRORS = 0.5, 3.5
"""Rows of a day over the fewest of the same weekday, and standard errors below the mean, from which it was cut."""
_CLOCK = re.compile(r"(?:^|[T ])(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?\s*([AaPp])?")


def cut_day(table: ReadTable, roles: ColumnRoles, day: int, last: bool) -> str:
    """Return why a first or last day seems to be cut.

    Parameters
    ----------
    last
        Whether it is the last day, else the first.
    """
    if roles.period != "day" or roles.amount is not None or roles.known is not None or roles.date.zoned:
        return ""
    days, way = roles.date.days, 1 if last else -1
    beside = roles.date.known & (way * (day - days) >= 0) & (way * (day - days) <= USUAL)
    ages = way * (day - days[beside])
    counts = np.bincount(ages, minlength=USUAL + 1)
    if not counts[USUAL // 2 :].any():
        return ""
    usual = float(counts[1:].mean())
    return _by_time(table, roles, beside, ages, usual, last) or _by_number(counts, usual, day)


def _by_time(table: ReadTable, roles: ColumnRoles, beside: Any, ages: Any, usual: float, last: bool) -> str:
    """Return that the day lacks the times of others."""
    column = table.columns.get(roles.date.column)
    if column is None:
        return ""
    codes = column.codes[beside]
    used, back = np.unique(codes, return_inverse=True)
    minutes = np.array([_minute(column.values[at]) for at in used.tolist()], dtype=np.float64)[back]
    own, others = minutes[ages == 0], minutes[ages > 0]
    if not len(own) or not np.isfinite(minutes).all() or len(np.unique(minutes)) < LEAST_TIMES:
        return ""
    edge = float(own.max() if last else own.min())
    beyond = float((others > edge).mean() if last else (others < edge).mean())
    if beyond < SHARE or beyond * usual < LACKING:
        return ""
    hour, minute = divmod(int(edge), 60)
    return f"its rows {'end' if last else 'begin'} at {hour:02d}:{minute:02d}, {'after' if last else 'before'} which {beyond:.0%} of those of other days lie"


def _by_number(counts: Any, usual: float, day: int) -> str:
    """Return that the day has far fewer rows than the others."""
    error = float(np.sqrt(max(usual, counts[1:].var())))
    if counts[0] < FEW * counts[7::7].min() and counts[0] < usual - ERRORS * error:
        return f"it has {counts[0]:,} rows, where {usual:,.0f} are usual"
    return ""


def _minute(text: str) -> float:
    """Return the minute of the day; NaN without a time.

    Examples
    --------
    >>> _minute("03/24/2024 02:05:00 PM"), _minute("2024-03-24T23:59"), _minute("2024-03-24")
    (845.0, 1439.0, nan)
    """
    clock = _CLOCK.search(text.strip())
    if clock is None:
        return float("nan")
    hour = int(clock[1]) % 12 + 12 * (clock[3] in "Pp") if clock[3] else int(clock[1])
    return 60.0 * hour + int(clock[2])
