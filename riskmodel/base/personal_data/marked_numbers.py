"""Numbers of persons that a single value gives away.

A bare number of ten digits may be anything; ``(312) 555-0123``, ``+44 7911 123456`` or ``529.982.247-25`` is hardly anything else. Where groups alone tell (``312-555-0123``, ``219-09-9999``), codes
of places may have the same ones, all beginning alike.
"""

from __future__ import annotations

import re

from riskmodel.base.personal_data.national_numbers import is_iban, national_numbers

_ABROAD = (
    r"(?<![\w:+])\+(?!86)[1-9](?:[ \-.()/]{0,3}\d){7,14}(?!\d)|(?<!\d)(?:\+|00)(?:852|853|886)[ \-]?\d{4}[ \-]?\d{4,5}(?!\d)"
)
_BRACKETED = r"(?<!\d)\((?!(?:19|20)\d\d\))0?\d{1,4}\) ?(?:\d{3,5}[ \-.]\d{3,4}|\d{3}[ \-.]\d\d[ \-.]\d\d)(?!\d)"
PHONE_ABROAD = re.compile(f"{_ABROAD}|{_BRACKETED}")
"""Telephone numbers with a country code, or with an area code in brackets."""
_IN_GROUPS = re.compile(
    r"(?<![\d\-.])(?:1[ \-.])?[2-9]\d\d([ \-.])[2-9]\d\d\1\d{4}(?![\d\-.])|(?<![\d\-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d\-])"
)
_CHECKED = re.compile(
    r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d\d(?!\d)|(?<![\d.])\d{1,2}\.\d{3}\.\d{3}-[\dK](?!\w)"
    r"|(?<![A-Z0-9])(?:[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d|[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]|[A-Z]{2} \d\d \d\d \d\d [A-D])(?![A-Z0-9])",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d\d(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE)
MARKED_SUSPECT = (
    r"\(\d{1,5}\)|[2-9]\d\d[ \-.][2-9]\d\d[ \-.]\d{4}|\d{3}-\d\d-\d{4}|\d\.\d{3}\.\d{3}-[\dKk]|(?i:[A-Z]{4}\d{6}[HMX][A-Z]{5}|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]"
    r"|[A-Z]{2} \d\d \d\d \d\d [A-D]|[A-Z]{2}\d\d(?: [A-Z0-9]{4}){2})"
)
"""Pattern for arrow (RE2) that each of them matches."""


def marked_number(plain: str) -> str | None:
    """Return which number of a person a plain text holds for certain.

    Examples
    --------
    >>> marked_number("(312) 555-0123"), marked_number("529.982.247-25"), marked_number("529.982.247-26")
    ('a telephone number', 'an identity number', None)
    """
    if PHONE_ABROAD.search(plain):
        return "a telephone number"
    if any(national_numbers(match) for match in _CHECKED.findall(plain)):
        return "an identity number"
    if any(is_iban(match.replace(" ", "").upper()) for match in _ACCOUNT.findall(plain)):
        return "an account number (IBAN)"
    return None


def is_in_groups(plain: str) -> bool:
    """Return whether a text has the groups of a person's number.

    Examples
    --------
    >>> is_in_groups("312-555-0123"), is_in_groups("219-09-9999"), is_in_groups("2024-01-31")
    (True, True, False)
    """
    return _IN_GROUPS.search(plain) is not None
