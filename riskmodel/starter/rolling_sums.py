"""Numbers that are sums over several days, although every day has one."""

from __future__ import annotations

import re

from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name

_ROLLING = re.compile(
    r"\b(rolling|moving|trailing|cumulative|ytd|mtd|(?:[2-9]|[1-9]\d+) ?(?:d|days?|w|wks?|weeks?|m|months?))\b|累计|滚动|近\d+[天日周个]"
)
"""Names of sums over several days."""


def refuse_rolling(table: str, column: str, period: str) -> None:
    """Refuse numbers that are sums over several days by name.

    Raises
    ------
    UsageError
        If every day has such a sum.
    """
    if period == "day" and _ROLLING.search(plain_name(column)):
        raise UsageError(
            f"The numbers in {column!r} of {table!r} are sums over several days by their name, and stand on every day, so events would count more than once. State the column with the "
            "number of each day (--amount), or give the column another name if its numbers are no such sums."
        )
