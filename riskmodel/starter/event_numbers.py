"""The column with the number of events of a row."""

from __future__ import annotations

import math
import re
import shlex
from dataclasses import replace

import numpy as np

from riskmodel.base.digit_groups import UNCLEAR
from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import ROW_NUMBERS, looks_like_id, plain_name, rank
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.other_words import is_money, is_other_number
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

_QUANTITIES = frozenset(("n", "calls", "total", "amount", "sum", "value", "frequency", "合计"))
"""Names of numbers that may be of something else, such as money or calls about one incident."""
_NUMBER = re.compile(r"[<>≤≥~约近]?\s*[-+]?\d[\d.,'’，．\s]*\D{0,8}")
"""Numbers in any form, also with separators, as a bound, or with a unit."""
_HIDDEN = re.compile(r"[^\w\s]{1,3}|[a-z]|suppressed|confidential|withheld|hidden|masked|geheim|secret", re.IGNORECASE)
"""Marks that publishers write instead of small numbers."""
_MINUTES = re.compile(r"\d:(?!00)[0-5]\d\b|点(?!0)\d+分|时(?!0)\d+分")
LOOKED_AT = 2_000
"""Different texts of a column, evenly spread, of which it is asked whether they name minutes."""
LEAST_UNIQUE = 0.98
"""Different rows, per row, of a table that has one row for each period, place and kind."""
LEAST_NUMBERS = 0.9
"""Share of the different texts that look like numbers, from which a column holds such."""


LEAST_RUN = 20
"""Numbers from which on a run of them numbers the rows, whatever it is called."""
FEWEST_AGAIN = 2
"""Rows per different text of a column that sums can be by."""
LEAST_EMPTY = 0.2
"""Share of rows without a number, above which numbers from 2 on may leave out the ones."""
FULL_GRID = 0.98
"""Share of all combinations of the other columns that have a row, in a table with a row for everything."""


def with_counts(table: ReadTable, stated: StatedColumns) -> ReadTable:
    """Return a table whose numbers of events have no signs between thousands."""
    counts = {name for name in table.columns if _is_called_so(name) or name == stated.amount}
    columns = {name: column.as_counts(stated.thousands) if name in counts else column for name, column in table.columns.items()}
    return replace(table, columns=columns)


def event_number(table: ReadTable, stated: StatedColumns, taken: set[str], decisions: Decisions) -> str | None:
    """Return the column with the number of events, if there is one.

    Raises
    ------
    UsageError
        If a column is stated or called so, and holds numbers that are not all whole ones.
    """
    if stated.amount is not None:
        _refuse_others(table, table.columns[stated.amount], least=0.0)
        _refuse_empty_ones(table, table.columns[stated.amount])
        return stated.amount
    named = [
        (rank(name, "amount"), name)
        for name, column in table.columns.items()
        if name not in taken and _is_called_so(name) and not (len(column.values) >= LEAST_RUN and is_run(column))
    ]
    whole = [pair for pair in named if _is_whole(table.columns[pair[1]])]
    clear = [pair for pair in whole if pair[0] == 3 and plain_name(pair[1]) not in _QUANTITIES]
    if clear:
        _refuse_empty_ones(table, table.columns[max(clear)[1]])
        return max(clear)[1]
    if whole:
        name = max(whole)[1]
        _refuse_empty_ones(table, table.columns[name])
        return None if _counts_something_else(table, name, decisions) else name
    for _, name in named:
        if plain_name(name) not in _QUANTITIES and not table.columns[name].is_numeric and _counts_in_words(table.columns[name]):
            decisions.doubt(
                f"{name!r} of {table.shown!r} is called a number of events and holds words, so every row counts as one event. Write whole numbers and leave unknown ones empty, then run the same "
                "command again into another folder; if it is no number of events, give it another name."
            )
    for score, name in sorted(named, reverse=True):
        # a number that may be money is one of events where each row is a sum of a period, place and kind
        if score == 3 and (plain_name(name) not in _QUANTITIES or _is_summed(table, name, taken)):
            _refuse_others(table, table.columns[name], least=LEAST_NUMBERS)
        elif table.columns[name].is_numeric:
            decisions.limit(
                f"{name!r} of {table.shown!r} holds numbers that are not all whole, so every row counts as one event. If it is the number of events, "
                "write whole numbers."
            )
    return _number_of_a_full_grid(table, taken, decisions)


