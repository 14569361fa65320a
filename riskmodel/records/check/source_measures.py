"""Measures of sources: records by month, delays, repeats and quarantine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.base.days import ALWAYS, NEVER, to_iso
from riskmodel.base.equal_runs import run_of
from riskmodel.base.months import month_begin, month_name, month_of
from riskmodel.records.check.copies import Copies, find_copies, group_sizes
from riskmodel.records.check.early_labels import EarlyLabels, early_labels
from riskmodel.records.check.isolated_records import Isolated, isolated_records
from riskmodel.records.check.silent_names import SilentKind, silent_cells_of, silent_kinds_of
from riskmodel.records.history import (
    BulkEntry,
    Coverage,
    DefaultDay,
    History,
    SilentPlaces,
    known_through,
    regular_days,
    silences,
    source_default_day,
    source_entry,
)
from riskmodel.records.intake.configured_values import UnseenValue, unseen_from_json
from riskmodel.records.intake.date_doubts import DateDoubt, doubts_from_json


@dataclass(frozen=True)
class Month:
    """One month of a source.

    ``records`` and ``repeats`` count the records that occurred in it, ``delay_median`` and ``delay_95`` are delays in days of
    those that became known in it. A month is ``whole`` if the source is complete for all its days.
    """

    month: str
    whole: bool
    records: int
    repeats: int
    delay_median: float | None
    delay_95: float | None


@dataclass(frozen=True)
class SourceCheck:
    """Measures of one source, as known on the day of the check.

    ``delay_median`` and ``delay_95`` (95 % quantile) are days from occurring to becoming known. ``early`` counts records known before they occurred, ``corrected`` those corrected or withdrawn,
    ``repeats`` those that agree with another one in all but the id. ``stored_rows`` are the rows of the source in the history (former revisions included), ``quarantined`` its rows in
    quarantine by reason. ``months`` run from the first to the last complete one. If several sources deliver a kind, each has the records of the days for which it is complete.

    ``copies`` and ``isolated`` are records that were probably delivered twice, and those with a date that is probably wrong. ``ahead`` is the last statement that reaches further than the day on which it was known (through, known), ``reversed`` one that begins after it ends (since, through). ``unseen`` are configured values that never occur, ``doubts`` columns whose dates may mean another day. ``early_labels`` says what labels lack that wait too short a time, ``bulk`` which old events were entered at once, ``default_day`` which day of the month stands for unknown ones, ``silent`` from which places no record comes any more, ``silent_kinds`` where one kind does not.
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
    repeats: int
    stored_rows: int
    quarantined: dict[str, int]
    months: tuple[Month, ...]
    copies: Copies | None = None
    isolated: tuple[Isolated, ...] = ()
    ahead: tuple[str, str] | None = None
    reversed: tuple[str, str] | None = None
    unseen: tuple[UnseenValue, ...] = ()
    doubts: tuple[DateDoubt, ...] = ()
    early_labels: EarlyLabels | None = None
    bulk: BulkEntry | None = None
    default_day: DefaultDay | None = None
    silent: tuple[str, ...] = ()
    silent_kinds: tuple[SilentKind, ...] = ()

    @property
    def rows(self) -> int:
        """Rows in the history and in quarantine."""
        return self.stored_rows + sum(self.quarantined.values())

    @property
    def usual_month(self) -> float | None:
        """Records of the median whole month; None where no month is whole."""
        whole = [month.records for month in self.months if month.whole]
        return float(np.median(whole)) if whole else None

    @property
    def quarantine_share(self) -> float:
        """Share of the rows that are in quarantine."""
        waiting = sum(self.quarantined.values())
        return waiting / self.rows if waiting else 0.0


class _Measured(NamedTuple):
    """What the measures of all sources are taken from."""

    history: History
    as_of: int
    sizes: Int64[np.ndarray, " record"]
    shared_kinds: frozenset[str]
    """Kinds that several sources deliver."""
    stale: Mapping[str, int | None]
    stored_rows: Mapping[str, int]
    quarantined: Mapping[str, Mapping[str, int]]
    unseen: Mapping[str, tuple[UnseenValue, ...]]
    doubts: Mapping[str, tuple[DateDoubt, ...]]
    silences: SilentPlaces


class _Records(NamedTuple):
    """The records of one source: days, and which are believed and repeated."""

    occurred: Int64[np.ndarray, " record"]
    known: Int64[np.ndarray, " record"]
    believed: Bool[np.ndarray, " record"]
    sizes: Int64[np.ndarray, " record"]
    """How many believed records agree with each; 0 for those that are not believed."""

    @property
    def repeated(self) -> Bool[np.ndarray, " record"]:
        """Which records agree with another one."""
        return self.sizes > 1


def measure_sources(history: History, manifest: Mapping[str, Any], as_of: int) -> tuple[SourceCheck, ...]:
    """Return the measures of every source, as known on day ``as_of``."""
    coverage, entries = history.latest_coverage(), manifest.get("sources", {})
    delivered = Counter(kind for c in coverage for kind in c.kinds)
    stored = Counter[str]()
    for part in manifest["parts"]:
        stored[part["source"]] += part["rows"]
    measured = _Measured(
        history=history,
        as_of=as_of,
        sizes=group_sizes(history),
        shared_kinds=frozenset(kind for kind, count in delivered.items() if count > 1),
        stale=history.stale(as_of),
        stored_rows=stored,
        quarantined={name: entry.get("quarantined", {}) for name, entry in entries.items()},
        unseen={name: unseen_from_json(entry.get("unseen", ())) for name, entry in entries.items()},
        doubts={name: doubts_from_json(entry.get("doubts", ())) for name, entry in entries.items()},
        silences=silences(history, as_of, delivered),
    )
    return tuple(_source(measured, c) for c in coverage)


