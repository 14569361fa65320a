"""Numbers of persons with a dot, which decimal numbers look like.

``138.00138000`` may be a telephone number or a longitude. One value cannot tell; a column can: longitudes lie close together and end at
180, telephone numbers begin with anything from 130 to 199.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.personal_data.forbidden_values import IDENTITY, PHONE, forbidden

if TYPE_CHECKING:
    import pyarrow as pa

_NUMBER = r"^[+-]?[0-9]{1,8}(?:\.[0-9]+)?$"
_DOTTED = r"^[0-9]{1,8}\.[0-9]{3,18}$"
_PHONE_DIGITS = r"^1[3-9][0-9]{9}$"
_LONG_DIGITS = r"^[0-9]{15,19}$"
"""As many digits as identity numbers and bank cards have."""
_LOW, _HIGH = 160, 180
"""Telephone numbers begin below the first and from the second on; longitudes end at the second."""
_EVEN, _WIDE, _IN_A_TENTH = 20, 20, 0.05
"""Numbers that may be spread evenly, degrees over which those of one country do not reach, and the largest share in a tenth of one."""
LEAST_AMBIGUOUS = 5
"""Ambiguous values from which on a column may be refused for them."""
_JUDGED = 200
"""Values of a column of decimal numbers that are judged one by one at most."""


def dotted_number(array: pa.Array) -> str | None:
    """Return which number of persons a column holds, if any.

    Among other texts one value with a dot is enough. Where most values are numbers, more than three quarters must look like it.
    """
    import pyarrow as pa

    pc = arrow_compute()
    found = matches(array, _DOTTED)
    if not found.any():
        return None
    digits = pc.replace_substring(array.filter(pa.array(found)), ".", "", max_replacements=1)
    filled = int(pc.sum(pc.not_equal(array, "")).as_py() or 0)
    phones, long = matches(digits, _PHONE_DIGITS), matches(digits, _LONG_DIGITS)
    if 2 * int(matches(array, _NUMBER).sum()) <= filled:
        return next((what for text in digits.filter(pa.array(phones | long)).to_pylist() if (what := forbidden(text))), None)
    if are_most(int(phones.sum()), filled) and _begin_like_phones(digits.filter(pa.array(phones))):
        return PHONE
    return _long_number(digits.filter(pa.array(long))) if 4 * int(long.sum()) > 3 * filled else None


def _begin_like_phones(digits: pa.Array) -> bool:
    """Return whether numbers begin as longitudes do not.

    They begin below and above what these end at, or are spread evenly over more degrees than a country has.
    """
    tenths = arrow_compute().utf8_slice_codeunits(digits, 0, 4).to_numpy(zero_copy_only=False).astype(np.int64)
    begin = tenths // 10
    if (begin < _LOW).any() and (begin > _HIGH).any():
        return True
    most = int(np.unique(tenths, return_counts=True)[1].max(initial=0))
    return len(begin) >= _EVEN and np.ptp(begin) > _WIDE and most <= max(3, _IN_A_TENTH * len(begin))


def _long_number(digits: pa.Array) -> str | None:
    """Return what most numbers of many digits are, if anything.

    An identity number has region, date and check character, which hardly any other number has: even one tells.
    """
    import pyarrow as pa

    at = np.unique(np.linspace(0, len(digits) - 1, _JUDGED).astype(np.int64))
    kinds = [what for text in digits.take(pa.array(at)).to_pylist() if (what := forbidden(text))]
    if 4 * kinds.count(IDENTITY) > 3 * len(at):
        return IDENTITY
    return kinds[0] if are_most(len(kinds), len(at)) else None


def are_most(count: int, filled: int) -> bool:
    """Return whether ambiguous values are too many of a column for chance."""
    return count >= LEAST_AMBIGUOUS and 4 * count > 3 * filled


def matches(array: pa.Array, pattern: str) -> Bool[np.ndarray, " value"]:
    """Return which values match a pattern."""
    found = arrow_compute().match_substring_regex(array, pattern)
    return (found.fill_null(False) if found.null_count else found).to_numpy(zero_copy_only=False)
