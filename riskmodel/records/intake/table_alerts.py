"""Alerts about tables with too few rows, or too many in quarantine.

Rows that are missing from a table are never taken for withdrawn: a history only grows. But a table that was cut off, or of which
most rows are in quarantine, does not say that its source is complete.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.likely_causes import likely_cause
from riskmodel.records.intake.readers.source_table import SourceTable
from riskmodel.records.intake.rows.acceptance import Acceptance
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS, TOO_LATE
from riskmodel.records.intake.upkeep.retries import RowBatch
from riskmodel.records.source_alerts import AlertCode, SourceAlert, source_alerts

NEARLY_ALL = 0.9
"""Share of a table's rows in quarantine from which on nothing can be said about its source."""
FEWEST = 2
"""Rows by which a table may not shrink unseen, whatever its size; fewer are an alert only if the last line is broken."""
KNOWN_SHARE = 0.5
"""Share of rows that were stored before, from which on a table holds old rows again: it is not an export of new rows only."""
LATER = 7
"""A table whose first row is more than so many days later than the oldest one stored holds the last days only."""
FEW = 3
"""Fewest rows in quarantine that are an alert, unless they are nearly all."""
ENOUGH = 20
"""New rows of a database or portal from which on their share in quarantine is judged by itself."""
_NEW = "new "
"""What new rows are called in an alert; rows of a whole table have no such word."""


class TableResult(NamedTuple):
    """What became of the rows of a table."""

    read: SourceTable
    batch: RowBatch
    accepted: Acceptance


def table_alert(request: SourceRequest, result: TableResult, last: dict[str, Any]) -> SourceAlert | None:
    """Return what is wrong with a table, if anything.

    Rows in quarantine come first: they also explain fewer accepted rows.

    Parameters
    ----------
    last
        The entry of the source at the last ingest.
    """
    return _in_quarantine(request, result, last) or _fewer_rows(request, result, last)


def alert_of_unchanged(request: SourceRequest) -> SourceAlert | None:
    """Return the alert of a source of which nothing new was read.

    Rows in quarantine stay an alert unless the project says now that so many may be there.
    """
    before = next((one for one in source_alerts(request.manifest) if one.source == request.name), None)
    if before is None or before.failed or before.of is None or before.count is None:
        return None
    return before if before.count > request.source.may_quarantine * before.of else None


def is_incomplete(alert: SourceAlert | None) -> bool:
    """Return whether a table does not show that its source is complete."""
    return alert is not None and alert.code in ("fewer rows", "quarantined")


def _fewer_rows(request: SourceRequest, result: TableResult, last: dict[str, Any]) -> SourceAlert | None:
    """Return the alert of a table that looks cut off."""
    before, now = last.get("rows"), result.read.table.rows
    if before is None or result.read.cursor is not None or request.source.answers or request.name in request.ingest.smaller:
        return None
    broken = result.read.table.broken
    cut = len(broken) > 0 and int(broken.max()) == now
    missing = before - now
    if missing <= 0 or not (cut or (missing >= FEWEST and missing > request.source.may_shrink * before)):
        return None
    if request.source.may_shrink >= 1 or not _holds_old_rows(result):
        return None
    said = (
        f"{before:,} rows last time, {now:,} now{', and the last line is broken' if cut else ''}: the table looks cut off. What was stored "
        "before stays, and the source does not count as complete. Export it again; if the smaller table is right, run 'riskmodel ingest "
        f"--source {request.name} --accept-smaller {request.name}', or set may_shrink of the source."
    )
    return _alert(request, "fewer rows", said, now, before)


def rows_left_out(request: SourceRequest, result: TableResult, last: dict[str, Any]) -> int:
    """Return the rows of the last table that this one lacks.

    0 for a table that holds new rows or the last days only. A new row that goes to quarantine does not count as new, so it hides one that left.
    """
    before, oldest = last.get("rows"), [part["oldest"] for part in request.manifest["parts"] if part["source"] == request.name]
    rows, good = result.batch.rows, result.accepted.reason == 0
    if before is None or result.read.cursor is not None or request.source.answers or not oldest or not _holds_old_rows(result):
        return 0
    if not good.any() or int(rows.occurred[good].min()) > min(oldest) + LATER:
        return 0
    new = max(0, _newly_good(result) - result.batch.retried)
    return max(0, before - (result.read.table.rows - new))


