"""Dates without what people and programs write around them.

Weekdays, words before a time of day, units and the signs that a spreadsheet program puts around a text do not change the day. A date that cannot
be read as it stands is read without them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from riskmodel.base.weekday_names import WEEKDAYS

_SHORT = sorted({name[:size] for week in WEEKDAYS for name in week for size in (2, 3, 4, 5, len(name))}, key=len, reverse=True)
_WEEKDAY = rf"(?:(?:{'|'.join(_SHORT)})(?![^\W\d_])\.?(?:-feira)?|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日](?:曜日|요일)?(?![^\W\d_])|[월화수목금토일](?:요일)?(?![^\W\d_]))"
_PART_OF_DAY = "清晨|早晨|中午|正午|傍晚|夜间|夜間|夜里|夜裡|深夜|半夜"
_SPELT = re.IGNORECASE
_STEPS = tuple(
    (re.compile(pattern, _SPELT), instead)
    for pattern, instead in (
        # what keeps a spreadsheet program from changing a text
        (r'^="(.*)"$', r"\1"),
        (r"^'", ""),
        (rf"^{_WEEKDAY}[,，]?\s+(?=\d{{1,4}}[-/.]|\d{{1,2}}\.?\s[^\W\d_]{{3}})", ""),
        (rf"(\d[-/.年년]\s*\d{{1,2}}[-/.月월]\s*\d+[日일]?\.?)\s*(?:[(（]\s*{_WEEKDAY}\s*[)）]|[,，]?\s+{_WEEKDAY})(?=\s|$)", r"\1"),
        (r"\s*\((?:[a-z]+ )+(?:time|zeit)\)$", ""),
        (r"^(?:w/c|w/b|week (?:commencing|beginning|of|starting))\s+(?=\d)", ""),
        # a time of day in Chinese words, and years of this century in two digits
        (r"(?<=\d)[点點]半", "点30分"),
        (r"(?<=[时時点點分秒])\s*(?:许|許|多|左右|前后|前後)$", ""),
        (rf"(?<=[日\s])\s*(?:{_PART_OF_DAY})?\s*(?:大?[约約])?(?=\d{{1,2}}\s*[时時点點:])", " "),
        (rf"(?<=[日\s])\s*(?:{_PART_OF_DAY}|[上下]午|凌晨|早上|晚上)$", ""),
        (r"^([0-6]\d)年(\d{1,2})月(\d{1,2})(?=日)", r"20\1年\2月\3"),
        # year, month and day with a word each, or with full stops and spaces
        (r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?", r"\1-\2-\3 "),
        (r"^(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+năm\s+(\d{4})", r"\3-\2-\1"),
        (r"^(\d{4})\.\s*(\d{1,2})\.\s*(\d{1,2})\.?(?=\s|$)", r"\1-\2-\3"),
        (r"^(\d{4})\.\s+([^\W\d_]{3,})\s+(\d{1,2})\.?(?=\s|$)", r"\1 \2 \3"),
        (r"^(\d{1,2}\.\s?\d{1,2}\.\s?\d{4})\.(?=\s|$)", r"\1"),
        (r"^(\d{1,2})\.\s+(\d{1,2})\.\s+(\d{4})", r"\1.\2.\3"),
        # names of months between other signs, and 1st or 1er of a month
        (r"^(\d{1,4})[-/.]([^\W\d_]{3,})\.?[-/.](?=\d)", r"\1 \2 "),
        (r"^([^\W\d_]{3,})\.?[-/.](\d{1,2})[-/.,](?=\d)", r"\1 \2 "),
        (r"^(\d{1,2})([^\W\d_]{3})(\d{4}|\d{2})(?![^\s:])", r"\1 \2 \3"),
        (r"(?<=\d)(?:st|nd|rd|th|er|[ºª])(?![^\W\d_])", ""),
        (r"(?<=\d{4}):(?=\d\d:\d\d)", " "),
        # the time of day
        (rf"^(?:{_WEEKDAY}\s+)?([a-z]{{3}})\s+(\d{{1,2}})\s+(\d\d:\d\d:\d\d)(?:\s+([a-z]{{3,4}}))?\s+(\d{{4}})$", r"\1 \2 \5 \3 \4"),
        (r"(?:[,，]\s*|\s+(?:[-–]|at|um|à|a las|às|alle(?: ore)?|ore|kl\.?|klo|o godz\.)\s*)(?=\d{1,2}(?:[:.h]?\d{2}|\s?h)(?![\d/-]))", " "),
        (r"(\d{1,2}[:.]\d\d)\s*(?:\s[-–]\s|[~～至到])\s*\d{1,2}[:.]\d\d$", r"\1"),
        (r"(?<=[\d\s])(\d{1,2})\s?h\s?(\d\d)(?:\s?min)?\b", r"\1:\2"),
        (r"(?<=\s\d{2})\s?h$", ":00"),
        (r"(?:오전|午前|凌晨|早上)\s*", "上午"),
        (r"(?:오후|午後|晚上)\s*", "下午"),
        (r"(?<=\d)\s*(?:a\.\s?m\.?|π\.?\s?μ\.?|пп)$", " am"),
        (r"(?<=\d)\s*(?:p\.\s?m\.?|μ\.?\s?μ\.?)$", " pm"),
        (r"(?<=:\d\d)\s*(?:a|sa|ص|öö|ق\.?\s?ظ\.?)$", " am"),
        (r"(?<=:\d\d)\s*(?:p|ch|م|ös|ب\.?\s?ظ\.?)$", " pm"),
        (r"(?<=\d)\s*(?:uhr|hrs?\.?|hours|г\.?|р\.?|r\.?|,)$", ""),
        (r"(?<=\d{4})\s*(?:г|р|r)\.?,?(?=\s)", ""),
        (r"^(\d{1,2}[-/.]\d{1,2}[-/.]\d{4})\s+([01]\d|2[0-3])([0-5]\d)$", r"\1 \2:\3"),
        (r"\s+", " "),
    )
)  # fmt: skip
"""What stands around a date, and what is put there instead; one after another."""


_LONGEST, _DIGITS = 80, re.compile(r"(?:\D*\d){4}")
"""Signs of the longest date, and what all dates have."""


@lru_cache(maxsize=1 << 15)
def bare_date(text: str) -> str:
    """Return a date without what does not change its day.

    Examples
    --------
    >>> bare_date("Di., 05.03.2024, 14:30 Uhr"), bare_date("2024/3/5（周二） 14:30"), bare_date("5. 3. 2024")
    ('05.03.2024 14:30', '2024/3/5 14:30', '5.3.2024')
    >>> bare_date("24年3月5日约14时许")
    '2024-3-5 14时'
    >>> bare_date("５ mars 2024 à 14h30"), bare_date("2024년 3월 5일 오후 2:30"), bare_date("5/3/2024 - 6/3/2024")
    ('5 mars 2024 14:30', '2024-3-5 下午2:30', '5/3/2024 - 6/3/2024')
    """
    if len(text) > _LONGEST or not _DIGITS.match(text):
        return text
    found = unicodedata.normalize("NFKC", text).strip()
    for pattern, instead in _STEPS:
        # most patterns do not match, and a template is prepared at each call
        if pattern.search(found):
            found = pattern.sub(instead, found).strip()
    return found
