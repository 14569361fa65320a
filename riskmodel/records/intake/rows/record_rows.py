"""Rows of a source into records: dates read, kinds and cells mapped, and a reason for every row that cannot be."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Bool, Int8, Int32, Int64

from riskmodel.base.project import Source
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_day, read_days
from riskmodel.records.intake.columns.text_column import Column, RawTable, joined_column
from riskmodel.records.intake.columns.text_hashes import mix, text_hash, text_hashes
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.known_ids import codes_of

TOO_LATE = "known after the day of the ingest"
REASONS = (
    "",
    "unknown kind",
    "unknown cell",
    "unknown address",
    "unreadable coordinates",
    "outside all cells",
    "unreadable date",
    "unreadable known date",
    "unreadable end date",
    "amount is not a whole number",
    "negative amount",
    "unreadable revision",
    "no id",
    TOO_LATE,
    "ends before it begins",
    "wrong number of fields",
    "conflicting revision",
)
"""Why a row is quarantined; its number is the index. The first that applies is given."""


_ULPS = 8
"""By how many units in the last place a mean of whole numbers may be off."""


@dataclass(frozen=True)
class RecordRows:
    """Cleaned rows of one source, in the order of the table. ``reason`` is 0 for a good row (see :data:`REASONS`).

    ``kind``, ``cell`` and ``heir`` index into ``kinds`` and the places' ids. ``id``, ``content`` and ``said`` are 64-bit hashes:
    ``content`` of what the row means to the project, ``said`` of what stands in the source, whatever is made of it. ``heir`` is the
    cell after all successions in which the row's point or address lies where its cell was split (-1: not told), ``ends`` a hash of it.
    """

    kinds: tuple[str, ...]
    reason: Int8[np.ndarray, " row"]
    id: Int64[np.ndarray, " row"]
    revision: Int32[np.ndarray, " row"]
    withdrawn: Bool[np.ndarray, " row"]
    kind: Int32[np.ndarray, " row"]
    cell: Int32[np.ndarray, " row"]
    heir: Int32[np.ndarray, " row"]
    occurred: Int32[np.ndarray, " row"]
    known: Int32[np.ndarray, " row"]
    ended: Int32[np.ndarray, " row"]
    ended_known: Int32[np.ndarray, " row"]
    amount: Int32[np.ndarray, " row"]
    content: Int64[np.ndarray, " row"]
    said: Int64[np.ndarray, " row"]
    ends: Int32[np.ndarray, " row"]

    def take(self, keep: Any) -> RecordRows:
        """The rows where ``keep`` is true."""
        return RecordRows(self.kinds, *(getattr(self, one.name)[keep] for one in fields(self) if one.name != "kinds"))


def clean(source: Source, table: RawTable, locator: CellLocator, ingested: int, time_zone: str = "UTC") -> RecordRows:
    """The rows of ``table`` as ``source`` maps them, in the cells that ``locator`` finds.

    An instant with an offset to UTC belongs to its day in ``time_zone``.
    """
    columns = source.columns
    count = table.whole
    reason = np.zeros(count, dtype=np.int8)

    def fail(rows: Any, why: str) -> None:
        reason[rows & (reason == 0)] = REASONS.index(why)

    kinds = source.produces()
    if columns.kind is None:
        kind = np.zeros(count, dtype=np.int32)
    else:
        number = {name: i for i, name in enumerate(kinds)}
        kind = table.columns[columns.kind].map(lambda v: number[source.kinds[v]] if v in source.kinds else -1, -1, np.int32)
    fail(kind < 0, "unknown kind")
    zone = ZoneInfo(time_zone)
    if columns.day is not None:
        occurred = first_day = np.full(count, read_day(columns.day, source.period), dtype=np.int32)
    else:
        named = (columns.occurred,) if isinstance(columns.occurred, str) else columns.occurred
        dates = joined_column([table.columns[name] for name in named], "-")
        occurred = read_days(dates, zone, source.period)
        first_day = occurred if source.period == "day" else read_days(dates, zone, "first")
    located = locator.locate(source, table, occurred)
    cell = located.cell
    heir, ends = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32)
    if located.heir is not None:
        heir = located.heir
        ends = codes_of([*locator.cells, ""])[heir]
    fail(located.unreadable, "unreadable coordinates")
    fail(cell < 0, located.why)
    fail(occurred >= UNREADABLE, "unreadable date")
    known_said = None
    if columns.known is None:
        known = np.minimum(occurred.astype(np.int64) + source.delay, UNREADABLE).astype(np.int32)
    else:
        known = known_said = read_days(table.columns[columns.known], zone)
        fail(known == UNREADABLE, "unreadable known date")
        known = np.where(known == EMPTY, np.minimum(occurred.astype(np.int64) + source.delay, UNREADABLE), known).astype(np.int32)
    ended = _optional(table, columns.ended, zone, count)
    ended_known = _optional(table, columns.ended_known, zone, count)
    fail((ended == UNREADABLE) | (ended_known == UNREADABLE), "unreadable end date")
    ended_known = np.where(ended_known == EMPTY, ended, ended_known)
    amount = _whole(table, columns.amount, 1, UNREADABLE, count)
    if columns.amount_per is not None and columns.amount is not None:
        amount = _times(table.columns[columns.amount], table.columns[columns.amount_per])
    fail(amount == UNREADABLE, "amount is not a whole number")
    fail(amount < 0, "negative amount")
    revision = _whole(table, columns.revision, 0, 0, count)
    fail((revision == UNREADABLE) | (revision < 0), "unreadable revision")
    withdrawn = np.zeros(count, dtype=bool)
    if columns.status is not None:
        withdrawn = table.columns[columns.status].map(lambda v: v in source.withdrawn, False, bool)
    ids = (columns.id,) if isinstance(columns.id, str) else columns.id
    fail(np.logical_and.reduce([table.columns[name].codes < 0 for name in ids]), "no id")
    fail((known > ingested) & (known < UNREADABLE), TOO_LATE)
    fail(ended < occurred, "ends before it begins")
    names = np.array([*text_hashes(kinds), 0], dtype=np.uint64)
    place = np.array([*text_hashes(list(locator.cells)), 0], dtype=np.uint64)
    content = _mixed(mix(names[kind], place[cell]), occurred, known, amount, withdrawn)
    word = np.zeros(count, dtype=np.uint64)
    if columns.kind is not None:
        word = table.columns[columns.kind].hashes()
    if columns.status is not None:
        word = mix(word, table.columns[columns.status].hashes())
    said = _mixed(mix(word, located.stated), first_day, np.int64(EMPTY) if known_said is None else known_said, amount)
    key = identify(source, table)
    if source.repeats:
        key = _told_apart(key, said, ended, ended_known)
    return RecordRows(
        kinds=kinds,
        reason=reason,
        id=key.view(np.int64),
        revision=revision.astype(np.int32),
        withdrawn=withdrawn,
        kind=kind,
        cell=cell,
        heir=heir,
        occurred=occurred,
        known=known,
        ended=ended.astype(np.int32),
        ended_known=ended_known.astype(np.int32),
        amount=amount.astype(np.int32),
        content=content.view(np.int64),
        said=said.view(np.int64),
        ends=ends,
    )


def identify(source: Source, table: RawTable, name: str | None = None) -> Any:
    """The hash of every row's id under the first name of its source, or under ``name``. Some columns of an id may be empty."""
    ids = (source.columns.id,) if isinstance(source.columns.id, str) else source.columns.id
    key = np.full(table.whole, np.uint64(text_hash(name or source.names[0])), dtype=np.uint64)
    for column in ids:
        key = mix(key, table.columns[column].hashes())
    return key


