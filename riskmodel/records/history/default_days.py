"""Days of the month that stand for unknown days."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.months import month_begin, month_of

USUAL_DEFAULTS = (1, 15)
"""Days of the month that programs and clerks put for an unknown day."""

TIMES = 3.0
"""Times the events of another day, from which on a day of the month is a default."""

OTHERS = 29.4
"""Other days of a month in the mean."""

LEAST_MONTHS, LEAST_EVENTS = 6, 30
"""Months with events, and events on such days, from which it can be told."""


class DefaultDay(NamedTuple):
    """A day of the month on which far too many events stand.

    Parameters
    ----------
    day
        Day of the month, from 1 on.
    events
        Events on it, in all months.
    share
        Share of all events.
    """

    day: int
    events: int
    share: float


def default_day(occurred: Any) -> DefaultDay | None:
    """Return the day that stands for unknown ones, or None.

    The months with most events on it do not count, so that no single burst is one.

    Parameters
    ----------
    occurred
        Days on which events occurred ``[event]``.

    Examples
    --------
    >>> days = np.repeat(np.arange(700), 4)
    >>> default_day(days) is None
    True
    >>> months = np.repeat(month_begin(np.arange(24)), 40)
    >>> default_day(np.concatenate([days, months]))
    DefaultDay(day=1, events=1056, share=0.28085106382978725)
    """
    days = np.asarray(occurred, dtype=np.int64)
    if len(days) < LEAST_EVENTS:
        return None
    months = month_of(days)
    months -= (first := int(months.min()))
    of_month = days - month_begin(np.arange(first, first + int(months.max()) + 1))[months] + 1
    every = np.bincount(months)
    found = [
        one for day in USUAL_DEFAULTS if (one := _tested(day, np.bincount(months[of_month == day], minlength=len(every)), every))
    ]
    return max(found, key=lambda one: one.events, default=None)


def _tested(day: int, there: Any, every: Any) -> DefaultDay | None:
    """Return a day, if far too many events stand on it.

    ``there`` are the events on it in each month, ``every`` all of the month.
    """
    if (every > 0).sum() < LEAST_MONTHS:
        return None
    kept = np.argsort(there, kind="stable")[: len(there) - max(2, len(there) // 10)]
    on, others = int(there[kept].sum()), int(every[kept].sum() - there[kept].sum())
    if on < LEAST_EVENTS or on < TIMES * others / OTHERS:
        return None
    return DefaultDay(day, int(there.sum()), float(there.sum() / every.sum()))
