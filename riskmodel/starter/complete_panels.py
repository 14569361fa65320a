"""Tables with one row for each place and date."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.event_numbers import LEAST_UNIQUE
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.other_words import is_circumstance, is_figure, is_money, is_other_number
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.unstated_counts import may_count

FEWEST_ROWS, FEWEST_DATES = 100, 10
"""Rows and dates from which a table with one row for everything is no chance."""


def refuse_panel(table: ReadTable, date: DateEvidence, place: tuple[str, ...], kind: str | None, taken: set[str]) -> None:
    """Refuse a table of all places and dates without counts.

    Counted as events, such rows say that each place has one on each date.

    Raises
    ------
    UsageError
        If hardly any date of a place, from its first to its last, has none or two rows, and columns hold whole numbers.
    """
    for groups in dict.fromkeys((place, (*place, kind) if kind else place)):
        if _is_panel(table, date, groups):
            same = (date.column, *groups)
            found = [name for name in table.columns if name not in taken and may_count(table, name, same)]
            broken = [name for name, column in table.columns.items() if name not in taken and _is_broken(column)]
            if found or broken:
                raise UsageError(_words(table, same, found, broken))


def _is_broken(column: TextValues) -> bool:
    """Return whether numbers are no money or figures, and some not whole."""
    other = is_money(column.name) or is_figure(column.name) or is_other_number(column.name) or is_circumstance(column.name)
    return column.is_numeric and not column.is_whole and not other


def _is_panel(table: ReadTable, date: DateEvidence, groups: Iterable[str]) -> bool:
    """Return whether each group has one row on each date."""
    known = date.known
    if known.sum() < max(FEWEST_ROWS, LEAST_UNIQUE * table.rows):
        return False
    days, at = np.unique(date.days[known], return_inverse=True)
    group: Any = combined(table, groups)[known]
    many = int(group.max()) + 1
    rows = len(np.unique(group * len(days) + at))
    first, last = np.full(many, len(days)), np.full(many, -1)
    np.minimum.at(first, group, at)
    np.maximum.at(last, group, at)
    spanned = int((last - first + 1)[last >= 0].sum())
    return len(days) >= FEWEST_DATES and rows >= LEAST_UNIQUE * max(spanned, len(at))


def _words(table: ReadTable, same: tuple[str, ...], found: list[str], broken: list[str]) -> str:
    """Return what to state, in the words of the table."""
    begin = f"Rows of {table.shown!r} are no single events: there is one for each {', '.join(same[:-1])} and {same[-1]}."
    if not found:
        return (
            f"{begin} {_named(broken)} numbers that are not all whole, such as thousands or rates, and no column holds whole ones. Write the number of events of each row in whole numbers, then run the "
            "same command again."
        )
    return (
        f"{begin} State the column with the number of events, such as --amount {shlex.quote(found[0])}: {_named(found)} whole numbers. If none of them counts events, the table has none: it needs a row per "
        "event, or a column of counts."
    )


def _named(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:4])) + (", …" if len(names) > 4 else "")
    return f"{shown} {'holds' if len(names) == 1 else 'hold'}"
