"""Data that all blocks of a design share, computed once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.asof import windows
from riskmodel.asof.rings import rings
from riskmodel.asof.shelf import Shelf
from riskmodel.base.days import NEVER, Days
from riskmodel.records.history import History

CELL = "cell"
NEIGHBOURS = "neighbours"
RING2 = "ring2"
COUNTY = "county"

Made = TypeVar("Made")

ALONE = np.zeros(0, dtype=np.int32)
"""Members for kernels that count a cell's own records."""


class Shared:
    """Values that the blocks of a design share, each computed once.

    Parameters
    ----------
    history
        Records and places.
    as_of
        As-of dates.
    block
        Cells per block where all cells are computed.
    shelf
        Where values that need all cells are shared with the other processes of the machine.
    half_lives
        Half-lives that will be needed, by kinds, since all of one are computed together.
    calendar
        Dates of which features of the calendar tell; default: the as-of dates.
    """

    def __init__(
        self,
        history: History,
        as_of: Days,
        block: int,
        shelf: Shelf | None = None,
        half_lives: Mapping[tuple[str, ...], tuple[float, ...]] = MappingProxyType({}),
        calendar: Days | None = None,
    ) -> None:
        self.shelf = shelf
        self.half_lives = half_lives
        self.stated = history
        self.history = history = history.relocated
        self.as_of = as_of
        self.calendar = as_of if calendar is None else calendar
        self.block = block
        self.dates = windows.AsOf(as_of.astype(np.int64), *windows.day_table(as_of))
        self._made: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the value under ``key``, computed by the first caller.

        Other callers of that key wait; those of other keys do not.
        """
        if key in self._made:
            return self._made[key]
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
        return self._made[key]

    def once_for_all(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Like :meth:`once`, across the processes that share the shelf."""
        shelf = self.shelf
        return self.once(key, make if shelf is None else lambda: shelf.once(key, make))

    @property
    def weight(self) -> Int64[np.ndarray, " record"]:
        """Amount of each record, as int64."""
        return self.once("weight", lambda: self.history.amount.astype(np.int64))

    @property
    def narrow(self) -> Int32[np.ndarray, " record"] | Int64[np.ndarray, " record"]:
        """Amount of each record, in 32 bits if the sum fits.

        Such sums are twice as fast.
        """

        def make() -> Int32[np.ndarray, " record"] | Int64[np.ndarray, " record"]:
            amount = self.history.amount
            return amount if int(amount.sum(dtype=np.int64)) <= np.iinfo(np.int32).max else self.weight

        return self.once("narrow", make)

    @property
    def open_until(self) -> Int32[np.ndarray, " record"]:
        """Day until which each record is believed and its state open."""
        return self.once("open", lambda: np.minimum(self.history.until, self.history.ended))

    def records(self, kinds: tuple[str, ...], until: Any = None, weight: Any = None) -> windows.Records:
        """Return the records of ``kinds`` for kernels.

        By default with :attr:`weight` and the days until which they were believed.
        """
        h = self.history
        until, weight = h.until if until is None else until, self.weight if weight is None else weight
        return windows.Records(h.starts, self.numbers(kinds), h.occurred, h.known, until, weight)

    def numbers(self, kinds: tuple[str, ...]) -> Int64[np.ndarray, " kind"]:
        """Return the numbers of ``kinds`` in the history."""
        return self.once(("numbers", kinds), lambda: np.array(self.history.numbers(kinds), dtype=np.int64))

    @property
    def version(self) -> Int32[np.ndarray, "cell date"]:
        """Version of each cell by date; -1 where it does not exist."""
        return self.once("version", lambda: self.history.places.version_at(self.as_of))

    def members(self, over: str) -> tuple[Int32[np.ndarray, " cell_plus_one"], Int32[np.ndarray, " member"]]:
        """Return the cells of ``over`` around each cell, as compressed rows.

        For the cell itself both arrays are empty.
        """
        if over == CELL:
            return ALONE, ALONE
        if over == NEIGHBOURS:
            return self.history.places.neighbour_start, self.history.places.neighbour_cells

        return self.once("ring2", lambda: rings(self.history.places)[1])

    @property
    def first_valid(self) -> Int64[np.ndarray, "cell date"]:
        """First day of each cell as known at each date.

        NEVER where it was unknown.
        """

        def make() -> Int64[np.ndarray, "cell date"]:
            places = self.history.places
            first = np.full((len(places), len(self.as_of)), np.int64(NEVER))
            for v in range(len(places.cell)):
                lo = np.searchsorted(self.as_of, np.int64(places.known[v]) + 1, side="left")
                row = first[places.cell[v], lo:]
                np.minimum(row, np.int64(places.valid_from[v]), out=row)
            places.successions.inherit(first, self.as_of)
            return first

        return self.once("first_valid", make)
