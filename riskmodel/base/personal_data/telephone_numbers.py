"""Telephone numbers of many countries, as the values of a column.

One value tells little: a cell may have a number of ten digits. A column tells more. Telephone numbers have the form of their country (North America: no area and no exchange begins with
0 or 1; elsewhere a 0 or + leads), their last four digits are drawn evenly, and no counter gave them one after another.
Sources: ITU-T E.164, E.123 and the numbering plans of NANPA, Ofcom, PTS, BNetzA, ARCEP, 総務省, DoT and IFT.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from riskmodel.base.personal_data.separators import visible_text

FEWEST = 5
"""Different numbers from which on a column may be one of telephone numbers."""
MOSTLY = 0.9
"""Share of the values that must have the form."""
_ENOUGH = 20
"""Numbers from which on their digits can be counted."""
_TAIL = 4
"""Digits at the end, which a subscriber alone has."""
_AREA = 5
"""Digits with which codes of one area begin alike."""
_NUMBER = re.compile(
    r"(?:(?:tel|phone|ph|cell|mobile|mob|móvil|celular|cel|fax|handy|电话|手机|電話)\.?:? ?)?(?P<plus>\+|00(?=[1-9]))?(?P<body>[(]?\d[\d ().\-/]{6,22})"
    r"(?: ?(?:x|ext\.?|extension|转|分机) ?\d{1,6})?",
    re.IGNORECASE,
)
_FLOAT = re.compile(r"(\d{8,15})\.0+")
_NORTH_AMERICA = re.compile(r"1?(?:(?![2-9]11)[2-9][0-8]\d)(?!\d11)[2-9]\d{6}")
_TRUNK = re.compile(r"0[1-9]\d{7,10}")
_INDIA = re.compile(r"(?:91)?[6-9]\d{9}")
_BARE = re.compile(r"[2-9]\d{7,12}")
_YEAR = re.compile(r"1?(?:19|20)[0-3]\d")
_GROUPS = ((3, 3, 4), (1, 3, 3, 4))


class PhoneText(NamedTuple):
    """Digits of a text that may be a telephone number.

    ``plus`` says whether a country code leads, ``spaced`` whether a space or bracket stands between the digits.
    """

    plus: bool
    digits: str
    groups: tuple[int, ...]
    spaced: bool = False


def phone_text(value: str) -> PhoneText | None:
    """Return the digits of a text that may be a telephone number.

    Examples
    --------
    >>> phone_text("+44 20 7946 0958"), phone_text("(312) 555-0123 x4").groups, phone_text("Unit 12")
    (PhoneText(plus=True, digits='442079460958', groups=(2, 2, 4, 4), spaced=True), (3, 3, 4), None)
    """
    text = visible_text(value).strip()
    whole = _FLOAT.fullmatch(text)
    found = _NUMBER.fullmatch(whole[1] if whole else text)
    if found is None:
        return None
    groups = re.findall(r"\d+", found["body"].replace("(0)", ""))
    digits = "".join(groups)
    if not 8 <= len(digits) <= 15:
        return None
    return PhoneText(
        found["plus"] is not None, digits, tuple(map(len, groups)), re.search(r"[ (]", found["body"].strip()) is not None
    )


def is_telephone_form(value: str) -> bool:
    """Return whether a single text has the form of a telephone number.

    Examples
    --------
    >>> is_telephone_form("3125550123"), is_telephone_form("5301010001"), is_telephone_form("55 1234 5678")
    (True, False, True)
    """
    number = phone_text(value)
    if number is None:
        return False
    return number.plus or number.spaced or _has_form(number)


def are_telephones(values: Sequence[str]) -> bool:
    """Return whether different values are mostly telephone numbers.

    Examples
    --------
    >>> are_telephones(["(312) 555-0123", "(312) 492-7718", "(773) 364-2290", "(872) 901-4486", "(312) 267-3945"])
    True
    >>> are_telephones([f"31255500{n:02d}" for n in range(60)])
    False
    """
    if len(values) < FEWEST:
        return False
    most = MOSTLY * len(values)
    numbers = _possible_numbers(values, most)
    if len(numbers) < most:
        return False
    if sum(number.plus for number in numbers) >= most:
        return True
    return any(
        len(fitting) >= most and vary_like_telephones([number.digits for number in fitting], sure)
        for fitting, sure in _by_country(numbers)
    )


def _possible_numbers(values: Sequence[str], most: float) -> list[PhoneText]:
    """Return the values that may be telephone numbers.

    It is none if fewer than ``most`` have the form of some country, which the first values tell of nearly all columns.
    """
    found: list[PhoneText] = []
    others = 0
    for value in values:
        number = phone_text(value)
        if number is not None:
            found.append(number)
        others += number is None or not (number.plus or number.spaced or _has_form(number))
        if len(values) - others < most:
            return []
    return found


def _has_form(number: PhoneText) -> bool:
    return any(form.fullmatch(number.digits) for form in (_NORTH_AMERICA, _TRUNK, _INDIA))


def _by_country(numbers: list[PhoneText]) -> list[tuple[list[PhoneText], bool]]:
    """Return the numbers of each form, and whether their groups say so."""
    american = [number for number in numbers if _NORTH_AMERICA.fullmatch(number.digits)]
    grouped = sum(number.groups in _GROUPS for number in american) >= MOSTLY * len(numbers)
    if not grouped and sum(_YEAR.match(number.digits) is not None for number in american) > 0.5 * len(american):
        # cases are numbered by year: 2023123456
        american = []
    led = [number for number in numbers if _TRUNK.fullmatch(number.digits)]
    indian = [number for number in numbers if _INDIA.fullmatch(number.digits)]
    spaced = [number for number in numbers if number.spaced]
    return [
        (american, grouped),
        (led, sum(len(one.groups) > 1 for one in led) >= MOSTLY * len(numbers)),
        (indian, False),
        (spaced, True),
    ]


def are_bare_telephones(values: Sequence[str]) -> bool:
    """Return whether different values are mostly numbers of one length.

    In Mexico and Spain no 0 leads, and digits alone may number anything: only where a column says who, or how somebody is reached, are they telephone numbers.

    Examples
    --------
    >>> are_bare_telephones(["612345678", "698201147", "655019283", "677340912", "622918455"])
    True
    >>> are_bare_telephones([f"6123456{n:02d}" for n in range(60)])
    False
    """
    digits = [number.digits for value in values if (number := phone_text(value)) is not None and _BARE.fullmatch(number.digits)]
    if len(values) < FEWEST or not digits:
        return False
    length = Counter(map(len, digits)).most_common(1)[0][0]
    alike = [one for one in digits if len(one) == length and not _YEAR.match(one)]
    return len(alike) >= MOSTLY * len(values) and vary_like_telephones(alike, True)


def vary_like_telephones(digits: Sequence[str], grouped: bool = False) -> bool:
    """Return whether numbers have the digits that telephone numbers have.

    Their last four digits are drawn evenly, and they are no part of a counter.

    Parameters
    ----------
    grouped
        Whether their groups of digits say that they are such, so that few are enough.
    """
    count = len(digits)
    if count < _ENOUGH:
        return grouped and len({one[-_TAIL:] for one in digits}) >= 0.8 * count and not _follow_each_other(digits)
    most = 0.1 + 4 * (0.09 / count) ** 0.5
    for place in range(1, _TAIL + 1):
        if max(Counter(one[-place] for one in digits).values()) > most * count:
            return False
    return not _is_counter(digits)


def are_area_codes(digits: Sequence[str]) -> bool:
    """Return whether numbers as long as telephone numbers are codes of areas.

    Census tracts of Illinois begin with 17 and have eleven digits, as mobile telephone numbers of China have. A few begin alike, and the last digits of many say it.

    Examples
    --------
    >>> are_area_codes([f"17031{at:04d}00" for at in (101, 102, 201, 303)]), are_area_codes(["13812345678", "13900001234", "15512345670"])
    (True, False)
    """
    alike = len(digits) > 1 and len({one[:_AREA] for one in digits}) == 1
    return (alike or len(digits) >= _ENOUGH) and not vary_like_telephones(digits)


def _follow_each_other(digits: Sequence[str]) -> bool:
    """Return whether most numbers lie within a hundred of the next."""
    numbers = sorted(map(int, digits))
    near = sum(after - before <= 100 for before, after in zip(numbers, numbers[1:], strict=False))
    return near > 0.5 * (len(numbers) - 1)


def _is_counter(digits: Sequence[str]) -> bool:
    """Return whether numbers are spread evenly over a short span.

    It is the test of Kolmogorov and Smirnov at five in a hundred; a counter gives numbers of one length.
    """
    numbers = sorted(map(int, digits))
    low, span = numbers[0], numbers[-1] - numbers[0]
    if span == 0 or span >= 0.5 * 10 ** (len(digits[0]) - 3):
        return False
    count = len(numbers)
    largest = max(abs((number - low) / span - at / (count - 1)) for at, number in enumerate(numbers))
    return largest < 1.36 / count**0.5 or _follow_each_other(digits)
