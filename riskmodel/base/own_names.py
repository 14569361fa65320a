"""Models whose completion shows their own names, not those of pydantic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel

_LIBRARY = frozenset(dir(BaseModel))


def own_names(names: Iterable[str]) -> list[str]:
    """Return the names that completion shows, sorted.

    Examples
    --------
    >>> own_names(["model_dump", "log_score", "from_orm", "__doc__"])
    ['__doc__', 'log_score']
    """
    return sorted(name for name in names if name.startswith("__") or name not in _LIBRARY)


class OwnNamesType(type(BaseModel)):
    """Type of models; notebooks complete names of the class by it."""

    def __dir__(cls) -> list[str]:
        return own_names(super().__dir__())


if TYPE_CHECKING:
    # with another metaclass a type checker no longer knows the arguments of a model
    OwnNames = BaseModel
else:

    class OwnNames(BaseModel, metaclass=OwnNamesType):
        """Base of models; notebooks complete names of a value by it."""

        def __dir__(self) -> list[str]:
            return own_names(super().__dir__())
