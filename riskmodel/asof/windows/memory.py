"""Memory for large arrays: that of a design no longer used serves the next one.

Fresh memory is cleared page by page by the system before it can be written, which takes longer than computing windowed
counts. So the memory of the last large arrays is kept when they are gone. The system is told that it may take it whenever
it needs it (``MADV_FREE``), as allocators do; until then it is used again.
"""

from __future__ import annotations

import math
import mmap
import weakref
from collections import deque
from typing import Any

import numpy as np

LARGE = 1 << 22
"""Bytes from which an array's memory is kept."""

# the values of a design and its keys; each operation on a deque is one step, so no thread can take what another took, and
# no lock is held when an array goes in the midst of one
_spare: deque[mmap.mmap] = deque(maxlen=4)


def empty(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """An uninitialised array; a large one lies in memory of its own, which serves again after it."""
    count = math.prod(shape)
    size = count * np.dtype(dtype).itemsize
    if size < LARGE or not hasattr(mmap, "MADV_FREE"):
        return np.empty(shape, dtype=dtype)
    memory = _taken(size) or _mapped(size)
    values = np.frombuffer(memory, dtype=dtype, count=count)
    weakref.finalize(values, _keep, memory).atexit = False
    return values.reshape(shape)


def forget() -> None:
    """Give the kept memory back to the system."""
    _spare.clear()


def _mapped(size: int) -> mmap.mmap:
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _taken(size: int) -> mmap.mmap | None:
    """A spare memory that is large enough and not twice too large."""
    for memory in list(_spare):
        if size <= len(memory) <= 2 * size:
            try:
                _spare.remove(memory)
            except ValueError:
                continue  # another thread was faster
            return memory
    return None


def _keep(memory: mmap.mmap) -> None:
    memory.madvise(mmap.MADV_FREE)
    _spare.append(memory)
