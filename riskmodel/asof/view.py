"""A view: what is known about a block of cells at the as-of dates, in the few measures that all features are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int32, Int64

from riskmodel.asof import windows
from riskmodel.asof.rings import quartic_weights
from riskmodel.asof.shared import CELL as CELL
from riskmodel.asof.shared import COUNTY as COUNTY
from riskmodel.asof.shared import NEIGHBOURS as NEIGHBOURS
from riskmodel.asof.shared import RING2 as RING2
from riskmodel.asof.shared import Shared
from riskmodel.base.periods import ALWAYS, NEVER

OWN = (CELL, NEIGHBOURS, RING2)
"""Scopes that stand for cells, not for groups."""

Values = Float64[np.ndarray, "cell date"]

CACHE = 1 << 25
"""Bytes of a table of features beyond which no cache holds it until it is read."""

LEAST_REPORTED = 0.1
"""No day's count is raised more than tenfold for what is still to be reported."""


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
        """``measure`` of the group that each cell belongs to.

        The cells of a group are added up in order, so that totals are the same for any size of block and number of threads.
        """
        return self._of_groups(self._totals(key, measure, grouping)[0], grouping)

    def _of_groups(self, totals: Any, grouping: str) -> Any:
        """The totals ``[group, date]`` of the group that each cell belongs to."""
        out = np.empty(self.shape, dtype=totals.dtype)
        windows.of_groups(totals, self.group(grouping), out)
        return out

    def _totals(self, key: Any, measure: Callable[[View], Any], grouping: str) -> Any:
        """Totals ``[measure, group, date]`` over the groups of ``grouping``, made once for all blocks.

        ``measure`` gives one measure ``[cell, date]`` or several at once.
        """

        def make() -> Any:
            groups = 1 if grouping == COUNTY else len(self.history.places.grouping(grouping).labels)
            totals = None
            for view in views(self.shared):
                values = np.ascontiguousarray(measure(view)).reshape(-1, *view.shape)
                if totals is None:
                    totals = np.zeros((len(values), groups, len(self.as_of)), dtype=values.dtype)
                for one, total in zip(values, totals, strict=True):
                    windows.add_to_groups(one, view.group(grouping), total)
            return totals

        return self.shared.once_for_all(("group", key, grouping), make)

    def everywhere(self, feature: Any) -> Float32[np.ndarray, "cell date"]:
        """A feature of all cells, not of this block alone; NaN where a cell does not exist."""

        def make() -> Any:
            found = np.concatenate([view.values(feature) for view in views(self.shared)])
            found[self.shared.version < 0] = np.nan
            return found

        return self.shared.once_for_all(("values", feature), make)

    def window(
        self, kinds: tuple[str, ...], days: int, lag: int = 0, over: str = CELL, out: Any | None = None
    ) -> Int64[np.ndarray, "cell date"]:
        """Sum of amounts that occurred in the ``days`` days that end ``lag`` days before each date. ``out`` is filled."""
        return self._sums(("window", kinds, days, lag), kinds, days, lag, over, self.history.until, self.shared.weight, out)

    def windows_into(
        self, kinds: tuple[str, ...], spans: Sequence[tuple[int, int]], over: str, X: Any, rows: Sequence[int], offset: int
    ) -> None:
        """Several windows ``(days, lag)`` of the same kinds at once: as float32 into ``X[row, cell - offset]``, NaN over gaps."""
        if over not in OWN:
            for (days, lag), row in zip(spans, rows, strict=True):
                out = X[row, self.first - offset : self.stop - offset]
                self.window(kinds, days, lag, over, out)
                self.blank(out, kinds, days + lag)
            return
        h, s = self.history, self.shared

        def make() -> Any:
            length, lag = np.array(spans, dtype=np.int64).T.copy()
            return length, lag, np.stack([self.gap(kinds, days + lag) for days, lag in spans])

        length, lag, gaps = s.once(("spans", kinds, *spans), make)
        windows.windows_at_once(
            h.starts, s.numbers(kinds), h.occurred, h.known, h.until, s.narrow, s.origin, s.table, length, lag, gaps,
            self.first, self.stop, *s.members(over), np.array(rows, np.int64), np.int64(offset), X.nbytes > CACHE, X,
        )  # fmt: skip

    def expected(self, kinds: tuple[str, ...], days: int, usual: int, lag: int, over: str = CELL) -> Values:
        """What ``days`` would bring at the rate of the ``usual`` days that end ``lag`` days before, with half a record added."""
        return (self.window(kinds, usual, lag, over) + 0.5) * (days / usual)

    def values(self, feature: Any) -> Float32[np.ndarray, "cell date"]:
        """The values of a feature, for those that are made of it."""

        def make() -> Any:
            out = np.empty(self.shape, dtype=np.float32)
            feature.fill(self, out)
            return out

        return self.kept(("values", feature), make)

    def around(self, feature: Any, out: Any) -> None:
        """The mean of ``feature`` over the first and second ring, weighted by inverse distance, into ``out``."""
        windows.weighted_means(self.everywhere(feature), *self.shared.around, self.first, self.stop, out)

    def smoothed(self, feature: Any, bandwidth: float, out: Any) -> None:
        """The mean of ``feature`` over the cells within ``bandwidth``, weighted by the quartic kernel, into ``out``."""
        kernel: tuple[Any, Any, Any] = self.shared.once(
            ("kernel", bandwidth), lambda: quartic_weights(self.history.places, bandwidth)
        )
        windows.weighted_means(self.everywhere(feature), *kernel, self.first, self.stop, out)

    def state(self, kinds: tuple[str, ...], over: str = CELL, out: Any | None = None) -> Int64[np.ndarray, "cell date"]:
        """Sum of amounts of the states that hold at each date."""
        return self._sums(("state", kinds), kinds, windows.ENDLESS, 0, over, self._open(), self.shared.weight, out)

    def state_age(self, kinds: tuple[str, ...], over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Sum over the states that hold at each date of amount times days since the state began."""
        began = self.shared.once("began", lambda: self.history.amount.astype(np.int64) * self.history.occurred.astype(np.int64))
        total = self._sums(("began", kinds), kinds, windows.ENDLESS, 0, over, self._open(), began, None)
        return self.state(kinds, over) * self.as_of[None, :].astype(np.int64) - total

    def closed(self, kinds: tuple[str, ...], days: int, over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Sum of amounts of the states whose end, in the last ``days`` days, is known at each date."""

        def until() -> Any:
            ended = np.minimum(self.history.ended.astype(np.int64) + days, int(NEVER))
            return np.minimum(self.history.until, ended).astype(np.int32)

        lately = self.shared.once(("open lately", days), until)
        open_lately = self._sums(("open lately", kinds, days), kinds, windows.ENDLESS, 0, over, lately, self.shared.weight, None)
        return open_lately - self.state(kinds, over)

    def _open(self) -> Any:
        return self.shared.once("open", lambda: np.minimum(self.history.until, self.history.ended))

    def _sums(self, key: Any, kinds: Any, days: int, lag: int, over: str, until: Any, weight: Any, out: Any | None) -> Any:
        if over not in OWN:
            values = self.over(key, lambda view: view._sums(key, kinds, days, lag, CELL, until, weight, None), over)
            if out is None:
                return values
            out[...] = values
            return out
        if out is None and (key, over) in self._kept:
            return self._kept[(key, over)]
        h, s = self.history, self.shared
        filled = np.empty(self.shape, dtype=np.int64) if out is None else out
        members = self.shared.members(over)
        windows.window_sums(
            h.starts, s.numbers(kinds), h.occurred, h.known, until, weight,
            s.origin, s.table, np.int64(days), np.int64(lag), self.first, self.stop, *members, filled,
        )  # fmt: skip
        if out is None:
            self._kept[(key, over)] = filled
        return filled

    def decayed(self, kinds: tuple[str, ...], half_life: float, over: str = CELL) -> Values:
        """Sum of amounts, each halved for every ``half_life`` days since it occurred."""
        lives = self.shared.half_lives.get(kinds, ())
        lives = lives if half_life in lives else (half_life,)
        at = lives.index(half_life)
        if over in OWN:
            return self._decayed(kinds, lives, over)[at]
        totals = self._totals(("decayed", kinds, lives), lambda view: view._decayed(kinds, lives, CELL), over)
        return self._of_groups(totals[at], over)

    def _decayed(self, kinds: tuple[str, ...], half_lives: tuple[float, ...], over: str) -> Float64[np.ndarray, "life cell date"]:
        """:meth:`decayed` for several half-lives, which costs hardly more than for one."""

        def make() -> Any:
            h, s = self.history, self.shared
            oldest = s.once("oldest", lambda: int(h.occurred.min()) if len(h) else int(self.as_of[0]))
            span = max(1, int(self.as_of[-1]) - oldest + 1)

            def powers() -> Any:
                return np.stack([windows.halvings(float(half_life), span) for half_life in half_lives], axis=1)

            out = np.empty((len(half_lives), *self.shape), dtype=np.float64)
            windows.decayed_sums(
                h.starts, s.numbers(kinds), h.occurred, h.known, h.until, s.weight, self.as_of.astype(np.int64),
                s.once(("powers", half_lives), powers), oldest, self.first, self.stop, *s.members(over), out,
            )  # fmt: skip
            return out

        return self.kept(("decayed", kinds, half_lives, over), make)

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
            h.starts, s.numbers(kinds), h.occurred, h.known, h.until,
            s.origin, s.table, np.int64(cap), self.first, self.stop, np.int64(never), found,
        )  # fmt: skip
        return np.minimum(self.as_of[None, :] - found, cap)

    def oldest_open(self, kinds: tuple[str, ...]) -> Int64[np.ndarray, "cell date"]:
        """The first day of the oldest state of ``kinds`` that holds at each date; NEVER where none does."""
        h, s = self.history, self.shared
        out = np.empty(self.shape, dtype=np.int64)
        windows.first_days(
            h.starts, s.numbers(kinds), h.occurred, h.known, self._open(), s.origin, s.table,
            self.first, self.stop, np.int64(NEVER), out,
        )  # fmt: skip
        return out

    def nowcast(self, kinds: tuple[str, ...], days: int, longest: int, memory: int, over: str = CELL) -> Values:
        """Sum of amounts of the last ``days`` days, each over the share of its day's records that is :meth:`Shared.reported`."""
        key = ("nowcast", kinds, days, longest, memory)
        if over not in OWN:
            return self.over(key, lambda view: view.nowcast(kinds, days, longest, memory), over)

        def make() -> Any:
            h, s = self.history, self.shared
            factor = np.stack([1.0 / np.maximum(s.reported(kind, longest, memory), LEAST_REPORTED) for kind in kinds])
            out = np.empty(self.shape, dtype=np.float64)
            windows.weighted_sums(
                h.starts, s.numbers(kinds), h.occurred, h.known, h.until, s.weight, s.origin, s.table,
                self.as_of.astype(np.int64), np.int64(days), factor, self.first, self.stop, *s.members(over), out,
            )  # fmt: skip
            return out

        return self.kept((key, over), make)

    def pairs(self, over: str) -> tuple[Any, Any]:
        """Every cell of this block beside every cell of its ring ``over``: its row here, and the other's number."""
        start, members = self.shared.members(over)
        edges = start[self.first : self.stop + 1]
        return np.repeat(np.arange(len(edges) - 1), np.diff(edges)), members[edges[0] : edges[-1]]

    def exposure(self, name: str) -> Values:
        """Exposure ``name``; NaN where it is missing."""
        return self.history.places.exposure(name, self.version)

    def attribute(self, name: str) -> Values:
        """Attribute ``name``; NaN where it is missing."""
        return self.history.places.attribute(name, self.version)

    def missing(self, kinds: tuple[str, ...], days: int) -> Bool[np.ndarray, " date"]:
        """Dates at which a window of ``days`` reaches into a gap of the feeds of ``kinds``."""
        return self.shared.once(("missing", kinds, days), lambda: self.history.missing(kinds, days, self.as_of))

    def gap(self, kinds: tuple[str, ...], days: int) -> Float32[np.ndarray, " date"]:
        """:meth:`missing` as a term to add: 0, or NaN where the window reaches into a gap."""

        def make() -> Any:
            return np.where(self.missing(kinds, days), np.float32(np.nan), np.float32(0))

        return self.shared.once(("gap", kinds, days), make)

    def blank(self, out: Any, kinds: tuple[str, ...], days: int) -> None:
        """Write NaN into ``out`` at the dates at which a window of ``days`` reaches into a gap of the feeds of ``kinds``."""
        gap = self.gap(kinds, days)
        if np.isnan(gap).any():
            out += gap


def views(shared: Shared) -> list[View]:
    """Views of consecutive blocks of cells that cover all of them."""
    cells = len(shared.history.places)
    return [View(shared, first, min(first + shared.block, cells)) for first in range(0, cells, shared.block)]
