"""Compiled code that is kept on disk, where that is possible.

It lies beside the package, or in the folder of ``NUMBA_CACHE_DIR`` or of the user's caches. A service may write none of these. It then compiles in every run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any


def kept(compiled: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a decorator whose compiled functions are kept, if possible.

    Parameters
    ----------
    compiled
        The decorator of numba that compiles.
    """

    def kernel(function: Any) -> Any:
        made = compiled(function)
        # without a folder that may be written numba refuses to go on
        with suppress(RuntimeError):
            made.enable_caching()
        return made

    return kernel
