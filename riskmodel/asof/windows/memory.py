"""Memory for large outputs: that of a design no longer used serves the next one.

Fresh memory is cleared page by page by the system before it can be written, which takes longer than computing windowed
counts. So the memory of one large array is kept when the array is gone. The system is told that it may take it whenever it
needs it (``MADV_FREE``), as allocators do; until then it is used again.
"""

from __future__ import annotations

import math
import mmap
import weakref

import numpy as np

LARGE = 1 << 25
"""Bytes from which an array is larger than caches and its memory is kept."""

_spare: list[mmap.mmap] = []


def empty(shape: tuple[int, ...]) -> np.ndarray:
    """An uninitialised float32 array; a large one lies in memory of its own, which serves again after it."""
    size = 4 * math.prod(shape)
    if size < LARGE or not hasattr(mmap, "MADV_FREE"):
        return np.empty(shape, dtype=np.float32)
    memory = _kept(size) or _mapped(size)
    values = np.frombuffer(memory, dtype=np.float32, count=size // 4)
    weakref.finalize(values, _keep, memory).atexit = False
    return values.reshape(shape)


def _mapped(size: int) -> mmap.mmap:
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _kept(size: int) -> mmap.mmap | None:
    """The spare memory, if it is large enough and not twice too large."""
    try:
        memory = _spare.pop()
    except IndexError:
        return None
    if size <= len(memory) <= 2 * size:
        return memory
    return None


def _keep(memory: mmap.mmap) -> None:
    """Keep ``memory`` instead of what was kept before."""
    memory.madvise(mmap.MADV_FREE)
    _spare[:] = [memory]


def forget() -> None:
    """Give the kept memory back to the system."""
    _spare.clear()
