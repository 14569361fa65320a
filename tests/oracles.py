"""Oracles: what every class of feature means, record by record and day by day, as slow and as obvious as can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import (
    CELL,
    COUNTY,
    NEIGHBOURS,
    Clip,
    Count,
    Decay,
    DecayedDays,
    Difference,
    Elapsed,
    Feature,
    Harmonic,
    Log1p,
    PlaceFigure,
    Rate,
    Ratio,
    SameSeason,
    Share,
    ShrunkenRate,
    State,
    StateAge,
    TimeSince,
    Trend,
)
from riskmodel.base.periods import NEVER
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places

NAN = math.nan


@dataclass(frozen=True)
class Record:
    """A record of a history in plain numbers."""

    kind: str
    cell: int
    occurred: int
    known: int
    until: int
    ended: int
    amount: int

    def visible(self, t: int) -> bool:
        """Whether it had happened, was known and was still believed at 00:00 of day ``t``."""
        return max(self.occurred, self.known) < t <= self.until

    def holds(self, t: int) -> bool:
        """Whether, as a state, it was known to hold at 00:00 of day ``t``."""
        return self.visible(t) and t <= self.ended


@lru_cache(maxsize=1)
def records(history: History) -> list[Record]:
    """The records of a history."""
    kinds = list(history.kinds)
    columns = (history.cell, history.occurred, history.known, history.until, history.ended, history.amount)
    return [Record(kinds[kind], *(int(column[i]) for column in columns)) for i, kind in enumerate(history.kind.tolist())]


def version(places: Places, cell: int, t: int) -> int | None:
    """The version of ``cell`` that holds at ``t`` as far as known then; None if the cell does not exist."""
    heard = [v for v in range(len(places.cell)) if places.cell[v] == cell and places.known[v] < t]
    best = None
    for v in heard:
        restated = any(
            places.valid_from[w] == places.valid_from[v] and (places.known[w], w) > (places.known[v], v) for w in heard
        )
        if restated or not places.valid_from[v] <= t < places.valid_to[v]:
            continue
        if best is None or (places.known[v], places.valid_from[v]) >= (places.known[best], places.valid_from[best]):
            best = v
    return best


def feed_of(rows: list[Coverage], kinds: Iterable[str]) -> dict[str, list[Coverage]]:
    """The coverage rows of every source that brings any of ``kinds``."""
    sources = {row.source for row in rows if set(row.kinds) & set(kinds)}
    return {source: [row for row in rows if row.source == source] for source in sources}


def missing(history: History, kinds: Iterable[str], window: int, t: int) -> bool:
    """Whether a window of ``window`` days before ``t`` reaches into a gap of a feed of ``kinds``."""
    for rows in feed_of(list(history.coverage), kinds).values():
        if t - window < min(row.since for row in rows):
            return True
        stale_after = max(enumerate(rows), key=lambda row: (row[1].known, row[1].through, row[0]))[1].stale_after
        through = [row.through for row in rows if row.known < t]
        if through and t - 1 - max(through) > stale_after:
            return True
    return False


@dataclass(frozen=True)
class Oracle:
    """The value of any feature of one cell at one as-of date."""

    history: History
    cell: int
    t: int

    @property
    def places(self) -> Places:
        """The places of the history."""
        return self.history.places

    def at(self, cell: int) -> Oracle:
        """The same for another cell."""
        return Oracle(self.history, cell, self.t)

    def exists(self) -> bool:
        """Whether the cell exists."""
        return version(self.places, self.cell, self.t) is not None

    def members(self, over: str) -> list[int]:
        """The cells whose records count for ``over``."""
        everyone = range(len(self.places))
        if over == CELL:
            return [self.cell]
        if over == NEIGHBOURS:
            start = self.places.neighbour_start
            return self.places.neighbour_cells[start[self.cell] : start[self.cell + 1]].tolist()
        if not self.exists():
            return []
        there = [cell for cell in everyone if self.at(cell).exists()]
        return there if over == COUNTY else [cell for cell in there if self.at(cell).group(over) == self.group(over)]

    def group(self, grouping: str) -> int:
        """The cell's group."""
        return int(self.places.groupings[grouping].codes[version(self.places, self.cell, self.t)])

    def figure(self, name: str) -> float:
        """An exposure or attribute of the cell."""
        holds = version(self.places, self.cell, self.t)
        return NAN if holds is None else float({**self.places.exposures, **self.places.attributes}[name][holds])

    def seen(self, kinds: Iterable[str], over: str) -> list[Record]:
        """The visible records of ``kinds`` in the cells of ``over``."""
        cells = self.members(over)
        return [r for c in cells for r in records(self.history) if r.cell == c and r.kind in kinds and r.visible(self.t)]

    def window(self, kinds: Iterable[str], days: int, lag: int = 0, over: str = CELL) -> int:
        """Sum of amounts in the ``days`` days that end ``lag`` days before the date."""
        return sum(r.amount for r in self.seen(kinds, over) if self.t - lag - days <= r.occurred < self.t - lag)

    def missing(self, kinds: Iterable[str], days: int) -> bool:
        """Whether a window reaches into a gap of a feed."""
        return missing(self.history, kinds, days, self.t)

    def __call__(self, feature: Feature) -> float:
        """The value of ``feature``, NaN where it cannot be known."""
        return MEANINGS[type(feature)](self, feature)


def count(o: Oracle, f: Any) -> float:
    """``Count``."""
    return NAN if o.missing(f.kinds, f.window + f.lag) else o.window(f.kinds, f.window, f.lag, f.over)


