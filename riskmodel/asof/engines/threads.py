"""Blocks in threads of this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.blocks import Blocks, Work
from riskmodel.asof.engines.base import Engine, ahead
from riskmodel.records.history import History


@dataclass(frozen=True)
class Threads(Engine):
    """Threads of this process, which share the history and the totals of groups. The kernels let go of the interpreter."""

    def blocks(self, history: History, work: Work) -> Iterator[tuple[int, Any]]:
        made = Blocks(history, work)
        with ThreadPoolExecutor(self.workers) as pool:
            yield from ahead(lambda block: pool.submit(made.values, block), len(work), 2 * self.workers)
