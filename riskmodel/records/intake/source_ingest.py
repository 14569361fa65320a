"""The ingest of one source, from reading to a current manifest."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Int64

from riskmodel.records.column_schema import taken
from riskmodel.records.intake.changed_dates import dates_are_read_alike, stored_rows_now
from riskmodel.records.intake.configured_values import UnseenValue, unseen_from_json, unseen_to_json, unseen_values
from riskmodel.records.intake.copied_rows import find_copied_rows
from riskmodel.records.intake.date_doubts import DateDoubt, date_doubts, doubts_from_json, doubts_to_json
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.kind_changes import KindChange, changes_to_json
from riskmodel.records.intake.readers.source_table import SourceTable
from riskmodel.records.intake.rows.acceptance import Acceptance, accept_rows
from riskmodel.records.intake.rows.quarantine_reasons import TOO_LATE
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.intake.source_entry import (
    SourceMark,
    add_statements,
    counted_weeks,
    first_kept_day,
    first_stated_day,
    reason_counts,
    refuse_changed_files,
    source_mark,
    store_quarantine,
)
from riskmodel.records.intake.source_reader import read_source
from riskmodel.records.intake.statements import own_statement
from riskmodel.records.intake.table_alerts import (
    TableResult,
    alert_of_unchanged,
    is_incomplete,
    new_rows_entry,
    rows_left_out,
    table_alert,
)
from riskmodel.records.intake.upkeep.damage import find_damage, restore_parts, without_damaged
from riskmodel.records.intake.upkeep.renames import refuse_renamed, rename_entries
from riskmodel.records.intake.upkeep.retries import RowBatch, with_quarantine
from riskmodel.records.intake.upkeep.row_expiry import expired_rows, last_days_of_rows, remove_expired_rows, why_rows_stay
from riskmodel.records.part_table import ROWS, Labels, part_table
from riskmodel.records.source_alerts import SourceAlert, set_alert
from riskmodel.records.store import merge_parts, write_part

if TYPE_CHECKING:
    import pyarrow as pa

Entry = dict[str, Any]
"""What the manifest keeps of a source."""


def ingest_source(request: SourceRequest) -> SourceReport:
    """Ingest one source, and make the manifest with it current.

    The steps: move entries of former names, remove expired rows, read the table unless it is unchanged, add rows of the quarantine
    that are tried again, drop expired ones, accept what is new, store the accepted and the quarantined rows, and write the entry of
    the source.
    """
    rename_entries(request.manifest, request.source)
    mark = source_mark(request)
    last: Entry = request.manifest["sources"].get(request.name, {})
    damage, parts = find_damage(request), request.manifest["parts"]
    if damage:
        last = without_damaged(request, damage, last)
    removed = remove_expired_rows(request) if not damage.parts else 0
    same = "mark" in last and last["mark"] == mark.digest and dates_are_read_alike(request, last)
    # a row that was known too late then may be in time now
    if same and mark.whole and TOO_LATE not in last["quarantined"]:
        return replace(_unchanged(request, last), removed=removed, stays=why_rows_stay(request))
    read = read_source(request, last.get("cursor") if same else None)
    refuse_changed_files(mark)
    batch = _batch(request, read, same)
    refuse_renamed(request, batch.table, batch.rows)
    restore_parts(request, damage, batch.rows, _part_of_rows, parts)
    accepted = accept_rows(batch.rows, stored_rows_now(request, batch.table, batch.rows, last))
    copied = find_copied_rows(request, batch.rows, accepted.order)
    report = _stored(request, mark, TableResult(read, batch, accepted), last, same)
    read.finish()
    return replace(report, removed=removed, rebuilt=damage.files, copied=copied, stays=why_rows_stay(request))


def _stored(request: SourceRequest, mark: SourceMark, result: TableResult, last: Entry, same: bool) -> SourceReport:
    """Store what became of a table, and make it current.

    ``same`` says whether mapping and places are those of the last ingest.
    """
    _, batch, accepted = result
    _store_rows(request, batch, accepted)
    waiting, refused = store_quarantine(request, batch, accepted.reason), reason_counts(batch, accepted.reason)
    alert = set_alert(request.manifest, request.name, table_alert(request, result, last))
    entry = _entry(request, mark, result, alert, last)
    # judged by the day through which the source is complete now
    noticed = _noticed(request, result, last, same)
    _commit(request, entry | noticed.entry() | {"quarantined": waiting + refused})
    return replace(
        _report(request, batch, accepted, refused),
        waiting=waiting.total(),
        sudden=noticed.sudden,
        alert=alert,
        unseen=noticed.unseen,
        left_out=rows_left_out(request, result, last),
        doubts=noticed.doubts,
    )


class _Noticed(NamedTuple):
    """What is noticed about the content of a table."""

    weekly: dict[str, Any] | None
    sudden: tuple[KindChange, ...]
    unseen: tuple[UnseenValue, ...]
    doubts: tuple[DateDoubt, ...]

    def entry(self) -> Entry:
        """Return the entry's part about it."""
        sudden, unseen, doubts = changes_to_json(self.sudden), unseen_to_json(self.unseen), doubts_to_json(self.doubts)
        return {"weekly": self.weekly, "sudden": sudden, "unseen": unseen, "doubts": doubts}


def _noticed(request: SourceRequest, result: TableResult, last: Entry, same: bool) -> _Noticed:
    """Return what is noticed about a table.

    ``same`` says whether mapping and places are those of the last ingest.
    """
    read, batch, accepted = result
    before = unseen_from_json(last["unseen"]) if same and read.cursor is not None and "unseen" in last else None
    days = batch.rows.occurred[accepted.reason == 0]
    return _Noticed(
        *counted_weeks(request, batch, accepted, last.get("weekly")),
        unseen_values(request.source, read.table, before),
        date_doubts(request, read.table, days, doubts_from_json(last.get("doubts", ()))),
    )