def decay(o: Oracle, f: Any) -> float:
    """``Decay``."""
    if o.missing(f.kinds, 1):
        return NAN
    return sum(r.amount * 0.5 ** ((o.t - r.occurred) / f.half_life) for r in o.seen(f.kinds, f.over))


def decayed_days(o: Oracle, f: Any) -> float:
    """``DecayedDays``."""
    total = 0.0
    for one in (o.at(cell) for cell in o.members(f.over)):
        if not one.exists():
            continue
        rows = [row for rows in feed_of(list(o.history.coverage), f.kinds).values() for row in rows]
        places = o.places
        valid = [
            int(places.valid_from[v]) for v in range(len(places.cell)) if places.cell[v] == one.cell and places.known[v] < o.t
        ]
        first = max(min(valid), min((row.since for row in rows), default=min(valid)))
        figure = 1.0 if f.exposure is None else one.figure(f.exposure)
        day = o.t - 1
        while day >= first and day > o.t - 60 * f.half_life:
            total += 0.5 ** ((o.t - day) / f.half_life) * (0.0 if math.isnan(figure) else figure)
            day -= 1
    return total


def rate(o: Oracle, f: Any) -> float:
    """``Rate``."""
    exposure = o.figure(f.exposure)
    if o.missing(f.kinds, f.window) or not exposure > 0:
        return NAN
    return f.per * o.window(f.kinds, f.window) / exposure


def shrunken_rate(o: Oracle, f: Any) -> float:
    """``ShrunkenRate``."""
    if o.missing(f.kinds, f.window):
        return NAN
    cells = max(len(o.members(f.over)), 1)
    group_rate = (o.window(f.kinds, f.window, over=f.over) + 0.5) / (cells * f.window)
    return (o.window(f.kinds, f.window) + f.strength) / (f.window + f.strength / group_rate)


def share(o: Oracle, f: Any) -> float:
    """``Share``."""
    among = o.window(f.among, f.window, over=f.over)
    if o.missing((*f.kinds, *f.among), f.window) or among == 0:
        return NAN
    return o.window(f.kinds, f.window, over=f.over) / among


def trend(o: Oracle, f: Any) -> float:
    """``Trend``: half a record added to the long window, and its part of the short one to the short one."""
    if o.missing(f.kinds, f.long):
        return NAN
    short = o.window(f.kinds, f.short, over=f.over) + 0.5 * f.short / f.long
    return (short / f.short) / ((o.window(f.kinds, f.long, over=f.over) + 0.5) / f.long)


def time_since(o: Oracle, f: Any) -> float:
    """``TimeSince``."""
    if o.missing(f.kinds, 1):
        return NAN
    return min([f.cap, *(o.t - r.occurred for r in o.seen(f.kinds, CELL))])


def same_season(o: Oracle, f: Any) -> float:
    """``SameSeason``."""
    if o.missing(f.kinds, 364 * f.years):
        return NAN
    total = 0
    for year in range(1, f.years + 1):
        first = o.t - 364 * year
        total += sum(r.amount for r in o.seen(f.kinds, f.over) if first <= r.occurred < first + f.window)
    return total / f.years


def state(o: Oracle, f: Any) -> float:
    """``State``."""
    return NAN if o.missing(f.kinds, 1) else sum(r.amount for r in o.seen(f.kinds, f.over) if r.holds(o.t))


def state_age(o: Oracle, f: Any) -> float:
    """``StateAge``."""
    open_now = [r for r in o.seen(f.kinds, f.over) if r.holds(o.t)]
    units = sum(r.amount for r in open_now)
    if o.missing(f.kinds, 1) or units == 0:
        return NAN
    return sum(r.amount * (o.t - r.occurred) for r in open_now) / units


def harmonic(o: Oracle, f: Any) -> float:
    """``Harmonic``."""
    angle = 2 * math.pi * f.order * (o.t + f.ahead / 2) / 365.2425
    return math.sin(angle) if f.wave == "sin" else math.cos(angle)


def ratio(o: Oracle, f: Any) -> float:
    """``Ratio``."""
    bottom = o(f.bottom)
    return NAN if bottom == 0 else o(f.top) / bottom


def clip(o: Oracle, f: Any) -> float:
    """``Clip``."""
    value = o(f.of)
    return value if math.isnan(value) else min(max(value, f.low), f.high)


MEANINGS: dict[type[Feature], Callable[[Oracle, Any], float]] = {
    Count: count,
    Decay: decay,
    DecayedDays: decayed_days,
    Rate: rate,
    ShrunkenRate: shrunken_rate,
    Share: share,
    Trend: trend,
    TimeSince: time_since,
    SameSeason: same_season,
    State: state,
    StateAge: state_age,
    PlaceFigure: lambda o, f: o.figure(f.figure),
    Harmonic: harmonic,
    Elapsed: lambda o, f: (o.t - 10957) / 365.2425,
    Ratio: ratio,
    Difference: lambda o, f: o(f.left) - o(f.right),
    Log1p: lambda o, f: math.log1p(o(f.of)),
    Clip: clip,
}
"""Every class of feature and what it means."""


def label(history: History, target: Target, cell: int, t: int) -> int:
    """Events of the target in the cell in the ``horizon`` days from ``t``, as believed last."""
    return sum(
        r.amount
        for r in records(history)
        if r.cell == cell and r.kind in target.kinds and r.until == NEVER and t <= r.occurred < t + target.horizon
    )


def values(history: History, features: Iterable[Feature], dates: Iterable[int]) -> Any:
    """Values ``[cell * date, feature]`` in float64, cell by cell in date order."""
    rows = [(cell, t) for cell in range(len(history.places)) for t in dates]
    return np.array([[Oracle(history, cell, t)(feature) for feature in features] for cell, t in rows])