def _source(measured: _Measured, c: Coverage) -> SourceCheck:
    records = _records_of(measured, c)
    occurred, there = records.occurred, len(records.occurred) > 0
    delay = records.known - occurred
    late = np.maximum(delay, 0)
    reached = _reached(measured, c)
    stated = ALWAYS < reached < NEVER
    days = np.sort(occurred)
    first, last = regular_days(days)
    since = int(c.since) if ALWAYS < c.since < NEVER else int(days[first]) if there else None
    through = int(reached) if stated else int(days[last]) if there else None
    return SourceCheck(
        source=c.source,
        kinds=c.kinds,
        records=len(occurred),
        first=to_iso(occurred.min()) if there else "",
        last=to_iso(occurred.max()) if there else "",
        since=to_iso(since) if since is not None else "",
        complete_through=to_iso(reached) if stated else "",
        stale=c.source in measured.stale,
        days_behind=measured.as_of - 1 - int(reached) if stated else None,
        stale_after=c.stale_after,
        delay_median=float(np.median(late)) if there else 0.0,
        delay_95=float(np.quantile(late, 0.95)) if there else 0.0,
        early=int((delay < 0).sum()),
        corrected=int((~records.believed).sum()),
        repeats=int(records.repeated.sum()),
        stored_rows=measured.stored_rows.get(c.source, 0),
        quarantined=dict(measured.quarantined.get(c.source, {})),
        months=() if since is None or through is None else _months(records, since, through),
        copies=find_copies(records.occurred, records.sizes),
        isolated=isolated_records(days, first, last),
        **_noticed(measured, c),
    )


def _noticed(measured: _Measured, c: Coverage) -> dict[str, Any]:
    """Return what is noticed about a source besides its counts."""
    history, as_of = measured.history, measured.as_of
    return {
        "unseen": measured.unseen.get(c.source, ()),
        "doubts": measured.doubts.get(c.source, ()),
        "early_labels": early_labels(history, c, as_of),
        "bulk": source_entry(history, c.source, as_of),
        "default_day": source_default_day(history, c.source, as_of),
        "silent": silent_cells_of(history, measured.silences, c),
        "silent_kinds": silent_kinds_of(history, measured.silences, c),
        "ahead": _statement(measured, c.source, _reaches_too_far, "known"),
        "reversed": _statement(measured, c.source, lambda one: bool(ALWAYS < one.through < one.since), "since"),
    }


def _reaches_too_far(one: Coverage) -> bool:
    """Return whether a statement is about days after it was made."""
    return bool(known_through(one.through, one.known) < one.through < NEVER)


def _reached(measured: _Measured, c: Coverage) -> int:
    """Return the day through which a source was known to be complete.

    Where no statement was known yet, that is NEVER, or the day on which a stale source was last heard of.
    """
    if c.source in measured.stale:
        through = measured.stale[c.source]
        return int(NEVER) if through is None else through
    return int(measured.history.through_at(c.source, np.array([measured.as_of], dtype=np.int32))[0])


def _statement(measured: _Measured, source: str, faulty: Callable[[Coverage], bool], day: str) -> tuple[str, str] | None:
    """Return two days of the last faulty statement about a source.

    They are ``through`` and the attribute ``day``.
    """
    found = [one for one in measured.history.coverage if one.source == source and faulty(one)]
    return (to_iso(found[-1].through), to_iso(getattr(found[-1], day))) if found else None


def _records_of(measured: _Measured, c: Coverage) -> _Records:
    """Return the known records of the kinds of a source."""
    history = measured.history
    mine = np.zeros(len(history), dtype=bool)
    for kind in c.kinds:
        if kind in history.kind_number:
            # records are sorted by kind
            rows = run_of(history.kind, history.kind_number[kind])
            occurred, shared = history.occurred[rows], kind in measured.shared_kinds
            mine[rows] = (occurred >= c.since) & (occurred <= c.through) if shared else True
    mine &= history.known < measured.as_of
    occurred, known = history.occurred[mine].astype(np.int64), history.known[mine].astype(np.int64)
    return _Records(occurred, known, history.until[mine] == NEVER, measured.sizes[mine])


def _months(records: _Records, since: int, through: int) -> tuple[Month, ...]:
    """Return the months from day ``since`` through day ``through``."""
    if through < since:
        return ()
    first, last = int(month_of(since)), int(month_of(through))
    count = last - first + 1
    at = month_of(records.occurred) - first
    inside = (at >= 0) & (at < count)
    counts = np.bincount(at[inside & records.believed], minlength=count)
    repeated = np.bincount(at[inside & records.repeated], minlength=count)
    begin, stop = month_begin([first, last + 1]).tolist()
    found = []
    for i, (middle, high) in enumerate(_delays(records, first, count)):
        whole = (i > 0 or since == begin) and (i < count - 1 or through == stop - 1)
        found.append(Month(month_name(first + i), whole, int(counts[i]), int(repeated[i]), middle, high))
    return tuple(found)


def _delays(records: _Records, first: int, count: int) -> list[tuple[float | None, float | None]]:
    """Return the median and 95 % quantile of each month's delays.

    A record belongs to the month in which it became known; ``first`` is the number of the first month.
    """
    entered = month_of(records.known) - first
    order = np.argsort(entered, kind="stable")
    delay = np.maximum(records.known - records.occurred, 0)[order]
    edges = np.searchsorted(entered[order], np.arange(count + 1))
    months = [delay[start:stop] for start, stop in pairwise(edges)]
    return [(float(np.median(one)), float(np.quantile(one, 0.95))) if len(one) else (None, None) for one in months]
