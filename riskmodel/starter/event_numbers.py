"""The column with the number of events of a row."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

_QUANTITIES = frozenset(("n", "total", "amount", "sum", "value", "frequency", "合计"))
"""Names of numbers that may be of something else, such as money."""
_NUMBER = re.compile(r"[<>≤≥~]?\s*[-+]?\d[\d.,' \u00a0]*")
"""Numbers in any form, also with separators, or as a bound."""
LEAST_NUMBERS = 0.9
"""Share of the different texts that look like numbers, from which a column holds such."""


def event_number(table: ReadTable, stated: StatedColumns, taken: set[str], decisions: Decisions) -> str | None:
    """Return the column with the number of events, if there is one.

    Raises
    ------
    UsageError
        If a column is stated or called so, and holds numbers that are not all whole ones.
    """
    if stated.amount is not None:
        _refuse_others(table, table.columns[stated.amount], least=0.0)
        return stated.amount
    named = [(rank(name, "amount"), name) for name in table.columns if name not in taken and _is_called_so(name)]
    whole = [pair for pair in named if _is_whole(table.columns[pair[1]])]
    if whole:
        return max(whole)[1]
    for _, name in sorted(named, reverse=True):
        if rank(name, "amount") == 3 and plain_name(name) not in _QUANTITIES:
            _refuse_others(table, table.columns[name], least=LEAST_NUMBERS)
        elif table.columns[name].is_numeric:
            decisions.limit(
                f"{name!r} of {table.shown!r} holds numbers that are not all whole, so every row counts as one event. If it is the number of events, "
                "write whole numbers."
            )
    return None


def _is_called_so(name: str) -> bool:
    return rank(name, "amount") >= 2 and rank(name, "id") < 3 and rank(name, "cell") < 3


def _is_whole(column: TextValues) -> bool:
    return column.is_numeric and column.is_whole


def _refuse_others(table: ReadTable, column: TextValues, least: float) -> None:
    """Refuse a column of numbers that are not whole.

    Raises
    ------
    UsageError
        If at least this share of its texts look like numbers, and hardly all of them are whole ones.
    """
    like = sum(_NUMBER.fullmatch(text) is not None for text in column.values)
    if _is_whole(column) or not column.values or like < least * len(column.values):
        return
    numbers = column.row_numbers()
    bad = int((column.codes >= 0).sum() - ((numbers >= 0) & (numbers == np.rint(numbers))).sum())
    raise UsageError(
        f"The column {column.name!r} of {table.shown!r} should hold numbers of events, but in {bad:,} of {table.rows:,} rows it holds no whole number, "
        "such as a fraction, a number with separators (1,234) or a bound (<5). Write whole numbers and leave unknown ones empty, then run the same "
        "command again; if it is no number of events, give it another name."
    )