def _holds_old_rows(result: TableResult) -> bool:
    """Return whether most good rows of a table were stored before."""
    good = int((result.accepted.reason == 0).sum())
    return good - _newly_good(result) >= KNOWN_SHARE * good


def _in_quarantine(request: SourceRequest, result: TableResult, last: dict[str, Any]) -> SourceAlert | None:
    """Return the alert of a table with too many rows in quarantine."""
    whole = _judged(request, result, _quarantined_share(request, result), "")
    return whole or _judged(request, result, _new_share(result, last), _NEW)


def _judged(request: SourceRequest, result: TableResult, share: tuple[int, int], new: str) -> SourceAlert | None:
    """Return the alert of rows of which too many are in quarantine."""
    if not _are_too_many(request, share, new):
        return None
    refused, rows = share
    cause = likely_cause(request, result.batch, result.accepted.reason)
    head = "all" if refused == rows else f"{refused:,} of"
    said = (
        f"{head} {counted(rows, f'{new}row')} are in quarantine. {cause}{' ' if cause else ''}See 'riskmodel quarantine --source {request.name}', "
        "correct the mapping or the export, then ingest again; if this is right, set may_quarantine of the source."
    )
    return _alert(request, "quarantined" if refused >= NEARLY_ALL * rows else "quarantine", said, refused, rows, new != "")


def _are_too_many(request: SourceRequest, share: tuple[int, int], new: str) -> bool:
    """Return whether too many rows are in quarantine.

    Of a whole table nearly all are too many, however few there are.
    """
    refused, rows = share
    many = refused >= FEW or (not new and refused >= NEARLY_ALL * rows)
    return rows > 0 and many and refused > request.source.may_quarantine * rows


def _new_share(result: TableResult, last: dict[str, Any]) -> tuple[int, int]:
    """Return the new rows in quarantine, and all new rows.

    A table that holds all rows each time hides that its newest ones cannot be read: they are few beside the whole. New are those since the last
    ingest, or since the last one at which they were good. Few in quarantine at the first ingest, or of a source read by increments, are none.
    """
    base = last.get("new")
    if base is None or result.read.cursor is not None or not _holds_old_rows(result):
        return 0, 0
    refused = max(0, _refused(result) - base["refused"])
    return refused, refused + base["good"] + _newly_good(result)


def new_rows_entry(request: SourceRequest, result: TableResult, last: dict[str, Any]) -> dict[str, Any]:
    """Return the entry's part with which the next ingest tells new rows.

    While too many of these are in quarantine, they stay new.
    """
    if result.read.cursor is not None:
        return {}
    base = last.get("new")
    if base is not None and _are_too_many(request, _new_share(result, last), _NEW):
        return {"new": {"refused": base["refused"], "good": base["good"] + _newly_good(result)}}
    return {"new": {"refused": _refused(result), "good": 0}}


def _newly_good(result: TableResult) -> int:
    """Return the number of rows that were accepted for the first time."""
    return int((result.accepted.accept & ~result.accepted.remapped).sum())


def _refused(result: TableResult) -> int:
    """Return the rows in quarantine, without those known too late."""
    return int((result.accepted.reason > 0).sum()) - _too_late(result) + len(result.batch.table.broken)


def _too_late(result: TableResult) -> int:
    """Return the number of rows that a later ingest accepts."""
    return int((result.accepted.reason == QUARANTINE_REASONS.index(TOO_LATE)).sum())


def _quarantined_share(request: SourceRequest, result: TableResult) -> tuple[int, int]:
    """Return the rows in quarantine and the rows they are compared with.

    Rows that a later ingest accepts are in neither. Of a source that is read by increments they are all its rows, or the new ones if
    these are many and worse.
    """
    batch, refused = result.batch, _refused(result)
    rows = batch.table.rows - _too_late(result)
    if result.read.cursor is None:
        return refused, rows
    waiting = 0 if batch.waiting is None else sum(why != TOO_LATE for why in batch.waiting["reason"].to_pylist())
    stored = sum(part["rows"] for part in request.manifest["parts"] if part["source"] == request.name)
    whole = (refused + waiting, refused + waiting + stored)
    if rows >= ENOUGH and whole[1] and refused / rows > whole[0] / whole[1]:
        return refused, rows
    return whole


def _alert(request: SourceRequest, code: AlertCode, said: str, count: int, of: int, of_new: bool = False) -> SourceAlert:
    return SourceAlert(request.name, code, to_iso(request.ingest.day), said, count, of, of_new)
