"""Given values as a message repeats them: on one short line."""

from __future__ import annotations

from riskmodel.base.plurals import counted

LONGEST = 120
"""Characters of a value that a message repeats."""


class Described(str):
    """A description of what was given, which a message repeats without quotes.

    Examples
    --------
    >>> given_value(Described("60 rows"))
    '60 rows'
    """

    __slots__ = ()


def given_value(value: object) -> str:
    """Return a value on one line; what is long is described.

    Examples
    --------
    >>> given_value("theft"), given_value([1, 2]), given_value(range(10**9))
    ("'theft'", '[1, 2]', 'range(0, 1000000000)')
    >>> import pandas as pd
    >>> given_value(pd.Series([1, 2, 3]))
    'a Series with 3 values'
    >>> given_value("x" * 500)[-25:]
    "x'… (500 characters long)"
    """
    if isinstance(value, Described):
        return str(value)
    if isinstance(value, str):
        return repr(value) if len(value) <= LONGEST else f"{value[:LONGEST]!r}… ({len(value):,} characters long)"
    name, shape = type(value).__name__, getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        size = counted(shape[0], "value") if len(shape) == 1 else " x ".join(f"{length:,}" for length in shape) + " values"
        return f"{_article(name)} {name} with {size}"
    shown = repr(value)
    if "\n" not in shown and len(shown) <= LONGEST:
        return shown
    size = f" with {counted(len(value), 'entry', 'entries')}" if isinstance(value, (list, tuple, dict, set)) else ""
    return f"{_article(name)} {name}{size}"


def _article(name: str) -> str:
    return "an" if name[:1].lower() in "aeiou" else "a"
