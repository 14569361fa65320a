"""Blocks on a dask cluster, started here or given by address."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.asof.blocks import Blocks, Values, Work
from riskmodel.asof.engines.engine import Engine
from riskmodel.asof.engines.workbench import HISTORY, WORK, open_workbench, workbench
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import write_bytes
from riskmodel.base.locks import exclusive
from riskmodel.records.history import History

LOSSES = 3
"""The run fails if the cluster loses its data more often than this without finishing a block in between."""

PATIENCE = "10s"
"""Timeout for a scheduler's answer."""

_open: dict[str, Blocks] = {}
"""In a worker process: the blocks of the current run."""


@checked(scheduler="str | NoneType")
@dataclass(frozen=True)
class Dask(Engine):
    """Workers of a dask cluster, each with the whole history.

    Workers of one machine share the totals of groups.

    Without ``scheduler`` a cluster of ``workers`` processes is started for the run on 127.0.0.1, with temporary certificates, so
    that no other user of the machine can give it work. A script that does so needs a guard (``if __name__ == "__main__"``); a
    notebook and the command line do not. A real cluster needs the same version of riskmodel on its machines; its administrator
    decides who may reach it. Blocks of workers that die are computed again by others.

    Parameters
    ----------
    workers
        Processes of an embedded cluster that compute at the same time.
    memory
        Most bytes of a table of features in memory; a larger one is left in a file. None: no limit.
    block
        Cells per block; by default a size that suits the caches. It changes no bit of the result.
    scheduler
        Address of a dask scheduler.

    Examples
    --------
    >>> rm.Dask(workers=4, memory=8_000_000_000)
    Dask(workers=4, memory=8000000000, block=None, scheduler=None)
    """

    scheduler: str | None = None

    def blocks(self, history: History, work: Work, table: Values | None = None) -> Iterator[tuple[int, Values]]:
        distributed = _distributed()
        with workbench(history, work) as folder, ExitStack() as stack:
            client = self._client(distributed, stack)
            stack.callback(client.run, _leave, folder.name, on_error="ignore")
            yield from _rounds(distributed, client, folder, work, 2 * self.workers if self.scheduler is None else 0)

    def _client(self, distributed: Any, stack: ExitStack) -> Any:
        """Return a client; ``stack`` closes it and any cluster started here."""
        if self.scheduler is not None:
            try:
                return stack.enter_context(distributed.Client(self.scheduler, timeout=PATIENCE, set_as_default=False))
            except OSError:
                raise UsageError(
                    f"No dask scheduler answers at {self.scheduler!r}. Start one with 'dask scheduler', or leave out --scheduler."
                ) from None
        cluster = stack.enter_context(
            distributed.LocalCluster(
                n_workers=self.workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                security=distributed.Security.temporary(), silence_logs=50,
            )
        )  # fmt: skip
        return stack.enter_context(distributed.Client(cluster, set_as_default=False))


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("The engine 'dask' needs the package distributed. Install it: pip install 'riskmodel[dask]'") from None
    return distributed


class _Lost(Exception):
    """The cluster lost its data, or gave up on a block."""


def _rounds(distributed: Any, client: Any, folder: Path, work: Work, most: int) -> Iterator[tuple[int, Values]]:
    """Yield all blocks, in further rounds if the cluster loses its data."""
    left, losses = set(range(len(work))), 0
    while left:
        try:
            for block, values in _round(distributed, client, folder, sorted(left), most):
                left.remove(block)
                losses = 0
                yield block, values
        except _Lost as lost:
            losses += 1
            if losses > LOSSES:
                raise RiskmodelError(
                    f"The dask cluster lost its work {LOSSES} times ({lost}). See the logs of its workers."
                ) from lost.__cause__


def _round(distributed: Any, client: Any, folder: Path, blocks: list[int], most: int) -> Iterator[tuple[int, Values]]:
    """Yield the blocks, at most ``most`` under way (0: two per worker)."""
    data, under_way = _send(client, folder), distributed.as_completed(loop=client.loop)
    waiting, number = iter(blocks), dict[str, int]()

    def start(count: int) -> None:
        for block in itertools.islice(waiting, count):
            future = client.submit(_block, folder.name, data, block, pure=False)
            number[future.key] = block
            under_way.add(future)

    start(most or 2 * max(1, len(client.scheduler_info(n_workers=-1)["workers"])))
    for future in under_way:
        if future.status != "finished":
            error = future.exception() if future.status == "error" else None
            client.cancel(list(under_way.futures))
            if isinstance(error, RiskmodelError):
                raise error
            raise _Lost(type(error).__name__ if error else future.status) from error
        block, values = number[future.key], future.result()
        start(1)
        yield block, values


def _send(client: Any, folder: Path) -> Any:
    """Send the workbench to workers that cannot see it; else return None."""
    seen = client.run(_sees, str(folder), on_error="ignore")
    if seen and all(seen.values()):
        return None
    content = [np.fromfile(folder / name, dtype=np.uint8) for name in (HISTORY, WORK)]
    return client.scatter(content, broadcast=True, hash=False)


def _sees(folder: str) -> bool:
    """In a worker: return whether the client's workbench is on this machine."""
    return (Path(tempfile.gettempdir()) / Path(folder).name / HISTORY).is_file()


def _block(name: str, data: Any, block: int) -> Values:
    """In a worker: compute the values of a block."""
    if name not in _open:
        folder = Path(tempfile.gettempdir()) / name
        if data is not None:
            folder.mkdir(mode=0o700, exist_ok=True)
            with exclusive(folder / HISTORY, limited=False):
                for content, file in zip(data, (HISTORY, WORK), strict=True):
                    if not (folder / file).exists():
                        write_bytes(folder / file, content.tobytes())
        _open.clear()
        _open[name] = open_workbench(folder)
    return _open[name].values(block)


def _leave(name: str) -> None:
    """In a worker: forget a run and remove its files."""
    _open.pop(name, None)
    shutil.rmtree(Path(tempfile.gettempdir()) / name, ignore_errors=True)
