"""Dates that settings now read in another way.

A row of the history holds a hash of what its source said, with the days as they were read then. Read in another zone, the same row would contradict
itself. So it is read once more as it was read then, and a stored row that says the same is taken to say what it says now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Int64, UInt64

from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_hashes import mix_integers
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.rows.acceptance import StoredRows
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.known_ids import KnownRows


def dates_are_read_alike(request: SourceRequest, last: Mapping[str, Any]) -> bool:
    """Return whether dates are read as at the last ingest.

    Manifests of earlier versions do not say how they were read.
    """
    return last.get("read", request.reading) == request.reading


def stored_rows_now(request: SourceRequest, table: RawTable, rows: RecordRows, last: Mapping[str, Any]) -> StoredRows:
    """Return what reads stored rows, as their words are read now.

    Parameters
    ----------
    table
        The table of ``rows``.
    last
        Entry of the last ingest. One of an earlier version was read in the zone of the project, unless nothing changed.
    """

    def stored(ids: Int64[np.ndarray, " id"]) -> KnownRows:
        return request.store.stored_rows(request.manifest, request.name, ids)

    then = last.get("read", [request.project.table.time_zone, None, request.source.dates])
    if not last or then == request.reading:
        return stored
    keys = _keys(rows.id, rows.revision, request.clean_as(table, then).said)
    order = np.argsort(keys, kind="stable")
    keys, said = keys[order], rows.said[order]

    def read_now(ids: Int64[np.ndarray, " id"]) -> KnownRows:
        found = stored(ids)
        wanted = _keys(found["id"], found["revision"], found["said"])
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        same = keys[at] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
        if not same.any():
            return found
        changed = found.copy()
        changed["said"] = np.where(same, said[at], found["said"])
        return changed

    return read_now


def _keys(
    identity: Int64[np.ndarray, " row"], revision: Int64[np.ndarray, " row"], said: Int64[np.ndarray, " row"]
) -> UInt64[np.ndarray, " row"]:
    """Return a hash of id, revision and words of each row."""
    return mix_integers(np.asarray(identity).view(np.uint64), revision, said)
