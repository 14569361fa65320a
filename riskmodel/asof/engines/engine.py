"""Base class of engines, which compute blocks of cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from riskmodel.asof.blocks import Progress, Values, Work
from riskmodel.asof.spilled import Spilled, SpillFile
from riskmodel.asof.vocabulary import Feature
from riskmodel.asof.windows import empty
from riskmodel.base.days import Days
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.number_arguments import whole_number
from riskmodel.records.history import History

MEMORY = 4 * 10**9
"""Default for the most bytes of a table of features in memory."""

SMALL = 8
"""Chosen rows of a table in a file are read into memory if they take at most this fraction of the memory."""


@dataclass(frozen=True)
class Engine(ABC):
    """Computes the features of all cells, block by block.

    Parameters
    ----------
    workers
        Threads or processes that compute at the same time.
    memory
        Most bytes of a table of features in memory; a larger one is left in a file. None: no limit.
    block
        Cells per block; by default a size that suits the caches. Changes no bit of the result.

    Raises
    ------
    UsageError
        If a setting is out of range.
    """

    workers: int = 2
    memory: int | None = MEMORY
    block: int | None = None

    registry: ClassVar[dict[str, type[Engine]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Engine.registry[cls.__name__.lower()] = cls

    def __post_init__(self) -> None:
        for name, least in (("workers", 1), ("memory", 0), ("block", 1)):
            value = getattr(self, name)
            if value is None and name != "workers":
                continue
            object.__setattr__(self, name, whole_number(value, name, type(self).__name__, least))

    @abstractmethod
    def blocks(self, history: History, work: Work, table: Values | None = None) -> Iterator[tuple[int, Values | None]]:
        """Yield each block's number and values, in any order.

        An engine of this process may write them into ``table`` (float32 ``[feature, cell, date]``, if given) and yield None.
        """

    def table(
        self,
        history: History,
        as_of: Days,
        features: tuple[Feature, ...],
        progress: Progress | None = None,
        calendar: Days | None = None,
    ) -> Any:
        """Compute the features of all cells: float32 ``[row, feature]`` in Fortran order.

        A table larger than ``memory`` is :class:`~riskmodel.asof.spilled.Spilled`. Rows are cells at dates, cell by cell. ``calendar`` are the dates of which
        features of the calendar tell.
        """
        work = Work.of(history, as_of, features, self.workers, self.block, calendar)
        cells, dates = work.edges[-1], len(as_of)
        limit = work.bytes if self.memory is None else self.memory
        file = SpillFile(len(features), [edge * dates for edge in work.edges]) if work.bytes > limit else None
        X = empty((len(features), 0 if file else cells, dates))
        for done, (block, values) in enumerate(self.blocks(history, work, None if file else X), 1):
            if file is not None:
                file.write(block, values)
            elif values is not None:
                X[:, work.edges[block] : work.edges[block + 1]] = values
            if progress is not None:
                progress(done / len(work))
        return X.reshape(len(features), cells * dates).T if file is None else Spilled(file, limit // SMALL)


def make_engine(name: str, workers: int = 2, memory: int | None = MEMORY, scheduler: str | None = None) -> Engine:
    """Return an engine by name: ``threads``, ``processes`` or ``dask``.

    Parameters
    ----------
    name
        Name of the engine. dask starts a cluster of its own only if it is asked for by name and no scheduler is given.
    workers, memory
        See :class:`Engine`.
    scheduler
        Address of a dask scheduler.

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
