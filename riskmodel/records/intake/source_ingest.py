"""One source taken in: its rows read, sorted out and stored, and the manifest with them put in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import ALWAYS
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.intake.kind_changes import KindChange, add_counts, judge_weeks, to_json
from riskmodel.records.intake.quarantine import BROKEN, quarantined_rows
from riskmodel.records.intake.readers.table_request import Cursor
from riskmodel.records.intake.rows.acceptance import sort_out
from riskmodel.records.intake.rows.cell_locator import CellLocator, shapes_crs
from riskmodel.records.intake.rows.record_rows import REASONS, TOO_LATE, RecordRows, clean
from riskmodel.records.intake.source_reader import SourceTable, read_source
from riskmodel.records.intake.statements import Statements, news, statements
from riskmodel.records.intake.upkeep.renames import refuse_renamed, rename
from riskmodel.records.intake.upkeep.retries import RetryResult, with_quarantine, without
from riskmodel.records.intake.upkeep.row_expiry import last_days, past_rows, remove_past
from riskmodel.records.part_table import ROWS, Labels, part_table
from riskmodel.records.store import HistoryStore, merge_parts, state_coverage, write_part

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Run:
    """What holds for all sources of an ingest on ``day``, and the manifest that they change.

    ``stated`` says how far sources are complete, ``environment`` what the project names by environment variables, and ``frame`` is
    the table of the sources that are given as one.
    """

    project: Project
    store: HistoryStore
    manifest: dict[str, Any]
    day: int
    locator: CellLocator
    stated: Mapping[str, Statements]
    environment: Mapping[str, str]
    frame: Any = None

    def take(self, source: Source, tell: Callable[[int, int], None]) -> SourceReport:
        """Take one source in and put the manifest with it in force."""
        manifest = self.manifest
        rename(manifest, source)
        mark, whole = self._mark(source)
        last = manifest["sources"].get(source.name, {})
        limit = int(ALWAYS) if source.keep_days is None else self.day - source.keep_days
        removed = remove_past(self.store, manifest, source.name, limit)
        same = last.get("mark") == mark
        # a row that was known too late then may be in time now
        if same and whole and TOO_LATE not in last["quarantined"]:
            entry = {**last, **_kept_from(source, limit)}
            if source.name in self.stated:
                entry["stated"] = self._state(source, self.stated[source.name], last.get("stated"))
            manifest["sources"] = {**manifest["sources"], source.name: entry}
            self.store.commit(manifest)
            told = tuple(KindChange(**one) for one in last["sudden"])
            return SourceReport(source.name, 0, 0, 0, 0, unchanged=True, removed=removed, sudden=told)
        cursor: Cursor | None = last.get("cursor") if same else None
        spool = self.store.folder / "spool" / source.name
        reading = read_source(self.project, source, cursor, spool, self.environment, self.frame, tell)
        table = reading.table.only(source.only)
        tried, older = self._tried(source, reading, table, same, limit)
        table, rows = tried.table, tried.rows
        past = self._past(source, rows, limit)
        table, rows = (table.take(~past), rows.take(~past)) if past.any() else (table, rows)
        if not any(part["source"] == source.name for part in manifest["parts"]):
            refuse_renamed(self.store, manifest, self.project, source, rows, lambda other: self._clean(other, table))
        found = sort_out(rows, lambda ids: self.store.stored_rows(manifest, source.name, ids))
        duplicates = int(((found.reason == 0) & ~found.accept).sum()) + tried.repeats
        accepted = int(found.accept.sum())
        if accepted:
            part = _part(rows, found.order, list(self.locator.cells), self.day, self._last_days(source, rows))
            manifest["parts"] = [
                *manifest["parts"],
                {"source": source.name, "ingested": self.day, **write_part(self.store, source.name, part)},
            ]
            merge_parts(self.store, manifest, source.name)
        waiting = self._keep_quarantine(source, tried.waiting, quarantined_rows(source, table, found.reason))
        counts = Counter({REASONS[i]: int(n) for i, n in enumerate(np.bincount(found.reason, minlength=len(REASONS))) if i and n})
        if len(table.broken):
            counts[BROKEN] = len(table.broken)
        good = found.reason == 0
        entry: dict[str, Any] = {"mark": mark, "quarantined": waiting + counts, **_kept_from(source, limit)}
        if reading.cursor is not None:
            entry["cursor"] = reading.cursor
        entry["stated"] = last.get("stated")
        if reading.cursor is None or good.any():
            entry["stated"] = self._state(source, statements(source, rows, good, self.stated), last.get("stated"))
        entry["weekly"], told = self._judge(source, rows, found.accept, found.anew, good, last.get("weekly"))
        entry["sudden"] = to_json(told)
        manifest["sources"] = {**manifest["sources"], source.name: entry}
        self.store.commit(manifest)
        reading.settle()
        return SourceReport(
            source.name,
            table.rows + tried.repeats,
            accepted,
            duplicates,
            table.rows + tried.repeats - accepted - duplicates,
            dict(counts),
            anew=int(found.anew.sum()),
            retried=tried.retried,
            waiting=waiting.total(),
            past=int(past.sum()) + older,
            removed=removed,
            sudden=told,
        )

    def _state(self, source: Source, stated: Statements, before: Any) -> list[Any]:
        """Add what is new of the statements about a source to the manifest; what to keep for the next ingest comes back."""
        fresh, kept = news(source, stated, before)
        if fresh:
            state_coverage(self.store, self.manifest, source.name, fresh)
        return kept

    def _last_days(self, source: Source, rows: RecordRows) -> Any:
        kinds = self.project.table.kinds
        states = source.columns.ended is not None
        return last_days(rows, np.array([states or kinds[name].state for name in rows.kinds], dtype=bool))

    def _judge(
        self, source: Source, rows: RecordRows, accept: Any, anew: Any, good: Any, before: Any
    ) -> tuple[dict[str, Any] | None, tuple[KindChange, ...]]:
        """The source's weekly counts with the accepted rows, and what is sudden in the last weeks."""
        # after a mending the kinds mean something else: what the table says now is the past as well
        chosen, before = (good, None) if anew.any() else (accept, before)
        chosen = chosen & ~rows.withdrawn
        monthly = source.period == "month"
        weekly = add_counts(before, rows.kinds, rows.kind[chosen], rows.known[chosen], monthly)
        stated = self.manifest["coverage"].get(source.name)
        through = stated["rows"][-1]["through"] if stated and stated["rows"] else self.day - 1
        return weekly, judge_weeks(weekly, min(through, self.day), monthly)

    def _mark(self, source: Source) -> tuple[str | None, bool]:
        """What the result of an ingest of ``source`` depends on, hashed, and whether that includes all its rows."""
        places = self.project.table.places
        said: list[Any] = [source.model_dump(), self.manifest["places"]["fingerprint"]]
        files = []
        if source.columns.address is not None and places.addresses is not None:
            said.append(places.addresses.model_dump())
            files.append(self.project.path(places.addresses.path))
        if source.columns.x is not None:
            said.append(shapes_crs(self.project))
        whole = source.path is not None and self.frame is None
        if source.path is not None and self.frame is None:
            files.append(self.project.path(source.path))
        if not all(path.is_file() for path in files):
            return None, False
        return sha256(canonical_json(said) + "".join(map(sha256, files)).encode()), whole

    def _tried(self, source: Source, reading: SourceTable, table: RawTable, same: bool, limit: int) -> tuple[RetryResult, int]:
        """The rows to sort out, with those of the quarantine if not all rows were read, and how many of those are past."""

        def cleaned(of: RawTable) -> RecordRows:
            return self._clean(source, of)

        entry = self.manifest["quarantine"].get(source.name)
        if reading.cursor is None or entry is None:
            return RetryResult(table, cleaned(table)), 0
        tried = with_quarantine(source, table, self.store.read_table(entry), cleaned, same)
        if tried.waiting is None or source.keep_days is None:
            return tried, 0
        waiting, past = without(source, tried.waiting, cleaned, lambda rows: self._past(source, rows, limit))
        return replace(tried, waiting=waiting), past

    def _clean(self, source: Source, table: RawTable) -> RecordRows:
        return clean(source, table, self.locator, self.day, self.project.table.time_zone)

    def _past(self, source: Source, rows: RecordRows, limit: int) -> Any:
        return past_rows(self.store, self.manifest, source.name, rows, self._last_days(source, rows), limit)

    def _keep_quarantine(self, source: Source, waiting: pa.Table | None, refused: pa.Table | None) -> Counter[str]:
        """Put the rows that wait and those that were refused now into quarantine; how many wait for which reason comes back."""
        import pyarrow as pa

        rest = {name: entry for name, entry in self.manifest["quarantine"].items() if name != source.name}
        parts = [part for part in (waiting, refused) if part is not None]
        if parts:
            rest[source.name] = self.store.write_table("quarantine", source.name, pa.concat_tables(parts).combine_chunks())
        self.manifest["quarantine"] = rest
        return Counter(waiting["reason"].to_pylist() if waiting is not None else ())


def _kept_from(source: Source, limit: int) -> dict[str, int]:
    """What a manifest says of the day before which the source keeps nothing."""
    return {} if source.keep_days is None else {"limit": limit}


def _part(rows: RecordRows, order: Any, cells: list[str], day: int, last: Any) -> pa.Table:
    """Return the rows at ``order`` (by id and revision) as the table of a part."""
    columns = {name: getattr(rows, name)[order] for name in ROWS if name != "last"}
    return part_table(
        {**columns, "last": last[order]},
        Labels(rows.cell[order], cells),
        Labels(np.where(rows.heir < 0, len(cells), rows.heir)[order], [*cells, ""]),
        Labels(rows.kind[order], rows.kinds),
        day,
    )
