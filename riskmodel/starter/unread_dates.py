"""What columns hold that are called dates and are none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np

from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.part_names import named_month
from riskmodel.starter.text_values import TextValues

_QUARTERS = re.compile(r"\b(quarter|qtr|quartal|trimestre)\b|季")
_FISCAL = re.compile(r"\b(fiscal|financial|fy|academic|school|budget)\b|财年|财政年|会计年|学年")
_MOST = 0.8
"""Share of the different texts that must have a form."""
_LEAST_MIXED = 0.02
"""Share of the rows that must be day numbers, or must not, for a column of both."""
_LEAST_NAMES = 3
"""Names of columns with digits that may name periods."""
_LEAST_MONTHS = 6
"""Columns named by months."""
_DIGIT = re.compile(r"\d")
_LONGEST = 30
"""Signs of a text whose form is shown."""
_MONTH_IN_WORDS = re.compile(r"(\d{1,2})?(?:st|nd|rd|th)?[-/., ]*([^\W\d_]{3,})[-/., ]*(\d{1,2})?(?:st|nd|rd|th)?")
"""A day or a month in words, without a year."""
_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
_FORMS = (
    (
        r"(?:FY ?)?\d{2,4}(?:[-/]\d{2,4})?[-/ ]*Q[1-4]|\d{4}\s*年?[-/ ]?\s*(?:Q|第)?\s*[1-4一二三四]\s*(?:季度?|quarter)|\d{4}[-/ ]?Q[1-4]|Q[1-4][-/ ]?\d{4}|[1-4]\.? ?(?:quartal|trimestre|trim\.?)[-/ ]?\d{4}",
        "names quarters, which are no period here: give numbers per month, week or day",
    ),
    (
        r"\d{4}\s*[-/ ]?(?:HY?|S)[12]|(?:HY?|S)[12][-/ ]*\d{4}|\d{4}年?[上下]半年",
        "names half years, which are no period here: give numbers per month, week or day",
    ),
    (rf"(?:{_DAY})\s*(?:-|/|–|—|~|～|至|到|to|bis)\s*(?:{_DAY})", "names a span of days: keep its first day"),
    (
        r"(?:令和|平成|昭和|民國|民国|[RHS])\.?\s*(?:\d{1,3}\D|元年).*",
        "counts the years of an era: write the year of the common calendar",
    ),
    (
        r"(?:24|25|26)\d\d\D\d{1,2}\D\d{1,2}.*|\d{1,2}\D\d{1,2}\D(?:24|25|26)\d\d.*",
        "counts the years of the Buddhist calendar: subtract 543",
    ),
    (
        r"(?:24|25|26)\d\d[01]\d[0-3]\d|\d{1,2}\s*[\u0e01-\u0e4e][\u0e01-\u0e4e.\s]*(?:(?:พ\.?ศ\.?\s*)?\d{2}|\d{4})",
        "seems to count the years of the Buddhist calendar: write dates such as 2024-02-29, with 543 less in the year",
    ),
    (
        r"[-+]?\d(?:[.,]\d+)?E\+?\d+",
        "holds numbers in scientific notation, which lack their last digits: export it as text or as dates",
    ),
    (r"1[4-9]\d{14}", "seems to count microseconds since 1970: divide by a million, then state --dates unix"),
    (
        r"1[0-3]\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?.*|1[0-3]\d[01]\d[0-3]\d(?:[0-2]\d[0-5]\d){0,1}|1[0-3]\d年\d{1,2}月?|1[0-3]\d(?:0[1-9]|1[0-2])",
        "seems to count the years of the Republic of China: add 1911",
    ),
    (
        r"(?:\d{1,2} *(?:st|nd|rd|th)? *|\d{4}[- ])?(?:[\u1200-\u137f].*|(?:meskerem|tikimt|tekemt|tiqimt|hidar|hedar|tahsas|tahisas|tir|ter|yekatit|megabit|miyazya|miazia|ginbot|genbot|sene|hamle|nehase|nehasse|pagume|pagumen)\b.*)",
        "names months of the Ethiopian calendar: write dates of the common calendar, such as 2024-02-29",
    ),
    (
        r"(?:\d{1,2} *|\d{4}[- ])?(?:baishakh|baisakh|jestha|jeth|ashadh|asar|shrawan|saun|bhadra|bhadau|ashwin|asoj|kartik|mangsir|poush|push|magh|falgun|fagun|chaitra|chait)\b.*",
        "names months of the Nepalese calendar (Bikram Sambat): write dates of the common calendar, such as 2024-02-29",
    ),
    (
        r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} *(?:E\.? ?C\.?|ዓ\.? ?ም\.?)",
        "counts the years of the Ethiopian calendar: write dates of the common calendar, such as 2024-02-29",
    ),
    (
        r"1[34]\d\d\D\d{1,2}\D\d{1,2}.*|\d{1,2}\D\d{1,2}\D1[34]\d\d.*|1[34]\d\d(?:0[1-9]|1[0-2])[0-3]\d",
        "counts the years of another calendar: write the year of the common calendar",
    ),
    (r"FY ?\d{2,4}[-/ ]*(?:W|WK|P|M)\d{1,2}", "names parts of a fiscal year: write the day with which each begins"),
    (r"\d{4}年\d{1,2}月[上中下]旬", "names thirds of a month, which are no period here: give numbers per month, week or day"),
    (r"(?:19|20)\d\d-?[0-3]\d\d", "holds years and numbers of a day in them: write dates such as 2024-02-29"),
    (
        r"\d{1,2}[-/.]\d{1,2}\.?|\d{1,2}月\d{1,2}日",
        "holds days without a year: add a column called year with the year of each row, which a title or the name of the file may say",
    ),
    (r"(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|FY ?\d{2,4}", "names years only: give numbers per month, week or day"),
    (r"[0-5]?\d[-/. ](?:19|20)\d\d", "seems to name weeks with the year behind: write them as 2024-W05"),
    (r"(?:19|20)\d\d[0-5]\d", "holds numbers that may be a year and a week: write them as 2024-W05"),
    (
        r".*\b[A-Z]{3,4}(?: \d{4})?",
        "holds the short name of a time zone that can be several, such as CST: write the offset (-06:00), or leave it out for local time",
    ),
)


def unread_dates(columns: dict[str, TextValues]) -> str:
    """Return what a column that is called a date holds instead.

    It is a sentence, or empty if there is no such column. No value is repeated: digits are shown as 9, letters as a.
    """
    numbered = [name for name in columns if re.search(r"\d", name)]
    months = [name for name in columns if named_month(name) is not None]
    if len(months) >= _LEAST_MONTHS:
        return f" Each of the columns from {months[0]!r} to {months[-1]!r} names a month without its year: add a column called year with the year of each row."
    if len(numbered) >= _LEAST_NAMES and (what := _what(numbered)):
        return f" Each of the columns from {numbered[0]!r} to {numbered[-1]!r} {what}."
    for name, column in columns.items():
        texts = [_DIGIT.sub(lambda sign: str(unicodedata.digit(sign[0])), text.strip()) for text in column.values]
        if not texts or (
            max(rank(name, role) for role in ("date", "week", "year", "month")) < 2
            and not _QUARTERS.search(plain_name(name))
            and not _FISCAL.search(plain_name(name))
        ):
            continue
        if other := _other_years(column):
            return f" {name!r} counts years of {other}."
        part = _part(column)
        if part:
            return (
                f" {name!r} holds {part}: add what lacks, as the names of files or sheets may say it, or the date, to each row."
            )
        what = _what(texts) or _yearless(texts) or _mixed(column) or _several_forms(column)
        if _FISCAL.search(plain_name(name)):
            return f" {name!r} counts years or weeks that begin in another month: write the date, or year and month of the calendar, into each row."
        if what:
            return f" {name!r} {what}."
        shape = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", _without_marks(max(texts[:50], key=len))))
        if len(shape) <= _LONGEST:
            return f" The values of {name!r} have a form such as {shape!r} (9 for a digit, a for a letter), which is none that is read."
    return ""


def _yearless(texts: list[str]) -> str:
    """Return that days or months in words lack their year."""
    found = [_MONTH_IN_WORDS.fullmatch(text) for text in texts]
    named = [one for one in found if one is not None and named_month(one[2]) is not None]
    if len(named) < _MOST * len(texts):
        return ""
    what = "days" if 2 * sum(bool(one[1] or one[3]) for one in named) > len(named) else "months"
    return f"holds {what} without a year: add a column called year with the year of each row, which a title or the name of the file may say"


def _mixed(column: TextValues) -> str:
    """Return that some dates became day numbers of a spreadsheet."""
    serial = np.array([re.fullmatch(r"[2-6]\d{4}(?:[.,]\d+)?", text.strip()) is not None for text in column.values])
    rows = int(column.counts[serial].sum())
    if not _LEAST_MIXED * column.filled <= rows <= (1 - _LEAST_MIXED) * column.filled:
        return ""
    return (
        f"holds day numbers of a spreadsheet in {rows:,} of {column.filled:,} rows, and other texts in the rest: a program took some dates for its own, perhaps with day and month exchanged. Export all "
        "of them as text, such as 2024-02-29, from the first source"
    )


def _several_forms(column: TextValues) -> str:
    """Return that dates are written in several forms."""
    rows: Counter[str] = Counter()
    for text, count in zip(column.values, column.counts.tolist(), strict=True):
        form = re.sub(
            r"\d{3,}", lambda found: "9" * len(found[0]), re.sub(r"(?<!\d)\d{1,2}(?!\d)", "99", _without_marks(text.strip()))
        )
        rows[re.sub(r"[^\W\d_]+", "aaa", form)] += count
    most = [(form, count) for form, count in rows.most_common() if "9" in form and count >= _LEAST_MIXED * column.filled]
    if len(most) < 2 or any(len(form) > _LONGEST for form, _ in most) or sum(count for _, count in most) < _MOST * column.filled:
        return ""
    shown = ", ".join(f"{form!r} in {count:,} rows" for form, count in most[:3])
    return f"has values in {len(most):,} forms (9 for a digit, a for letters): {shown}. Write all dates in one form, such as 2024-02-29"


def _without_marks(text: str) -> str:
    """Return a text without signs that stand above or below letters."""
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("M"))


def _other_years(column: TextValues) -> str:
    """Return the calendar of years that are none of the common."""
    texts = column.values
    if rank(column.name, "year") < 3 or not texts:
        return ""
    years = [re.fullmatch(r"(?:民國|民国|พ\.?ศ\.?)?\s*(\d{2,4})\s*年?", text.strip()) for text in texts]
    numbers = [int(found[1]) for found in years if found is not None]
    if len(numbers) < len(texts):
        return ""
    for least, most, what in (
        (2400, 2699, "the Buddhist calendar: subtract 543"),
        (80, 150, "the Republic of China: add 1911"),
        (1300, 1500, "another calendar: write the year of the common calendar"),
    ):
        if least <= min(numbers) and max(numbers) <= most:
            return what
    return ""


def _part(column: TextValues) -> str:
    """Return that numbers are months or days without the rest."""
    numbers = column.numbers
    if not column.is_numeric or not column.is_whole or np.nanmin(numbers) < 1:
        return ""
    for role, most, part in (
        ("month", 12, "months without a year"),
        ("day", 31, "days without month and year"),
        ("week", 53, "weeks without a year"),
    ):
        if rank(column.name, role) == 3 and np.nanmax(numbers) <= most:
            return part
    return ""


def _what(texts: list[str]) -> str:
    """Return what nearly all texts hold instead of a date."""
    for pattern, what in _FORMS:
        flags = re.IGNORECASE if any(sign in pattern for sign in ("Q", "E", "HY", "meskerem", "kartik")) else 0
        if sum(re.fullmatch(pattern, text, flags) is not None for text in texts) >= _MOST * len(texts):
            return what
    return ""
