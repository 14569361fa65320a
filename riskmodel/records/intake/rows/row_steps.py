"""The steps from a raw table to rows of records.

Each step is a pure function: from the table and the columns found so far it computes further columns, and for each reason for
quarantine the rows to which it applies. Of several reasons a row gets the first in the order of
:data:`~riskmodel.records.intake.rows.quarantine_reasons.QUARANTINE_REASONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.date_forms import DateForm, date_form
from riskmodel.base.project import Source
from riskmodel.base.shown_texts import HIDDEN
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, joined_dates, read_day, read_days
from riskmodel.records.intake.columns.exchanged_days import refuse_exchanged
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.text_hashes import mix, mix_integers, text_hashes
from riskmodel.records.intake.columns.whole_numbers import NOT_WHOLE, TOO_LARGE, counts_per_unit, whole_numbers
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.intake.rows.quarantine_reasons import (
    AMOUNT_TOO_LARGE,
    HIDDEN_SIGNS,
    LARGEST_AMOUNT,
    QUARANTINE_REASONS,
    TOO_LATE,
)
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.intake.rows.row_ids import numbered_ids, row_ids
from riskmodel.records.known_ids import codes_of


@dataclass(frozen=True)
class RowContext:
    """Everything besides a table that its rows depend on.

    Parameters
    ----------
    day
        Day of the ingest; rows known later are quarantined.
    zone
        Time zone to which the day of an instant with an offset to UTC belongs.
    known_zone
        That of the days of knowledge; None: the same.
    """

    source: Source
    locator: CellLocator
    day: int
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    known_zone: ZoneInfo | None = None

    @property
    def zone_of_knowledge(self) -> ZoneInfo:
        """The time zone of the days of knowledge."""
        return self.known_zone or self.zone

    @property
    def form(self) -> DateForm | None:
        """The form of dates that the source states."""
        return None if self.source.dates is None else date_form(self.source.dates)


Found = Mapping[str, Any]
"""Name to column ``[row]`` of the steps so far."""


class StepResult(NamedTuple):
    """New columns, and the rows (a mask) of each reason for quarantine."""

    columns: dict[str, Any]
    faults: Mapping[str, Any] = {}


Step = Callable[[RowContext, RawTable, Found], StepResult]


def clean_rows(context: RowContext, table: RawTable) -> RecordRows:
    """Return the rows of a table as rows of records."""
    found: dict[str, Any] = {}
    faults: dict[str, Any] = {}
    for step in ROW_STEPS:
        result = step(context, table, found)
        found |= result.columns
        faults |= result.faults
    reason = np.zeros(table.whole, dtype=np.int8)
    for number, why in enumerate(QUARANTINE_REASONS):
        if why in faults:
            reason[faults[why] & (reason == 0)] = number
    return RecordRows(kinds=context.source.produces(), reason=reason, **{name: found[name] for name in _COLUMNS})


def _kind(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Map the values of the column of kinds."""
    source = context.source
    if source.columns.kind is None:
        kind = np.zeros(table.whole, dtype=np.int32)
    else:
        number = {name: i for i, name in enumerate(source.produces())}
        column = table.columns[source.columns.kind]
        kind = column.map(lambda v: number[source.kinds[v]] if v in source.kinds else -1, -1, np.int32)
    return StepResult({"kind": kind}, {"unknown kind": kind < 0})


