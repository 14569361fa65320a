"""Tables with one column per kind: numbers, or yes and no."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.base.personal_data.person_columns import is_about_persons
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import ROW_NUMBERS, free_name, is_chinese, looks_like_id, plain_name, rank
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.incident_ids import names_its_rows
from riskmodel.starter.new_rows import NewRows, as_counts, holds_counts, only_date, stacked
from riskmodel.starter.other_words import is_circumstance, is_figure, is_other_number
from riskmodel.starter.rolling_sums import refuse_rolling
from riskmodel.starter.summed_counts import is_total
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import NO, YES, TextValues

FULL = 0.8
"""Share of all pairs of cell and date that a table of counts has a row for."""
MARKED = 0.98
"""Share of the rows that must have a kind, for marks to be kinds."""
LARGEST, MOST_MARKS = 0.8, 1.5
"""Largest share of the rows that one kind has, and marks per row, where rows mark several; what nearly all rows have is no kind."""
MOST_COUNTS = 30
"""Different numbers of a column that may count the events of a kind in a row."""
_MARKS = YES | NO
_ROLES = ("id", "x", "y", "year", "month", "week", "day")


def counted_kinds(table: ReadTable, form: str | None, today: int | None, stated: Mapping[str, str]) -> NewRows | None:
    """Return one row for each row and kind of counts."""
    cells = [n for n, c in table.columns.items() if c.filled == table.rows and n == stated.get("cell", n)]
    cell = next((n for n in cells if n in stated.values() or rank(n, "cell") == 3), None)
    if cell is None or any(rank(name, "kind") >= 2 for name in table.columns if name != cell):
        return None
    numbered = [name for name in table.columns if name != cell and rank(name, "amount") >= 2]
    if numbered and not all(is_total(name) and holds_counts(table.columns[name]) for name in numbered):
        return None
    date = only_date(table, form, today, stated.get("date"))
    if date is None or cell == date.column:
        return None
    names = _numbers_of_kinds(table, cell, date)
    totals = [name for name in names if name in numbered]
    names = [name for name in names if name not in totals]
    if not names or (totals and not _add_up(table, names, totals)):
        return None
    kind, amount = ("类别", "数量") if is_chinese([*names, cell]) else ("kind", "count")
    days = np.unique(date.days)
    for name in names:
        refuse_rolling(table.shown, name, "day" if np.diff(days).min() == 1 else "week")
    others = [name for name in table.columns if name not in (*names, *totals)]
    return NewRows(
        stacked(table, others, names, kind, amount),
        f"one row per {cell} and date, so {', '.join(names[:6])} are numbers of events: one row per kind",
        tuple((name, "it adds up the other columns") for name in totals),
    )


def _numbers_of_kinds(table: ReadTable, cell: str, date: DateEvidence) -> list[str]:
    """Return the columns of numbers of events.

    There are none unless the table has one row per cell and date.
    """
    days = np.unique(date.days, return_inverse=True)[1]
    cells = len(table.columns[cell].values)
    pairs = cells * (int(days.max()) + 1)
    both = table.columns[cell].codes.astype(np.int64) * (int(days.max()) + 1) + days
    if len(np.unique(both)) < table.rows or pairs < 2 * cells:
        return []
    names = [
        name
        for name, column in table.columns.items()
        if name not in (date.column, cell) and holds_counts(column) and not is_figure(name) and plain_name(name) not in ROW_NUMBERS
        and max(rank(name, role) for role in _ROLES) < 2 and not _same_in_cell(column, table.columns[cell])
    ]  # fmt: skip
    parts = [name for name in names if not is_total(name)]
    return names if table.rows >= FULL * pairs or _leaves_zeros_out(table, parts) else []


def _leaves_zeros_out(table: ReadTable, names: list[str]) -> bool:
    """Return whether rows without any event are left out, and only these.

    Rows of single events have an id of their own, or numbers that say something else.
    """
    if len(names) < 2 or names_its_rows(table):
        return False
    if any(is_circumstance(name) or is_other_number(name) or is_about_persons(name) for name in names):
        return False
    numbers = np.nan_to_num(np.array([column.row_numbers() for column in as_counts(table, names)]))
    return bool((numbers.sum(axis=0) >= 1).all() and (numbers == 0).any(axis=1).all() and (numbers > 1).any())


def _add_up(table: ReadTable, names: list[str], totals: list[str]) -> bool:
    """Return whether columns called totals hold the sums of the others."""
    whole = np.array([column.row_numbers() for column in as_counts(table, [*names, *totals])][: len(names)])
    return len(whole) >= 2 and all((table.columns[name].as_counts().row_numbers() == whole.sum(axis=0)).all() for name in totals)


def _same_in_cell(column: TextValues, cell: TextValues) -> bool:
    """Return whether a number is a property of its cell."""
    pairs = np.unique(np.column_stack([cell.codes, column.codes]), axis=0)
    return len(pairs) <= len(cell.values)


def marked_kinds(table: ReadTable) -> NewRows | None:
    """Return one row for each row and kind that it marks.

    Kinds are neighbouring columns of which every row, save a few, marks exactly one, or at least one.
    """
    names = marking_columns(table)
    if any(rank(name, "kind") >= 2 and name not in names for name in table.columns):
        return None
    marks = np.column_stack([_marks(table.columns[name]) for name in names]) if names else np.zeros((table.rows, 0), dtype=bool)
    first, last = _exactly_one(marks) or (0, len(names) if _several(marks) else 0)
    if last - first < 2:
        return None
    kinds, marks = names[first:last], marks[:, first:last]
    row, at = np.nonzero(marks)
    # a row without a mark stays, without a kind, and is counted in quarantine
    none = np.flatnonzero(~marks.any(axis=1))
    row, at = np.append(row, none), np.append(at, np.full(len(none), len(kinds)))
    order = np.argsort(row, kind="stable")
    columns = {name: column.texts()[row[order]].tolist() for name, column in table.columns.items() if name not in kinds}
    columns[free_name("类别" if is_chinese(kinds) else "kind", columns)] = [
        [*_bare(kinds), ""][one] for one in at[order].tolist()
    ]
    return NewRows(
        columns, f"{', '.join(kinds[:6])} mark the kind of each row: one column of kinds", (), _doubt(table, kinds, marks)
    )


def marking_columns(table: ReadTable) -> list[str]:
    """Return the columns of yes and no that may be kinds."""
    return [
        name
        for name, column in table.columns.items()
        if all(text.strip().lower() in _MARKS for text in column.values) and not _marks(column).all() and _marks(column).any()
        and not is_circumstance(name) and not is_about_persons(name) and not is_other_number(name)
        and max(rank(name, role) for role in (*_ROLES, "cell", "amount", "date")) < 2
    ]  # fmt: skip


def _marks(column: TextValues) -> Any:
    """Return which rows say yes."""
    return np.array([*(text.strip().lower() in YES for text in column.values), False])[column.codes]


def _exactly_one(marks: Any) -> tuple[int, int] | None:
    """Return the longest run of columns that share the rows out."""
    sums = np.concatenate([np.zeros((len(marks), 1), dtype=np.int64), np.cumsum(marks, axis=1)], axis=1)
    per_row = sums.mean(axis=0)
    for size in range(marks.shape[1], 1, -1):
        # rows with one mark are enough at the least, and all marks stand in the others at the most
        least, most = MARKED, MARKED + (1 - MARKED) * size
        for first in range(marks.shape[1] - size + 1):
            in_run = per_row[first + size] - per_row[first]
            if least - 1e-9 <= in_run <= most + 1e-9 and (sums[:, first + size] - sums[:, first] == 1).mean() >= MARKED:
                return first, first + size
    return None


def _several(marks: Any) -> bool:
    """Return whether nearly every row marks a kind, and some mark several."""
    return bool(
        marks.shape[1] > 1
        and marks.any(axis=1).mean() >= MARKED
        and marks.mean(axis=0).max() <= LARGEST
        and marks.sum() <= MOST_MARKS * len(marks)
    )


def _bare(names: list[str]) -> list[str]:
    """Return names without a first word that says kind."""
    heads = {name.partition("_")[0] for name in names}
    common = len(heads) == 1 and rank(heads.pop(), "kind") == 3 and all("_" in name for name in names)
    return [name.partition("_")[2] for name in names] if common else names


def _doubt(table: ReadTable, kinds: list[str], marks: Any) -> str:
    """Return what may be wrong with columns that are taken for kinds."""
    shown = ", ".join(kinds[:6]) + (", …" if len(kinds) > 6 else "")
    several, none = int((marks.sum(axis=1) > 1).sum()), int((~marks.any(axis=1)).sum())
    found = f"The columns {shown} of {table.shown!r} are taken for kinds, because "
    found += "every row marks one of them." if not several else "every row marks at least one of them."
    if several:
        found += f" {counted(several, 'row')} with more than one mark count once for each kind."
    if none:
        found += f" {counted(none, 'row')} without a mark go to quarantine, counted."
    return f"{found} If they say something else, leave them out of the table, then run the same init into another folder."


def undecided_kinds(table: ReadTable, taken: set[str]) -> str:
    """Return that small numbers or marks may be kinds, or nothing."""
    marking = marking_columns(table)
    found = [
        name
        for name, column in table.columns.items()
        if name not in taken
        and not looks_like_id(name)
        and (name in marking or (_may_count(name, column) and bool((column.numbers == 0).any())))
    ]
    if len(found) < 2:
        return _lone_number(table, taken)
    shown = ", ".join(found[:6]) + (", …" if len(found) > 6 else "")
    return (
        f"Every row of {table.shown!r} counts as one event of one kind, because no column holds kinds. If {shown} are kinds, write one row for each row and "
        "kind, with columns for the kind and the number of events, then run the same init into another folder."
    )


def _lone_number(table: ReadTable, taken: set[str]) -> str:
    """Return that the only small number may count events."""
    if names_its_rows(table):
        return ""
    found = [name for name, column in table.columns.items() if name not in taken and _may_count(name, column)]
    if len(found) != 1:
        return ""
    return (
        f"Every row of {table.shown!r} counts as one event, because no column is called like a number of events. If {found[0]!r} is that number, state "
        f"--amount {shlex.quote(found[0])}."
    )


def _may_count(name: str, column: TextValues) -> bool:
    """Return whether a column may hold small numbers of events."""
    other = is_circumstance(name) or is_about_persons(name) or is_other_number(name) or is_figure(name) or looks_like_id(name)
    named = max(rank(name, role) for role in (*_ROLES, "cell", "amount", "date", "known")) >= 1
    return not other and not named and 2 <= len(column.values) <= MOST_COUNTS and holds_counts(column)
