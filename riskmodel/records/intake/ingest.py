"""Ingest: from the project's source tables to the stored history, with an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.periods import ALWAYS, to_day
from riskmodel.base.project import Project, Source
from riskmodel.records.believing import labelled
from riskmodel.records.intake.columns import RawTable
from riskmodel.records.intake.keeping import last_days, past_rows, remove_past
from riskmodel.records.intake.locate import Locator, shapes_crs
from riskmodel.records.intake.places import read_places
from riskmodel.records.intake.quarantine import BROKEN, quarantined_rows
from riskmodel.records.intake.reading import Cursor, Reading, read_source
from riskmodel.records.intake.report import IngestReport, SourceReport
from riskmodel.records.intake.retrying import Tried, with_quarantine, without
from riskmodel.records.intake.rows import REASONS, TOO_LATE, Rows, clean
from riskmodel.records.intake.sorting import sort_out
from riskmodel.records.intake.statements import Statements, news, read_exports, statements
from riskmodel.records.intake.sudden import Sudden, add_counts, judge_weeks, to_json
from riskmodel.records.lock import alone
from riskmodel.records.places import Places
from riskmodel.records.store import HistoryStore, clear_past, gone, merge_parts, nothing_there, state_coverage, write_part

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of the ingest that is done; perhaps from another thread."""

_READING = 0.7
"""The share of a source's time that reading takes, for the display of progress."""


def ingest(
    project: Project,
    ingested: str | int,
    sources: Sequence[str] = (),
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
) -> IngestReport:
    """Take the project's source tables in.

    Every source is its own step: its part and quarantine are written, then one manifest is swapped in. A table that is the
    same as at its last ingest, under the same mapping and places, is not read again; of a database or portal only what is new
    is read, and what was quarantined is tried again once the mapping or the places have changed. After a mapping is mended the same rows are taken in, once.

    Parameters
    ----------
    ingested
        The day of the ingest; rows known later than that are quarantined.
    sources
        Names of the sources to take; all that are neither given as frames nor answers if empty.
    environment
        Environment variables, of which the project may name those with addresses of databases and tokens.

    Raises
    ------
    UsageError
        If a table, column or setting is faulty; sources before it have been taken in whole, this one not at all.
    RefusedError
        If something may not come in.
    """
    named = {source.name: source for source in project.table.sources}
    for name in sources:
        if name not in named:
            raise unknown_name("source", name, named)
    chosen = [named[name] for name in sources] or [one for one in project.table.sources if not (one.frame or one.answers)]
    return _Ingest(project, to_day(ingested), environment or {}).run(chosen, progress)


def ingest_frame(project: Project, source: str, frame: Any, ingested: str | int) -> IngestReport:
    """Take a frame (pandas, polars or pyarrow) in as the table of ``source``, through the same door as a file.

    Raises
    ------
    UsageError
        If there is no such source, or the frame, a column or a setting is faulty.
    RefusedError
        If something may not come in.
    """
    named = {one.name: one for one in project.table.sources}
    if source not in named:
        raise unknown_name("source", source, named)
    return _Ingest(project, to_day(ingested), {}, frame).run([named[source]])


def ingest_answers(project: Project, answers: Any, ingested: str | int, *, since: int, through: int) -> IngestReport:
    """Take the desk's answers in as the rows of every source of the project that is made of them.

    Answers name cells of lists, and lists are made of the places that the history has: the tables of places are not read again.

    Parameters
    ----------
    answers
        A frame of all answers with the columns id, cell, outcome, occurred and known, and what a source's ``only`` names. None of
        them need have come in.
    ingested
        The day of the ingest.
    since, through
        The days from and through which the frame holds every answer; that is known on the last of them.

    Raises
    ------
    UsageError
        If a column or setting is faulty, or nothing was ingested before.
    RefusedError
        If something may not come in.
    """
    chosen = [source for source in project.table.sources if source.answers]
    stated = np.array([(since, through, through)], dtype=np.int64)
    return _Ingest(project, to_day(ingested), {}, answers, {source.name: stated for source in chosen}).run(chosen)


