"""Days of the week in a horizon."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows

WEEK = 7
"""Days of a week. Over a horizon of this length or longer the days of the week balance, or nearly so."""

LEAST_WEEKS = 4
"""As-of dates of each weekday from which a weekday's level is learned; with fewer it cannot be distinguished from the level of single dates."""

ROUNDS = 100
"""Rounds of the EM algorithm for horizons of several days; one day needs one."""

PRIOR_EVENTS = 0.5
"""Events added to each weekday at the usual level, so that a weekday on which none happened to occur keeps a forecast."""

WEEKDAY = "weekday_effect"
"""Part of an explanation."""

WEEKDAY_MEANING = Text(
    zh="一周中的这几天此类事件较{than:多/少}，约为平常的{value}倍",
    en="{than:More/Fewer} such events on these days of the week: {value} times the usual",
)


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


def weekday_factors(as_of: Any, horizon: int, y: Any, mean: Rows) -> tuple[float, ...]:
    """Return the factor of each weekday, Monday first.

    There are none for horizons of a week or more, or where :func:`weekdays_known` says no. A factor is that of highest Poisson likelihood
    given the means and :data:`PRIOR_EVENTS`; its logarithm is then multiplied by ``z**2 / (1 + z**2)`` at ``z`` standard errors, which follow from how much
    the totals of dates vary.

    Parameters
    ----------
    as_of
        As-of day of each row.
    horizon
        Days ahead.
    y, mean
        Labels and means without weekdays ``[row]``.

    Examples
    --------
    >>> as_of, y = np.arange(4, 4 + 70), np.tile([100, 100, 100, 100, 100, 150, 50], 10)
    >>> [round(factor, 2) for factor in weekday_factors(as_of, 1, y, np.full(70, 100.0))]
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 0.5]
    """
    if horizon >= WEEK or not weekdays_known(as_of):
        return ()
    dates, at = np.unique(as_of, return_inverse=True)
    events, expected = np.bincount(at, y).astype(np.float64), np.bincount(at, mean)
    expected = expected * (events.sum() / expected.sum())
    shares, factors = np.stack(weekday_shares(dates, horizon)), np.ones(WEEK)
    for _ in range(ROUNDS if horizon > 1 else 1):
        mixed = np.maximum(factors @ shares, 1e-12)
        factors = factors * (shares @ (events / mixed)) / np.maximum(shares @ expected, 1e-12)
    fitted = np.maximum(expected * (factors @ shares), 1e-12)
    spread = max(1.0, float(((events - fitted) ** 2 / fitted).mean()))
    usual = shares @ expected
    counted = factors * usual + PRIOR_EVENTS
    logs, error = np.log(counted / (usual + PRIOR_EVENTS)), spread / counted
    return tuple(float(factor) for factor in np.exp(logs**3 / np.maximum(logs**2 + error, 1e-300)))


def weekday_profile(factors: tuple[float, ...], as_of: Any, horizon: int) -> Rows:
    """Return the factor of each row's horizon; 1 where none are known."""
    if not factors:
        return np.ones(len(as_of))
    shares = weekday_shares(as_of, horizon)
    return sum((factor * share for factor, share in zip(factors, shares, strict=True)), np.zeros(len(as_of)))
