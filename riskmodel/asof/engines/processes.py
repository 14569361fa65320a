"""Blocks in a pool of processes on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from riskmodel.asof.blocks import Values, Work
from riskmodel.asof.engines.engine import Engine
from riskmodel.asof.engines.futures import ahead
from riskmodel.asof.engines.workbench import workbench
from riskmodel.base import errors
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import RiskmodelError
from riskmodel.records.history import History

DEATHS = 3
"""A block is given up when this many workers have died computing it."""

START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from riskmodel.asof.engines.worker import main; "
    "from pathlib import Path; main(Path(sys.argv[2]))"
)
"""Program of a worker process."""

PACKAGES = str(Path(__file__).parents[3])
"""Folder from which this process imports the package."""


@checked()
@dataclass(frozen=True)
class Processes(Engine):
    """Processes that map the packed history into memory.

    They start as fresh interpreters and take block numbers as lines of text, so neither the state of this process nor a script
    without a ``__main__`` guard matters; values are returned in files. A process that dies is replaced and its block computed
    again.

    Parameters
    ----------
    workers
        Processes that compute at the same time.
    memory
        Most bytes of a table of features in memory; a larger one is left in a file. None: no limit.
    block
        Cells per block; by default a size that suits the caches. It changes no bit of the result.

    Examples
    --------
    >>> rm.Processes(workers=4, memory=8_000_000_000)
    Processes(workers=4, memory=8000000000, block=None)
    """

    def blocks(self, history: History, work: Work, table: Values | None = None) -> Iterator[tuple[int, Values]]:
        with workbench(history, work) as folder, ThreadPoolExecutor(self.workers) as pool:
            idle: SimpleQueue[Worker] = SimpleQueue()
            crew = [Worker(folder) for _ in range(min(self.workers, len(work)))]
            for worker in crew:
                idle.put(worker)

            def run(block: int) -> None:
                worker = idle.get()
                try:
                    worker.run(block)
                finally:
                    idle.put(worker)

            try:
                for block, _ in ahead(lambda block: pool.submit(run, block), len(work), 2 * self.workers):
                    path = folder / f"block-{block}"
                    first, stop = work.edges[block : block + 2]
                    values = np.fromfile(path, dtype=np.float32)
                    path.unlink()
                    yield block, values.reshape(len(work.features), stop - first, len(work.as_of))
            finally:
                pool.shutdown(cancel_futures=True)
                for worker in crew:
                    worker.stop()


class Worker:
    """A worker process, started when needed and again if it dies.

    Parameters
    ----------
    folder
        The workbench.
    program
        Python program of the process; it is given the folder of packages and the workbench.
    """

    def __init__(self, folder: Path, program: str = START) -> None:
        # -P keeps the working directory out of the path
        self._command = [sys.executable, "-P", "-c", program, PACKAGES, str(folder)]
        self._process: subprocess.Popen[str] | None = None

    def run(self, block: int) -> None:
        """Compute a block and write its file.

        Raises
        ------
        RiskmodelError
            As the worker raised it, or if several workers died computing this block.
        """
        for _ in range(DEATHS):
            line = self._ask(f"{block}\n")
            if line:
                answer = json.loads(line)
                if "error" in answer:
                    raise getattr(errors, answer["error"], RiskmodelError)(answer["message"])
                return
            self.stop()
        raise RiskmodelError(
            f"{DEATHS} worker processes died of block {block}. If memory ran out, use fewer workers; see their messages above."
        )

    def _ask(self, line: str) -> str:
        """Return the answer to a line; empty if the process has died."""
        if self._process is None:
            # in a session of its own, so that this process handles Ctrl-C
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError:
            return ""
        return self._process.stdout.readline()

    def stop(self) -> None:
        """End the process and wait for its end."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
