"""A rough look for values that may name persons.

Each of these is judged afterwards. Arrow compiles a pattern at every call. The letters of all scripts take four milliseconds, more than
all else that a column of a small table needs; letters of English and Chinese take a third of one. So only texts in other letters are
compared with the long pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.records.intake.privacy.dotted_numbers import matches

if TYPE_CHECKING:
    import pyarrow as pa

PLAIN = r"^[\x00-\x7F\x{B7}\x{D7}\x{2018}-\x{201D}\x{3001}\x{3002}\x{3007}-\x{3011}\x{4E00}-\x{9FFF}\x{FF08}\x{FF09}\x{FF0C}\x{FF1A}\x{FF1B}]*$"
"""Texts whose letters are English or Chinese, with the usual signs; no sign of them is added to a letter."""

_CASES = (
    r"^[\x{4E00}-\x{9FFF}:：, ，]{2,12}[窃抢骗伤杀奸猥赌毒火诈勒寻滋打斗殴驾酒醉肇贿贪侵挪故非过妨失自暴婚借欠薪信职竊詐搶傷]"
)
_DISPUTES = r"[\x{4E00}-\x{9FFF}](?:[诉訴告某与與和跟同及、]|起诉|[*×xX○])|(?i:\s(?:vs?\.?|versus|against)\s)"


def _names(letter: str, added: str = "") -> str:
    """Return a pattern for names in some letters.

    Those of China, Korea and Japan are always among them.

    Parameters
    ----------
    letter
        The letters, as they stand in brackets.
    added
        Signs that are added to letters, as they stand in brackets.
    """
    return (
        r"^[\x{4E00}-\x{9FFF}]{2,4}[某*×xX○]{0,2}$|^[\x{4E00}-\x{9FFF}]{2,8}·"
        rf"|^[{letter}][{letter}{added}'’.\-]*(?:,? ?[{letter}{added}'’.\-]+){{1,6}}(?: ?[#(\-/]? ?(?i:id|badge|placa|no|num)?\.? ?#?[0-9]{{1,7}}\)?)?$"
        r"|^\p{Hangul}{3,4}$|^[\x{3040}-\x{30FF}\x{4E00}-\x{9FFF}々 　]{3,8}$"
    )


IN_ANY_LETTERS = "|".join((_names(r"\p{L}", r"\p{M}"), _CASES, _DISPUTES))
IN_PLAIN_LETTERS = "|".join((_names(r"A-Za-z\x{4E00}-\x{9FFF}"), _CASES, _DISPUTES))
"""The same for plain texts."""


def are_like_names(filled: pa.Array) -> bool:
    """Return whether at least half of the values may name persons.

    Parameters
    ----------
    filled
        Values of which none is empty or missing.
    """
    import pyarrow as pa

    if not _may_hold_letters(filled):
        return False
    plain = matches(filled, PLAIN)
    others = np.flatnonzero(~plain)
    like = int((matches(filled, IN_PLAIN_LETTERS) & plain).sum())
    if 2 * like < len(filled) <= 2 * (like + len(others)):
        like += int(matches(filled.take(pa.array(others)), IN_ANY_LETTERS).sum())
    return 2 * like >= len(filled) > 0


def _may_hold_letters(texts: pa.Array) -> bool:
    """Return whether some text holds more than digits and signs.

    Every name has a letter; no byte of one is below that of ``A``.
    """
    _, _, content = texts.buffers()
    return content is not None and bool((np.frombuffer(content, dtype=np.uint8) >= ord("A")).any())