def _occurred(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Read when each record occurred, and the first day of its period."""
    source = context.source
    if source.columns.day is not None:
        occurred = first_day = np.full(table.whole, read_day(source.columns.day, source.period), dtype=np.int32)
    else:
        named = (source.columns.occurred,) if isinstance(source.columns.occurred, str) else source.columns.occurred
        dates = joined_dates([table.columns[name] for name in named])
        form = context.form if len(named) == 1 else None
        refuse_exchanged(named[0], dates, form)
        occurred = read_days(dates, context.zone, source.period, form)
        first_day = occurred if source.period == "day" else read_days(dates, context.zone, "first", form)
    return StepResult({"occurred": occurred, "first_day": first_day}, {"unreadable date": occurred >= UNREADABLE})


def _cell(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Locate the cell of each row, and its successor after a split."""
    located = context.locator.locate(context.source, table, found["occurred"])
    successor, ends = np.full(table.whole, -1, dtype=np.int32), np.zeros(table.whole, dtype=np.int32)
    if located.successor is not None:
        successor = located.successor
        ends = codes_of([*context.locator.cells, ""])[successor]
    columns = {"cell": located.cell, "successor": successor, "ends": ends, "place_hash": located.stated}
    return StepResult(columns, {"unreadable coordinates": located.unreadable, located.why: located.cell < 0})


def _known(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Read when each record became known.

    Where the source does not say so, it is after the delay.
    """
    source = context.source
    delayed = np.minimum(found["occurred"].astype(np.int64) + source.delay, UNREADABLE)
    if source.columns.known is None:
        known, stated, unreadable = delayed, np.int64(EMPTY), np.zeros(table.whole, dtype=bool)
    else:
        refuse_exchanged(source.columns.known, table.columns[source.columns.known], context.form)
        stated = read_days(table.columns[source.columns.known], context.zone_of_knowledge, form=context.form)
        known, unreadable = np.where(stated == EMPTY, delayed, stated), stated == UNREADABLE
    known = known.astype(np.int32)
    late = (known > context.day) & (known < UNREADABLE)
    return StepResult({"known": known, "known_stated": stated}, {"unreadable known date": unreadable, TOO_LATE: late})


def _ended(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Read when each state ended, and when that became known."""
    columns = context.source.columns
    ended, ended_known = (
        np.full(table.whole, EMPTY, dtype=np.int32) if name is None else read_days(table.columns[name], zone, form=context.form)
        for name, zone in ((columns.ended, context.zone), (columns.ended_known, context.zone_of_knowledge))
    )
    faults = {
        "unreadable end date": (ended == UNREADABLE) | (ended_known == UNREADABLE),
        "ends before it begins": ended < found["occurred"],
    }
    return StepResult({"ended": ended, "ended_known": np.where(ended_known == EMPTY, ended, ended_known)}, faults)


def _amount(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Read the amount of each record, 1 where the source has none."""
    columns = context.source.columns
    if columns.amount is None:
        amount = np.ones(table.whole, dtype=np.int64)
    elif columns.amount_per is None:
        amount = whole_numbers(table.columns[columns.amount], NOT_WHOLE, context.source.thousands)
    else:
        amount = counts_per_unit(table.columns[columns.amount], table.columns[columns.amount_per])
        amount = np.where(amount == UNREADABLE, NOT_WHOLE, amount)
    large = (amount > LARGEST_AMOUNT) | (amount == TOO_LARGE)
    faults = {"amount is not a whole number": amount == NOT_WHOLE, AMOUNT_TOO_LARGE: large, "negative amount": amount < 0}
    return StepResult({"amount": np.where(large, 0, amount).astype(np.int32)}, faults)


def _revision(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Read the revision of each row, and whether it withdraws its record.

    An empty revision is 0.
    """
    source = context.source
    revision = np.zeros(table.whole, dtype=np.int64)
    if source.columns.revision is not None:
        revision = whole_numbers(table.columns[source.columns.revision], 0)
    withdrawn = np.zeros(table.whole, dtype=bool)
    if source.columns.status is not None:
        withdrawn = table.columns[source.columns.status].map(lambda v: v in source.withdrawn, False, bool)
    return StepResult({"revision": revision, "withdrawn": withdrawn}, {"unreadable revision": revision < 0})


def _content(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Hash what each row means to the project."""
    kind = np.array([*text_hashes(context.source.produces()), 0], dtype=np.uint64)
    cell = np.array([*text_hashes(list(context.locator.cells)), 0], dtype=np.uint64)
    key = mix(kind[found["kind"]], cell[found["cell"]])
    content = mix_integers(key, found["occurred"], found["known"], found["amount"], found["withdrawn"])
    return StepResult({"content": content.view(np.int64)})


def _said(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Hash what the source says in each row, independent of the mapping."""
    columns = context.source.columns
    key = np.zeros(table.whole, dtype=np.uint64)
    if columns.kind is not None:
        key = table.columns[columns.kind].hashes()
    if columns.status is not None:
        key = mix(key, table.columns[columns.status].hashes())
    said = mix_integers(mix(key, found["place_hash"]), found["first_day"], found["known_stated"], found["amount"])
    return StepResult({"said": said.view(np.int64)})


def _id(context: RowContext, table: RawTable, found: Found) -> StepResult:
    """Hash the id of each row."""
    key = row_ids(context.source, table)
    if context.source.repeats:
        key = numbered_ids(key, found["said"].view(np.uint64), found["ended"], found["ended_known"])
    columns = [table.columns[name] for name in context.source.columns.ids()]
    missing = np.logical_and.reduce([column.codes < 0 for column in columns])
    hidden = np.logical_or.reduce([_hidden(column) for column in columns])
    return StepResult({"id": key.view(np.int64)}, {"no id": missing, HIDDEN_SIGNS: hidden})


def _hidden(column: Column) -> Any:
    """Return which rows hold signs that nobody sees."""
    content = column.bytes().content
    if not np.any((content < 0x20) | (content >= 0x7F)):
        return np.zeros(len(column.codes), dtype=bool)
    return column.map(lambda text: HIDDEN.search(text) is not None, False, bool)


ROW_STEPS: tuple[Step, ...] = (_kind, _occurred, _cell, _known, _ended, _amount, _revision, _content, _said, _id)
_COLUMNS = tuple(name for name in RecordRows.__dataclass_fields__ if name not in ("kinds", "reason"))
