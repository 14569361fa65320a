"""Arguments that are whole numbers, also those of numpy."""

from __future__ import annotations

from numbers import Integral

from riskmodel.base.errors import bad_argument


def whole_number(value: object, parameter: str, owner: str, least: int = 1, unit: str = "") -> int:
    """Return an argument that is a whole number, as an int.

    Parameters
    ----------
    least
        The smallest number that is allowed.
    unit
        What is counted, such as ``days``; a message names it.

    Raises
    ------
    UsageError
        If it is none, or too small.

    Examples
    --------
    >>> whole_number(7, "horizon", "Target")
    7
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise bad_argument(parameter, owner, f"a whole number{f' of {unit}' if unit else ''}, at least {least}", value)
    return int(value)
