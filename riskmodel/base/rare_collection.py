"""Garbage that is collected rarely, since most objects stay."""

from __future__ import annotations

import atexit
import gc


def collect_rarely() -> None:
    """Collect garbage rarely, and never at the end.

    Modules and a history are millions of objects that stay until the end. To search them for unused circles takes a sixth of a night.
    """
    gc.set_threshold(50_000, 20, 50)
    atexit.register(gc.freeze)
