"""A view: what is known about a block of cells at the as-of dates, in the few measures that all features are made of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64

from riskmodel.asof import windows
from riskmodel.base.periods import ALWAYS, NEVER, Days
from riskmodel.records.history import History

CELL = "cell"
NEIGHBOURS = "neighbours"
COUNTY = "county"

Values = Float64[np.ndarray, "cell date"]


class Shared:
    """What all blocks of one design share: the history, the dates and the totals of groups, each made once.

    Group totals add up the cells in order, so they are the same for any size of block and number of threads.
    """

    def __init__(self, history: History, as_of: Days, block: int) -> None:
        self.history = history
        self.as_of = as_of
        self.block = block
        self.origin, self.table = windows.day_table(as_of)
        self.version = history.places.version_at(as_of)
        self.weight = history.amount.astype(np.int64)
        self._totals: dict[Any, Any] = {}
        self._lock = threading.RLock()

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """The value under ``key``, made by the first caller."""
        with self._lock:
            if key not in self._totals:
                self._totals[key] = make()
            return self._totals[key]

    def blocks(self) -> list[View]:
        """Views of consecutive blocks of cells that cover all of them."""
        cells = len(self.history.places)
        return [View(self, first, min(first + self.block, cells)) for first in range(0, cells, self.block)]

    def group_totals(self, key: Any, measure: Callable[[View], Any], grouping: str) -> Any:
        """Totals ``[group, date]`` of ``measure`` (a function of a view) over the groups of ``grouping``."""

        def make() -> Any:
            groups = 1 if grouping == COUNTY else len(self.history.places.grouping(grouping).labels)
            totals = None
            for view in self.blocks():
                values = np.ascontiguousarray(measure(view))
                if totals is None:
                    totals = np.zeros((groups, len(self.as_of)), dtype=values.dtype)
                windows.add_to_groups(values, view.group(grouping), totals)
            return totals

        return self.once(("group", key, grouping), make)

    @property
    def first_valid(self) -> Int64[np.ndarray, "cell date"]:
        """The first day on which each cell existed, as known at each date; NEVER where it was not known at all."""

        def make() -> Any:
            places = self.history.places
            first = np.full((len(places), len(self.as_of)), np.int64(NEVER))
            for v in range(len(places.cell)):
                lo = np.searchsorted(self.as_of, np.int64(places.known[v]) + 1, side="left")
                row = first[places.cell[v], lo:]
                np.minimum(row, np.int64(places.valid_from[v]), out=row)
            return first

        return self.once("first_valid", make)


class View:
    """The cells ``first:stop`` at the as-of dates. All measures are arrays ``[cell, date]``; ``over`` says whose records:
    the ``cell``'s own, its ``neighbours``', all the ``county``'s, or those of its group in a grouping."""

    def __init__(self, shared: Shared, first: int, stop: int) -> None:
        self.shared = shared
        self.first = first
        self.stop = stop
        self.history = shared.history
        self.as_of = shared.as_of
        self._kept: dict[Any, Any] = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and dates."""
        return self.stop - self.first, len(self.as_of)

    @property
    def version(self) -> Int32[np.ndarray, "cell date"]:
        """The version of each cell that holds at each date; -1 where it does not exist."""
        return self.shared.version[self.first : self.stop]

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """A measure that several features of this block share, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def group(self, grouping: str) -> Int32[np.ndarray, "cell date"]:
        """Group number of each cell at each date; -1 where it does not exist."""
        if grouping == COUNTY:
            return np.where(self.version >= 0, np.int32(0), np.int32(-1)).astype(np.int32)
        return self.history.places.group(grouping, self.version)

    def over(self, key: Any, measure: Callable[[View], Any], grouping: str) -> Any:
        """``measure`` of the group that each cell belongs to."""
        totals = self.shared.group_totals(key, measure, grouping)
        out = np.empty(self.shape, dtype=totals.dtype)
        windows.of_groups(totals, self.group(grouping), out)
        return out

    def window(
        self, kinds: tuple[str, ...], days: int, lag: int = 0, over: str = CELL, out: Any | None = None
    ) -> Int64[np.ndarray, "cell date"]:
        """Sum of amounts that occurred in the ``days`` days that end ``lag`` days before each date. ``out`` is filled."""
        return self._sums(("window", kinds, days, lag), kinds, days, lag, over, self.history.until, self.shared.weight, out)

    def state(self, kinds: tuple[str, ...], over: str = CELL, out: Any | None = None) -> Int64[np.ndarray, "cell date"]:
        """Sum of amounts of the states that hold at each date."""
        return self._sums(("state", kinds), kinds, windows.ENDLESS, 0, over, self._open(), self.shared.weight, out)

    def state_age(self, kinds: tuple[str, ...], over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Sum over the states that hold at each date of amount times days since the state began."""
        began = self.shared.once("began", lambda: self.history.amount.astype(np.int64) * self.history.occurred.astype(np.int64))
        total = self._sums(("began", kinds), kinds, windows.ENDLESS, 0, over, self._open(), began, None)
        return self.state(kinds, over) * self.as_of[None, :].astype(np.int64) - total

    def _open(self) -> Any:
        return self.shared.once("open", lambda: np.minimum(self.history.until, self.history.ended))

    def _sums(self, key: Any, kinds: Any, days: int, lag: int, over: str, until: Any, weight: Any, out: Any | None) -> Any:
        if over not in (CELL, NEIGHBOURS):
            values = self.over(key, lambda view: view._sums(key, kinds, days, lag, CELL, until, weight, None), over)
            if out is None:
                return values
            out[...] = values
            return out
        if out is None and (key, over) in self._kept:
            return self._kept[(key, over)]
        h, s = self.history, self.shared
        filled = np.empty(self.shape, dtype=np.int64) if out is None else out
        members = self._members(over)
        windows.window_sums(
            h.starts, np.array(h.numbers(kinds), np.int64), h.occurred, h.known, until, weight,
            s.origin, s.table, np.int64(days), np.int64(lag), self.first, self.stop, *members, filled,
        )  # fmt: skip
        if out is None:
            self._kept[(key, over)] = filled
        return filled

    def decayed(self, kinds: tuple[str, ...], half_life: float, over: str = CELL) -> Values:
        """Sum of amounts, each halved for every ``half_life`` days since it occurred."""
        key = ("decayed", kinds, half_life)
        if over not in (CELL, NEIGHBOURS):
            return self.over(key, lambda view: view.decayed(kinds, half_life), over)

        def make() -> Any:
            h = self.history
            out = np.empty(self.shape, dtype=np.float64)
            windows.decayed_sums(
                h.starts, np.array(h.numbers(kinds), np.int64), h.occurred, h.known, h.until, self.shared.weight,
                self.as_of.astype(np.int64), float(half_life), self.first, self.stop, *self._members(over), out,
            )  # fmt: skip
            return out

        return self.kept((key, over), make)

    def observed_days(self, kinds: tuple[str, ...], half_life: float, exposure: str | None, over: str = CELL) -> Values:
        """Days on which records of ``kinds`` could be seen, decayed like :meth:`decayed`, times ``exposure`` if named.

        A day counts if the cell existed and the first feed of ``kinds`` had begun. Missing exposure counts as 0.
        """
        key = ("observed", kinds, half_life, exposure)
        if over != CELL:
            return self.over(key, lambda view: view.observed_days(kinds, half_life, exposure), over)

        def make() -> Any:
            since = [feed.since for feed in self.history.feeds.values() if set(feed.kinds) & set(kinds)]
            begun = max(min(since, default=int(ALWAYS)), int(ALWAYS))
            first = np.maximum(self.shared.first_valid[self.first : self.stop], begun)
            days = np.clip(self.as_of[None, :] - first, 0, None).astype(np.float64)
            daily = 2.0 ** (-1.0 / half_life)
            observed = daily * -np.expm1(days * np.log(daily)) / (1.0 - daily)
            observed[self.version < 0] = 0.0
            if exposure is not None:
                observed = observed * np.nan_to_num(self.exposure(exposure))
            return observed

        return self.kept(key, make)

    def last(self, kinds: tuple[str, ...], cap: int) -> Int64[np.ndarray, "cell date"]:
        """Days since the last record of ``kinds``, at most ``cap``."""
        h, s = self.history, self.shared
        found = np.empty(self.shape, dtype=np.int64)
        never = int(self.as_of[0]) - 1 - cap
        windows.last_days(
            h.starts, np.array(h.numbers(kinds), np.int64), h.occurred, h.known, h.until,
            s.origin, s.table, np.int64(cap), self.first, self.stop, np.int64(never), found,
        )  # fmt: skip
        return np.minimum(self.as_of[None, :] - found, cap)

    def exposure(self, name: str) -> Values:
        """Exposure ``name``; NaN where it is missing."""
        return self.history.places.exposure(name, self.version)

    def attribute(self, name: str) -> Values:
        """Attribute ``name``; NaN where it is missing."""
        return self.history.places.attribute(name, self.version)

    def missing(self, kinds: tuple[str, ...], days: int) -> Bool[np.ndarray, " date"]:
        """Dates at which a window of ``days`` reaches into a gap of the feeds of ``kinds``."""
        return self.shared.once(("missing", kinds, days), lambda: self.history.missing(kinds, days, self.as_of))

    def _members(self, over: str) -> tuple[Any, Any]:
        if over == CELL:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        return self.history.places.neighbour_start, self.history.places.neighbour_cells