class _Ingest:
    """One run: what holds for all its sources, and the manifest that it builds."""

    def __init__(
        self,
        project: Project,
        day: int,
        environment: Mapping[str, str],
        frame: Any = None,
        stated: Mapping[str, Statements] | None = None,
    ) -> None:
        self.project = project
        self.day = day
        self.environment = environment
        self.frame = frame
        self.stated = stated
        self.store = HistoryStore(project.path(project.table.history))

    def run(self, chosen: Sequence[Source], progress: Progress | None = None) -> IngestReport:
        with alone(self.store.folder):
            return self._run(chosen, progress or (lambda what, share: None))

    def _run(self, chosen: Sequence[Source], progress: Progress) -> IngestReport:
        progress("places", 0.0)
        self.manifest = self.store.manifest()
        if self.stated is None:
            places, self.exports = read_places(self.project), read_exports(self.project)
        else:
            places, self.exports = self._stored_places(), self.stated
        self.locator = Locator(places.index, self.project, places)
        _refuse_gone(self.store, self.manifest, self.project, places)
        self.manifest["places"] = self.store.write_places(places)
        self.manifest["kinds"] = [[name, kind.model_dump()] for name, kind in self.project.table.kinds.items()]
        reports = []
        for at, source in enumerate(chosen):
            progress(source.name, at / len(chosen))

            def tell(rows: int, total: int, source: Source = source, at: int = at) -> None:
                of = f" of about {total:,}" if total > rows else ""
                share = _READING * min(rows / total, 1.0) if total else 0.0
                progress(f"{source.name}: {rows:,}{of} rows", (at + share) / len(chosen))

            reports.append(self.take(source, tell))
        progress("done", 1.0)
        report = IngestReport(tuple(reports), self.store.commit(self.manifest))
        self.store.clear_seen(self.manifest)
        if any(one.removed for one in reports):
            clear_past(self.store)
        return report

    def _stored_places(self) -> Places:
        if self.manifest["places"] is None:
            raise nothing_there()
        return self.store.places(self.manifest)

    def take(self, source: Source, tell: Callable[[int, int], None]) -> SourceReport:
        """Take one source in and put the manifest with it in force."""
        manifest = self.manifest
        _rename(manifest, source)
        mark, whole = self._mark(source)
        last = manifest["sources"].get(source.name, {})
        limit = int(ALWAYS) if source.keep_days is None else self.day - source.keep_days
        removed = remove_past(self.store, manifest, source.name, limit)
        same = last.get("mark") == mark
        # a row that was known too late then may be in time now
        if same and whole and TOO_LATE not in last["quarantined"]:
            entry = {**last, **_kept_from(source, limit)}
            if source.name in self.exports:
                entry["stated"] = self._state(source, self.exports[source.name], last.get("stated"))
            manifest["sources"] = {**manifest["sources"], source.name: entry}
            self.store.commit(manifest)
            told = tuple(Sudden(**one) for one in last["sudden"])
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
            self._refuse_renamed(source, table, rows)
        found = sort_out(rows, lambda ids: self.store.seen(manifest, source.name, ids))
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
            entry["stated"] = self._state(source, statements(source, rows, good, self.exports), last.get("stated"))
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

    def _last_days(self, source: Source, rows: Rows) -> Any:
        kinds = self.project.table.kinds
        states = source.columns.ended is not None
        return last_days(rows, np.array([states or kinds[name].state for name in rows.kinds], dtype=bool))

    def _judge(
        self, source: Source, rows: Rows, accept: Any, anew: Any, good: Any, before: Any
    ) -> tuple[dict[str, Any] | None, tuple[Sudden, ...]]:
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

    def _tried(self, source: Source, reading: Reading, table: RawTable, same: bool, limit: int) -> tuple[Tried, int]:
        """The rows to sort out, with those of the quarantine if not all rows were read, and how many of those are past."""

        def cleaned(of: RawTable) -> Rows:
            return clean(source, of, self.locator, self.day, self.project.table.time_zone)

        entry = self.manifest["quarantine"].get(source.name)
        if reading.cursor is None or entry is None:
            return Tried(table, cleaned(table)), 0
        tried = with_quarantine(source, table, self.store.read_table(entry), cleaned, same)
        if tried.waiting is None or source.keep_days is None:
            return tried, 0
        waiting, past = without(source, tried.waiting, cleaned, lambda rows: self._past(source, rows, limit))
        return replace(tried, waiting=waiting), past

    def _past(self, source: Source, rows: Rows, limit: int) -> Any:
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

    def _refuse_renamed(self, source: Source, table: RawTable, rows: Rows) -> None:
        """Refuse a source without stored rows whose rows are those of a source that the project no longer has."""
        there = {name for one in self.project.table.sources for name in one.names}
        parts: dict[str, list[dict[str, Any]]] = {}
        for part in self.manifest["parts"]:
            if part["source"] not in there:
                parts.setdefault(part["source"], []).append(part)
        good = rows.reason == 0
        for name, entries in parts.items():
            other = clean(
                source.model_copy(update={"formerly": (name,)}), table, self.locator, self.day, self.project.table.time_zone
            )
            stored = np.concatenate([self.store.read_table(entry)["id"].to_numpy() for entry in entries])
            if good.any() and 2 * int(np.isin(other.id[good], stored).sum()) >= int(good.sum()):
                raise UsageError(
                    f"The rows of the source {source.name!r} are in the history already, as those of {name!r}, which the project no "
                    f"longer has. If it was renamed, set formerly = [{name!r}] in the source; its rows would count twice."
                )


