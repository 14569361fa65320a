"""Arguments that are one name or several."""

from __future__ import annotations

from typing import Any

from riskmodel.base.errors import bad_argument


def names_argument(names: Any, parameter: str, owner: str) -> tuple[str, ...]:
    """Return the names of an argument that is one name or several.

    A text is one name, and never taken for its letters.

    Raises
    ------
    UsageError
        If it is neither.

    Examples
    --------
    >>> names_argument("theft", "kinds", "surge"), names_argument(["theft", "fight"], "kinds", "surge")
    (('theft',), ('theft', 'fight'))
    """
    if isinstance(names, str):
        return (names,)
    several = tuple(names) if hasattr(names, "__iter__") else ()
    if not hasattr(names, "__iter__") or not all(isinstance(one, str) for one in several):
        raise bad_argument(parameter, owner, "a name or several names", names)
    return several
