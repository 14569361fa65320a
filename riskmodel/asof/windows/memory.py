"""Memory for large arrays, reused by later ones.

The system clears fresh memory page by page, which takes longer than computing windowed counts: with numpy's allocator forty
counts at every day of five years take 2.9 times as long (0.20 s instead of 0.07, ``benchmarks/features.py``, two threads); for the
county's features there is no difference. So the memory of the last large arrays is kept when they are released, marked with
``MADV_FREE`` so that the system may take it back at any time.
"""

from __future__ import annotations

import math
import mmap
import weakref
from collections import deque
from contextlib import suppress
from typing import Any

import numpy as np

LARGE = 1 << 22
"""Smallest size in bytes of an array whose memory is kept."""

# the values of a design and its keys; operations on a deque are atomic, so two threads cannot take the same memory, and no lock
# is held if an array is released during one
_spare: deque[mmap.mmap] = deque(maxlen=4)


def empty(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """Return an uninitialised array; memory of large ones is reused."""
    count = math.prod(shape)
    size = count * np.dtype(dtype).itemsize
    if size < LARGE or not hasattr(mmap, "MADV_FREE"):
        return np.empty(shape, dtype=dtype)
    memory = _taken(size) or _mapped(size)
    values = np.frombuffer(memory, dtype=dtype, count=count)
    weakref.finalize(values, _keep, memory).atexit = False
    return values.reshape(shape)


def forget() -> None:
    """Return the kept memory to the system."""
    _spare.clear()


def _mapped(size: int) -> mmap.mmap:
    try:
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"No memory for an array of {size:,} bytes.") from error
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):  # a system may have no huge pages
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _taken(size: int) -> mmap.mmap | None:
    """Return spare memory, large enough and at most twice too large."""
    for memory in list(_spare):
        if size <= len(memory) <= 2 * size:
            try:
                _spare.remove(memory)
            except ValueError:
                continue  # another thread was faster
            return memory
    return None


def _keep(memory: mmap.mmap) -> None:
    with suppress(OSError):  # memory that cannot be marked is not kept
        memory.madvise(mmap.MADV_FREE)
        _spare.append(memory)