def _is_summed(table: ReadTable, name: str, taken: set[str]) -> bool:
    """Return whether rows are sums, by all that stands beside a number.

    Their dates have no minutes, hardly any two agree in all other columns, no column names each row, and the number has no fractions, as sums of money have.
    """
    numbers = table.columns[name].numbers
    if (numbers != np.rint(numbers))[np.isfinite(numbers)].any():
        return False
    others = {other: column for other, column in table.columns.items() if other != name and column.filled}
    if any(_names_rows(table, other) or holds_minutes(column) for other, column in others.items()):
        return False
    few = [other for other, column in others.items() if other in taken or FEWEST_AGAIN * len(column.values) <= table.rows]
    return len(few) > 1 and combined(table, few).max() + 1 >= LEAST_UNIQUE * table.rows


def _number_of_a_full_grid(table: ReadTable, taken: set[str], decisions: Decisions) -> str | None:
    """Return the only number of a table with a row for everything.

    Where each hour of each day and place has a row, some with 0, a row is no event.
    """
    free = [name for name, column in table.columns.items() if name not in taken and column.is_numeric and _is_whole(column)]
    for name in free:
        others = [other for other, column in table.columns.items() if other != name and column.values]
        full = math.prod(len(table.columns[other].values) for other in others) <= table.rows / FULL_GRID
        zeros = bool((table.columns[name].numbers == 0).any())
        if (
            len(others) > 1
            and full
            and zeros
            and not is_other_number(name)
            and not is_money(name)
            and combined(table, others).max() + 1 == table.rows
        ):
            decisions.limit(
                f"{name!r} of {table.shown!r} is taken for the number of events of a row, because there is a row for each {', '.join(others[:-1])} and {others[-1]}, some with 0. If it says "
                "something else, leave it out of the table and run init again."
            )
            return name
    return None


def _counts_something_else(table: ReadTable, name: str, decisions: Decisions) -> bool:
    """Return whether rows are single events and the number is another.

    Where nothing tells, the number counts as that of events, and a limit says so.
    """
    numbers = table.columns[name].row_numbers()
    events = np.nansum(numbers)
    if events == table.rows and np.nanmax(numbers) == 1:
        return False
    why = _why_single_events(table, name)
    if not why:
        decisions.limit(
            f"{name!r} of {table.shown!r} is taken for the number of events of a row: {events:,.0f} events in {table.rows:,} rows. If it says something "
            "else, such as a sum of money, give it another name in the table and run init again."
        )
        return False
    decisions.limit(
        f"{name!r} of {table.shown!r} holds whole numbers, but {why}: every row counts as one event. If they are numbers of events, state --amount {shlex.quote(name)}."
    )
    return True


def _why_single_events(table: ReadTable, name: str) -> str:
    """Return why rows are single events, whatever a number counts."""
    others = [column for column in table.columns if column != name]
    own = next((other for other in others if _names_rows(table, other)), None)
    if own is not None:
        return f"every row has its own {own!r}"
    points = _points(table)
    if points and is_other_number(name):
        return "its name speaks of persons, vehicles, time or money, and rows have points"
    if points and 2 * (combined(table, points).max() + 1) > table.rows:
        return "most rows have a point of their own"
    timed = next((other for other in others if holds_minutes(table.columns[other])), None)
    if timed is not None:
        return f"{timed!r} names the minute of each row"
    if combined(table, others).max() + 1 < LEAST_UNIQUE * table.rows:
        return "rows agree in all other columns"
    return "they only number the rows" if is_run(table.columns[name]) else ""


