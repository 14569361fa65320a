"""Errors of a part that somebody wrote name that part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from riskmodel.base.errors import RiskmodelError


@contextmanager
def blamed(part: str) -> Iterator[None]:
    """Add to an error in which part it was raised.

    The error keeps its type and its words. Errors of riskmodel that name the part already stay as they are.

    Parameters
    ----------
    part
        The part in words, such as ``"the feature 'theft_28'"``.

    Examples
    --------
    >>> try:
    ...     with blamed("the feature 'theft_28'"):
    ...         1 / 0
    ... except ZeroDivisionError as error:
    ...     print(error.__notes__)
    ["Raised by the feature 'theft_28'."]
    """
    try:
        yield
    except Exception as error:
        note = f"Raised by {part}."
        known = isinstance(error, RiskmodelError) or note in getattr(error, "__notes__", ())
        if not known:
            error.add_note(note)
        raise


def blaming(method: Callable[..., Any], name_of: Callable[[Any], str]) -> Callable[..., Any]:
    """Return a method whose errors say in which part they were raised.

    Parameters
    ----------
    name_of
        Returns the part in words, of the object of the method.
    """

    @wraps(method)
    def named(self: Any, *args: Any, **kwargs: Any) -> Any:
        with blamed(name_of(self)):
            return method(self, *args, **kwargs)

    return named
