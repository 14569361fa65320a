"""As-of dates whose labels hold a burst, which no model learns from."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool

from riskmodel.asof.target import Target
from riskmodel.base.days import NEVER, Days, to_day
from riskmodel.records.check.day_bursts import find_bursts
from riskmodel.records.check.measures import daily
from riskmodel.records.history import History

SHARE = 0.25
"""Share of a date's other events from which a burst counts: by so much the level of a refit would be off (:mod:`~riskmodel.forecasts.refit_check`)."""

MOST_DATES = 0.5
"""Largest share of the dates that may hold a burst; of more, none is left out."""


def burst_dates(history: History, target: Target, as_of: Days) -> Bool[np.ndarray, " date"]:
    """Return which dates have a burst of the target within their horizon.

    A burst is a single day, as in ``riskmodel check``. Summed over a horizon of weeks it looks like a busy month, and a model that learns from it takes
    all dates for uncertain. A date holds one if its excess over the usual busy days is more than :data:`SHARE` of the date's other events. If more
    than :data:`MOST_DATES` of the dates hold one, little would be left, and none is returned. Days on which events are delivered together, quarter by quarter, are no bursts.

    Parameters
    ----------
    history
        Records as known where the dates are used.
    target
        Kinds and horizon of the labels.
    as_of
        As-of dates in order.
    """
    none = np.zeros(len(as_of), dtype=bool)
    mine = np.isin(history.kind, history.numbers(target.kinds)) & (history.until == NEVER)
    if not len(as_of) or not mine.any():
        return none
    first, last = int(history.occurred[mine].min()), int(history.occurred[mine].max())
    counts = np.sum([daily(history, number, first, last + 1) for number in history.numbers(target.kinds)], axis=0)
    excess = np.zeros_like(counts)
    # a level is followed over a few weeks on each of many days: other days cannot matter
    for one in find_bursts("", counts, first, (int(as_of[0]), int(as_of[-1]) + target.horizon)):
        excess[to_day(one.day) - first] = one.records - one.usual
    if not excess.any():
        return none
    begin, end = (np.clip(as_of.astype(np.int64) + days - first, 0, len(counts)) for days in (0, target.horizon))
    extra, events = (_between(values, begin, end) for values in (excess, counts))
    found = extra > SHARE * (events - extra)
    return found if found.mean() <= MOST_DATES else none


def _between(values: Any, begin: Any, end: Any) -> Any:
    """Return the sums of values from ``begin`` to before ``end``."""
    total = np.concatenate([[0], np.cumsum(values)])
    return total[end] - total[begin]
