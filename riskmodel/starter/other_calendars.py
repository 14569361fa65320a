"""Dates of calendars whose numbers look like those of the common one."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.text_values import TextValues

LEAST_DATES = 100
"""Different dates from which the longest months are among them."""
LEAST_READ = 0.9
"""Share of the texts that must be dates in numbers."""
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:19|20)\d\d(?!\d)")
THIRTEENTH, FEBRUARY = 13, 2
"""The short month of five or six days, and the common month that is shorter than thirty."""


def refuse_other_calendar(column: TextValues) -> None:
    """Refuse dates of calendars with a thirteenth month or 32 days.

    Raises
    ------
    UsageError
        Naming the calendar that counts so.
    """
    probe = column.values[:: max(1, len(column.values) // 200)]
    for pattern, swapped in ((_YEAR_FIRST, False), (_YEAR_LAST, True), (_YEAR_LAST, False)):
        if len(probe) < LEAST_DATES or sum(pattern.match(text.strip()) is not None for text in probe) < LEAST_READ * len(probe):
            continue
        found = [match for text in column.values if (match := pattern.match(text.strip())) is not None]
        parts = np.array([(int(one[1]), int(one[2])) for one in found], dtype=np.int64)
        calendar = _calendar(*(parts[:, ::-1] if swapped else parts).T)
        if calendar:
            raise UsageError(
                f"The dates in {column.name!r} seem to be of the {calendar}. Write dates of the common calendar, such as 2024-02-29, then run the same command again."
            )


def _calendar(months: np.ndarray, days: np.ndarray) -> str:
    """Return which other calendar has such months and days."""
    if months.min() < 1 or days.min() < 1:
        return ""
    last = months == THIRTEENTH
    short = last.any() and days[last].max() <= 6
    if (
        months.max() <= THIRTEENTH
        and days.max() == 30
        and (short or (not last.any() and ((months == FEBRUARY) & (days == 30)).any()))
    ):
        return "Ethiopian calendar: no month has 31 days, and there is a thirteenth month or a 30th day of the second one"
    if months.max() == 12 and days.max() == 32:
        return "Nepalese calendar (Bikram Sambat): some months have 32 days"
    return ""
