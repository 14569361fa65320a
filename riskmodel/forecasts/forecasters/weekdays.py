"""Days of the week in a horizon."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import Rows

WEEK = 7
"""Days of a week. Over a horizon of this length or longer the days of the week balance, or nearly so."""

LEAST_WEEKS = 4
"""As-of dates of each weekday from which a weekday's level is learned; with fewer it is not told from a level of the date."""


def weekday_shares(as_of: Any, horizon: int) -> list[Rows]:
    """Return the share of each weekday, Monday first, in a horizon.

    Examples
    --------
    >>> [float(share[0]) for share in weekday_shares(np.array([4]), 2)]  # 1970-01-05 is a Monday
    [0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    monday = (np.asarray(as_of).astype(np.int64) + 3) % WEEK
    ahead = [(monday + day) % WEEK for day in range(horizon)]
    return [sum(((day == number).astype(np.float64) for day in ahead), np.zeros(len(monday))) / horizon for number in range(WEEK)]


def weekdays_known(as_of: Any) -> bool:
    """Return whether there are enough as-of dates of every weekday."""
    dates = np.unique(as_of).astype(np.int64)
    return bool(np.bincount(dates % WEEK, minlength=WEEK).min() >= LEAST_WEEKS)
