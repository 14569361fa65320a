"""Signals that stop a command as orderly as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGTERM", "SIGHUP")
"""What a service manager, a shutdown, ``timeout`` or a terminal that is closed sends."""


@contextmanager
def orderly_stop() -> Iterator[list[str]]:
    """Let signals that stop a process interrupt what runs.

    Yields a list that gets the name of the signal. The same signal once more ends the process at once. One that is ignored, as under nohup, stays
    ignored; outside of the main thread nothing changes.
    """
    came: list[str] = []

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        came.append(signal.Signals(number).name)
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    there = [getattr(signal, name) for name in NAMES if main and hasattr(signal, name)]
    ours = [number for number in there if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, stop)
    try:
        yield came
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
