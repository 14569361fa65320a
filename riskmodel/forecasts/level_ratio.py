"""Forecasts over events, and the shift that dates support."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.counts.bursts import usual_rows
from riskmodel.counts.distribution import CountDistribution, Rows

ONE_DATE_FACTOR = 3.0
"""One date does not show how dates differ: half of what it is off by is corrected, and all beyond this factor (decision 0034)."""


class LevelRatio(NamedTuple):
    """Forecasts over events.

    ``error`` is the standard error of the logarithm, ``blocks`` the number of dates whose horizons do not overlap.
    """

    ratio: float
    error: float
    blocks: float = 2.0


def separate_blocks(as_of: Any, horizon: int) -> float:
    """Return how many horizons of dates lie side by side.

    Dates whose horizons overlap count the same events again.

    Examples
    --------
    >>> separate_blocks([0, 7, 14], 7), separate_blocks([0, 7, 14], 28), separate_blocks([0], 28)
    (3.0, 1.5, 1.0)
    """
    dates = np.unique(as_of)
    return min(1.0 + float(dates[-1] - dates[0]) / horizon, float(len(dates)))


def level_of(as_of: Any, y: Any, mean: Rows, horizon: int) -> LevelRatio:
    """Return forecasts over events, without dates of a burst.

    The standard error follows from how dates differ, and is larger where their horizons overlap; it is not less than that of Poisson counts.
    """
    rows = usual_rows(as_of, y)
    at = np.unique(as_of[rows], return_inverse=True)[1]
    events, expected = np.bincount(at, y[rows]), np.bincount(at, mean[rows])
    total = float(events.sum())
    if total == 0:
        return LevelRatio(1.0, float("inf"))
    ratio = float(expected.sum()) / total
    spread = float(((events - expected / ratio) ** 2).sum())
    blocks = separate_blocks(as_of[rows], horizon)
    overlap = len(events) / blocks
    return LevelRatio(ratio, float(np.sqrt(overlap * max(spread, total))) / total, blocks)


def settled_shift(level: LevelRatio) -> float:
    """Return the shift of the log mean that a level supports.

    One date does not show how dates differ, and supports none.

    Examples
    --------
    >>> round(settled_shift(LevelRatio(1.2, 0.05, blocks=9)), 3), round(settled_shift(LevelRatio(1.2, 0.5, blocks=9)), 3)
    (-0.168, -0.019)
    """
    shift = -float(np.log(level.ratio))
    if shift == 0.0 or level.blocks <= 1 or not np.isfinite(level.error):
        return 0.0
    return shift**3 / (shift**2 + level.error**2 * level.blocks / (level.blocks - 1))


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


def level_variance(shift: float, as_of: Any, forecast: CountDistribution, horizon: int) -> float:
    """Return the variance of the log mean that a calibrated level hides.

    A level that was learned on ``k`` blocks fits these blocks, and the next one differs again: by as much as the level was off, as far as is known. What is left
    between the blocks and their own level shows the share ``1 - 1/k`` of the variance of blocks, and the next block is off by ``1 + 1/k`` of it: ``2/k`` are missing. The
    variance of blocks is the square of what the level was off by, less what chance explains (decision 0058).

    Parameters
    ----------
    shift
        What the level was off by, as a logarithm.
    as_of, forecast
        As-of date and calibrated forecast of each row.
    horizon
        Days ahead.

    Examples
    --------
    >>> weekly, even = np.arange(0, 70, 7), CountDistribution.of(np.full(10, 1e6), 0.0)
    >>> [round(level_variance(0.5, weekly, even, days), 3) for days in (7, 28, 700)]
    [0.05, 0.154, 0.459]
    """
    blocks, mean = separate_blocks(as_of, horizon), forecast.mean
    overlap = len(np.unique(as_of)) / blocks
    chance = overlap * float((mean + forecast.dispersion * mean**2).sum()) / float(mean.sum()) ** 2
    return 2 * max(shift**2 - chance, 0.0) / blocks
