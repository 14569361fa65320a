"""Texts in plain characters, and the signs that may stand between digits."""

from __future__ import annotations

import unicodedata

SEPARATOR = r"[ \-./_·,;:|~*+#'()\[\]、。]"
"""One sign between the digits of a number."""
GAP = SEPARATOR + "{0,3}"
"""Up to three signs between two digits."""
NUMERAL = "〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
"""Chinese numerals for digits."""

_DIGITS = str.maketrans(NUMERAL, "00123456789121" + "23456789")
_LIKE_SPACE_OR_DASH = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣", "-"), **dict.fromkeys("•・∙‧", "·")})
_INVISIBLE = frozenset(("Cf", "Cc", "Mn", "Me"))


def visible_text(value: str) -> str:
    """Return a text in plain letters, digits, spaces and signs.

    Letters and digits of other forms become the plain ones; what is not visible, such as a zero-width space, is left out.
    """
    if value.isascii() and value.isprintable():
        return value
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFKC", value))
    text = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    text = "".join(c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c)) for c in text)
    return text.translate(_LIKE_SPACE_OR_DASH)


def digits_of_numerals(text: str) -> str:
    """Return a text with Chinese numerals as digits."""
    return text.translate(_DIGITS)


def in_digits(text: str) -> str:
    """Return the digits of a text alone."""
    return "".join(c for c in text if c.isdecimal())


def text_shape(text: str) -> str:
    """Return a text with signs in place of its letters and digits.

    Examples
    --------
    >>> text_shape("(312) 555-0123"), text_shape("María 12"), text_shape("张三")
    ('(###) ###-####', 'Aaaaa ##', '字字')
    """
    return "".join(_sign_of(c) for c in visible_text(text))


def _sign_of(c: str) -> str:
    """Return a sign for a letter or a digit; other characters stay."""
    if c.isdecimal():
        return "#"
    if "\u3400" <= c <= "\u9fff":
        return "字"
    return ("A" if c.isupper() else "a") if c.isalpha() else c
