"""Blocks in threads of this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from riskmodel.asof.blocks import Blocks, Values, Work
from riskmodel.asof.engines.engine import Engine
from riskmodel.asof.engines.futures import ahead
from riskmodel.base.argument_types import checked
from riskmodel.records.history import History


@checked()
@dataclass(frozen=True)
class Threads(Engine):
    """Threads of this process; they share the history and group totals.

    Kernels release the interpreter lock.

    Parameters
    ----------
    workers
        Threads that compute at the same time.
    memory
        Most bytes of a table of features in memory; a larger one is left in a file. None: no limit.
    block
        Cells per block; by default a size that suits the caches. It changes no bit of the result.

    Examples
    --------
    >>> one, two = (rm.design(history, "2023-10-22", features, engine=rm.Threads(workers=number)) for number in (1, 2))
    >>> one.identical(two)
    True
    """

    @classmethod
    def in_memory(cls, workers: int = 2) -> Threads:
        """Return the engine with no limit of memory: the default of :func:`~riskmodel.asof.design.design`."""
        return cls(workers, memory=None)

    def blocks(self, history: History, work: Work, table: Values | None = None) -> Iterator[tuple[int, Values | None]]:
        made = Blocks(history, work)
        if len(work) == 1:
            yield 0, made.values(0) if table is None else made.fill(0, table)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            if table is None:
                yield from ahead(lambda block: pool.submit(made.values, block), len(work), 2 * self.workers)
            else:  # nothing is held back, so nothing has to wait
                yield from enumerate(pool.map(lambda block: made.fill(block, table), range(len(work))))
