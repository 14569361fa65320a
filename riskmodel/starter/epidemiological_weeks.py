"""Epidemiological weeks: from Sunday to Saturday, as the CDC counts them."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta

EPIDEMIOLOGICAL = "epidemiological weeks, from Sunday to Saturday (MMWR)"
"""What a year and a week name, in words."""


def epidemiological_week(year: int, week: int) -> str:
    """Return the first day of an epidemiological week.

    Week 1 is the first with at least four days in the year. Empty where the year has no such week, and for a number that is no year.

    Source: Centers for Disease Control and Prevention, MMWR weeks fact sheet.

    Examples
    --------
    >>> epidemiological_week(2021, 1), epidemiological_week(2020, 53), epidemiological_week(2021, 53)
    ('2021-01-03', '2020-12-27', '')
    """
    if not MINYEAR < year < MAXYEAR:
        return ""
    first = _first_day(year)
    day = first + timedelta(weeks=week - 1)
    return day.isoformat() if first <= day < _first_day(year + 1) else ""


def _first_day(year: int) -> date:
    """Return the Sunday on which week 1 begins: that of 4 January."""
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=fourth.isoweekday() % 7)
