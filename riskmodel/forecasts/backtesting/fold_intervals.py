"""Conformal intervals of a backtest, fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.conformal import Conformal, Groups, IntervalRule
from riskmodel.forecasts.evaluation.interval_coverage import PredictionIntervals


def fold_intervals(
    forecast: CountDistribution, fold: Any, conformal: Sequence[Conformal | None], rule: IntervalRule, groups: Groups | None
) -> PredictionIntervals:
    """Compute each row's interval from the models of its fold.

    The intervals of a fold are those of a bundle trained on its first day: learned on the calibration dates, from forecasts of a fit on
    the dates before them. A fold with too little data has none.

    Parameters
    ----------
    fold
        Number of each row's fold.
    conformal
        Learned intervals of each fold.
    groups
        Groups of the rows in ``rule.grouping``; None without a grouping.
    """
    low, high = np.full(len(forecast), np.nan), np.full(len(forecast), np.nan)
    group = np.full(len(forecast), "", dtype=object)
    for number, learned in enumerate(conformal):
        rows = np.flatnonzero(fold == number)
        if learned is None or not len(rows):
            continue
        ahead = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
        own = None if groups is None else Groups(groups.labels, groups.code[rows])
        low[rows], high[rows] = learned.interval(ahead, own)
        found = learned.groups_of(ahead, own)
        group[rows] = np.array([*found.labels, ""], dtype=object)[found.code]
    return PredictionIntervals(rule.level, low, high, group)
