"""Forbidden values: numbers of persons, plates, handles, addresses, free text."""

from __future__ import annotations

import re
from decimal import Decimal

from riskmodel.base.bare_dates import bare_date
from riskmodel.base.byte_ranges import ByteRanges
from riskmodel.base.personal_data.marked_numbers import MARKED_SUSPECT, is_in_groups, marked_number
from riskmodel.base.personal_data.personal_numbers import (
    CARD_PATTERN,
    has_region_and_birth,
    is_card_number,
    is_hong_kong_card,
    is_identity_number,
    is_old_identity_number,
    is_rounded_identity,
)
from riskmodel.base.personal_data.separators import GAP, NUMERAL, SEPARATOR, digits_of_numerals, in_digits, visible_text

LONGEST_TEXT = 60
"""A longer value in a mapped text column is free text."""

IDENTITY, PHONE = "an identity number", "a mobile telephone number"
OLD_IDENTITY, CARD = "an old identity number", "a bank card number"
DOCUMENT, SPACED_PHONE = "the number of a passport or permit", "a telephone number in unusual groups"
GROUPED = "a number in the groups of a telephone or social security number"
BY_CHANCE = frozenset((IDENTITY, PHONE, SPACED_PHONE))
"""What an id may look like by chance."""
AMBIGUOUS = frozenset((OLD_IDENTITY, CARD))
"""What any code may look like by chance."""
CODE_LIKE = frozenset((DOCUMENT, SPACED_PHONE, GROUPED))
"""What codes of places may look like, all of one form."""

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_OLD = r"[ \-./_·]"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{GAP}|0)?1(?:[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}|{_OLD}?[3-9](?:{_OLD}\d){{9}}|(?: ?[3-9])(?: ?\d){{9}})(?!\d)"
)
_AREA_CODE = r"0(?:10|2\d|[3-9]\d{2})"
_AREA = rf"\({_AREA_CODE}\) ?\d{{3,4}}{GAP}\d{{4}}(?!\d)|(?<!\d){_AREA_CODE}{SEPARATOR}{{1,3}}(?:\d{{7,8}}|\d{{3,4}}{SEPARATOR}{{1,3}}\d{{4}})(?!\d)"
_HANDLE = r"(?:微信|薇信|weixin|wechat|抖音|快手|微博|小红书|v信|(?<![a-z])(?:wx|vx|qq))(?:账|帐)?(?:号|群)?(?:id)?(?:[ :=]*\d{5,}|[ :=]+[a-z][\w\-]{4,})"
_PATTERNS = (
    (PHONE, _PHONE),
    ("a telephone number", re.compile(_AREA)),
    ("an e-mail address", re.compile(r"[^@\s]+ ?@ ?[^@\s]+ ?\. ?[^\W\d_]{2,}|\S+ ?[\[(] ?at ?[\])] ?\S+", re.IGNORECASE)),
    (
        "a vehicle plate",
        re.compile(
            rf"(?:[{_PROVINCES}]|WJ ?[{_PROVINCES}]?|使) ?[A-Za-z][·•.\- ]{{0,2}}"
            r"(?:[A-Za-z0-9]{5,6}(?![A-Za-z0-9])|[A-Za-z0-9]{4}[警学挂港澳领使]|[A-Za-z0-9](?: [A-Za-z0-9]){4,5}(?! ?[A-Za-z0-9]))"
        ),
    ),
    ("an account handle", re.compile(rf"(?<![\w.])@[\w\-]{{2,}}|wxid_\w+|{_HANDLE}", re.IGNORECASE)),
    ("a web address", re.compile(r"https?://|(?<![\w.])www\.\w", re.IGNORECASE)),
    ("the address of a device", re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")),
    ("nested data", re.compile(r"\s*(?:\{.*\}|\[.*\])\s*", re.DOTALL)),
)

_WHOLE = frozenset(("nested data",))
"""What is forbidden only as a whole value."""
_DAY = r"(?:18|19|20|21)\d\d[\-/.年][01]?\d[\-/.月][0-3]?\d日?|[0-3]?\d[\-/.][0-3]?\d[\-/.](?:18|19|20|21)\d\d"
_CLOCK = r"[ T]*[0-2]?\d[:时][0-5]?\d(?:[:分][0-5]?\d(?:[.,]\d{1,9})?)?[分秒]?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+\-]\d\d(?::?\d\d)?))?"
MOMENT = rf"^(?:{_DAY})(?:{_CLOCK})?$"
"""Days and instants, whose digits are no number of a person."""
_MOMENT = re.compile(MOMENT)
MOMENT_BOUNDS = tuple(
    (f"{first}-00-00{by}00:00:00", f"{last}-19-39{by}29:59:59")
    for first, last in (("2000", "2199"), ("1800", "1999"))
    for by in " T"
)
"""The lowest and the highest text of the most frequent forms of instants."""
_MEASURE = re.compile(
    rf"[+-]?\d{{1,8}}\.\d+|[+-]?[¥$]?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?元?|\(?[+-]?\d{{1,3}}\.\d+°? ?[,; /] ?[+-]?\d{{1,3}}\.\d+°?\)?"
    rf"|(?:[+-]\d{{1,3}}\.\d+){{2,3}}/?|(?:SRID=\d{{4,5}};)?(?i:POINT) ?\((?:[+-]?\d{{1,3}}\.\d+ [+-]?\d{{1,3}}\.\d+|[+-]?\d{{5,8}}(?:\.\d+)? [+-]?\d{{5,8}}(?:\.\d+)?)\)|{MOMENT}"
)
"""A coordinate, a point, an amount or a day, whose digits may be anything."""
HARMLESS = (MOMENT, r"^[+-]?[0-9]{1,8}\.[0-9]+$")
"""Patterns for arrow of frequent values whose digits are no number of a person: days, instants and decimal numbers."""
_SCIENTIFIC = re.compile(r"[+-]?\d\.\d+[eE]\+?1[0-8]")
_IDENTITY = re.compile(rf"(?<!\d)(?:\d{GAP}){{17}}[\dXx](?!\d)")
_OF_FIFTEEN = re.compile(rf"(?<!\d)(?:\d{GAP}){{14}}\d(?!\d)")
_OF_A_CARD = re.compile(rf"(?<!\d)(?:{CARD_PATTERN})(?!\d)")
_RUN = re.compile(rf"\d(?:{GAP}\d)*")
_NATIONAL = re.compile(r"(?:(?:00)?86|0)?(1[3-9]\d{9})")
_REGION = re.compile(r"1[345](?:0[1-9]|1[0-3]|2[2-9])\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOCUMENT_LETTERS = r"(?:[EGKCWHM]|(?:E[A-HJ-NP-Z]|C[A-HJ-NP-Z]|DE|SE|PE|KJ)(?=[ \-]?\d[ \-]?\d{3}[ \-]?\d{3}(?!\d)))"
_DOCUMENT = re.compile(
    rf"(?<![A-Z0-9]){_DOCUMENT_LETTERS}[ \-.]?(\d{{4}}[ \-.]?\d{{4}}(?:\d\d)?|\d[ \-]?\d{{3}}[ \-]?\d{{3}})(?![A-Z0-9])",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"(?:19|20)\d\d|00|(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])(?:0[1-9]|[12]\d|90)(?:0[1-9]|[12]\d|8[1-9])"
)
"""How the digits of codes begin: a year, zeros or the code of a county."""
_HONG_KONG = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2} ?\d{6} ?\([0-9A]\)", re.IGNORECASE)
_BARE = re.compile(rf"(?:\+|00)?[(]?(?:\d{GAP})+[\dXx][)]?")

_CLOSE = rf"(?:[0-9{NUMERAL}]{GAP}){{11}}"
SUSPECT_NUMERALS = (f"[{NUMERAL}]", _CLOSE)
"""Patterns for arrow that every forbidden value with Chinese numerals matches."""
_SIGNS = (
    rf"@|[{_PROVINCES}使] ?[A-Za-z]|(?i:wj ?[a-z])"
    r"|(?i:wx|vx|qq|wechat|weixin|at ?[\])]|://|www\.)|微信|薇信|抖音|快手|微博|小红书|[vV]信|[eE]\+?1\d$|^\s*[\[{]|\+\d|(?:^|\D)00(?:852|853|886)"
    r"|(?i:(?:^|[^A-Z0-9])(?:[EGKCWHM]|E[A-Z]|C[A-Z]|[DSP]E|KJ)[ \-.]?\d[ \-.]?\d{3}[ \-.]?\d)|\([0-9Aa]\)"
    rf"|{MARKED_SUSPECT}|(?:[0-9A-Fa-f]{{2}}[:\-]){{5}}"
    r"|[\x00-\x1F\x7F]|[^\x00-\x7F\x{3001}-\x{3011}\x{3014}\x{3015}\x{3400}-\x{9FFF}]"
)
SUSPECT = (
    rf"{_SIGNS}|(?:^|\D)(?:86{GAP}|0)?1{GAP}[3-9](?:{GAP}\d){{9}}(?:\D|$)|(?:\d{GAP}){{17}}[\dXx]|(?:^|\D)0\d{{2,3}}(?:\)|{SEPARATOR}){{1,3}}\d{{3,4}}{GAP}\d{{4}}"
    rf"|(?:^|\D)[1-9](?:{GAP}\d){{5}}{GAP}[3-9]{GAP}\d{GAP}[01]{GAP}\d{GAP}[0-3]{GAP}\d(?:{GAP}\d){{3}}(?:\D|$)"
    rf"|(?:^|\D)(?:{CARD_PATTERN})(?:\D|$)"
)
"""Pattern for arrow (RE2) that every other forbidden value matches.

It covers each pattern above and letters of other forms, so that only few values need :func:`forbidden`.
"""
ROUGHLY_SUSPECT = rf"{_SIGNS}|(?:\d[^0-9]*){{9}}\d"
"""A pattern that is compiled ten times faster and matches all of this: numbers with separators have ten digits or more."""


def are_moments(ranges: ByteRanges) -> bool:
    """Return whether texts are instants of one frequent form for certain.

    All of them match :data:`MOMENT` then.
    """
    return any(ranges.lie_between(low, high) for low, high in MOMENT_BOUNDS)


def forbidden(value: str) -> str | None:
    """Return the kind of forbidden content in a value, if any.

    Letters and digits of other forms count as the plain ones, and Chinese numerals as digits.
    """
    if len(value) > LONGEST_TEXT:
        return "free text"
    plain = visible_text(value)
    if _MEASURE.fullmatch(plain) or _MOMENT.match(bare_date(plain)):
        return None
    if _SCIENTIFIC.fullmatch(plain):
        plain = str(int(Decimal(plain)))
        if len(plain) == 18 and has_region_and_birth(plain):
            return IDENTITY
    found = _found(plain)
    spelled = digits_of_numerals(plain)
    if found is None and spelled != plain and re.search(_CLOSE, plain) and not re.search(MOMENT, spelled):
        found = _found(spelled)
    return found


def _found(plain: str) -> str | None:
    """Return the kind of forbidden content in a plain text, if any."""
    for match in _IDENTITY.findall(plain):
        number = re.sub(SEPARATOR, "", match)
        if is_identity_number(number) or is_rounded_identity(number):
            return IDENTITY
    # digits alone, and more of them than a telephone number has, are none of the following
    for what, pattern in _PATTERNS if len(plain) < 16 or not plain.isdecimal() else ():
        if pattern.fullmatch(plain) if what in _WHOLE else pattern.search(plain):
            return what
    marked = marked_number(plain)
    if marked is not None:
        return marked
    if any(is_hong_kong_card(match) for match in _HONG_KONG.findall(plain)):
        return IDENTITY
    return _ambiguous(plain) or _code_like(plain)


def _ambiguous(plain: str) -> str | None:
    """Return which ambiguous number a text holds, if any."""
    if any(is_old_identity_number(in_digits(match)) for match in _OF_FIFTEEN.findall(plain)):
        return OLD_IDENTITY
    if any(is_card_number(in_digits(match)) for match in _OF_A_CARD.findall(plain)):
        return CARD
    return None


def _code_like(plain: str) -> str | None:
    """Return which code-like number a text holds, if any."""
    for match in _DOCUMENT.finditer(plain):
        before = plain[: match.start()]
        if not _SERIAL.match(in_digits(match[1])) or re.search(r"护照|通行证|passport|permit", before, re.IGNORECASE):
            return DOCUMENT
    if is_in_groups(plain):
        return GROUPED
    for run in _RUN.findall(plain):
        if _NATIONAL.fullmatch(in_digits(run)) and not _is_code(re.findall(r"\d+", run)):
            return SPACED_PHONE
    return None


def _is_code(groups: list[str]) -> bool:
    """Return whether groups of digits are a code.

    It begins with the code of a county or a town, or has two digits and a year, as numbers of cases have.
    """
    if len(groups[0]) in (6, 9) and _REGION.match(groups[0]):
        return True
    return len(groups[0]) == 2 and groups[0][0] == "1" and _YEAR.fullmatch(groups[1]) is not None


def is_bare_number(value: str) -> bool:
    """Return whether a value is a number and nothing else."""
    return _BARE.fullmatch(digits_of_numerals(visible_text(value))) is not None
