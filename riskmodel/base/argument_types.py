"""Type checks of public functions' arguments, which name swapped ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from riskmodel.base.errors import bad_type

P = ParamSpec("P")
R = TypeVar("R")


def checked(**types: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the types of some arguments at every call.

    Types are given by the names of their classes, so a function can be checked without importing them; alternatives are separated by
    `` | ``, and subclasses are accepted. Arguments that are left out are not checked.

    Raises
    ------
    UsageError
        By the decorated function, if an argument is of another type.

    Examples
    --------
    >>> @checked(folder="Path | str")
    ... def load(folder):
    ...     return folder
    >>> load("county")
    'county'
    >>> load(4)
    Traceback (most recent call last):
    riskmodel.base.errors.UsageError: The 'folder' parameter of load must be of type Path or str. Got a value of type int instead.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        form = signature(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                given = form.bind_partial(*args, **kwargs).arguments
            except TypeError:
                return function(*args, **kwargs)  # Python words it
            for name, expected in types.items():
                if name in given and {*expected.split(" | ")}.isdisjoint(one.__name__ for one in type(given[name]).__mro__):
                    raise bad_type(
                        name, function.__name__, expected.replace(" | ", " or ").replace("NoneType", "None"), given[name]
                    )
            return function(*args, **kwargs)

        return call

    return decorate