def _refuse_gone(store: HistoryStore, manifest: Mapping[str, Any], project: Project, places: Places) -> None:
    """Refuse a project without a kind or cell that records of the history are of.

    Raises
    ------
    UsageError
        Naming it; nothing was written.
    """
    if manifest["places"] is None or not manifest["parts"]:
        return
    kinds = {name for name, _ in manifest["kinds"]} - set(project.table.kinds)
    moved = manifest["places"]["fingerprint"] != places.fingerprint()
    cells = set(store.places(manifest).ids) - set(places.ids) if moved else set()
    if not kinds and not cells:
        return
    history = store.load()
    used = {
        "kind": sorted(kinds & {list(history.kinds)[i] for i in np.unique(history.kind)}),
        "cell": sorted(cells & {history.places.ids[i] for i in np.unique(history.cell)}),
    }
    for what, names in used.items():
        if names:
            raise gone(what, names)


def _rename(manifest: dict[str, Any], source: Source) -> None:
    """Put what the manifest says of the source under its former names under its name."""
    for old in source.formerly:
        for room in ("sources", "quarantine", "coverage"):
            entries = dict(manifest[room])
            entry = entries.pop(old, None)
            if entry is not None:
                entries.setdefault(source.name, entry)
            manifest[room] = entries
        manifest["parts"] = [{**part, "source": source.name} if part["source"] == old else part for part in manifest["parts"]]


def _kept_from(source: Source, limit: int) -> dict[str, int]:
    """What a manifest says of the day before which the source keeps nothing."""
    return {} if source.keep_days is None else {"limit": limit}


def _part(rows: Rows, order: Any, cells: list[str], day: int, last: Any) -> pa.Table:
    """The rows at ``order`` (by id and revision) as a table whose bytes do not depend on their order in the source."""
    import pyarrow as pa

    names = ("id", "revision", "withdrawn", "occurred", "known", "ended", "ended_known", "amount", "content", "said")
    columns: dict[str, Any] = {name: getattr(rows, name)[order] for name in names}
    columns["last"] = last[order]
    columns["cell"] = labelled(rows.cell[order], cells)
    columns["heir"] = labelled(np.where(rows.heir < 0, len(cells), rows.heir)[order], [*cells, ""])
    columns["kind"] = labelled(rows.kind[order], rows.kinds)
    columns["ingested"] = np.full(len(order), day, dtype=np.int32)
    return pa.table(columns)
