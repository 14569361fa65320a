"""Ingest: from the project's source tables to the stored history, with an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.periods import ALWAYS, NEVER, to_day
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.places import read_places
from riskmodel.records.intake.rows import REASONS, Rows, clean, mix, read_day
from riskmodel.records.intake.tables import RawTable, read_table
from riskmodel.records.store import HistoryStore

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, float], None]
Statement = tuple[int, int, int]
"""A feed is complete since a day, through a day, as known on a day."""

_TOO_LATE = "known after the day of the ingest"


@dataclass(frozen=True)
class SourceReport:
    """What became of one source's rows: ``rows = accepted + duplicates + quarantined``, always."""

    source: str
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    reasons: dict[str, int] = field(default_factory=dict)
    unchanged: bool = False

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
            + (" (unchanged since the last ingest)" if s.unchanged else "")
            for s in (*self.sources, self.total())
        ]
        return "\n".join(lines)


def ingest(
    project: Project,
    ingested: str | int,
    sources: Sequence[str] = (),
    progress: Progress | None = None,
) -> IngestReport:
    """Take the project's source tables in.

    Every source is its own step: its part and quarantine are written, then one manifest is swapped in. A table that is the
    same as at its last ingest, under the same mapping and places, is not read again.

    Parameters
    ----------
    ingested
        The day of the ingest; rows known later than that are quarantined.
    sources
        Names of the sources to take; all if empty.

    Raises
    ------
    UsageError
        If a table, column or setting is faulty; sources before it have been taken in whole, this one not at all.
    RefusedError
        If something may not come in.
    """
    day = to_day(ingested)
    named = {source.name: source for source in project.table.sources}
    for name in sources:
        if name not in named:
            raise unknown_name("source", name, named)
    chosen = [named[name] for name in sources] or list(project.table.sources)
    store = HistoryStore(project.path(project.table.history))
    if progress is not None:
        progress("places", 0.0)
    places = read_places(project)
    exports = _exports(project)
    index = places.index
    base = store.manifest()
    base["places"] = store.write_places(places)
    base["kinds"] = [[name, kind.model_dump()] for name, kind in project.table.kinds.items()]
    reports = []
    for at, source in enumerate(chosen):
        if progress is not None:
            progress(source.name, at / len(chosen))
        reports.append(_ingest_source(project, source, store, base, index, day, exports))
        store.commit(base)
    if progress is not None:
        progress("done", 1.0)
    return IngestReport(tuple(reports), store.commit(base))


def _ingest_source(
    project: Project,
    source: Source,
    store: HistoryStore,
    manifest: dict[str, Any],
    index: dict[str, int],
    day: int,
    exports: dict[str, list[Statement]],
) -> SourceReport:
    path = project.path(source.path)
    mark = None
    if path.is_file():
        said = exports.get(source.name)
        mark = sha256(canonical_json([source.model_dump(), manifest["places"]["fingerprint"], said]) + sha256(path).encode())
    last = manifest["sources"].get(source.name)
    # a row that was known too late then may be in time now
    if last is not None and mark is not None and last["mark"] == mark and _TOO_LATE not in last["quarantined"]:
        return SourceReport(source.name, 0, 0, 0, 0, unchanged=True)
    wanted = tuple(dict.fromkeys([*source.columns.mapped(), *source.only]))
    zone = project.table.time_zone
    table = read_table(path, wanted, source.encoding, zone).only(source.only)
    rows = clean(source, table, index, day, zone)
    stored = [store.read_table(part) for part in manifest["parts"] if part["source"] == source.name]
    accept, reason = _sort_out(rows, stored)
    duplicate = (reason == 0) & ~accept
    bad = np.flatnonzero(reason > 0)
    if accept.any():
        part = _part(rows, accept, list(index), day)
        manifest["parts"] = [
            *manifest["parts"],
            {"source": source.name, "ingested": day, **store.write_table("parts", source.name, part)},
        ]
    if len(bad):
        entry = store.write_table("quarantine", source.name, _quarantine(source, table, reason, bad))
        manifest["quarantine"] = {**manifest["quarantine"], source.name: entry}
    else:
        manifest["quarantine"] = {name: e for name, e in manifest["quarantine"].items() if name != source.name}
    counts = {REASONS[i]: int(n) for i, n in enumerate(np.bincount(reason, minlength=len(REASONS))) if i and n}
    if table.broken:
        counts["wrong number of fields"] = table.broken
    manifest["sources"] = {**manifest["sources"], source.name: {"mark": mark, "quarantined": counts}}
    manifest["coverage"] = _coverage(manifest["coverage"], source, rows, reason == 0, exports)
    return SourceReport(source.name, table.rows, int(accept.sum()), int(duplicate.sum()), len(bad) + table.broken, counts)


