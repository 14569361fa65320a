"""Search of settings by log score, on dates before the test window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.base.days import to_day
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.backtesting.rolling_origin import RollingOrigin
from riskmodel.forecasts.backtesting.validation_window import validation_window
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import Forecaster


@dataclass(frozen=True)
class SearchTrial:
    """One combination of settings that was tried.

    ``log_score`` is that on the dates before ``until``; ``best`` says whether the combination was chosen.
    """

    forecaster: str
    settings: dict[str, Any]
    log_score: float
    best: bool
    until: str


def searched_forecasters(experiment: Experiment) -> tuple[str, ...]:
    """Return the forecasters whose settings are to be searched."""
    return tuple(table.label for table in experiment.forecasters if table.search)


def candidates(experiment: Experiment) -> dict[str, Experiment]:
    """Return the experiment with each combination of settings to be tried."""
    return {
        f"{label} #{at + 1}": experiment.with_settings(label, settings)
        for label in searched_forecasters(experiment)
        for at, settings in enumerate(experiment.table(label).grid())
    }


def search_fits(experiment: Experiment, origins: int) -> int:
    """Estimate the number of fits of a search, for progress reports."""
    return origins * len(candidates(experiment))


def search_settings(
    experiment: Experiment, rolling: RollingOrigin, day: int | None = None
) -> tuple[Experiment, tuple[SearchTrial, ...]]:
    """Choose the settings with the best log score before the test window.

    Parameters
    ----------
    rolling
        Rolling origin over a design that holds what every candidate needs. Only its rows before ``day`` are used, with labels as known
        then.
    day
        Nothing known from this day on is used; default: the start of the test window.

    Returns
    -------
    tuple
        The experiment with the chosen settings, and all trials.
    """
    labels = searched_forecasters(experiment)
    if not labels:
        return experiment, ()
    moved, known = validation_window(experiment, rolling.rows.history, day)
    end = to_day(experiment.dates.test_from) if day is None else day
    earlier = rolling.over(rolling.rows.before(end, known))
    past = earlier.rows.design
    start, stop = to_day(moved.dates.test_from), to_day(moved.dates.test_to)
    ahead = past.take((past.as_of >= start) & (past.as_of < stop) & past.at_risk & past.mature)
    origins = list(range(start, stop, moved.dates.refit_every))
    trials: list[SearchTrial] = []
    for label in labels:
        grid = experiment.table(label).grid()
        scores = _scores(earlier, _grid_forecasters(experiment, label, tuple(rolling.features)), ahead, origins)
        best = int(np.argmin(scores))  # the first of equals: the grid states simpler settings first
        trials += [
            SearchTrial(label, settings, score, at == best, moved.dates.test_to)
            for at, (settings, score) in enumerate(zip(grid, scores, strict=True))
        ]
        experiment = experiment.with_settings(label, grid[best])
    return experiment, tuple(trials)


def _grid_forecasters(experiment: Experiment, label: str, names: tuple[str, ...]) -> dict[str, Forecaster]:
    """Return an unfitted forecaster for each combination of settings."""
    return {
        f"{label} #{at + 1}": experiment.with_settings(label, settings).forecaster(label, names)
        for at, settings in enumerate(experiment.table(label).grid())
    }


def _scores(rolling: RollingOrigin, forecasters: Mapping[str, Forecaster], ahead: Design, origins: list[int]) -> list[float]:
    """Return each forecaster's mean log score over some rows."""
    found = rolling.forecasts(forecasters, ahead, origins).forecasts
    return [-float(log_pmf(ahead.y, one.mean, one.dispersion).mean()) for one in found.values()]
