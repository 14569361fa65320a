"""The lock of a history: one ingest at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import make_folder
from riskmodel.base.locks import held

NAME = ".lock"


@contextmanager
def ingest_lock(folder: Path, wait: bool = False, reads: bool = False) -> Iterator[None]:
    """Hold the lock of the history in ``folder``.

    A process that ends, however it ends, releases it; the file stays.

    Parameters
    ----------
    wait
        Whether to wait while another process holds it.
    reads
        Whether only reading happens under it; it is then held on a read-only disk, too.

    Raises
    ------
    RiskmodelError
        If another process holds it and ``wait`` is false, or holds it for half an hour.
    """
    if not reads:
        make_folder(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(held(folder / NAME, wait, reads))
        except BlockingIOError:
            raise RiskmodelError(
                f"Another ingest of the history in {folder.name!r} is running. Wait until it has ended, then run the same command "
                "again; nothing was changed."
            ) from None
        yield
