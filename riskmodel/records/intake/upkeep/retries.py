"""Retries of rows in quarantine, together with rows just read.

A source that reads only what is new never returns a quarantined row by itself, so each of its ingests looks at the quarantine.
While neither the mapping nor the places have changed, a row would be quarantined for the same reason: it waits and is not counted,
and a row that is read again with the same bytes as one that waits is a repeat. Only a row that became known too late may be
acceptable now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, UInt64

from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_hashes import mix
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.quarantine_table import rows_to_retry
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS, TOO_LATE
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.intake.upkeep.row_expiry import expired_rows

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class RowBatch:
    """Rows of a source to compare with the history.

    Parameters
    ----------
    rows
        The rows of ``table`` as records.
    retried
        Number of them that come from the quarantine.
    repeats
        Number of rows read that were left out because they wait in quarantine.
    waiting
        Rows of the quarantine that are not tried; None if there are none.
    expired
        Number of rows that were left out because the source no longer keeps their days.
    """

    table: RawTable
    rows: RecordRows
    retried: int = 0
    repeats: int = 0
    waiting: pa.Table | None = None
    expired: int = 0


def with_quarantine(request: SourceRequest, table: RawTable, same: bool) -> RowBatch:
    """Return the rows of a table with rows retried from quarantine.

    Rows of the quarantine that were read again are left out.

    Parameters
    ----------
    same
        Whether mapping and places are those of the last ingest.
    """
    entry = request.manifest["quarantine"].get(request.name)
    if entry is None:
        return RowBatch(table, request.clean(table))
    kept = request.store.read_table(entry)
    batch = _tried(request, table, kept, _waits(request, kept) if same else np.zeros(len(kept), dtype=bool))
    return batch if batch.waiting is None or request.source.keep_days is None else _unexpired(request, batch, batch.waiting)


def _tried(request: SourceRequest, table: RawTable, kept: pa.Table, waits: Bool[np.ndarray, " kept"]) -> RowBatch:
    """Return the rows of ``table`` and the quarantined ones to retry."""
    waiting = kept.filter(_mask(waits)) if waits.any() else None
    repeats = _repeats(request, table, waiting)
    table = table.take(~repeats) if repeats.any() else table
    retry = rows_to_retry(request.columns, request.masks, kept.filter(_mask(~waits)))
    if retry is None:
        return RowBatch(table, request.clean(table), 0, int(repeats.sum()), waiting)
    both = table.join(retry)
    rows = request.clean(both)
    read = np.arange(both.whole) < table.whole
    alike = np.isin(rows.id, rows.id[read]) & np.isin(rows.said, rows.said[read])
    keep = read | ~alike
    return RowBatch(both.take(keep), rows.take(keep), int(keep.sum()) - table.whole, int(repeats.sum()), waiting)


def _unexpired(request: SourceRequest, batch: RowBatch, waiting: pa.Table) -> RowBatch:
    """Return a batch without waiting rows that have expired."""
    table = rows_to_retry(request.columns, request.masks, waiting)
    expired = expired_rows(request, request.clean(table)) if table is not None else np.zeros(len(waiting), dtype=bool)
    return replace(batch, waiting=None if expired.all() else waiting.filter(_mask(~expired)), expired=int(expired.sum()))


def _waits(request: SourceRequest, kept: pa.Table) -> Bool[np.ndarray, " kept"]:
    """Return which rows would be quarantined for the same reason again."""
    late = np.array(kept["reason"].to_pylist(), dtype=object) == TOO_LATE
    waits = ~late
    table = rows_to_retry(request.columns, request.masks, kept.filter(_mask(late)))
    if table is not None:
        waits[late] = request.clean(table).reason == QUARANTINE_REASONS.index(TOO_LATE)
    return waits


def _repeats(request: SourceRequest, table: RawTable, waiting: pa.Table | None) -> Bool[np.ndarray, " row"]:
    """Return which rows of ``table`` equal one that waits."""
    there = None if waiting is None else rows_to_retry(request.columns, request.masks, waiting)
    if there is None:
        return np.zeros(table.whole, dtype=bool)
    return np.isin(_row_hashes(request, table), _row_hashes(request, there))


def _row_hashes(request: SourceRequest, table: RawTable) -> UInt64[np.ndarray, " row"]:
    """Return a hash of all kept columns of each row."""
    table = request.masks.masked(table, table)
    key = np.zeros(table.whole, dtype=np.uint64)
    for name in request.columns:
        key = mix(key, table.columns[name].hashes())
    return key


def _mask(keep: Bool[np.ndarray, " kept"]) -> pa.Array:
    import pyarrow as pa

    return pa.array(keep)
