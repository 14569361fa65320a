"""Forecasts over events, and the shift that dates support."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.counts.bursts import usual_rows
from riskmodel.counts.distribution import Rows

ONE_DATE_FACTOR = 3.0
"""One date does not show how dates differ: half of what it is off by is corrected, and all beyond this factor (decision 0034)."""


class LevelRatio(NamedTuple):
    """Forecasts over events.

    ``error`` is the standard error of the logarithm, ``dates`` the number of dates.
    """

    ratio: float
    error: float
    dates: int = 2


def level_of(as_of: Any, y: Any, mean: Rows) -> LevelRatio:
    """Return forecasts over events, without dates of a burst.

    The standard error follows from how dates differ; it is not less than that of Poisson counts.
    """
    rows = usual_rows(as_of, y)
    at = np.unique(as_of[rows], return_inverse=True)[1]
    events, expected = np.bincount(at, y[rows]), np.bincount(at, mean[rows])
    total = float(events.sum())
    if total == 0:
        return LevelRatio(1.0, float("inf"))
    ratio = float(expected.sum()) / total
    spread = float(((events - expected / ratio) ** 2).sum())
    return LevelRatio(ratio, float(np.sqrt(max(spread, total))) / total, len(events))


def settled_shift(level: LevelRatio) -> float:
    """Return the shift of the log mean that a level supports.

    One date does not show how dates differ, and supports none.

    Examples
    --------
    >>> round(settled_shift(LevelRatio(1.2, 0.05, dates=9)), 3), round(settled_shift(LevelRatio(1.2, 0.5, dates=9)), 3)
    (-0.168, -0.019)
    """
    shift = -float(np.log(level.ratio))
    if shift == 0.0 or level.dates < 2 or not np.isfinite(level.error):
        return 0.0
    return shift**3 / (shift**2 + level.error**2 * level.dates / (level.dates - 1))


def one_date_shift(shift: float) -> float:
    """Return the part of a log shift that one date supports.

    Examples
    --------
    >>> halved, bounded = np.exp(one_date_shift(np.log(2.0))), np.exp(one_date_shift(np.log(9.0)))
    >>> round(float(halved), 3), round(float(bounded), 3), one_date_shift(-0.5)
    (1.414, 5.196, -0.25)
    """
    left = min(abs(shift), float(np.log(ONE_DATE_FACTOR))) / 2
    return float(np.copysign(abs(shift) - left, shift))
