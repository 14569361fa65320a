"""One thread of linear algebra, where bits would depend on their number."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
R = TypeVar("R")


def one_blas_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function with one BLAS thread.

    Sums of matrix products and of SciPy's optimisers depend on the number of BLAS threads in their last bits. Threads of other
    kinds (LightGBM, numba) are not touched.

    Examples
    --------
    >>> one_blas_thread(abs)(-2)
    2
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with _libraries(len(sys.modules)).limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited


@lru_cache(maxsize=1)
def _libraries(modules: int) -> ThreadpoolController:
    """Return what limits the BLAS libraries that are loaded.

    To look through all libraries of the process takes milliseconds, as long as a small fit. Only the import of a module loads another
    one, so they are looked through again whenever the number of modules is another.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
