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
from riskmodel.starter.table_columns import ReadTable
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
            found = [name for name in table.columns if name not in taken and may_count(table, name, (date.column, *groups))]
            if found:
                raise UsageError(_words(table, (date.column, *groups), found))


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


def _words(table: ReadTable, same: tuple[str, ...], found: list[str]) -> str:
    """Return what to state, in the words of the table."""
    shown = ", ".join(map(repr, found[:4])) + (", …" if len(found) > 4 else "")
    one = len(found) == 1
    return (
        f"Rows of {table.shown!r} are no single events: there is one for each {', '.join(same[:-1])} and {same[-1]}. State the column with the number of events, such as "
        f"--amount {shlex.quote(found[0])}: {shown} {'holds' if one else 'hold'} whole numbers. If none of them counts events, the table has none: it needs a row per event, or a column of counts."
    )
