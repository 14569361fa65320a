"""Compiled kernels of detectors, run in threads over blocks of series.

A kernel works on the series ``low:high`` and releases the interpreter lock. Each series is computed by itself, so neither the number of
threads nor the size of a block changes a bit.

A number or a truth value that is written out and handed to another kernel would be a type of its own: numba compiles that kernel for it
and again for all others, which takes seconds at the first use. Counts that are handed on begin with ``np.int64(0)``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba

from riskmodel.base.kept_kernels import kept

kernel = kept(numba.njit(nogil=True, error_model="numpy"))
"""Decorator of all kernels: compiled once, kept, without the interpreter lock."""

BLOCK = 64
"""Most series of one block."""


def in_blocks(run: Callable[[int, int], object], series: int, threads: int) -> None:
    """Call ``run(low, high)`` for blocks that cover all series."""
    size = max(1, min(BLOCK, -(-series // (4 * threads))))
    blocks = [(low, min(low + size, series)) for low in range(0, series, size)]
    if threads == 1 or len(blocks) <= 1:
        for low, high in blocks:
            run(low, high)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(run, low, high) for low, high in blocks]:
            done.result()
