"""Rows of a source into records: dates read, kinds and cells mapped, and a reason for every row that cannot be."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Bool, Int8, Int32, Int64

from riskmodel.base.periods import NEVER
from riskmodel.base.project import Source
from riskmodel.records.intake.tables import Column, RawTable, joined_column

REASONS = (
    "",
    "unknown kind",
    "unknown cell",
    "unreadable date",
    "unreadable known date",
    "unreadable end date",
    "amount is not a whole number",
    "negative amount",
    "unreadable revision",
    "no id",
    "known after the day of the ingest",
    "ends before it begins",
    "wrong number of fields",
    "conflicting revision",
)
"""Why a row is quarantined; its number is the index. The first that applies is given."""

_UNREADABLE = int(NEVER) - 1
_EMPTY = int(NEVER)
_TIME = r"(?:[ T]\d.*)?"
_DATES = tuple(
    re.compile(form + _TIME)
    for form in (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", r"(\d{4})(年)(\d{1,2})月(\d{1,2})日?", r"(\d{4})()(\d{2})(\d{2})")
)
_MONTHS = tuple(re.compile(form) for form in (r"(\d{4})([-/.])(\d{1,2})", r"(\d{4})(年)(\d{1,2})月?", r"(\d{4})()(\d{2})"))
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}\S*(?:Z|[+-]\d{2}:?\d{2})")


@dataclass(frozen=True)
class Rows:
    """Cleaned rows of one source, in the order of the table. ``reason`` is 0 for a good row (see :data:`REASONS`).

    ``kind`` and ``cell`` index into ``kinds`` and the places' ids; ``id`` and ``content`` are 64-bit hashes.
    """

    kinds: tuple[str, ...]
    reason: Int8[np.ndarray, " row"]
    id: Int64[np.ndarray, " row"]
    revision: Int32[np.ndarray, " row"]
    withdrawn: Bool[np.ndarray, " row"]
    kind: Int32[np.ndarray, " row"]
    cell: Int32[np.ndarray, " row"]
    occurred: Int32[np.ndarray, " row"]
    known: Int32[np.ndarray, " row"]
    ended: Int32[np.ndarray, " row"]
    ended_known: Int32[np.ndarray, " row"]
    amount: Int32[np.ndarray, " row"]
    content: Int64[np.ndarray, " row"]


def clean(source: Source, table: RawTable, cells: dict[str, int], ingested: int, time_zone: str = "UTC") -> Rows:
    """The rows of ``table`` as ``source`` maps them; ``cells`` gives the number of each cell id.

    An instant with an offset to UTC belongs to its day in ``time_zone``.
    """
    columns = source.columns
    count = table.rows - table.broken
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
    cell = _cells(table, columns.cell, cells)
    fail(cell < 0, "unknown cell")
    zone = ZoneInfo(time_zone)
    occurred = _days(table.columns[columns.occurred], zone, source.period)
    fail(occurred >= _UNREADABLE, "unreadable date")
    if columns.known is None:
        known = np.minimum(occurred.astype(np.int64) + source.delay, _UNREADABLE).astype(np.int32)
    else:
        known = _days(table.columns[columns.known], zone)
        fail(known == _UNREADABLE, "unreadable known date")
        known = np.where(known == _EMPTY, np.minimum(occurred.astype(np.int64) + source.delay, _UNREADABLE), known).astype(
            np.int32
        )
    ended = _optional(table, columns.ended, zone, count)
    ended_known = _optional(table, columns.ended_known, zone, count)
    fail((ended == _UNREADABLE) | (ended_known == _UNREADABLE), "unreadable end date")
    ended_known = np.where(ended_known == _EMPTY, ended, ended_known)
    amount = _whole(table, columns.amount, 1, _UNREADABLE, count)
    fail(amount == _UNREADABLE, "amount is not a whole number")
    fail(amount < 0, "negative amount")
    revision = _whole(table, columns.revision, 0, 0, count)
    fail((revision == _UNREADABLE) | (revision < 0), "unreadable revision")
    withdrawn = np.zeros(count, dtype=bool)
    if columns.status is not None:
        withdrawn = table.columns[columns.status].map(lambda v: v in source.withdrawn, False, bool)
    ids = (columns.id,) if isinstance(columns.id, str) else columns.id
    key = np.full(count, np.uint64(text_hash(source.name)), dtype=np.uint64)
    for name in ids:
        fail(table.columns[name].codes < 0, "no id")
        key = mix(key, table.columns[name].map(text_hash, 0, np.uint64))
    fail((known > ingested) & (known < _UNREADABLE), "known after the day of the ingest")
    fail(ended < occurred, "ends before it begins")
    names = np.array([*map(text_hash, kinds), 0], dtype=np.uint64)
    place = np.array([*map(text_hash, cells), 0], dtype=np.uint64)
    content = mix(names[kind], place[cell])
    for part in (occurred, known, amount, withdrawn):
        content = mix(content, part.astype(np.int64).view(np.uint64))
    return Rows(
        kinds=kinds,
        reason=reason,
        id=key.view(np.int64),
        revision=revision.astype(np.int32),
        withdrawn=withdrawn,
        kind=kind,
        cell=cell,
        occurred=occurred,
        known=known,
        ended=ended.astype(np.int32),
        ended_known=ended_known.astype(np.int32),
        amount=amount.astype(np.int32),
        content=content.view(np.int64),
    )


def _cells(table: RawTable, named: str | tuple[str, ...], cells: dict[str, int]) -> Int32[np.ndarray, " row"]:
    """Cell number of each row; -1 where there is no such cell."""
    if isinstance(named, str):
        return table.columns[named].map(lambda v: cells.get(v, -1), -1, np.int32)
    joined = joined_column([table.columns[name] for name in named])
    return joined.map(lambda v: cells.get(v, -1), -1, np.int32)


def text_hash(text: str) -> int:
    """A 64-bit hash of a text, the same on every machine and in every run."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def mix(one: Any, other: Any) -> Any:
    """Two columns of 64-bit hashes into one; the order matters (the finaliser of splitmix64, Steele et al., 2014)."""
    with np.errstate(over="ignore"):
        z = one * np.uint64(0x9E3779B97F4A7C15) + other
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def read_day(text: str, period: str = "day", zone: ZoneInfo | None = None) -> int:
    """The day number of a date as exports write it (``2024-01-31``, ``2024/1/31 08:00``, ``20240131``, ``2024年1月31日``).

    Of a week (given by its first day) or month (also as ``2024-01``, ``202401``, ``2024年1月``) it is the last day. An instant
    with an offset (``2024-01-31T20:00:00Z``) is a day in ``zone``. A text that is no date gives a number beyond all days.
    """
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None and period == "month":
        found = next((match for form in _MONTHS if (match := form.fullmatch(text))), None)
    if found is None:
        return _UNREADABLE
    try:
        first = date(int(found[1]), int(found[3]), int(found[4]) if found.re.groups == 4 else 1)
        if zone is not None and _INSTANT.fullmatch(text):
            first = datetime.fromisoformat(text).astimezone(zone).date()
    except (ValueError, OverflowError):
        return _UNREADABLE
    if not 1900 <= first.year <= 2200:
        return _UNREADABLE
    if period == "week":
        first += timedelta(days=6)
    elif period == "month":
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return first.toordinal() - 719163


def _days(column: Column, zone: ZoneInfo, period: str = "day") -> Int32[np.ndarray, " row"]:
    return column.map(lambda text: read_day(text, period, zone), _EMPTY, np.int32)


def _optional(table: RawTable, column: str | None, zone: ZoneInfo, count: int) -> Any:
    if column is None:
        return np.full(count, _EMPTY, dtype=np.int32)
    return _days(table.columns[column], zone)


def _whole(table: RawTable, column: str | None, unmapped: int, empty: int, count: int) -> Any:
    if column is None:
        return np.full(count, unmapped, dtype=np.int64)

    def read(text: str) -> int:
        try:
            number = float(text) if "_" not in text else np.nan
        except ValueError:
            return _UNREADABLE
        return int(number) if abs(number) < _UNREADABLE and number == int(number) else _UNREADABLE

    return table.columns[column].map(read, empty, np.int64)