def _unchanged(request: SourceRequest, last: Entry) -> SourceReport:
    """Update the entry of a source whose table is unchanged."""
    alert = set_alert(request.manifest, request.name, alert_of_unchanged(request))
    entry = {**last, **first_kept_day(request)}
    if request.name in request.ingest.stated:
        entry["stated"] = add_statements(request, request.ingest.stated[request.name], last.get("stated"))
    entry |= _exported(request, last)
    _commit(request, entry)
    sudden = tuple(KindChange(**one) for one in last["sudden"])
    kept = {"unseen": unseen_from_json(last.get("unseen", ())), "doubts": doubts_from_json(last.get("doubts", ()))}
    return SourceReport(request.name, 0, 0, 0, 0, unchanged=True, sudden=sudden, alert=alert, **kept)


def _batch(request: SourceRequest, read: SourceTable, same: bool) -> RowBatch:
    """Return the rows to compare with the history, without expired ones."""
    table = request.masks.masked(read.table.only(request.source.only))
    # a table that is read whole holds the quarantined rows, too
    batch = RowBatch(table, request.clean(table)) if read.cursor is None else with_quarantine(request, table, same)
    expired = expired_rows(request, batch.rows)
    if not expired.any():
        return batch
    count = batch.expired + int(expired.sum())
    return replace(batch, table=batch.table.take(~expired), rows=batch.rows.take(~expired), expired=count)


def _store_rows(request: SourceRequest, batch: RowBatch, accepted: Acceptance) -> None:
    """Store the accepted rows as a part, and merge small parts."""
    rows, order = batch.rows, accepted.order
    if not len(order):
        return
    part = _part_of_rows(request, rows, order, request.ingest.day)
    entry = {"source": request.name, "ingested": request.ingest.day, **write_part(request.store, request.name, part)}
    request.manifest["parts"] = [*request.manifest["parts"], entry]
    merge_parts(request.store, request.manifest, request.name)


def _part_of_rows(request: SourceRequest, rows: RecordRows, order: Int64[np.ndarray, " row"], day: int) -> pa.Table:
    """Return chosen rows as the table of a part, ingested on ``day``."""
    cells = list(request.ingest.locator.cells)
    columns = {name: taken(getattr(rows, name), order) for name in ROWS if name != "last"}
    return part_table(
        {**columns, "last": taken(last_days_of_rows(request, rows), order)},
        Labels(taken(rows.cell, order), cells),
        Labels(taken(np.where(rows.successor < 0, len(cells), rows.successor), order), [*cells, ""]),
        Labels(taken(rows.kind, order), rows.kinds),
        day,
    )


def _entry(request: SourceRequest, mark: SourceMark, result: TableResult, alert: SourceAlert | None, last: Entry) -> Entry:
    """Return the entry's part about the table and its completeness."""
    entry: Entry = {"mark": mark.digest, "read": request.reading, **first_kept_day(request), **_rows_read(result, alert, last)}
    entry |= _exported(request, last) | new_rows_entry(request, result, last)
    if not is_incomplete(alert):
        return entry | _completeness(request, result, last)
    if result.read.cursor is None:
        # the table is judged again at the next ingest
        del entry["mark"]
    return entry | {"stated": last.get("stated")}


def _rows_read(result: TableResult, alert: SourceAlert | None, last: Entry) -> Entry:
    """Return the entry's part about how far and how much was read.

    A table that looks cut off stays compared with the one before it.
    """
    read = result.read
    if read.cursor is not None:
        return {"cursor": read.cursor}
    return {"rows": last["rows"] if alert is not None and alert.code == "fewer rows" else read.table.rows}


def _completeness(request: SourceRequest, result: TableResult, last: Entry) -> Entry:
    """Return the entry's part about completeness."""
    entry: Entry = {"stated": last.get("stated")}
    good = result.accepted.reason == 0
    # answers are complete also where none came in
    if result.read.cursor is None or good.any() or request.source.answers:
        stated = request.ingest.stated.get(request.name)
        if stated is None and _exported(request, last) and not request.source.through:
            return entry
        if stated is None:
            rows = result.batch.rows.take(good)
            stated = own_statement(
                request.source, rows, request.ingest.day, first_stated_day(request), result.read.cursor is None
            )
        entry["stated"] = add_statements(request, stated, last.get("stated"))
    return entry


def _exported(request: SourceRequest, last: Entry) -> Entry:
    """Return the entry's note that the table of exports stated completeness.

    A source that it no longer names is complete through the day that was stated last: its rows cannot say what the sender no longer says.
    """
    if request.source.answers or request.project.table.exports is None:
        return {}
    return {"exported": True} if request.name in request.ingest.stated or last.get("exported") else {}


def _commit(request: SourceRequest, entry: Entry) -> None:
    """Put the entry into the manifest, and make the manifest current."""
    request.manifest["sources"] = {**request.manifest["sources"], request.name: entry}
    request.store.commit(request.manifest)


def _report(request: SourceRequest, batch: RowBatch, accepted: Acceptance, refused: Counter[str]) -> SourceReport:
    """Return the account of the rows of a batch."""
    count = int(accepted.accept.sum())
    duplicates = int(((accepted.reason == 0) & ~accepted.accept).sum()) + batch.repeats
    rows = batch.table.rows + batch.repeats
    return SourceReport(
        request.name,
        rows,
        count,
        duplicates,
        rows - count - duplicates,
        dict(refused),
        remapped=int(accepted.remapped.sum()),
        retried=batch.retried,
        expired=batch.expired,
    )
