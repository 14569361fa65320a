"""Days on which events happened and became known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.date_forms import LATER_DAYS
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.records.history import bulk_entry
from riskmodel.starter.column_words import rank
from riskmodel.starter.date_evidence import NUMBERED, DateEvidence, date_evidence
from riskmodel.starter.other_words import is_later_step
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.unread_dates import unread_dates

LEAST_DATED = 0.5
"""Share of the rows with a date, of the fullest column, that the day of the event must have."""
LEAST_AFTER = 182
"""Days with events that follow an entry in bulk at least, for a column to say when events became known."""
LEAST_ORDERED = 0.95
"""Share of the rows in which the day of the event is not after that of knowledge."""


def event_dates(table: ReadTable, stated: StatedColumns, today: int | None) -> list[DateEvidence]:
    """Return every column of dates, the clearest name first.

    Raises
    ------
    UsageError
        If dates can be read in two ways, and no other column is as clearly the day on which it happened.
    """
    found: list[tuple[int, DateEvidence]] = []
    doubts: list[tuple[int, UsageError]] = []
    for name, column in table.columns.items():
        score = max(rank(name, role) for role in ("date", "known", "ended", "changed"))
        wanted = name in (stated.date, stated.known)
        if column.is_numeric and not score and not wanted:
            continue
        form = stated.dates if wanted or stated.date is None else None
        try:
            one = date_evidence(column, today, form, bool(score) or wanted)
        except UsageError as error:
            # what can be read in two ways is written like the column whose form is stated
            one = date_evidence(column, today, stated.dates, bool(score)) if stated.dates is not None and form is None else None
            if one is None:
                doubts.append((_occurrence_rank(name), error))
                continue
        if one is not None:
            found.append((score, _counted_from_1904(one) if table.epoch == 1904 else one))
    clearest = max((_occurrence_rank(one.column) for _, one in found), default=-1)
    if doubts and stated.date is None:
        rank_of_doubt, doubt = max(doubts, key=lambda pair: pair[0])
        if rank_of_doubt > clearest:
            raise doubt
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _counted_from_1904(found: DateEvidence) -> DateEvidence:
    """Return dates of a workbook that counts days from 1904."""
    if found.form != "excel":
        return found
    days = np.where(found.known, found.days + LATER_DAYS, found.days)
    return replace(found, form="excel1904", days=days, why=f"{NUMBERED['excel1904']}, as the workbook says")


def _occurrence_rank(name: str) -> int:
    """Return how clearly a column is called the day of the event."""
    return 0 if _is_later(name) else rank(name, "date")


def _is_later(name: str) -> bool:
    """Return whether a column is called a later step."""
    return max(rank(name, "ended"), rank(name, "changed")) >= 2 or is_later_step(name)


def _named_parts(table: ReadTable) -> str:
    """Return that names of files or sheets may say when."""
    sheets = any(" sheets with the same columns" in why for why in table.reshaped)
    what = "files" if table.parts else "sheets of the workbook" if sheets else ""
    return f" If the names of the {what} say when, add a column with the date, or with year and month, to each." if what else ""


def occurrence(
    table: ReadTable, stated: StatedColumns, dates: list[DateEvidence], today: int | None
) -> tuple[DateEvidence, str | tuple[str, ...]]:
    """Return the day on which it happened."""
    if stated.date is not None:
        return _stated_date(table, stated.date, stated.dates, dates, today), stated.date
    others = [one for one in dates if not _is_later(one.column)]
    if not others:
        split = _split_date(table, today)
        if split is not None:
            return split
        if dates:
            return dates[0], dates[0].column
        raise UsageError(
            f"No column of {table.shown!r} holds dates.{unread_dates(table.columns) or _named_parts(table)} Columns: {table.columns_in_words()}. Name one with --date, and its "
            "form with --dates (such as m/d/yyyy)."
        )
    # of equally clear names a day says more than its month, and the earlier dates are those on which it happened
    ordered = sorted(
        others,
        key=lambda one: (
            -rank(one.column, "date") + 2 * (rank(one.column, "known") >= 2),
            one.period != "day",
            float(np.median(one.days[one.known])),
        ),
    )
    best = _possible(ordered)
    return best, best.column


def _stated_date(table: ReadTable, column: str, form: str | None, dates: list[DateEvidence], today: int | None) -> DateEvidence:
    """Return the dates of the stated column.

    Raises
    ------
    UsageError
        If it holds none, or they can be read in two ways.
    """
    found = next((one for one in dates if one.column == column), None)
    if found is None:
        date_evidence(table.columns[column], today, form, True)
        raise UsageError(
            f"The column {column!r} of {table.shown!r} holds no dates. Name another with --date, or their form with --dates."
        )
    return found


def _possible(ordered: list[DateEvidence]) -> DateEvidence:
    """Return the first date that can be that of the event."""
    first, most = ordered[0], max(int(one.known.sum()) for one in ordered)
    full = next(one for one in ordered if one.known.sum() >= LEAST_DATED * most)
    if full is not first:
        return replace(full, why=f"{full.why}; {first.column!r} has a date in {first.known.mean():.0%} of the rows only")
    if rank(first.column, "date") == 3:
        return first
    before = next((one for one in ordered if rank(one.column, "known") >= 2 and is_before(one, first)), None)
    if before is not None:
        # nothing happens after it became known: the other date is that of a later step
        return replace(before, why=f"{before.why}; {first.column!r} is later, so it is the day of a later step")
    # nor before it happened
    before = next((one for one in ordered if is_before(one, first)), None) if rank(first.column, "known") else None
    if before is None:
        return first
    return replace(before, why=f"{before.why}; {first.column!r} is called a day of knowledge, and is never earlier")


def is_before(one: DateEvidence, other: DateEvidence) -> bool:
    """Return whether dates are never later than others, and some earlier."""
    both = one.known & other.known
    steps = other.days[both] - one.days[both]
    return (
        bool(len(steps)) and float((steps >= 0).mean()) >= LEAST_ORDERED and int((steps > 0).sum()) > 3 * int((steps < 0).sum())
    )


def _split_date(table: ReadTable, today: int | None) -> tuple[DateEvidence, tuple[str, ...]] | None:
    """Return the dates of columns of years, months and perhaps days."""
    year, month, day = (_numbers(table, role) for role in ("year", "month", "day"))
    if month is None and any(len(c.values) == 1 and c.values[0].lower() == "month" for c in table.columns.values()):
        # another column says that its numbers are months
        month = next((c for c in table.columns.values() if c is not year and _are_months(c)), None)
    if year is None or month is None:
        return None
    if day is not None and not _within(day, 31):
        day = None
    parts = [one for one in (year, month, day) if one is not None]
    found = date_evidence(_joined(parts), today)
    return None if found is None else (found, tuple(part.name for part in parts))


def _joined(parts: list[TextValues]) -> TextValues:
    """Return years, months and perhaps days as texts such as ``2024-02-29``."""
    days: Any = np.zeros(len(parts[0].codes), dtype=np.int64)
    for part in parts:
        days = np.unique(days * (len(part.values) + 1) + part.codes + 1, return_inverse=True)[1]
    # there are far fewer days than rows
    first = np.unique(days, return_index=True)[1]
    numbers = np.column_stack([part.row_numbers()[first] for part in parts])
    texts = ["-".join(f"{int(number):02d}" for number in row) if np.isfinite(row).all() else "" for row in numbers]
    values, codes = np.unique(np.array(texts, dtype=object).astype(str), return_inverse=True)
    rows = codes[days]
    if "" in values:
        # the empty text sorts first
        values, rows = values[1:], rows - 1
    return TextValues(", ".join(part.name for part in parts), values.tolist(), rows)


def _numbers(table: ReadTable, role: str) -> TextValues | None:
    """Return the first column of numbers that is called so."""
    named = [column for name, column in table.columns.items() if rank(name, role) == 3]
    parts = (part for column in named if (part := column.as_date_parts()) is not None)
    return next((column for column in named if column.is_numeric), None) or next(parts, None)


def _are_months(column: TextValues) -> bool:
    return _within(column, 12) and len(column.values) > 5


def _within(column: TextValues, most: int) -> bool:
    """Return whether all numbers are whole ones from 1 to the most."""
    numbers = column.numbers[np.isfinite(column.numbers)]
    return column.is_numeric and column.is_whole and bool(((numbers >= 1) & (numbers <= most)).all())


class Knowledge(NamedTuple):
    """The day of knowledge, or why no column tells it."""

    date: DateEvidence | None
    doubt: str = ""


def knowledge(table: ReadTable, stated: StatedColumns, dates: list[DateEvidence], date: DateEvidence) -> Knowledge:
    """Return the day on which it became known.

    A column that is called so and cannot be used is named in the doubt.

    Raises
    ------
    UsageError
        If the stated column cannot be read with the form of the other dates.
    """
    version = None if table.versions is None else table.versions.known
    named = [
        one
        for one in dates
        if one.column != date.column and (one.column in (stated.known, version) or rank(one.column, "known") >= 2)
    ]
    doubts: list[str] = []
    for one in sorted(named, key=lambda one: one.column != stated.known):
        doubt = _no_knowledge(table, one, date, one.column == stated.known)
        if not doubt:
            return Knowledge(one)
        if one.column == stated.known:
            raise UsageError(
                f"The column {one.column!r} of {table.shown!r} cannot be the day of knowledge: {doubt}. Without it, rows count as known on the day itself."
            )
        doubts.append(f"{one.column!r} is called so, but {doubt}")
    return Knowledge(None, "; ".join(doubts))


def closing(dates: list[DateEvidence], date: DateEvidence) -> DateEvidence | None:
    """Return the clearest column of days on which cases were closed."""
    ends = [one for one in dates if one.column != date.column and rank(one.column, "ended") >= 2]
    return max(ends, key=lambda one: (rank(one.column, "ended"), int(one.known.sum())), default=None)


def _no_knowledge(table: ReadTable, one: DateEvidence, date: DateEvidence, stated: bool) -> str:
    """Return why a column cannot say when rows became known."""
    both = one.known & date.known
    later = float((one.days[both] >= date.days[both]).mean()) if both.any() else 0.0
    if not stated and both.sum() < 0.5 * date.known.sum():
        return "fewer than half of its rows have a date"
    if not stated and later < LEAST_ORDERED:
        return f"{1 - later:.0%} of its dates lie before the day of the event"
    doubt = _entered_at_once(one.days[both], date.days[both])
    if doubt:
        return doubt
    if one.form in (None, date.form) or (date.form is None and _reads_alike(table, date, str(one.form))):
        return ""
    return f"its dates are written as {one.form}, those of {date.column!r} as {date.form or 'yyyy-mm-dd'}: write both alike"


def _entered_at_once(known: np.ndarray, occurred: np.ndarray) -> str:
    """Return why too little was entered otherwise than in bulk."""
    entry = bulk_entry(occurred, known)
    if entry is None:
        return ""
    after = int(np.quantile(occurred, 0.999)) - entry.day
    if after >= LEAST_AFTER:
        return ""
    return (
        f"{entry.share:.0%} of its events, from {to_iso(entry.since)} on, were entered at once by {to_iso(entry.day)}, and the {counted(max(after, 0), 'day')} after it are too few to "
        f"learn from ({LEAST_AFTER} are needed)"
    )


def _reads_alike(table: ReadTable, date: DateEvidence, form: str) -> bool:
    """Return whether dates mean the same where a form is stated."""
    column = table.columns.get(date.column)
    found = None if column is None else date_evidence(column, None, form, True)
    return found is not None and np.array_equal(found.days, date.days)
