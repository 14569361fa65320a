"""Signals that stop a command as orderly as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGTERM", "SIGHUP", "SIGINT")
"""What a service manager, a shutdown, ``timeout``, a terminal that is closed or Ctrl-C sends."""


@contextmanager
def orderly_stop() -> Iterator[list[str]]:
    """Let signals that stop a process interrupt what runs.

    Yields a list that gets the name of the signal, unless it is Ctrl-C. The same signal once more ends the process at once: threads may still
    compute, and Python must not end under them. One that is ignored, as under nohup, stays ignored; outside of the main thread nothing changes.
    """
    came: list[str] = []

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        if number != signal.SIGINT:
            came.append(signal.Signals(number).name)
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    there = [getattr(signal, name) for name in NAMES if main and hasattr(signal, name)]
    usual = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: handler for number in there if (handler := signal.getsignal(number)) in usual}
    for number in before:
        signal.signal(number, stop)
    try:
        yield came
    finally:
        for number, handler in before.items():
            # one that came ends the process from now on
            if signal.getsignal(number) is stop:
                signal.signal(number, handler)
