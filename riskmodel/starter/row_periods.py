"""The period that a row is about: day, week or month."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_begin, month_of
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.date_evidence import DateEvidence

_ENDS = re.compile(
    r"ending|\b(?:woche bis|wochenende am|ende der woche|bis|semana (?:hasta|terminada|que termina)|fin de (?:la )?semana|semaine (?:se terminant|finissant|au)|fin de (?:la )?semaine|fim da semana|semana ate|"
    r"settimana (?:al|fino al)|fine settimana|week (?:tot|eindigend|to|through)|weekend(?:ing)? date|tydzien do|koniec tygodnia|неделя (?:по|до)|конец недели|hafta sonu)\b|周末|截至|截止|週末日|まで|주말"
)
"""Names of last days of weeks, without accents."""
WEEK_END = "week_end"
"""Period of a row that is about a week, and names its last day."""
SUNDAY = 3
"""Days since 1970-01-01, a Thursday, by sevens."""
LEAST_DATES = 4
"""Dates from which their distances say how long a period is."""
MOST_IRREGULAR = 1.5
"""The usual distance of periods, as a multiple of the least."""
LEAST_DAYS = 10
"""Dates of days from which the same holds."""


def row_period(table: str, date: DateEvidence, amount: str | None) -> tuple[str, str]:
    """Return the period that a row is about, with the reason.

    It is ``day``, ``week``, :data:`WEEK_END` for a week that is named by its last day, or ``month``.

    Parameters
    ----------
    table
        Name of the table in messages.
    amount
        Column of the number of events, if there is one.

    Raises
    ------
    UsageError
        If numbers of events stand for other periods, such as quarters.
    """
    period, why = _period(date, amount)
    if amount is not None:
        _refuse_longer(table, date, period)
    return period, why


def _period(date: DateEvidence, amount: str | None) -> tuple[str, str]:
    if date.period != "day":
        return date.period, f"dates name {date.period}s"
    days = np.unique(date.days[date.known])
    months = month_of(days)
    of_month = days - month_begin(months)
    if len(days) >= 3 and bool((of_month == 0).all()):
        return "month", "every date is the first day of a month"
    if len(days) >= LEAST_DATES and len(np.unique(months)) == len(days):
        left = month_begin(months + 1) - days
        if (left == 1).all() or len(np.unique(of_month)) == 1:
            return "month", "every date is the last or the same day of a month, so it stands for its month"
    # numbers of events need fewer dates: two that are a week apart are counts of weeks
    enough = len(days) >= LEAST_DATES or (amount is not None and len(days) >= 2 and int(np.diff(days).min()) == 7)
    if enough and len(np.unique(days % 7)) == 1:
        ends = rank(date.column, "ended") >= 1 or _ENDS.search(without_accents(plain_name(date.column))) is not None
        if ends:
            return WEEK_END, "every date is the last day of a week, as the column says"
        return "week", "every date is the same day of the week, taken as the first of the week"
    return "day", "dates are days" + (" with a number of events each" if amount else "")


def sunday_weeks(date: DateEvidence, period: str) -> bool:
    """Return whether every week is named by a Sunday."""
    return period == "week" and date.period == "day" and bool((date.days[date.known] % 7 == SUNDAY).all())


def _refuse_longer(table: str, date: DateEvidence, period: str) -> None:
    """Refuse numbers of events of quarters, fortnights and the like.

    Raises
    ------
    UsageError
        If no two dates are as close as two periods.
    """
    days: Any = np.unique(date.days[date.known])
    if period == "month":
        days = np.unique(month_of(days))
    elif period != "day":
        days = np.unique(days // 7)
    if len(days) < (LEAST_DAYS if period == "day" else LEAST_DATES):
        return
    gaps = np.diff(days)
    step = int(gaps.min())
    # days of a few events lie apart irregularly
    if step == 1 or (period == "day" and step == 7) or float(np.median(gaps)) > MOST_IRREGULAR * step:
        return
    raise UsageError(
        f"The dates in {date.column!r} of {table!r} are {step} {period}s or more apart, so a row seems to count the events of {step} {period}s. Only days, weeks and months are "
        f"read: give numbers for one of these. If rows without events were left out, add them with 0, then run the same command again."
    )