def _mixed(start: Any, *parts: Any) -> Any:
    for part in parts:
        start = mix(start, np.asarray(part).astype(np.int64).view(np.uint64))
    return start


def _told_apart(key: Any, said: Any, ended: Any, ended_known: Any) -> Any:
    """Ids of rows that may share all columns of their id: the how-manieth each is, in an order that the table's does not change."""
    order = np.lexsort((ended_known, ended, said, key))
    at = np.arange(len(key))
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[order][1:] != key[order][:-1]
    count = np.empty(len(key), dtype=np.uint64)
    count[order] = at - np.maximum.accumulate(np.where(new, at, 0))
    return mix(key, count)


def _optional(table: RawTable, column: str | None, zone: ZoneInfo, count: int) -> Any:
    if column is None:
        return np.full(count, EMPTY, dtype=np.int32)
    return read_days(table.columns[column], zone)


def _whole(table: RawTable, column: str | None, unmapped: int, empty: int, count: int) -> Any:
    if column is None:
        return np.full(count, unmapped, dtype=np.int64)

    def read(text: str) -> int:
        number = _number(text)
        return int(number) if abs(number) < UNREADABLE and number == int(number) else UNREADABLE

    return table.columns[column].map(read, empty, np.int64)


def _times(figure: Column, unit: Column) -> Any:
    """The whole numbers of which ``figure`` is the share of a ``unit``; unreadable where no whole number gives that figure.

    A figure may differ from the quotient by as much as floating-point arithmetic that made it may have lost, and no more.
    """
    per, units = (column.spread([_number(text) for text in column.values], np.nan, np.float64) for column in (figure, unit))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        whole = np.rint(per * units)
        exact = (units > 0) & (np.abs(whole) < UNREADABLE) & (np.abs(whole / units - per) <= _ULPS * np.spacing(np.abs(per)))
    return np.where(exact, whole, UNREADABLE).astype(np.int64)


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else np.nan
    except ValueError:
        return np.nan
