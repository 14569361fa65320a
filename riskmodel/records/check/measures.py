"""What is measured of a history: sources by month, their delays and repeats, and the figures of cells that rates need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.base.days import ALWAYS, NEVER, to_iso
from riskmodel.records.history import Coverage, History


@dataclass(frozen=True)
class Month:
    """A month of a source: records that occurred in it, those of them that have a twin, and delays (days) of what became known.

    It is ``whole`` if the source is complete for all its days.
    """

    month: str
    whole: bool
    records: int
    twins: int
    delay_median: float | None
    delay_95: float | None


@dataclass(frozen=True)
class SourceCheck:
    """One source: its records, first and last day, delays in days (median and 95 %), and through when it is complete.

    ``early`` are records known before they occurred, ``twins`` records that agree with another one in all but the id, ``taken`` the
    stored rows (with those of former revisions), ``quarantined`` the rows in quarantine by reason; ``months`` go from the first to
    the last complete one. A kind that several sources bring belongs to each in the days for which it is complete.
    """

    source: str
    kinds: tuple[str, ...]
    records: int
    first: str
    last: str
    since: str
    complete_through: str
    stale: bool
    days_behind: int | None
    stale_after: int
    delay_median: float
    delay_95: float
    early: int
    corrected: int
    twins: int
    taken: int
    quarantined: dict[str, int]
    months: tuple[Month, ...]

    @property
    def quarantine_share(self) -> float:
        """Rows in quarantine, of all that came."""
        waiting = sum(self.quarantined.values())
        return waiting / (waiting + self.taken) if waiting else 0.0


@dataclass(frozen=True)
class Denominator:
    """An exposure: cells that lack it, cells where it is 0 and those of them with records, and the cells they are shown under."""

    exposure: str
    missing: int
    zero: int
    zero_with_records: int
    shown_under: tuple[str, ...]


def measure_sources(history: History, manifest: Mapping[str, Any], as_of: int) -> tuple[SourceCheck, ...]:
    """Every source of ``history`` as far as known at ``as_of``."""
    coverage = history.latest_coverage()
    brought: dict[str, int] = {}
    for c in coverage:
        for kind in c.kinds:
            brought[kind] = brought.get(kind, 0) + 1
    twin = twins(history)
    stale = history.stale(as_of)
    taken: dict[str, int] = {}
    for part in manifest["parts"]:
        taken[part["source"]] = taken.get(part["source"], 0) + part["rows"]
    return tuple(_source(history, c, as_of, brought, twin, stale, taken, manifest) for c in coverage)


def _source(
    history: History,
    c: Coverage,
    as_of: int,
    brought: Mapping[str, int],
    twin: Bool[np.ndarray, " record"],
    stale: Mapping[str, int],
    taken: Mapping[str, int],
    manifest: Mapping[str, Any],
) -> SourceCheck:
    mine = np.zeros(len(history), dtype=bool)
    for kind in c.kinds:
        if kind in history.kind_number:
            of_kind = history.kind == history.kind_number[kind]
            if brought[kind] > 1:
                of_kind &= (history.occurred >= c.since) & (history.occurred <= c.through)
            mine |= of_kind
    mine &= history.known < as_of
    occurred, known = history.occurred[mine].astype(np.int64), history.known[mine].astype(np.int64)
    delay = known - occurred
    there = len(occurred) > 0
    stated = ALWAYS < c.through < NEVER
    since = int(c.since) if c.since > ALWAYS else int(occurred.min()) if there else None
    through = int(c.through) if stated else int(occurred.max()) if there else None
    believed = history.until[mine] == NEVER
    return SourceCheck(
        source=c.source,
        kinds=c.kinds,
        records=len(occurred),
        first=to_iso(occurred.min()) if there else "",
        last=to_iso(occurred.max()) if there else "",
        since=to_iso(since) if since is not None else "",
        complete_through=to_iso(c.through) if stated else "",
        stale=c.source in stale,
        days_behind=as_of - 1 - int(c.through) if stated else None,
        stale_after=c.stale_after,
        delay_median=float(np.median(np.maximum(delay, 0))) if there else 0.0,
        delay_95=float(np.quantile(np.maximum(delay, 0), 0.95)) if there else 0.0,
        early=int((delay < 0).sum()),
        corrected=int((~believed).sum()),
        twins=int(twin[mine].sum()),
        taken=taken.get(c.source, 0),
        quarantined=dict(manifest.get("sources", {}).get(c.source, {}).get("quarantined", {})),
        months=_months(occurred, known, believed, twin[mine], since, through),
    )


def _months(occurred: Any, known: Any, believed: Any, twin: Any, since: int | None, through: int | None) -> tuple[Month, ...]:
    if since is None or through is None or through < since:
        return ()
    first, last = int(month_of(np.array([since]))[0]), int(month_of(np.array([through]))[0])
    count = last - first + 1
    at = month_of(occurred) - first
    inside = (at >= 0) & (at < count)
    records = np.bincount(at[inside & believed], minlength=count)
    repeated = np.bincount(at[inside & twin], minlength=count)
    entered = month_of(known) - first
    order = np.argsort(entered, kind="stable")
    delay = np.maximum(known - occurred, 0)[order]
    edges = np.searchsorted(entered[order], np.arange(count + 1))
    names = np.arange(first, last + 1).astype("datetime64[M]").astype(str)
    begin, end = (int(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64)) for month in (first, last + 1))
    end -= 1
    found = []
    for i in range(count):
        late = delay[edges[i] : edges[i + 1]]
        middle, high = (float(np.median(late)), float(np.quantile(late, 0.95))) if len(late) else (None, None)
        whole = (i > 0 or since == begin) and (i < count - 1 or through == end)
        found.append(Month(str(names[i]), whole, int(records[i]), int(repeated[i]), middle, high))
    return tuple(found)


def month_of(days: Any) -> Int64[np.ndarray, " day"]:
    """The number of each day's month; January 1970 is 0."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def twins(history: History) -> Bool[np.ndarray, " record"]:
    """Which believed records agree with another one in kind, cell, days and amount."""
    believed = np.flatnonzero(history.until == NEVER)
    # what agrees stands together: a history is sorted by these
    columns = (history.kind, history.cell, history.occurred, history.known, history.ended, history.amount)
    same = np.ones(max(len(believed) - 1, 0), dtype=bool)
    for column in columns:
        same &= column[believed][1:] == column[believed][:-1]
    found = np.zeros(len(history), dtype=bool)
    found[believed[1:][same]] = True
    found[believed[:-1][same]] = True
    return found


