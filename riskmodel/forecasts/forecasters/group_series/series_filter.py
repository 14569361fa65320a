"""Forecast of each row's group, by filtering the row's own last counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.asof.vocabulary.calendar import YEAR_DAYS
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters.group_series.series_model import LOWEST, SHIFT, SeriesModel


class GroupRows(NamedTuple):
    """Rows to forecast.

    ``group`` is an index into the models, ``known`` whether that group existed in training. ``counts`` are the counts over the last
    horizons, the latest first, NaN where unknown. ``time`` is the as-of date in horizons since the end of training.
    """

    group: Int64[np.ndarray, " row"]
    known: Bool[np.ndarray, " row"]
    counts: Sequence[Rows]
    time: Rows


class GroupMeans(NamedTuple):
    """Expected count of each row's group, with and without the season."""

    mean: Rows
    flat: Rows


def group_means(models: Sequence[SeriesModel], rows: GroupRows, horizon: int) -> GroupMeans:
    """Forecast the next ``horizon`` days of each row's group.

    The filter starts at the level at the end of training, or, for a group that did not exist then, at the first count that the row
    has. The mean of a count is ``m**2 + variance - 3/8`` for the square root's mean ``m``, which is exact for its first two moments.
    """

    def of_row(name: str) -> Rows:
        return np.array([getattr(model, name) for model in models])[rows.group]

    count = max(len(model.waves) for model in models)
    waves = np.array([[*model.waves, *[0.0] * (count - len(model.waves))] for model in models])

    def season(steps: int) -> Rows:
        total = np.zeros(len(rows.group))
        for order in range(1, count // 2 + 1):
            turn = 2 * np.pi * order * (rows.time + steps) * horizon / YEAR_DAYS
            total += waves[rows.group, 2 * order - 2] * np.cos(turn) + waves[rows.group, 2 * order - 1] * np.sin(turn)
        return total

    first, gain = of_row("level"), of_row("gain")
    level = np.where(rows.known, first, np.nan)
    for lag in range(len(rows.counts) - 1, -1, -1):
        root = np.sqrt(rows.counts[lag] + SHIFT) - season(-lag)
        level = np.where(np.isnan(level), root, level + np.where(np.isnan(root), 0.0, gain * (root - level)))
    level = np.where(np.isnan(level), first, level)
    variance, least = of_row("variance"), of_row("least")

    def mean(root: Rows) -> Rows:
        return np.maximum(np.maximum(root, LOWEST) ** 2 + variance - SHIFT, least)

    return GroupMeans(mean(level + season(1)), mean(level))
