"""Numbers with groups of digits: ``2.000`` for two thousand.

In India the groups before the last have two digits: ``1,23,456``. ``2.000`` can be two thousand or two with three decimals. Numbers of events are whole, so a column of them often tells which; where it does not,
nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

UNCLEAR = "?"
"""Stands for a sign between groups of digits that may be that of decimals."""
SIGNS = (".", ",", "'", " ")
_LIKE = str.maketrans({"，": ",", "．": ".", "’": "'", "＇": "'", "\u00a0": " ", "\u2009": " ", "\u202f": " "})
_OTHER = {".": ",", ",": ".", "'": ".", " ": ","}
"""The sign before decimals where another groups the digits."""
_GROUPED = {
    sign: re.compile(
        rf"([+-]?[1-9](?:\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+|\d?(?:{re.escape(sign)}\d\d)+{re.escape(sign)}\d{{3}}))({re.escape(_OTHER[sign])}0+)?"
    )
    for sign in SIGNS
}
_DIGITS = re.compile(r"[+-]?\d[\d.,' ]*")
_ROUND = re.compile(r"[+-]?[1-9]\d{0,2}\.000")
_THREE_ZEROS = re.compile(r"[+-]?\d+\.000")


def has_three_zeros(text: str) -> bool:
    """Return whether a whole number has three zeros behind a point."""
    return _THREE_ZEROS.fullmatch(text) is not None


def is_round_group(text: str) -> bool:
    """Return whether a text may be whole thousands, as ``2.000`` may."""
    return _ROUND.fullmatch(text) is not None


def ungrouped(text: str, sign: str) -> str:
    """Return a number without the signs between its groups.

    Any other text is returned as it is.

    Examples
    --------
    >>> [ungrouped(text, ".") for text in ("2.000", "1.234.567", "1.234,00", "315", "2.5")], ungrouped("1,23,456", ",")
    (['2000', '1234567', '1234', '315', '2.5'], '123456')
    """
    found = _GROUPED[sign].fullmatch(text.translate(_LIKE))
    return text if found is None else found[1].replace(sign, "")


def group_sign(texts: Iterable[str], whole: bool = True) -> str | None:
    """Return the sign that groups the digits of a column's numbers.

    Parameters
    ----------
    texts
        Different texts of the column.
    whole
        Whether its numbers must be whole, as numbers of events are.

    Returns
    -------
    str or None
        The sign; empty where three zeros are decimals for certain; :data:`UNCLEAR` where both can be meant; None where no number has
        such a form.

    Examples
    --------
    >>> group_sign(["2.000", "1.250", "315"]), group_sign(["1.234.567"]), group_sign(["2,000", "17"])
    ('.', '.', ',')
    >>> group_sign(["2.000", "1.250"]), group_sign(["0.000", "2.000"]), group_sign(["2.5", "7"])
    ('?', '', None)
    """
    numbers = [plain for text in texts if _DIGITS.fullmatch(plain := text.translate(_LIKE).strip())]
    for sign in SIGNS:
        marked = {one for one in numbers if sign in one}
        if marked and all(_GROUPED[sign].fullmatch(one) for one in marked):
            plain = {abs(int(one)) for one in numbers if one.lstrip("+-").isdecimal()}
            return _judged(sign, marked, plain, whole)
    return "" if any(map(is_round_group, numbers)) else None


def _judged(sign: str, marked: set[str], plain: set[int], whole: bool) -> str | None:
    """Return what numbers with groups say, beside numbers without."""
    if sign in "' ":
        return sign
    small, large = any(0 < one < 1000 for one in plain), any(one >= 1000 for one in plain)
    # two signs in a number, or decimals after it, leave one meaning
    twice = any(one.count(sign) > 1 or _OTHER[sign] in one for one in marked)
    if not whole:
        # a program that leaves out zeros at the end would leave these out too
        return sign if twice or (small and any(one.endswith("0") for one in marked)) else None
    if (twice or small) and not large:
        return sign
    return UNCLEAR