def _sort_out(rows: Rows, stored: Sequence[pa.Table]) -> tuple[Any, Any]:
    """Which rows are new, and each row's reason: repeats of what is stored, or of a row of the table, are duplicates.

    Rows of one id and revision must agree, with what is stored first, else with the least hash, so that the order in the
    source does not matter. They may differ in the end of a state: of those in the table the one with the latest news of an
    end counts, and it is new if it says something else than what is stored last.
    """
    reason = rows.reason.copy()
    good = np.flatnonzero(reason == 0)
    column = {}
    for name in ("id", "revision", "content", "ended", "ended_known"):
        old = [part[name].to_numpy(zero_copy_only=False) for part in stored]
        column[name] = np.concatenate([*old, getattr(rows, name)[good]]).astype(np.int64)
    count, before = len(column["id"]), len(column["id"]) - len(good)
    fresh = np.arange(count) >= before
    taken = np.concatenate([*(np.full(len(part), i) for i, part in enumerate(stored)), np.full(len(good), len(stored))])
    revision = mix(column["id"].view(np.uint64), column["revision"].view(np.uint64))
    order = np.lexsort((column["content"], fresh, revision))
    group = np.empty(count, dtype=np.int64)
    group[order] = np.cumsum(np.diff(revision[order], prepend=revision[order][:1]) != 0)
    reference = column["content"][order][np.searchsorted(group[order], group)]
    agrees = column["content"] == reference
    # of what is stored and of what is new each the row that counts: the last of its revision in this order
    open_end = column["ended_known"] == NEVER
    order = np.lexsort((column["ended"], column["ended_known"], ~open_end, taken, fresh, group))
    order = order[agrees[order]]
    stands = np.ones(len(order), dtype=bool)
    stands[:-1] = (np.diff(group[order]) != 0) | (np.diff(fresh[order].astype(np.int8)) != 0)
    order = order[stands]
    same = np.zeros(len(order), dtype=bool)
    same[1:] = group[order][1:] == group[order][:-1]
    for name in ("ended", "ended_known"):
        same[1:] &= column[name][order][1:] == column[name][order][:-1]
    accept = np.zeros(len(reason), dtype=bool)
    accept[good[order[fresh[order] & ~same] - before]] = True
    reason[good[np.flatnonzero(~agrees & fresh) - before]] = REASONS.index("conflicting revision")
    return accept, reason


def _part(rows: Rows, accept: Any, cells: list[str], day: int) -> pa.Table:
    """The accepted rows as a table whose bytes do not depend on their order in the source."""
    import pyarrow as pa

    chosen = np.flatnonzero(accept)
    order = chosen[
        np.lexsort((rows.ended_known[chosen], rows.ended[chosen], rows.content[chosen], rows.revision[chosen], rows.id[chosen]))
    ]
    cell_codes, cell_names = _used(rows.cell[order], cells)
    kind_codes, kind_names = _used(rows.kind[order], list(rows.kinds))
    columns: dict[str, Any] = {
        name: getattr(rows, name)[order]
        for name in ("id", "revision", "withdrawn", "occurred", "known", "ended", "ended_known", "amount", "content")
    }
    columns["cell"] = pa.DictionaryArray.from_arrays(pa.array(cell_codes), pa.array(cell_names))
    columns["kind"] = pa.DictionaryArray.from_arrays(pa.array(kind_codes), pa.array(kind_names))
    columns["ingested"] = np.full(len(order), day, dtype=np.int32)
    return pa.table(columns)


def _used(numbers: Any, names: list[str]) -> tuple[Any, list[str]]:
    used, codes = np.unique(numbers, return_inverse=True)
    return codes.astype(np.int32), [names[i] for i in used]


def _quarantine(source: Source, table: RawTable, reason: Any, bad: Any) -> pa.Table:
    """The quarantined rows as they came (mapped columns only), with their reason."""
    import pyarrow as pa

    columns: dict[str, Any] = {"reason": [REASONS[i] for i in reason[bad]]}
    for name in source.columns.mapped():
        column = table.columns[name]
        columns[name] = pa.array([column.values[code] if code >= 0 else None for code in column.codes[bad]], pa.string())
    return pa.table(columns)


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
