"""Numbers that may be of events, where rows count once."""

from __future__ import annotations

import shlex

import numpy as np

from riskmodel.starter.column_words import rank
from riskmodel.starter.event_numbers import LEAST_UNIQUE, holds_minutes, is_run
from riskmodel.starter.incident_ids import combined, is_called_id, names_its_rows
from riskmodel.starter.new_rows import holds_counts
from riskmodel.starter.other_words import is_circumstance, is_figure, is_money, is_other_number
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

CHANCE = 20
"""Rows of single events that would agree by chance, from which it tells something that none do."""
_ROLES = ("id", "x", "y", "month", "week", "day", "cell")
_TIMES = ("year", "date", "known", "ended")
"""Roles of columns of days, whose numbers are larger than counts: *reported* and *this_year* may count."""
MOST_SMALL = 1_000
"""Numbers of a column called so below which they are none of days or years."""


def unstated_counts(table: ReadTable, same: tuple[str, ...], taken: set[str]) -> list[str]:
    """Return a limit about numbers that may be those of events.

    There is one row for each day, kind and place, and not by chance.

    Parameters
    ----------
    same
        Columns of day, kind and place; of day and place where there are no kinds.
    taken
        Columns that have a role.
    """
    if len(same) < len(("day", "place")):
        return []
    if names_its_rows(table):
        return []
    if any(holds_minutes(table.columns[name]) for name in same):
        return []
    agree = float(table.rows) ** 2 / 2 / np.prod([float(len(table.columns[name].values)) for name in same])
    if agree < CHANCE or combined(table, same).max() + 1 < LEAST_UNIQUE * table.rows:
        return []
    found = [name for name in table.columns if name not in taken and may_count(table, name, same)]
    if not found:
        return []
    shown = ", ".join(map(repr, found[:4])) + (", …" if len(found) > 4 else "")
    state = (
        f"state --amount {shlex.quote(found[0])}"
        if len(found) == 1
        else "state the right one with --amount, or write their sum into one column"
    )
    hold = "holds" if len(found) == 1 else "hold"
    return [
        f"Every row of {table.shown!r} counts as one event, though there is one row for each {', '.join(same[:-1])} and {same[-1]}, and {shown} {hold} whole numbers. If these are numbers of events, {state}."
    ]


def _names_times(name: str) -> bool:
    """Return whether a name says that a column holds days or years."""
    return max(rank(name, role) for role in _TIMES) >= 2


def _are_small(column: TextValues) -> bool:
    """Return whether numbers are too small for days and years."""
    named_year = rank(column.name, "year") == 3
    return column.is_numeric and not named_year and bool(np.nanmax(column.numbers) < MOST_SMALL)


def may_count(table: ReadTable, name: str, same: tuple[str, ...]) -> bool:
    """Return whether a column holds numbers that say nothing else."""
    column = table.columns[name]
    other = is_circumstance(name) or is_other_number(name) or is_money(name) or is_figure(name) or is_called_id(table, name)
    named = max(rank(name, role) for role in _ROLES) >= 2 or (_names_times(name) and not _are_small(column))
    if other or named or len(column.values) < 2 or not holds_counts(column) or is_run(column):
        return False
    # a number that goes with a kind or place is a property of it, such as its code
    return all(combined(table, (one, name)).max() + 1 > len(table.columns[one].values) for one in same[1:])
