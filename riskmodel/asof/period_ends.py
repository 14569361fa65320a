"""Between two counts of weeks or months, features stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import ALWAYS, NEVER, Days
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.history import Coverage, History, through_at

WEEK = 7
UNKNOWN = -1
"""Days where no period was known, so that nothing is moved."""
RECENT = 26
"""Periods, the last ones known, whose usual delay is that of the next one."""


class Aged(NamedTuple):
    """As-of dates, by position, and the history that features read there.

    Features of the calendar tell of the dates that are ``days`` earlier.
    """

    at: Int64[np.ndarray, " date"]
    history: History
    days: int = 0


class Counted(NamedTuple):
    """Sources that count the same kinds by the same period."""

    kinds: frozenset[str]
    sources: tuple[Coverage, ...]

    @property
    def period(self) -> str:
        """The period, or ``day`` where sources differ."""
        (period, *others) = {one.period for one in self.sources}
        return "day" if others else period


class Periods(NamedTuple):
    """Last days of periods, by when each was first known."""

    counted: Counted
    ends: Int64[np.ndarray, " period"]
    heard: Int64[np.ndarray, " period"]


def aged(history: History, as_of: Days, kinds: Iterable[str]) -> list[Aged]:
    """Return the history that features read at each as-of date.

    A count of a week stands on its last day. A rate would be highest on the day after and fall until the next count, although nothing is known that was not
    known before. So records of weeks and months are moved toward the as-of date by the days since the newest period that is known and complete: as if it were
    the day on which that period became known. What is known and believed at an as-of date stays as it is. Where all that features read is moved by the same
    days, features of the calendar tell of that day, too.

    Parameters
    ----------
    as_of
        The as-of dates, increasing.
    kinds
        Kinds that features read; others are not moved.

    Returns
    -------
    list of Aged
        Each date is in one of them. The history itself, where nothing is to be moved.
    """
    groups = _periods(history, kinds)
    if not groups:
        return [Aged(np.arange(len(as_of)), history)]
    moved = np.stack([days_since(history, one, as_of) for one in groups], axis=1)
    rows, of = np.unique(moved, axis=0, return_inverse=True)
    all_moved = _are_counted(groups, kinds)
    return [
        Aged(
            np.flatnonzero(of.ravel() == number),
            _moved(history, list(zip(groups, row, strict=True))),
            max(row[0], 0) if all_moved and len(set(row)) == 1 else 0,
        )
        for number, row in enumerate(rows.tolist())
    ]


def period_age(history: History, kinds: Iterable[str], day: int) -> int:
    """Return the days since the newest count of a period was known.

    0 where kinds are known by the day, or by several periods.
    """
    groups, date = _periods(history, kinds), np.array([day], dtype=np.int32)
    ages = {int(days_since(history, one, date)[0]) for one in groups}
    return max(0, *ages) if len(ages) == 1 and _are_counted(groups, kinds) else 0


def _are_counted(groups: Sequence[Periods], kinds: Iterable[str]) -> bool:
    """Return whether all kinds are counted by periods."""
    return frozenset(kinds) <= frozenset[str]().union(*(one.counted.kinds for one in groups))


def _periods(history: History, kinds: Iterable[str]) -> list[Periods]:
    """Return the periods of the sources that count some of the kinds."""
    groups = (one for one in _counted(history, frozenset(kinds)) if one.period != "day")
    found = [Periods(one, *_first_known(history, one.kinds)) for one in groups]
    return [one for one in found if len(one.ends)]


def days_since(history: History, periods: Periods, as_of: Days) -> Int64[np.ndarray, " date"]:
    """Return the days since the newest period was known, by date.

    They are counted from the day on which a period is usually known, so they are 0 on that day. :data:`UNKNOWN` where no period was known.
    """
    counted, ends, heard = periods
    day = as_of.astype(np.int64)
    before = np.searchsorted(heard, day, side="left")
    through = np.max([through_at(history.coverage, one.source, as_of) for one in counted.sources], axis=0)
    newest, usual = np.zeros(len(day), dtype=np.int64), np.zeros(len(day), dtype=np.int64)
    for count in np.unique(before).tolist():
        if count:
            last = slice(max(0, count - RECENT), count)
            newest[before == count] = ends[:count].max()
            usual[before == count] = np.sort((heard - ends)[last])[(last.stop - last.start - 1) // 2]
    expected = day - 1 - usual
    complete = np.minimum(expected, through)
    if counted.period == "week":
        complete -= (complete - newest) % WEEK
    else:
        complete = month_begin(month_of(complete + 1)) - 1
    return np.where((before > 0) & (through > ALWAYS), expected - complete, UNKNOWN)


def _first_known(history: History, kinds: frozenset[str]) -> tuple[Int64[np.ndarray, " period"], Int64[np.ndarray, " period"]]:
    """Return the last day of each period, and when it was known.

    They are ordered by the latter.
    """
    mine = np.isin(history.kind, history.numbers(sorted(kinds)))
    occurred = history.occurred[mine].astype(np.int64)
    if not len(occurred):
        return occurred, occurred
    first = int(occurred.min())
    known = np.full(int(occurred.max()) - first + 1, int(NEVER), dtype=np.int64)
    np.minimum.at(known, occurred - first, np.maximum(history.known[mine], occurred))
    ends = np.flatnonzero(known < NEVER)
    order = np.argsort(known[ends], kind="stable")
    return first + ends[order], known[ends][order]


def _counted(history: History, kinds: frozenset[str]) -> Iterator[Counted]:
    """Yield groups of sources that share no kind with others."""
    groups: list[Counted] = []
    for one in history.sources.values():
        events = frozenset(kind for kind in one.kinds if kind in history.kinds and not history.kinds[kind].state)
        joined = [group for group in groups if group.kinds & events]
        groups = [group for group in groups if group not in joined]
        groups.append(Counted(events.union(*(g.kinds for g in joined)), (one, *(s for g in joined for s in g.sources))))
    yield from (group for group in groups if group.kinds & kinds)


def _moved(history: History, days: Sequence[tuple[Periods, int]]) -> History:
    """Return the history with the records of some sources moved."""
    by_kind, coverage = np.zeros(len(history.kinds), dtype=np.int32), list(history.coverage)
    for of, later in days:
        if later == UNKNOWN:
            continue
        kinds = of.counted.kinds
        by_kind[list(history.numbers(sorted(kinds)))] = later
        coverage = [_moved_statement(one, later, int(of.ends[0])) if kinds & set(one.kinds) else one for one in coverage]
    if not by_kind.any() and coverage == list(history.coverage):
        return history
    return replace(history, occurred=history.occurred + by_kind[history.kind], coverage=tuple(coverage))


def _moved_statement(one: Coverage, days: int, last: int) -> Coverage:
    """Return a statement whose first day and ignored days are moved.

    The first day is that of a whole period; ``last`` is the last day of some period.
    """
    since = one.since
    if since not in (ALWAYS, NEVER):
        begun = since - (since - last - 1) % WEEK if one.period == "week" else int(month_begin(month_of(since)))
        since = begun + days
    return replace(one, since=since, ignored=tuple((first + days, later + days) for first, later in one.ignored))
