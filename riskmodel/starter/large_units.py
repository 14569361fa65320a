"""Numbers that are written in thousands or larger units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name

_WORD = (
    r"(?:['’`]?000['’]?s?|x ?1[,. ]?0{3}|×1[,. ]?0{3}|hundreds?|thousands?|millions?|lakhs?|crores?|tausend|tsd\.?|mio\.?|miles|millones|milliers|mille|milhares|milhoes|migliaia|тыс\.?|тысяч|млн\.?|"
    r"[千万萬百]+(?:余)?[人件起宗例次个個户案通份]{0,2}|[百千]?万)"
)
_UNIT = re.compile(rf"{_WORD}(?: (?:of|de|di) [a-z ]+)?")
"""A unit alone, as a column of units holds it."""
_NAMED = re.compile(
    rf"[(\[](?:单位[:：]? ?|unit: ?|units?: ?)?(?:in |en |em |in )?{_WORD}(?: (?:of|de|di) [a-z ]+)?[)\]]|\b(?:in|en) (?:thousands|millions|tausend|tsd\.?|milliers|miles|migliaia)\b"
    rf"|(?<=[a-z])[ _]'?000s?$|[ _][千万萬]$|^[百千万萬]+[件起宗次]数?$|^(?:hundreds|thousands|millions) of "
)
"""A unit in the name of a number: in brackets, or behind *in*."""
_TITLE = re.compile(
    rf"(?:单位|計量單位|计量单位|單位|units?)[:：] ?(?:in )?{_WORD}\W*|{_NAMED.pattern}|^(?:figures|numbers|all figures|counts) in thousands"
)
"""A unit in a line above the names of the columns."""
_UNITS = re.compile(
    r"(?:(?:unit|units|unit of measure(?:ment)?|uom|unit mult|multiplier|scale|einheit|unidad|unite|unidade|unita)|(?:计量|统计|数量)?单位|計量單位|單位)"
)
"""Names of columns of units."""


def has_large_unit(name: str) -> bool:
    """Return whether the name of a number says thousands or more.

    Examples
    --------
    >>> [has_large_unit(name) for name in ("数量（万件）", "Offences ('000s)", "Calls (in thousands)", "Theft (over 1000)", "万宁市")]
    [True, True, True, False, False]
    """
    return _NAMED.search(_plain(name)) is not None


def refuse_large_units(table: str, numbers: Iterable[str], units: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Refuse numbers of events in thousands or larger units.

    Parameters
    ----------
    numbers
        Names of the numbers.
    units
        Name and values of each column that may hold units.

    Raises
    ------
    UsageError
        Naming the first that says so.
    """
    for name in numbers:
        if has_large_unit(name):
            raise _refused(f"The numbers in {name!r} of {table!r} are thousands or a larger unit by their name")
    for name, values in units:
        if _UNITS.fullmatch(without_accents(plain_name(name))):
            found = next((value for value in values if _UNIT.fullmatch(_plain(value))), None)
            if found is not None:
                raise _refused(f"Numbers of {table!r} are written in {found!r}, by the column {name!r}")


def refuse_titled_units(table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Refuse a table whose titles say that numbers are in thousands.

    Raises
    ------
    UsageError
        If a line above the names of the columns says so.
    """
    for row in rows:
        if any(isinstance(value, str) and _TITLE.search(_plain(value)) for value in row):
            raise _refused(f"A line above the names of the columns of {table!r} says that numbers are thousands or a larger unit")


def _plain(text: str) -> str:
    return without_accents(unicodedata.normalize("NFKC", text).strip().lower())


def _refused(what: str) -> UsageError:
    return UsageError(
        f"{what}, so events would be too few by that, and their chances wrong. Write the number of events itself in whole numbers (12,300 instead of 12.3 thousands), without "
        "the unit, then run the same command again."
    )
