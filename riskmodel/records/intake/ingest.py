"""Ingest: from the project's source tables to the stored history, with an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.periods import ALWAYS, NEVER, to_day
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.locate import Locator, shapes_crs
from riskmodel.records.intake.places import read_places
from riskmodel.records.intake.quarantine import BROKEN, quarantined_rows, rows_to_retry
from riskmodel.records.intake.reading import Cursor, Reading, read_source
from riskmodel.records.intake.rows import REASONS, Rows, clean, read_day
from riskmodel.records.intake.sorting import sort_out
from riskmodel.records.intake.tables import RawTable, read_table
from riskmodel.records.places import Places
from riskmodel.records.store import HistoryStore, gone

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, float], None]
Statement = tuple[int, int, int]
"""A feed is complete since a day, through a day, as known on a day."""

_TOO_LATE = "known after the day of the ingest"


@dataclass(frozen=True)
class SourceReport:
    """What became of one source's rows: ``rows = accepted + duplicates + quarantined``, always.

    Of the accepted ones ``anew`` were in the history already and mean something else since the mapping or the places changed;
    the history counts them once. Of all rows ``retried`` came from the quarantine.
    """

    source: str
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    reasons: dict[str, int] = field(default_factory=dict)
    unchanged: bool = False
    anew: int = 0
    retried: int = 0

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + self.quarantined:
            raise AssertionError(f"rows of {self.source!r} do not add up: {self}")


@dataclass(frozen=True)
class IngestReport:
    """What became of every row of an ingest, and the manifest that is in force after it."""

    sources: tuple[SourceReport, ...]
    manifest: str

    def total(self) -> SourceReport:
        """The sum over sources."""
        rows = [(s.rows, s.accepted, s.duplicates, s.quarantined) for s in self.sources]
        whole, accepted, duplicates, quarantined = np.array(rows, dtype=np.int64).reshape(-1, 4).sum(axis=0).tolist()
        return SourceReport("total", whole, accepted, duplicates, quarantined)

    def __repr__(self) -> str:
        lines = [
            f"{s.source}: {s.rows:,} = {s.accepted:,} accepted + {s.duplicates:,} duplicates + {s.quarantined:,} quarantined"
            + ("".join(f"; {why} {n:,}" for why, n in s.reasons.items()))
            + (f" ({s.anew:,} of the accepted taken in anew)" if s.anew else "")
            + (" (unchanged since the last ingest)" if s.unchanged else "")
            for s in (*self.sources, self.total())
        ]
        return "\n".join(lines)


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
    is read, and what was quarantined is tried again. After a mapping is mended the same rows are taken in, once.

    Parameters
    ----------
    ingested
        The day of the ingest; rows known later than that are quarantined.
    sources
        Names of the sources to take; all that are not given as frames if empty.
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
    chosen = [named[name] for name in sources] or [source for source in project.table.sources if not source.frame]
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


class _Ingest:
    """One run: what holds for all its sources, and the manifest that it builds."""

    def __init__(self, project: Project, day: int, environment: Mapping[str, str], frame: Any = None) -> None:
        self.project = project
        self.day = day
        self.environment = environment
        self.frame = frame
        self.store = HistoryStore(project.path(project.table.history))

    def run(self, chosen: Sequence[Source], progress: Progress | None = None) -> IngestReport:
        if progress is not None:
            progress("places", 0.0)
        places = read_places(self.project)
        self.exports = _exports(self.project)
        self.locator = Locator(places.index, self.project, places)
        self.manifest = self.store.manifest()
        _refuse_gone(self.store, self.manifest, self.project, places)
        self.manifest["places"] = self.store.write_places(places)
        self.manifest["kinds"] = [[name, kind.model_dump()] for name, kind in self.project.table.kinds.items()]
        reports = []
        for at, source in enumerate(chosen):
            if progress is not None:
                progress(source.name, at / len(chosen))
            reports.append(self.take(source))
        if progress is not None:
            progress("done", 1.0)
        return IngestReport(tuple(reports), self.store.commit(self.manifest))

    def take(self, source: Source) -> SourceReport:
        """Take one source in and put the manifest with it in force."""
        manifest = self.manifest
        _rename(manifest, source)
        mark, whole = self._mark(source)
        last = manifest["sources"].get(source.name, {})
        same = last.get("mark") == mark
        # a row that was known too late then may be in time now
        if same and whole and _TOO_LATE not in last["quarantined"]:
            self.store.commit(manifest)
            return SourceReport(source.name, 0, 0, 0, 0, unchanged=True)
        cursor: Cursor | None = last.get("cursor") if same else None
        reading = read_source(
            self.project, source, cursor, self.store.folder / "spool" / source.name, self.environment, self.frame
        )
        table = reading.table.only(source.only)
        table, rows, retried = self._with_quarantine(source, reading, table)
        stored = [self.store.read_table(part) for part in manifest["parts"] if part["source"] in source.names]
        if not stored:
            self._refuse_renamed(source, table, rows)
        found = sort_out(rows, stored)
        duplicates = int(((found.reason == 0) & ~found.accept).sum())
        if found.accept.any():
            entry = self.store.write_table("parts", source.name, _part(rows, found.accept, list(self.locator.cells), self.day))
            manifest["parts"] = [*manifest["parts"], {"source": source.name, "ingested": self.day, **entry}]
            self.store.merge_parts(manifest, source.name, source.names)
        kept = quarantined_rows(source, table, found.reason)
        manifest["quarantine"] = {name: e for name, e in manifest["quarantine"].items() if name != source.name}
        if kept is not None:
            manifest["quarantine"][source.name] = self.store.write_table("quarantine", source.name, kept)
        counts = {REASONS[i]: int(n) for i, n in enumerate(np.bincount(found.reason, minlength=len(REASONS))) if i and n}
        if len(table.broken):
            counts[BROKEN] = len(table.broken)
        entry = {"mark": mark, "quarantined": counts}
        if reading.cursor is not None:
            entry["cursor"] = reading.cursor
        manifest["sources"] = {**manifest["sources"], source.name: entry}
        good = found.reason == 0
        if reading.cursor is None or good.any():
            manifest["coverage"] = _coverage(manifest["coverage"], source, rows, good, self.exports)
        self.store.commit(manifest)
        reading.settle()
        accepted = int(found.accept.sum())
        quarantined = table.rows - accepted - duplicates
        return SourceReport(
            source.name, table.rows, accepted, duplicates, quarantined, counts, anew=int(found.anew.sum()), retried=retried
        )

    def _mark(self, source: Source) -> tuple[str | None, bool]:
        """What the result of an ingest of ``source`` depends on, hashed, and whether that includes all its rows."""
        places = self.project.table.places
        said: list[Any] = [source.model_dump(), self.manifest["places"]["fingerprint"], self.exports.get(source.name)]
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

    def _with_quarantine(self, source: Source, reading: Reading, table: RawTable) -> tuple[RawTable, Rows, int]:
        """The rows read, cleaned, and after them those of the quarantine that were not read again, if not all rows were read."""
        zone = self.project.table.time_zone
        rows = clean(source, table, self.locator, self.day, zone)
        entry = self.manifest["quarantine"].get(source.name)
        retry = None
        if reading.cursor is not None and entry is not None:
            retry = rows_to_retry(source, self.store.read_table(entry))
        if retry is None:
            return table, rows, 0
        both = table.join(retry)
        rows = clean(source, both, self.locator, self.day, zone)
        read = np.arange(both.whole) < table.whole
        alike = np.isin(rows.id, rows.id[read]) & np.isin(rows.said, rows.said[read])
        keep = read | ~alike
        return both.take(keep), rows.take(keep), int(keep.sum()) - table.whole

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
        for room in ("sources", "quarantine"):
            entries = dict(manifest[room])
            entry = entries.pop(old, None)
            if entry is not None:
                entries.setdefault(source.name, entry)
            manifest[room] = entries
        manifest["coverage"] = [{**row, "source": source.name} if row["source"] == old else row for row in manifest["coverage"]]


def _part(rows: Rows, accept: Any, cells: list[str], day: int) -> pa.Table:
    """The accepted rows as a table whose bytes do not depend on their order in the source."""
    import pyarrow as pa

    chosen = np.flatnonzero(accept)
    # one row of an id and revision is accepted
    order = chosen[np.lexsort((rows.revision[chosen], rows.id[chosen]))]
    cell_codes, cell_names = _used(rows.cell[order], cells)
    kind_codes, kind_names = _used(rows.kind[order], list(rows.kinds))
    columns: dict[str, Any] = {
        name: getattr(rows, name)[order]
        for name in ("id", "revision", "withdrawn", "occurred", "known", "ended", "ended_known", "amount", "content", "said")
    }
    columns["cell"] = pa.DictionaryArray.from_arrays(pa.array(cell_codes), pa.array(cell_names))
    columns["kind"] = pa.DictionaryArray.from_arrays(pa.array(kind_codes), pa.array(kind_names))
    columns["ingested"] = np.full(len(order), day, dtype=np.int32)
    return pa.table(columns)


def _used(numbers: Any, names: list[str]) -> tuple[Any, list[str]]:
    used, codes = np.unique(numbers, return_inverse=True)
    return codes.astype(np.int32), [names[i] for i in used]


def _coverage(
    rows_before: list[dict[str, Any]], source: Source, rows: Rows, good: Any, exports: dict[str, list[Statement]]
) -> list[dict[str, Any]]:
    """The coverage rows with this source's new statements: of its exports, of the project, or read off its last entry."""
    if source.name in exports:
        statements = exports[source.name]
    else:
        entered = rows.known[good]
        last = int(entered.max()) if good.any() else int(ALWAYS)
        since = to_day(source.since) if source.since else int(rows.occurred[good].min()) if good.any() else int(ALWAYS)
        through = to_day(source.through) if source.through else last
        statements = [(since, through, through)]
    new = [
        {
            "source": source.name,
            "kinds": list(source.produces()),
            "since": since,
            "through": through,
            "known": known,
            "stale_after": source.stale_after,
            "label_delay": source.label_delay,
        }
        for since, through, known in statements
    ]
    restated = {known for _, _, known in statements}
    kept = [r for r in rows_before if not (r["source"] == source.name and r["known"] in restated)]
    return [*kept, *new]


def _exports(project: Project) -> dict[str, list[Statement]]:
    """The statements about each source in the project's table of exports, in order of the day on which they were known."""
    exports = project.table.exports
    if exports is None:
        return {}
    columns = (exports.source, exports.since, exports.through, exports.known)
    table = read_table(project.path(exports.path), columns, exports.encoding, project.table.time_zone)
    texts = [table.columns[name].map(lambda v: v, "", object) for name in columns]
    found: dict[str, list[Statement]] = {}
    for name, since, through, known in zip(*texts, strict=True):
        days = [read_day(text) for text in (since, through, known)]
        if max(days) >= int(NEVER) - 1:
            raise UsageError(f"The table of exports has an unreadable date for {name!r}. Write dates as YYYY-MM-DD.")
        found.setdefault(name, []).append((days[0], days[1], days[2]))
    return {name: sorted(set(statements), key=lambda s: (s[2], s[1], s[0])) for name, statements in found.items()}
