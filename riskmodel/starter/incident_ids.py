"""Ids of incidents that have several rows, such as one per victim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from riskmodel.starter.column_words import ROW_NUMBERS, looks_like_id, plain_name
from riskmodel.starter.table_columns import ReadTable

_CASES = frozenset(
    (
        "case", "incident", "event", "call", "record", "report", "complaint", "request", "offence", "offense", "crime", "cad", "fir", "log", "fall", "vorgang", "einsatz", "vorfall", "ereignis", "anzeige",
        "caso", "evento", "suceso", "llamada", "cas", "affaire", "evenement", "appel", "fait", "fatto", "ocorrencia", "zaak", "incidentie", "sprawa", "дело", "случай", "案件", "警情", "事件", "工单", "报警", "事案", "사건",
    )
)  # fmt: skip
"""Names of columns of what happened, which hold its number if nearly all values have digits."""
_WITH_DIGITS = 0.95

FEWEST = 0.2
"""Incidents per row, below which a column rather names a place or a group."""
MOST = 0.995
"""Incidents per row, above which a column counts as an id of rows, with a few repeats."""
LEAST_RECORDS = 50
"""Records from which those that stand again in nearly all rows are no chance."""
DIFFER = 0.01
"""Share of the incidents that may have rows with different dates or places."""


def is_called_id(table: ReadTable, name: str) -> bool:
    """Return whether a column is called like an id.

    A column that is only called ``case`` is one if it holds codes or numbers of which hardly any stands in many rows.
    """
    if looks_like_id(name):
        return True
    column = table.columns[name]
    if plain_name(name) not in _CASES or len(column.values) < FEWEST * table.rows or (column.is_numeric and not column.is_whole):
        return False
    return sum(any(sign.isdigit() for sign in text) for text in column.values) >= _WITH_DIGITS * len(column.values)


def names_its_rows(table: ReadTable) -> bool:
    """Return whether an id names every row, not only a row number."""
    return any(
        is_called_id(table, name) and plain_name(name) not in ROW_NUMBERS and len(column.values) == table.rows
        for name, column in table.columns.items()
    )


def names_incidents(table: ReadTable, name: str, same: Iterable[str]) -> bool:
    """Return whether a column names incidents that may have several rows.

    Parameters
    ----------
    same
        Columns in which all rows of an incident agree: those of date and place.
    """
    column = table.columns[name]
    incidents = len(column.values)
    if column.filled < table.rows or not FEWEST * table.rows <= incidents <= MOST * table.rows:
        return False
    return all(combined(table, (name, other)).max() + 1 <= (1 + DIFFER) * incidents for other in same)


def stands_again(table: ReadTable, name: str, same: Iterable[str], dates: Iterable[str]) -> bool:
    """Return whether records stand again on further dates, as in joined snapshots.

    Parameters
    ----------
    same
        Columns in which all rows of a record agree: those of date and place.
    dates
        Further columns of dates. In one of them a record has each date once.
    """
    column = table.columns[name]
    if column.filled < table.rows or not LEAST_RECORDS <= len(column.values) < FEWEST * table.rows:
        return False
    if any(combined(table, (name, other)).max() + 1 > (1 + DIFFER) * len(column.values) for other in same):
        return False
    return any(combined(table, (name, date)).max() + 1 == table.rows for date in dates)


def differs(table: ReadTable, name: str, dated: Any) -> bool:
    """Return whether a column differs in all rows with a date."""
    column = table.columns[name]
    return len(column.values) == column.filled and bool((column.codes[dated] >= 0).all())


def first_rows(table: ReadTable, names: Iterable[str]) -> Any:
    """Return which rows are the first with their values in some columns."""
    codes = combined(table, names)
    first = np.zeros(table.rows, dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return first


def combined(table: ReadTable, names: Iterable[str]) -> Any:
    """Return a number for every combination of values, from 0 on."""
    codes: Any = np.zeros(table.rows, dtype=np.int64)
    for name in names:
        column = table.columns[name]
        _, codes = np.unique(codes * (len(column.values) + 1) + column.codes + 1, return_inverse=True)
    return codes
