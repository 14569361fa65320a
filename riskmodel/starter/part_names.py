"""Names of files and sheets that hold parts of a table."""

from __future__ import annotations

import re

from riskmodel.base.date_parts import date_part

PERIOD = re.compile(
    r"(\d+|(?<![a-z])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)(?![a-z])|(?<![a-z])q(?=\d)|[一二三四五六七八九十]+(?=月|季)|[上下]半年)",
    re.IGNORECASE,
)
"""Numbers and parts of the year in a name."""


def are_parts(names: list[str]) -> bool:
    """Return whether names differ only by numbers or parts of the year.

    Examples
    --------
    >>> are_parts(["Jan 2024", "Feb 2024"]), are_parts(["North", "South"])
    (True, False)
    """
    return len({PERIOD.sub("\0", name).casefold() for name in names}) == 1


def named_month(name: str) -> int | None:
    """Return the month that a name is.

    Examples
    --------
    >>> named_month("3月份"), named_month("Sept."), named_month("13月")
    (3, 9, None)
    """
    # a number alone names an hour or a day as well
    number = date_part(name) if re.fullmatch(r"\d{1,2}\s*(?:月份?|월)|\D+", name.strip()) else None
    return None if number is None or not 1 <= number <= 12 else int(number)
