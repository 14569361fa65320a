"""Blocks on a dask cluster: an embedded one on this machine, or one whose scheduler's address is given."""

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

from riskmodel.asof.blocks import Blocks, Work
from riskmodel.asof.engines.base import Engine
from riskmodel.asof.engines.bench import HISTORY, WORK, open_workbench, workbench
from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import write_bytes
from riskmodel.base.locks import exclusive
from riskmodel.records.history import History

LOSSES = 3
"""Times that the cluster may lose what it was given without a block being done in between."""

PATIENCE = "10s"
"""How long a scheduler may take to answer."""

_open: dict[str, Blocks] = {}
"""In a worker process: the blocks of the run that it works on."""


@dataclass(frozen=True)
class Dask(Engine):
    """Workers of a dask cluster, each with the whole history; the ones of a machine share the totals of groups.

    Without ``scheduler`` a cluster of ``workers`` processes is started for the run on 127.0.0.1, with certificates of its
    own, so that no other user of the machine can give it work; a script that does so needs a guard (``if __name__ ==
    "__main__"``), a notebook and the command line do not. A real cluster needs the same version of riskmodel on its
    machines; who may reach it is its administrator's to decide. Work of workers that die is done again by others.
    """

    scheduler: str | None = None

    def blocks(self, history: History, work: Work) -> Iterator[tuple[int, Any]]:
        distributed = _distributed()
        with workbench(history, work) as folder, ExitStack() as stack:
            client = self._client(distributed, stack)
            stack.callback(client.run, _leave, folder.name, on_error="ignore")
            yield from _rounds(distributed, client, folder, work, 2 * self.workers if self.scheduler is None else 0)

    def _client(self, distributed: Any, stack: ExitStack) -> Any:
        """A client that is closed with ``stack``, and so is the cluster if it is an embedded one."""
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
    """The cluster no longer has what it was given, or gave up on a block."""


def _rounds(distributed: Any, client: Any, folder: Path, work: Work, most: int) -> Iterator[tuple[int, Any]]:
    """All blocks; if the cluster has lost what it was given, it is given it again."""
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


def _round(distributed: Any, client: Any, folder: Path, blocks: list[int], most: int) -> Iterator[tuple[int, Any]]:
    """The blocks, at most ``most`` of them under way (0: two a worker)."""
    given, under_way = _give(client, folder), distributed.as_completed(loop=client.loop)
    waiting, number = iter(blocks), dict[str, int]()

    def start(count: int) -> None:
        for block in itertools.islice(waiting, count):
            future = client.submit(_block, folder.name, given, block, pure=False)
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


def _give(client: Any, folder: Path) -> Any:
    """What every worker needs: its workbench, as bytes for those that are on other machines."""
    seen = client.run(_sees, str(folder), on_error="ignore")
    if seen and all(seen.values()):
        return None
    content = [np.fromfile(folder / name, dtype=np.uint8) for name in (HISTORY, WORK)]
    return client.scatter(content, broadcast=True, hash=False)


def _sees(folder: str) -> bool:
    """In a worker: whether the client's workbench is here."""
    return (Path(tempfile.gettempdir()) / Path(folder).name / HISTORY).is_file()


def _block(name: str, given: Any, block: int) -> Any:
    """In a worker: the values of a block."""
    if name not in _open:
        folder = Path(tempfile.gettempdir()) / name
        if given is not None:
            folder.mkdir(mode=0o700, exist_ok=True)
            with exclusive(folder / HISTORY):
                for content, file in zip(given, (HISTORY, WORK), strict=True):
                    if not (folder / file).exists():
                        write_bytes(folder / file, content.tobytes())
        _open.clear()
        _open[name] = open_workbench(folder)
    return _open[name].values(block)


def _leave(name: str) -> None:
    """In a worker: forget a run, and remove what was written for it."""
    _open.pop(name, None)
    shutil.rmtree(Path(tempfile.gettempdir()) / name, ignore_errors=True)
