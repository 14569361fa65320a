"""Numbers of persons: citizen identity numbers and bank cards."""

from __future__ import annotations

import re
from datetime import date

from riskmodel.base.personal_data.check_digits import passes_luhn
from riskmodel.base.personal_data.separators import GAP

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS = frozenset(
    (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91)
)  # fmt: skip

_NEXT = rf"(?:{GAP}\d)"
CARD_PATTERN = (
    rf"6{GAP}2{_NEXT}{{14,17}}|(?:9{GAP}5{GAP}5{GAP}8|6{GAP}0{GAP}1{GAP}3){_NEXT}{{15}}|4{_NEXT}{{15}}(?:{_NEXT}{{3}})?"
    rf"|(?:5{GAP}[1-5]|3{GAP}5){_NEXT}{{14}}|3{GAP}[47]{_NEXT}{{13}}"
)
"""Numbers that card issuers give: UnionPay, older ones of Chinese banks, Visa, Mastercard, JCB, American Express."""


def is_identity_number(number: str) -> bool:
    """Return whether 18 characters are a citizen identity number (GB 11643-1999).

    Its region, date of birth and check character must fit.
    """
    return has_region_and_birth(number) and has_check_character(number)


def is_rounded_identity(number: str) -> bool:
    """Return whether 18 digits are an identity number rounded to floating point.

    Such a number is a multiple of 16.
    """
    return number.isdecimal() and int(number) % 16 == 0 and has_region_and_birth(number)


def is_old_identity_number(number: str) -> bool:
    """Return whether 15 digits are an identity number as given until 1999.

    It consists of county, date of birth in six digits and serial number, and has no check digit. Births count from 1930 on: a case
    that is numbered by county, day and serial number has a year of this century in that position, and so has a grid cell the
    beginning of its town's code (GB/T 34300).
    """
    if int(number[:2]) not in _REGIONS or "00" in (number[2:4], number[4:6]) or number[12:] == "000" or number[6] < "3":
        return False
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return True


def is_card_number(number: str) -> bool:
    """Return whether digits are the number of a bank card (ISO/IEC 7812).

    Its length, issuer and check digit (Luhn) must fit.
    """
    return re.fullmatch(CARD_PATTERN, number) is not None and passes_luhn(number)


def is_hong_kong_card(number: str) -> bool:
    """Return whether a text is a Hong Kong identity card number.

    It has one or two letters, six digits and a check digit in brackets.
    """
    letters = re.findall("[A-Z]", number.upper().split("(")[0])
    digits = re.findall(r"\d", number.split("(")[0])
    values = [36, *(ord(c) - 55 for c in letters)][-2:] + [int(d) for d in digits]
    check = 10 if number.upper()[-2] == "A" else int(number[-2])
    return (sum(weight * value for weight, value in zip(range(9, 1, -1), values, strict=True)) + check) % 11 == 0


def has_region_and_birth(number: str) -> bool:
    """Return whether 18 characters have a region and date of birth."""
    if int(number[:2]) not in _REGIONS:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2150


def has_check_character(number: str) -> bool:
    """Return whether the last of 18 characters fits the others.

    It is the check character of ISO 7064 MOD 11-2.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
