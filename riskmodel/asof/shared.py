"""What all blocks of one design share: the history, the dates, and what is made once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

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

ALONE = np.zeros(0, dtype=np.int32)
"""The cell itself, where kernels take members."""


class Shared:
    """What all blocks of one design share, each made once; on a ``shelf``, what needs all cells once for all processes on the machine.

    ``half_lives`` says by kinds which half-lives will be asked for, since all are made at once.
    """

    def __init__(
        self,
        history: History,
        as_of: Days,
        block: int,
        shelf: Shelf | None = None,
        half_lives: Mapping[tuple[str, ...], tuple[float, ...]] = MappingProxyType({}),
    ) -> None:
        self.shelf = shelf
        self.half_lives = half_lives
        self.stated = history
        self.history = history = history.relocated
        self.as_of = as_of
        self.block = block
        self.dates = windows.AsOf(as_of.astype(np.int64), *windows.day_table(as_of))
        self._made: dict[Any, Any] = {}
        self._locks: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """The value under ``key``, made by the first caller while others go on with other keys."""
        if key in self._made:
            return self._made[key]
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
        return self._made[key]

    def once_for_all(self, key: Any, make: Callable[[], Any]) -> Any:
        """:meth:`once`, by one of the processes that share the shelf."""
        shelf = self.shelf
        return self.once(key, make if shelf is None else lambda: shelf.once(key, make))

    @property
    def weight(self) -> Int64[np.ndarray, " record"]:
        """What each record counts."""
        return self.once("weight", lambda: self.history.amount.astype(np.int64))

    @property
    def narrow(self) -> Int32[np.ndarray, " record"] | Int64[np.ndarray, " record"]:
        """:attr:`weight` in 32 bits where the sum of all fits them: such sums are made twice as fast."""

        def make() -> Any:
            amount = self.history.amount
            return amount if int(amount.sum(dtype=np.int64)) <= np.iinfo(np.int32).max else self.weight

        return self.once("narrow", make)

    @property
    def open_until(self) -> Int32[np.ndarray, " record"]:
        """Until when each record is believed and its state not known to have ended."""
        return self.once("open", lambda: np.minimum(self.history.until, self.history.ended))

    def records(self, kinds: tuple[str, ...], until: Any = None, weight: Any = None) -> windows.Records:
        """Return the records of ``kinds`` for kernels, with :attr:`weight` and their own ``until`` by default."""
        h = self.history
        until, weight = h.until if until is None else until, self.weight if weight is None else weight
        return windows.Records(h.starts, self.numbers(kinds), h.occurred, h.known, until, weight)

    def numbers(self, kinds: tuple[str, ...]) -> Int64[np.ndarray, " kind"]:
        """The numbers of ``kinds`` in the history."""
        return self.once(("numbers", kinds), lambda: np.array(self.history.numbers(kinds), dtype=np.int64))

    @property
    def version(self) -> Int32[np.ndarray, "cell date"]:
        """The version of each cell that holds at each date; -1 where it does not exist."""
        return self.once("version", lambda: self.history.places.version_at(self.as_of))

    def members(self, over: str) -> tuple[Int32[np.ndarray, " cell_plus_one"], Int32[np.ndarray, " member"]]:
        """The cells of ``over`` around each cell, as compressed rows; two empty arrays for the cell itself."""
        if over == CELL:
            return ALONE, ALONE
        if over == NEIGHBOURS:
            return self.history.places.neighbour_start, self.history.places.neighbour_cells

        return self.once("ring2", lambda: rings(self.history.places)[1])

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
            places.successions.inherit(first, self.as_of)
            return first

        return self.once("first_valid", make)
