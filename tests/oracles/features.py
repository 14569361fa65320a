"""Oracles of every class of feature, and of targets, record by record."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import (
    CELL,
    COUNTY,
    NEIGHBOURS,
    RING2,
    AboveUsual,
    Among,
    Clip,
    Closed,
    Count,
    Cusum,
    Decay,
    DecayedDays,
    Difference,
    Elapsed,
    Excess,
    Feature,
    Harmonic,
    HolidayDays,
    Lead,
    Log1p,
    Modulo,
    MonthDays,
    NamedHoliday,
    Nearby,
    Nowcast,
    OpenSince,
    PlaceFigure,
    Rate,
    Ratio,
    Relative,
    SameSeason,
    SchoolTerm,
    SearchedDays,
    Share,
    ShrunkenRate,
    SinceHoliday,
    Smoothed,
    State,
    StateAge,
    Surprise,
    TimeSince,
    ToHoliday,
    Trend,
    UnsearchedDays,
    Weekday,
    WorkedWeekends,
)
from riskmodel.base.days import NEVER
from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests.oracles.around import among, nearby, relative, smoothed
from tests.oracles.calendars import day_of, month_days, named_holiday, public, school_term, since_holiday, to_holiday, worked
from tests.oracles.histories import NAN, Record, feed_of, missing, records, version
from tests.oracles.reporting import nowcast
from tests.oracles.searches import searched_days, unsearched_days
from tests.oracles.states import closed, open_since, state, state_age
from tests.oracles.unusual import above_usual, cusum, excess, lead, surprise


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
        if over == RING2:
            near = self.members(NEIGHBOURS)
            far = {two for one in near for two in self.at(one).members(NEIGHBOURS)}
            return sorted(far - {self.cell, *near})
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

    def decayed(self, f: Any) -> float:
        """Sum of amounts, each halved for every half-life."""
        return sum(r.amount * 0.5 ** ((self.t - r.occurred) / f.half_life) for r in self.seen(f.kinds, f.over))

    def missing(self, kinds: Iterable[str], days: int) -> bool:
        """Whether a window reaches into a gap of a source."""
        return missing(self.history, kinds, days, self.t)

    def rounded(self, feature: Feature) -> float:
        """The value as stored in a column."""
        return float(np.float32(self(feature)))

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
    sums = (
        [o.decayed(f)]
        if f.over in (CELL, NEIGHBOURS, RING2)
        else [o.at(cell).decayed(replace(f, over=CELL)) for cell in o.members(f.over)]
    )
    return sum(value for value in sums if value >= 1e-18)


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
    figures = [o.at(cell).figure(f.exposure) for cell in o.members(f.over)]
    exposure = sum(figure for figure in figures if not math.isnan(figure))
    if o.missing(f.kinds, f.window) or not exposure > 0:
        return NAN
    return f.per * o.window(f.kinds, f.window, over=f.over) / exposure


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
    """``Trend``: half a record is added to the long window, and a proportional part to the short one."""
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


def harmonic(o: Oracle, f: Any) -> float:
    """``Harmonic``."""
    angle = 2 * math.pi * f.order * (o.t + f.ahead / 2) / 365.2425
    return math.sin(angle) if f.wave == "sin" else math.cos(angle)


def ratio(o: Oracle, f: Any) -> float:
    """``Ratio``."""
    bottom = o(f.bottom)
    return NAN if bottom == 0 else o(f.top) / bottom


def remainder(o: Oracle, f: Any) -> float:
    """``Modulo``."""
    right = o(f.right)
    return NAN if right == 0 else o(f.left) % right


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
    Modulo: remainder,
    Log1p: lambda o, f: math.log1p(o(f.of)),
    Clip: clip,
    Surprise: surprise,
    Cusum: cusum,
    Excess: excess,
    AboveUsual: above_usual,
    Lead: lead,
    OpenSince: open_since,
    Nowcast: nowcast,
    Relative: relative,
    Nearby: nearby,
    Smoothed: smoothed,
    Weekday: lambda o, f: day_of(o.t).isoweekday(),
    HolidayDays: lambda o, f: sum(public(f.country, o.t + n) for n in range(f.ahead)),
    MonthDays: month_days,
    NamedHoliday: named_holiday,
    ToHoliday: to_holiday,
    SinceHoliday: since_holiday,
    SchoolTerm: school_term,
    WorkedWeekends: lambda o, f: sum(day_of(o.t + n).weekday() >= 5 and worked(f.country, o.t + n) for n in range(f.ahead)),
    Closed: closed,
    Among: among,
    SearchedDays: searched_days,
    UnsearchedDays: unsearched_days,
}
"""The oracle of every class of feature."""


def label(history: History, target: Target, cell: int, t: int) -> int:
    """Events of the target in the cell in the ``horizon`` days from ``t``, as last believed."""
    return sum(
        r.amount
        for r in records(history)
        if r.cell == cell and r.kind in target.kinds and r.until == NEVER and t <= r.occurred < t + target.horizon
    )


def values(history: History, features: Iterable[Feature], dates: Iterable[int]) -> Any:
    """Values ``[cell * date, feature]`` in float64, cell by cell in date order."""
    rows = [(cell, t) for cell in range(len(history.places)) for t in dates]
    return np.array([[Oracle(history, cell, t)(feature) for feature in features] for cell, t in rows])
