"""Forbidden values: numbers of persons, plates, handles, addresses, free text."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from riskmodel.records.intake.privacy.personal_numbers import (
    CARD_PATTERN,
    has_region_and_birth,
    is_card_number,
    is_identity_number,
    is_old_identity_number,
    is_rounded_identity,
)

LONGEST_TEXT = 60
"""A longer value in a mapped text column is free text."""

IDENTITY, PHONE = "an identity number", "a mobile telephone number"
OLD_IDENTITY, CARD = "an old identity number", "a bank card number"
BY_CHANCE = frozenset((IDENTITY, PHONE))
"""What an id may look like by chance."""
AMBIGUOUS = frozenset((OLD_IDENTITY, CARD))
"""What any code may look like by chance."""

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEPARATOR = r"[ \-./_·]"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEPARATOR}?)?"
    rf"1(?:[3-9]\d{_SEPARATOR}?\d{{4}}{_SEPARATOR}?\d{{4}}|{_SEPARATOR}?[3-9](?:{_SEPARATOR}\d){{9}}|(?: ?[3-9])(?: ?\d){{9}})(?!\d)"
)
_AREA = r"\(0\d{2,3}\) ?\d{3,4}[ -]?\d{4}|(?<!\d)0\d{2,3}[- ](?:\d{7,8}|\d{3,4}[ -]\d{4})(?!\d)"
_HANDLE = r"(?:微信|薇信|weixin|wechat|抖音|快手|微博|小红书|v信|(?<![a-z])(?:wx|vx|qq))(?:账|帐)?(?:号|群)?(?:id)?(?:[ :=]*\d{5,}|[ :=]+[a-z][\w\-]{4,})"
_PATTERNS = (
    (PHONE, _PHONE),
    ("a telephone number", re.compile(_AREA)),
    ("an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^\W\d_]{2,}|\S+ ?[\[(] ?at ?[\])] ?\S+", re.IGNORECASE)),
    (
        "a vehicle plate",
        re.compile(
            rf"(?:[{_PROVINCES}]|WJ ?[{_PROVINCES}]?|使) ?[A-Za-z][·•.\- ]?"
            r"(?:[A-Za-z0-9]{5,6}(?![A-Za-z0-9])|[A-Za-z0-9]{4}[警学挂港澳领使])"
        ),
    ),
    ("an account handle", re.compile(rf"(?<![\w.])@[\w\-]{{2,}}|wxid_\w+|{_HANDLE}", re.IGNORECASE)),
    ("a web address", re.compile(r"https?://|(?<![\w.])www\.\w", re.IGNORECASE)),
    ("the address of a device", re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")),
    ("nested data", re.compile(r"\s*(?:\{.*\}|\[.*\])\s*", re.DOTALL)),
)

_WHOLE = frozenset(("nested data",))
"""What is forbidden only as a whole value."""
_DECIMAL = re.compile(r"[+-]?\d{1,8}\.\d+")
"""A coordinate or another measure, whose decimals may be anything."""
_SCIENTIFIC = re.compile(r"[+-]?\d\.\d+[eE]\+?1[0-8]")
_IDENTITY = re.compile(rf"(?<!\d)(?:\d{_SEPARATOR}{{0,2}}){{17}}[\dXx](?!\d)")
_OF_FIFTEEN = re.compile(r"(?<!\d)(\d{6})[ \-]?(\d{6})[ \-]?(\d{3})(?!\d)")
_OF_A_CARD = re.compile(rf"(?<!\d)(?:{CARD_PATTERN})(?!\d)")
_BARE = re.compile(rf"(?:\+|00)?(?:\d{_SEPARATOR}{{0,2}})+[\dXx]")
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_IN_WORDS = re.compile(r"[〇零一二三四五六七八九幺]{11,}")
_LIKE_SPACE_OR_DASH = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣", "-"), **dict.fromkeys("•・∙", "·")})

SUSPECT = (
    rf"@|1{_SEPARATOR}?[3-9](?:{_SEPARATOR}?\d){{9}}|(?:\d{_SEPARATOR}{{0,2}}){{17}}[\dXx]|(?:^|\D)0\d{{2,3}}(?:\) ?|[ \-])\d{{3,4}}[ \-]?\d{{4}}|[{_PROVINCES}使] ?[A-Za-z]|(?i:wj ?[a-z])"
    r"|(?i:wx|vx|qq|wechat|weixin|at ?[\])]|://|www\.)|微信|薇信|抖音|快手|微博|小红书|[vV]信|[eE]\+?1\d$|^\s*[\[{]"
    r"|(?:^|\D)[1-9]\d{5}[ \-]?[3-9]\d[01]\d[0-3]\d[ \-]?\d{3}(?:\D|$)"
    rf"|(?:^|\D)(?:{CARD_PATTERN})(?:\D|$)"
    r"|(?:[0-9A-Fa-f]{2}[:\-]){5}|[〇零一二三四五六七八九幺]{11}|[^\x00-\x7F\x{3001}-\x{3011}\x{3400}-\x{9FFF}]"
)
"""Pattern for arrow (RE2) that every forbidden value matches.

It covers each pattern above and letters of other forms, so that only few values need :func:`forbidden`.
"""


def forbidden(value: str) -> str | None:
    """Return the kind of forbidden content in a value, if any.

    Letters and digits of other forms count as the plain ones.
    """
    if len(value) > LONGEST_TEXT:
        return "free text"
    plain = _plain(value)
    if _DECIMAL.fullmatch(plain):
        return None
    if _SCIENTIFIC.fullmatch(plain):
        plain = str(int(Decimal(plain)))
        if len(plain) == 18 and has_region_and_birth(plain):
            return IDENTITY
    for match in _IDENTITY.findall(plain):
        number = re.sub(_SEPARATOR, "", match)
        if is_identity_number(number) or is_rounded_identity(number):
            return IDENTITY
    # digits alone, and more of them than a telephone number has, are none of the following
    for what, pattern in _PATTERNS if len(plain) < 16 or not plain.isdecimal() else ():
        if pattern.fullmatch(plain) if what in _WHOLE else pattern.search(plain):
            return what
    return _ambiguous(plain)


def _ambiguous(plain: str) -> str | None:
    """Return which ambiguous number a text holds, if any."""
    if any(is_old_identity_number("".join(match)) for match in _OF_FIFTEEN.findall(plain)):
        return OLD_IDENTITY
    if any(is_card_number(re.sub(r"\D", "", match)) for match in _OF_A_CARD.findall(plain)):
        return CARD
    return None


def _plain(value: str) -> str:
    """Return a text in plain letters, digits, spaces and signs."""
    if value.isascii():
        return value
    text = "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")
    text = "".join(c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c)) for c in text)
    text = "".join(" " if c.isspace() else c for c in text.translate(_LIKE_SPACE_OR_DASH))
    return _IN_WORDS.sub(lambda match: match[0].translate(_NUMERALS), text)


def is_bare_number(value: str) -> bool:
    """Return whether a value is a number and nothing else."""
    return _BARE.fullmatch(_plain(value)) is not None
