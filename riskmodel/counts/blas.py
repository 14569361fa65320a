"""One thread of linear algebra, where bits would depend on their number."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

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
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, user_api="blas"):
            return function(*args, **kwargs)

    return limited
