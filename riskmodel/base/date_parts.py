"""Years, months and days in columns of their own."""

from __future__ import annotations

import re

from riskmodel.base.month_names import month_number

_NUMBER = re.compile(r"(\d{1,4})(?:\.0+)?\s*(?:年度?|년|月份?|월|[日号號일])?")


def date_part(text: str) -> int | None:
    """Return the number of a year, month or day that stands alone.

    None for other texts.

    Examples
    --------
    >>> [date_part(text) for text in ("2024年", "3月份", "März", "Sept.", "05", "5日", "2024-03", "theft")]
    [2024, 3, 3, 9, 5, 5, None, None]
    """
    plain = text.strip()
    number = _NUMBER.fullmatch(plain)
    return int(number[1]) if number is not None else month_number(plain.strip(" ."))
