"""Expired rows: their days are before those that a source keeps.

A source with ``keep_days`` keeps rows from the day of the ingest less ``keep_days`` on, or from an earlier one where a clock may run ahead. A row is about the days up to its last one:
when it occurred, became known, or ended; a state that lasts has no last day. An id stays or goes with all its revisions, so that no
lower revision is believed again when the higher one is removed.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER, to_iso
from riskmodel.base.plurals import counted
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.rows.acceptance import accept_rows
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.known_ids import KnownRows
from riskmodel.records.store import replace_parts

LAG = 30
"""Days for which expired rows may stay on disk, so that parts are not rewritten every night."""


def last_days_of_rows(request: SourceRequest, rows: RecordRows) -> Int32[np.ndarray, " row"]:
    """Return the last day that each row is about.

    It is NEVER for lasting states.
    """
    last = np.maximum(rows.occurred, rows.known)
    for end in (rows.ended, rows.ended_known):
        last = np.maximum(last, np.where(end == NEVER, ALWAYS, end))
    state = request.states(rows)
    if not state.any():
        return last.astype(np.int32)
    return np.where((rows.ended == NEVER) & state[rows.kind], NEVER, last).astype(np.int32)


def expired_rows(request: SourceRequest, rows: RecordRows) -> Bool[np.ndarray, " row"]:
    """Return the rows of ids that are only about expired days.

    The rows of the history count as well as those of the table. A row that is not accepted keeps no accepted row of its id: that one
    would be removed at the next ingest and accepted again.
    """
    known = int(rows.known[rows.good].max()) if rows.good.any() else None
    limit = request.limit_by(known)
    expired = last_days_of_rows(request, rows) < limit
    if not expired.any():
        return expired
    old = _stored(request, np.unique(rows.id[expired]))
    lasting = old["id"][old["last"] >= limit]
    keeps = _accepted_beside(request, rows, expired, lasting) & ~expired
    alone = rows.good & ~np.isin(rows.id, np.union1d(rows.id[keeps], lasting))
    return expired & (alone | ~np.isin(rows.id, np.union1d(rows.id[~expired], lasting)))


def _accepted_beside(
    request: SourceRequest, rows: RecordRows, expired: Bool[np.ndarray, " row"], lasting: Int64[np.ndarray, " id"]
) -> Bool[np.ndarray, " row"]:
    """Return the good rows of ids that the history does not keep.

    Of ids with expired and other rows, conflicting rows are left out.
    """
    good = rows.good & ~np.isin(rows.id, lasting)
    both = np.intersect1d(rows.id[good & expired], rows.id[good & ~expired])
    if len(both):
        asked = np.flatnonzero(good & np.isin(rows.id, both))
        good[asked] = accept_rows(rows.take(asked), lambda ids: _stored(request, ids)).reason == 0
    return good


def _stored(request: SourceRequest, ids: Int64[np.ndarray, " id"]) -> KnownRows:
    """Return the stored rows of ids (sorted, distinct)."""
    return request.store.stored_rows(request.manifest, request.name, ids)


def remove_expired_rows(request: SourceRequest) -> int:
    """Rewrite the parts of a source without expired rows.

    The number of those rows is returned.
    Nothing is rewritten while no row has expired for more than :data:`LAG` days.
    """
    parts = request.manifest["parts"]
    mine = [i for i, part in enumerate(parts) if part["source"] == request.name]
    if not any(parts[i]["oldest"] < request.limit - LAG for i in mine):
        return 0
    return replace_parts(request.store, request.manifest, request.name, mine, request.limit)


def why_rows_stay(request: SourceRequest) -> str:
    """Return why rows stay although their time is over; else empty."""
    keep, newest, day = request.source.keep_days, request.ingest.newest, request.ingest.day
    if keep is None or newest is None or not request.ingest.is_far_after(newest):
        return ""
    mine = [part["oldest"] for part in request.manifest["parts"] if part["source"] == request.name]
    if not any(oldest < day - keep for oldest in mine):
        return ""
    return (
        f"this ingest is of {to_iso(day)}, {counted(day - newest, 'day')} after the newest row ({to_iso(newest)}), so rows older than keep_days stay. "
        "Correct the clock if it runs ahead; if it is right, they leave once newer rows are there."
    )
