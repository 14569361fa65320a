"""Rows that were refused before, beside those that were just read: which are tried again, and which wait.

A source that tells what is new never brings a refused row again by itself, so the quarantine is looked at each time. While neither
the mapping nor the places have changed a row is refused for the same reason again: it waits, untried and uncounted, and a row that
is read again with the same bytes as one that waits is a repeat. Only what was known too late may be in time now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import UInt64

from riskmodel.base.project import Source
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.columns.text_hashes import mix
from riskmodel.records.intake.quarantine import rows_to_retry
from riskmodel.records.intake.rows.record_rows import REASONS, TOO_LATE, RecordRows
from riskmodel.records.intake.source_reader import wanted_columns

if TYPE_CHECKING:
    import pyarrow as pa

Clean = Callable[[RawTable], RecordRows]


@dataclass(frozen=True)
class RetryResult:
    """Rows to sort out, ``retried`` of which come from the quarantine; ``repeats`` were read again and left out, as they wait.

    ``waiting`` are the rows of the quarantine that were not tried; None if there are none.
    """

    table: RawTable
    rows: RecordRows
    retried: int = 0
    repeats: int = 0
    waiting: pa.Table | None = None


def with_quarantine(source: Source, table: RawTable, kept: pa.Table, clean: Clean, same: bool) -> RetryResult:
    """The rows of ``table``, and after them those of the quarantine ``kept`` that are tried again and were not read again.

    Parameters
    ----------
    clean
        Makes rows of a table under the mapping and places of now.
    same
        Whether they are those of the last ingest.
    """
    waits = _waits(source, kept, clean) if same else np.zeros(len(kept), dtype=bool)
    waiting = kept.filter(_mask(waits)) if waits.any() else None
    repeats = _repeats(source, table, waiting)
    table = table.take(~repeats) if repeats.any() else table
    retry = rows_to_retry(source, kept.filter(_mask(~waits)))
    if retry is None:
        return RetryResult(table, clean(table), 0, int(repeats.sum()), waiting)
    both = table.join(retry)
    rows = clean(both)
    read = np.arange(both.whole) < table.whole
    alike = np.isin(rows.id, rows.id[read]) & np.isin(rows.said, rows.said[read])
    keep = read | ~alike
    return RetryResult(both.take(keep), rows.take(keep), int(keep.sum()) - table.whole, int(repeats.sum()), waiting)


def without(source: Source, waiting: pa.Table, clean: Clean, past: Callable[[RecordRows], Any]) -> tuple[pa.Table | None, int]:
    """``waiting`` without the rows that are ``past``, and how many those are."""
    table = rows_to_retry(source, waiting)
    gone = past(clean(table)) if table is not None else np.zeros(len(waiting), dtype=bool)
    return (None if gone.all() else waiting.filter(_mask(~gone))), int(gone.sum())


def _waits(source: Source, kept: pa.Table, clean: Clean) -> Any:
    """Which rows of the quarantine would be refused as they were."""
    late = np.array(kept["reason"].to_pylist(), dtype=object) == TOO_LATE
    waits = ~late
    table = rows_to_retry(source, kept.filter(_mask(late)))
    if table is not None:
        waits[late] = clean(table).reason == REASONS.index(TOO_LATE)
    return waits


def _repeats(source: Source, table: RawTable, waiting: pa.Table | None) -> Any:
    """Which rows of ``table`` have the bytes of one that waits."""
    there = None if waiting is None else rows_to_retry(source, waiting)
    if there is None:
        return np.zeros(table.whole, dtype=bool)
    return np.isin(_bytes(source, table), _bytes(source, there))


def _bytes(source: Source, table: RawTable) -> UInt64[np.ndarray, " row"]:
    """A hash of all that is read of each row, as it stands there."""
    key = np.zeros(table.whole, dtype=np.uint64)
    for name in wanted_columns(source):
        key = mix(key, table.columns[name].hashes())
    return key


def _mask(keep: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array(keep)