def _points(table: ReadTable) -> list[str]:
    """Return the columns of coordinates, if there are two."""
    axes = [
        name
        for role in ("x", "y")
        for name, column in table.columns.items()
        if rank(name, role) >= 2 and column.is_numeric and not column.is_whole
    ]
    return axes if len(axes) > 1 else []


def _names_rows(table: ReadTable, name: str) -> bool:
    """Return whether a column names every row, not only numbers it."""
    column = table.columns[name]
    named = looks_like_id(name) and plain_name(name) not in ROW_NUMBERS
    return named and len(column.values) == table.rows and not is_run(column)


def holds_minutes(column: TextValues) -> bool:
    """Return whether most texts name a minute that is not 0."""
    probe = column.values[:: max(1, len(column.values) // LOOKED_AT)]
    return 2 * sum(_MINUTES.search(text) is not None for text in probe) > len(probe) > 0


def is_run(column: TextValues) -> bool:
    """Return whether numbers differ, are whole and leave none out."""
    numbers = column.numbers[np.isfinite(column.numbers)]
    return len(numbers) == len(column.values) == column.filled == np.ptp(numbers) + 1 and column.is_whole


def _counts_in_words(column: TextValues) -> bool:
    """Return whether words stand among numbers, and few rows say nothing."""
    return bool(np.isfinite(column.numbers).any()) and column.stated > 0


def _is_called_so(name: str) -> bool:
    return rank(name, "amount") >= 2 and rank(name, "id") < 3 and rank(name, "cell") < 3 and not is_money(name)


def _is_whole(column: TextValues) -> bool:
    # a comma separates the thousands of a number of events: 3,000 is not 3
    return column.is_numeric and column.is_whole and not column.decimal_comma


def _refuse_empty_ones(table: ReadTable, column: TextValues) -> None:
    """Refuse numbers that seem to leave out the ones.

    Raises
    ------
    UsageError
        If many rows are empty, and none says 0 or 1.
    """
    numbers = column.numbers[np.isfinite(column.numbers)]
    empty = table.rows - column.filled
    if empty > LEAST_EMPTY * table.rows and len(numbers) and numbers.min() >= 2:
        raise UsageError(
            f"{column.name!r} of {table.shown!r} is empty in {empty:,} of {table.rows:,} rows and never 0 or 1, so an empty one seems to stand for one event, or for none. Write 1 or 0 there, "
            "then run the same command again; if it is no number of events, give it another name."
        )


def _refuse_others(table: ReadTable, column: TextValues, least: float) -> None:
    """Refuse a column of numbers that are not whole.

    Raises
    ------
    UsageError
        If at least this share of its texts look like numbers, and hardly all of them are whole ones.
    """
    like = sum(_NUMBER.fullmatch(text) is not None or _HIDDEN.fullmatch(text) is not None for text in column.values)
    if _is_whole(column) or not column.values or like < least * len(column.values):
        return
    if column.thousands == UNCLEAR:
        raise UsageError(
            f"The numbers in {column.name!r} of {table.shown!r} have three digits behind a point or comma, and nothing tells whether 2.000 is two thousand or "
            "two. State --thousands '.' (or ',') if the sign separates thousands, or --thousands '' if it begins the decimals. In riskmodel.toml it is the key "
            "thousands of the source."
        )
    numbers = column.row_numbers()
    whole = (
        (numbers >= 0)
        & (numbers == np.rint(numbers))
        & ~np.array([*("," in text and not column.thousands for text in column.values), False])[column.codes]
    )
    bad = int((column.codes >= 0).sum() - whole.sum())
    raise UsageError(
        f"The column {column.name!r} of {table.shown!r} should hold numbers of events, but in {bad:,} of {table.rows:,} rows the value is not a whole number "
        "but, for example, a fraction, a negative number, a number with a unit (5起), a bound (<5) or a mark (*). Write whole numbers and leave unknown ones empty, then run the same "
        "command again; if it is no number of events, give it another name."
    )
