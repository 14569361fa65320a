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
from typing import Any

import numpy as np

import riskmodel
from riskmodel.asof.blocks import Work
from riskmodel.asof.engines.base import Engine, ahead
from riskmodel.asof.engines.bench import workbench
from riskmodel.base import errors
from riskmodel.base.errors import RiskmodelError
from riskmodel.records.history import History

DEATHS = 3
"""A block whose workers die so many times is given up."""


@dataclass(frozen=True)
class Processes(Engine):
    """Processes that map the packed history into memory. If one dies, another takes its place and its block.

    They are started afresh and spoken to in lines of text, so that neither the state of this process nor a script without a
    ``__main__`` guard matters; values come back in files.
    """

    def blocks(self, history: History, work: Work) -> Iterator[tuple[int, Any]]:
        with workbench(history, work) as folder, ThreadPoolExecutor(self.workers) as pool:
            idle: SimpleQueue[_Worker] = SimpleQueue()
            crew = [_Worker(folder) for _ in range(min(self.workers, len(work)))]
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


class _Worker:
    """A process that is started when it is first needed, and again when it has died."""

    def __init__(self, folder: Path) -> None:
        # the package comes from where this process has it; the working directory is kept out of the path
        root = str(Path(riskmodel.__path__[0]).parent)
        start = "import sys; sys.path.insert(0, sys.argv[1]); from riskmodel.asof.engines.worker import main; "
        start += "from pathlib import Path; main(Path(sys.argv[2]))"
        self._command = [sys.executable, "-P", "-c", start, root, str(folder)]
        self._process: subprocess.Popen[str] | None = None

    def run(self, block: int) -> None:
        """Have a block's file written.

        Raises
        ------
        RiskmodelError
            As the worker raised it, or if workers die of this block time and again.
        """
        for _ in range(DEATHS):
            answer = self._ask(f"{block}\n")
            if answer:
                told = json.loads(answer)
                if "error" in told:
                    raise getattr(errors, told["error"], RiskmodelError)(told["message"])
                return
            self.stop()
        raise RiskmodelError(
            f"{DEATHS} worker processes died of block {block}. If memory ran out, use fewer workers; see their messages above."
        )

    def _ask(self, line: str) -> str:
        """The answer to a line; empty if the process is no more."""
        if self._process is None:
            # in a session of its own, so that Ctrl-C is this process's to answer
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
