"""Between two counts of weeks or months, features stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.base.days import ALWAYS, NEVER, Days
from riskmodel.base.months import month_begin, month_of, whole_months
from riskmodel.records.history import Coverage, History, through_at

WEEK = 7
UNKNOWN = -1
"""Days where no period was known, so that nothing is moved."""
RECENT = 26
"""Periods, the last ones known, whose usual delay is that of the next one."""


class Aged(NamedTuple):
    """As-of dates, by position, and what features read there.

    These are the history, and for features of the calendar a date for each as-of date.
    """

    at: Int64[np.ndarray, " date"]
    history: History
    calendar: Days


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


class Newest(NamedTuple):
    """The newest complete period that is known, by as-of date.

    ``end`` is its last day, ``usual`` the days until a period is usually known. Nothing holds where no period was ``heard`` of.
    """

    end: Int64[np.ndarray, " date"]
    usual: Int64[np.ndarray, " date"]
    heard: Bool[np.ndarray, " date"]


def aged(history: History, as_of: Days, kinds: Iterable[str]) -> list[Aged]:
    """Return what features read at each as-of date.

    A count of a week stands on its last day. A rate would be highest on the day after and fall until the next count, although nothing is known that was not
    known before. So records of weeks and months are moved toward the as-of date by the days since the newest complete period that is known: as if it had ended
    the day before. What is known and believed at an as-of date stays as it is. Where all that features read is counted by the same periods, features of the
    calendar tell of the first day of the period that holds the as-of date.

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
        return [Aged(np.arange(len(as_of)), history, as_of)]
    newest = [newest_period(history, one, as_of) for one in groups]
    moved = np.stack([np.where(one.heard, as_of - 1 - one.end, UNKNOWN) for one in newest], axis=1)
    calendar = as_of
    if _are_counted(groups, kinds):
        first = np.stack([_first_day(one, as_of) for one in groups])
        same = (first == first[0]).all(axis=0) & (moved != UNKNOWN).all(axis=1)
        calendar = np.where(same, first[0], as_of).astype(as_of.dtype)
    rows, of = np.unique(moved, axis=0, return_inverse=True)
    parts = ((np.flatnonzero(of.ravel() == number), row) for number, row in enumerate(rows.tolist()))
    return [Aged(at, _moved(history, list(zip(groups, row, strict=True))), calendar[at]) for at, row in parts]


def period_age(history: History, kinds: Iterable[str], day: int) -> int:
    """Return the days since the newest period was usually known.

    0 where kinds are known by the day, or by several periods.
    """
    groups, date = _periods(history, kinds), np.array([day], dtype=np.int32)
    if not groups or not _are_counted(groups, kinds):
        return 0
    found = [newest_period(history, one, date) for one in groups]
    ages = {int(day - 1 - one.usual[0] - one.end[0]) if one.heard[0] else 0 for one in found}
    return ages.pop() if len(ages) == 1 else 0


def months_ahead(history: History, kinds: Iterable[str], horizon: int) -> int:
    """Return how many counts of months a horizon is the forecast of.

    31 days hold one end of a month, and from some dates two. 0 where not all kinds are counted by months, or the horizon is shorter than one.
    """
    asked = frozenset(kinds)
    groups = list(_counted(history, asked))
    monthly = asked <= frozenset[str]().union(*(one.kinds for one in groups if one.period == "month"))
    return whole_months(horizon) if monthly else 0


def newest_period(history: History, periods: Periods, as_of: Days) -> Newest:
    """Return the newest complete period that is known at each date.

    A period is known after the usual delay of the last ones that were known, and as far as the sources are complete.
    """
    counted, ends, heard = periods
    day = as_of.astype(np.int64)
    before = np.searchsorted(heard, day, side="left")
    through = np.max([through_at(history.coverage, one.source, as_of) for one in counted.sources], axis=0)
    usual = np.zeros(len(day), dtype=np.int64)
    for count in np.unique(before[before > 0]).tolist():
        last = slice(max(0, count - RECENT), count)
        usual[before == count] = np.sort((heard - ends)[last])[(last.stop - last.start - 1) // 2]
    following = np.minimum(day - 1 - usual, through) + 1
    return Newest(_first_day(periods, following) - 1, usual, (before > 0) & (through > ALWAYS))


def _first_day(periods: Periods, days: Any) -> Any:
    """Return the first day of the period that holds each day."""
    if periods.counted.period == "week":
        return days - (days - int(periods.ends[0]) - 1) % WEEK
    return month_begin(month_of(days))


def _are_counted(groups: Sequence[Periods], kinds: Iterable[str]) -> bool:
    """Return whether all kinds are counted by periods."""
    return frozenset(kinds) <= frozenset[str]().union(*(one.counted.kinds for one in groups))


def _periods(history: History, kinds: Iterable[str]) -> list[Periods]:
    """Return the periods of the sources that count some of the kinds."""
    groups = (one for one in _counted(history, frozenset(kinds)) if one.period != "day")
    found = [Periods(one, *_first_known(history, one.kinds)) for one in groups]
    return [one for one in found if len(one.ends)]


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
        if later != UNKNOWN:
            kinds = of.counted.kinds
            by_kind[list(history.numbers(sorted(kinds)))] = later
            coverage = [_moved_statement(one, of, later) if kinds & set(one.kinds) else one for one in coverage]
    if not by_kind.any() and coverage == list(history.coverage):
        return history
    return replace(history, occurred=history.occurred + by_kind[history.kind], coverage=tuple(coverage))


def _moved_statement(one: Coverage, of: Periods, days: int) -> Coverage:
    """Return a statement whose first day and ignored days are moved.

    The first day is that of a whole period.
    """
    since = one.since if one.since in (ALWAYS, NEVER) else int(_first_day(of, one.since)) + days
    return replace(one, since=since, ignored=tuple((first + days, last + days) for first, last in one.ignored))
