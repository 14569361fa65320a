"""What an engine is: it computes blocks of cells somewhere, and they are put together here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.blocks import Progress, Work
from riskmodel.asof.spilled import Spilled, SpillFile
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import Days
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.records.history import History

MEMORY = 4 * 10**9
"""A table of features above so many bytes is left in a file, unless told otherwise."""

SMALL = 8
"""A choice of rows of such a table comes into memory if it takes at most this part of that."""


@dataclass(frozen=True)
class Engine(ABC):
    """Computes designs a block of cells at a time.

    Parameters
    ----------
    workers
        Threads or processes that compute at the same time.
    memory
        Most bytes that a table of features may take in memory; a larger one is left in a file.
    """

    workers: int = 2
    memory: int = MEMORY

    registry: ClassVar[dict[str, type[Engine]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Engine.registry[cls.__name__.lower()] = cls

    def __post_init__(self) -> None:
        for name, least in (("workers", 1), ("memory", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise bad_argument(name, type(self).__name__, f"a whole number, at least {least}", value)

    @abstractmethod
    def blocks(self, history: History, work: Work) -> Iterator[tuple[int, Any]]:
        """Every block's number and its values, float32 ``[feature, cell, date]``, in any order."""

    def table(self, history: History, as_of: Days, features: tuple[Feature, ...], progress: Progress | None = None) -> Any:
        """The features of all cells: float32 ``[row, feature]`` in Fortran order, or a :class:`Spilled` table of it."""
        work = Work.of(history, as_of, features)
        cells, dates = work.edges[-1], len(as_of)
        file = SpillFile(len(features), [edge * dates for edge in work.edges]) if work.bytes > self.memory else None
        X = np.empty((len(features), 0 if file else cells, dates), dtype=np.float32)
        for done, (block, values) in enumerate(self.blocks(history, work), 1):
            if file is not None:
                file.write(block, values)
            else:
                X[:, work.edges[block] : work.edges[block + 1]] = values
            if progress is not None:
                progress(done / len(work))
        return X.reshape(len(features), cells * dates).T if file is None else Spilled(file, self.memory // SMALL)


def make_engine(name: str, workers: int = 2, memory: int = MEMORY, scheduler: str | None = None) -> Engine:
    """An engine by name (``threads``, ``processes`` or ``dask``).

    Raises
    ------
    UsageError
        If there is no such engine, or a scheduler is given to one that has none.
    """
    if name not in Engine.registry:
        raise unknown_name("engine", name, Engine.registry)
    settings: dict[str, Any] = {"workers": workers, "memory": memory}
    if scheduler is not None:
        if name != "dask":
            raise bad_argument("scheduler", "make_engine", "left out unless the engine is 'dask'", scheduler)
        settings["scheduler"] = scheduler
    return Engine.registry[name](**settings)


def ahead(start: Callable[[int], Any], count: int, most: int) -> Iterator[tuple[int, Any]]:
    """The numbers below ``count`` and what the futures that ``start`` makes of them bring, at most ``most`` of them under way."""
    from concurrent.futures import FIRST_COMPLETED, wait

    under_way: dict[Any, int] = {}
    following = iter(range(count))
    while True:
        for number in following:
            under_way[start(number)] = number
            if len(under_way) >= most:
                break
        if not under_way:
            return
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            yield under_way.pop(done), done.result()