def measure_denominators(history: History, as_of: int) -> tuple[Denominator, ...]:
    """Every exposure as known at ``as_of``; a cell with too few households is named by the one that it is shown with."""
    places = history.places
    version = places.version_at(np.array([as_of], dtype=np.int32))
    there = version[:, 0] >= 0
    busy = np.bincount(history.cell, minlength=len(places)) > 0
    found = []
    for name in places.exposures:
        figures = places.exposure(name, version)[:, 0]
        missing, zero = there & np.isnan(figures), there & (figures == 0)
        under = shown(history, np.flatnonzero(missing), as_of)
        found.append(Denominator(name, int(missing.sum()), int(zero.sum()), int((zero & busy).sum()), under))
    return tuple(found)


def empty_cells(history: History, as_of: int) -> tuple[int, tuple[str, ...]]:
    """How many cells have no record, and the ids of the cells under which none of the cells shown together has one."""
    there = history.places.version_at(np.array([as_of], dtype=np.int32))[:, 0] >= 0
    count = np.bincount(history.cell, minlength=len(history.places))
    units = history.places.shown_as(as_of)
    total = np.bincount(units[units >= 0], weights=count[units >= 0], minlength=len(history.places))
    heads = np.flatnonzero((units == np.arange(len(units))) & (total == 0))
    return int((there & (count == 0)).sum()), tuple(history.places.ids[cell] for cell in heads)


def shown(history: History, cells: Sequence[int] | Any, as_of: int) -> tuple[str, ...]:
    """Ids of the cells under which ``cells`` are shown, each once, sorted; no cell with too few households is named."""
    units = history.places.shown_as(as_of)[cells]
    return tuple(sorted({history.places.ids[unit] for unit in units if unit >= 0}))


def daily(history: History, kind: int, first: int, stop: int) -> Int64[np.ndarray, " day"]:
    """Believed amounts of a kind (records, if it is a state) on each day from ``first`` to before ``stop``."""
    state = list(history.kinds.values())[kind].state
    rows = (history.kind == kind) & (history.until == NEVER) & (history.occurred >= first) & (history.occurred < stop)
    weights = None if state else history.amount[rows].astype(np.float64)
    return np.bincount(history.occurred[rows] - first, weights=weights, minlength=stop - first).astype(np.int64)
