"""Measures of a block of cells, from which features are computed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int32, Int64

from riskmodel.asof import windows
from riskmodel.asof.shared import CELL as CELL
from riskmodel.asof.shared import COUNTY as COUNTY
from riskmodel.asof.shared import NEIGHBOURS as NEIGHBOURS
from riskmodel.asof.shared import RING2 as RING2
from riskmodel.asof.shared import Made, Shared
from riskmodel.base.days import NEVER

OWN = (CELL, NEIGHBOURS, RING2)
"""Scopes of cells around a cell, as opposed to groups."""

Values = Float64[np.ndarray, "cell date"]
Totals = TypeVar("Totals", Float64[np.ndarray, "..."], Int64[np.ndarray, "..."])
"""Measures of cells or groups, added up as whole numbers or as floats."""

CACHE = 1 << 25
"""Size in bytes above which a table of features is evicted from any cache before it is read."""


class WeightedSum(NamedTuple):
    """A windowed sum of ``weight`` over records that count until ``until``."""

    key: Hashable
    kinds: tuple[str, ...]
    days: int
    lag: int
    until: Int32[np.ndarray, " record"]
    weight: Int64[np.ndarray, " record"]


class Measured(Hashable, Protocol):
    """What a feature is to the features that are computed from it."""

    def fill(self, view: View, out: Float32[np.ndarray, "cell date"]) -> None:
        """Write the values at ``view`` into ``out``."""


class View:
    """The cells ``first:stop`` at the as-of dates.

    Features of the calendar read the dates ``calendar``, all others ``as_of``. All measures are arrays ``[cell, date]``. ``over`` states whose records they count: the ``cell``'s own, those of its
    ``neighbours`` or second ring (``ring2``), of the ``county``, or of its group in a grouping.
    """

    def __init__(self, shared: Shared, first: int, stop: int) -> None:
        self.shared = shared
        self.first = first
        self.stop = stop
        self.history = shared.history
        self.as_of = shared.as_of
        self.calendar = shared.calendar
        self._kept: dict[Hashable, Any] = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and dates."""
        return self.stop - self.first, len(self.as_of)

    @property
    def version(self) -> Int32[np.ndarray, "cell date"]:
        """Version of each cell by date; -1 where it does not exist."""
        return self.shared.version[self.first : self.stop]

    def cells(self, over: str = CELL) -> windows.Cells:
        """Return this block's cells and their members, for kernels."""
        return windows.Cells(self.first, self.stop, *self.shared.members(over))

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return a measure that several features of this block share, computed once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def group(self, grouping: str) -> Int32[np.ndarray, "cell date"]:
        """Return each cell's group number by date; -1 where nonexistent."""

        def make() -> Int32[np.ndarray, "cell date"]:
            if grouping == COUNTY:
                return np.where(self.version >= 0, np.int32(0), np.int32(-1)).astype(np.int32)
            return self.history.places.group(grouping, self.version)

        return self.kept(("group", grouping), make)

    def over(self, key: Hashable, measure: Callable[[View], Totals], grouping: str) -> Totals:
        """Return the total of ``measure`` over each cell's group.

        Cells are added in order, so totals are the same for any size of block and number of threads.
        """
        return self.of_groups(self.totals(key, measure, grouping)[0], grouping)

    def of_groups(self, totals: Totals, grouping: str) -> Totals:
        """Return the totals ``[group, date]`` of each cell's group, ``[cell, date]``."""
        out = np.empty_like(totals, shape=self.shape)
        windows.of_groups(totals, self.group(grouping), out)
        return out

    def totals(self, key: Hashable, measure: Callable[[View], Totals], grouping: str) -> Totals:
        """Return totals ``[measure, group, date]`` of a grouping, computed once.

        ``measure`` returns one measure ``[cell, date]`` or several at once.
        """

        def make() -> Totals:
            groups = 1 if grouping == COUNTY else len(self.history.places.grouping(grouping).labels)
            totals: Any = None
            for view in views(self.shared):
                values = np.ascontiguousarray(measure(view)).reshape(-1, *view.shape)
                if totals is None:
                    totals = np.zeros((len(values), groups, len(self.as_of)), dtype=values.dtype)
                for one, total in zip(values, totals, strict=True):
                    windows.add_to_groups(one, view.group(grouping), total)
            return totals

        return self.shared.once_for_all(("group", key, grouping), make)

    def everywhere(self, feature: Measured) -> Float32[np.ndarray, "cell date"]:
        """Return a feature of all cells; NaN where one does not exist."""

        def make() -> Float32[np.ndarray, "cell date"]:
            found = np.concatenate([view.values(feature) for view in views(self.shared)])
            found[self.shared.version < 0] = np.nan
            return found

        return self.shared.once_for_all(("values", feature), make)

    def window(self, kinds: tuple[str, ...], days: int, lag: int = 0, over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Return the sum of amounts in a window before each date.

        The window has ``days`` days and ends ``lag`` days before the date.
        """
        key = ("window", kinds, days, lag)
        return self.sums(WeightedSum(key, kinds, days, lag, self.history.until, self.shared.weight), over)

    def windows_into(
        self,
        kinds: tuple[str, ...],
        spans: Sequence[tuple[int, int]],
        over: str,
        X: Float32[np.ndarray, "feature cell date"],
        rows: Sequence[int],
        offset: int,
    ) -> None:
        """Write several windows of the same kinds into a table.

        The window ``(days, lag)`` number ``i`` is written to ``X[rows[i], cell - offset]``.

        Values are float32, NaN where a window reaches into a gap.
        """
        if over not in OWN:
            for (days, lag), row in zip(spans, rows, strict=True):
                out = X[row, self.first - offset : self.stop - offset]
                out[...] = self.window(kinds, days, lag, over)
                self.blank(out, kinds, days + lag)
            return
        s = self.shared

        def make() -> windows.Spans:
            length, lag = np.array(spans, dtype=np.int64).T.copy()
            return windows.Spans(length, lag, np.stack([self.gap(kinds, days + lag) for days, lag in spans]))

        place = windows.Destination(X, np.array(rows, np.int64), offset, X.nbytes > CACHE)
        windows.windows_at_once(
            s.records(kinds, weight=s.narrow), s.dates, s.once(("spans", kinds, *spans), make), self.cells(over), place
        )

    def expected(self, kinds: tuple[str, ...], days: int, usual: int, lag: int, over: str = CELL) -> Values:
        """Return the count expected at the rate of an earlier window.

        That window has ``usual`` days and ends ``lag`` days before each date; half a record is added to its count.
        """
        return (self.window(kinds, usual, lag, over) + 0.5) * (days / usual)

    def values(self, feature: Measured) -> Float32[np.ndarray, "cell date"]:
        """Return the values of a feature, for features computed from it."""

        def make() -> Float32[np.ndarray, "cell date"]:
            out = np.empty(self.shape, dtype=np.float32)
            feature.fill(self, out)
            return out

        return self.kept(("values", feature), make)

    def state(self, kinds: tuple[str, ...], over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Return the amounts of the states that hold, summed."""
        key = ("state", kinds)
        return self.sums(WeightedSum(key, kinds, windows.ENDLESS, 0, self.shared.open_until, self.shared.weight), over)

    def state_age(self, kinds: tuple[str, ...], over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Return amount times age in days, summed over open states."""
        began = self.shared.once("began", lambda: self.history.amount.astype(np.int64) * self.history.occurred.astype(np.int64))
        total = self.sums(WeightedSum(("began", kinds), kinds, windows.ENDLESS, 0, self.shared.open_until, began), over)
        return self.state(kinds, over) * self.as_of[None, :].astype(np.int64) - total

    def closed(self, kinds: tuple[str, ...], days: int, over: str = CELL) -> Int64[np.ndarray, "cell date"]:
        """Return the amounts of states known to have ended lately.

        Those that ended in the last ``days`` days.
        """

        def until() -> Int32[np.ndarray, " record"]:
            ended = np.minimum(self.history.ended.astype(np.int64) + days, int(NEVER))
            return np.minimum(self.history.until, ended).astype(np.int32)

        lately = self.shared.once(("open lately", days), until)
        key = ("open lately", kinds, days)
        open_lately = self.sums(WeightedSum(key, kinds, windows.ENDLESS, 0, lately, self.shared.weight), over)
        return open_lately - self.state(kinds, over)

    def sums(self, what: WeightedSum, over: str) -> Int64[np.ndarray, "cell date"]:
        """Return a sum of ``over``."""
        if over not in OWN:
            return self.over(what.key, lambda view: view.sums(what, CELL), over)

        def make() -> Int64[np.ndarray, "cell date"]:
            out, records = np.empty(self.shape, dtype=np.int64), self.shared.records(what.kinds, what.until, what.weight)
            windows.window_sums(records, self.shared.dates, windows.Span(what.days, what.lag), self.cells(over), out)
            return out

        return self.kept((what.key, over), make)

    def pairs(self, over: str) -> tuple[Int64[np.ndarray, " pair"], Int32[np.ndarray, " pair"]]:
        """Return all pairs of a row and a cell of its ring."""
        start, members = self.shared.members(over)
        edges = start[self.first : self.stop + 1]
        return np.repeat(np.arange(len(edges) - 1), np.diff(edges)), members[edges[0] : edges[-1]]

    def exposure(self, name: str) -> Values:
        """Return exposure ``name``; NaN where it is missing."""
        return self.history.places.exposure(name, self.version)

    def attribute(self, name: str) -> Values:
        """Return attribute ``name``; NaN where it is missing."""
        return self.history.places.attribute(name, self.version)

    def missing(self, kinds: tuple[str, ...], days: int) -> Bool[np.ndarray, " date"]:
        """Return the dates at which a window reaches into a gap."""
        return self.shared.once(("missing", kinds, days), lambda: self.history.missing(kinds, days, self.as_of))

    def gap(self, kinds: tuple[str, ...], days: int) -> Float32[np.ndarray, " date"]:
        """Return :meth:`missing` as a term to add: NaN where true, else 0."""

        def make() -> Float32[np.ndarray, " date"]:
            return np.where(self.missing(kinds, days), np.float32(np.nan), np.float32(0))

        return self.shared.once(("gap", kinds, days), make)

    def blank_unheard(self, out: Float32[np.ndarray, "cell date"], kinds: tuple[str, ...]) -> None:
        """Write NaN into ``out`` where a source was unheard.

        For sums over the whole past: a gap is the time before the source began, or a date at which it was stale.
        """
        unheard = self.shared.once(("unheard", kinds), lambda: self.history.unheard(kinds, 1, self.as_of))
        if unheard.any():
            out += np.where(unheard, np.float32(np.nan), np.float32(0))

    def blank(self, out: Float32[np.ndarray, "cell date"], kinds: tuple[str, ...], days: int) -> None:
        """Write NaN into ``out`` where a window of ``days`` is :meth:`missing`."""
        gap = self.gap(kinds, days)
        if np.isnan(gap).any():
            out += gap


def views(shared: Shared) -> list[View]:
    """Return views of consecutive blocks that cover all cells."""
    cells = len(shared.history.places)
    return [View(shared, first, min(first + shared.block, cells)) for first in range(0, cells, shared.block)]
