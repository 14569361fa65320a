"""Settings chosen by walking forward over dates before the test window, by log score, from a stated or a built-in grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import to_day
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.evaluation.choosing import before
from riskmodel.forecasts.evaluation.walking import Walk
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.history import History


@dataclass(frozen=True)
class Tried:
    """A setting that was tried: its log score on the dates before ``until``, and whether it was the best."""

    forecaster: str
    settings: dict[str, Any]
    log_score: float
    best: bool
    until: str


def searched(experiment: Experiment) -> tuple[str, ...]:
    """The forecasters for which the experiment asks for a search."""
    return tuple(table.label for table in experiment.forecasters if table.search)


def candidates(experiment: Experiment) -> dict[str, Experiment]:
    """The experiment with each of the settings that are to be tried, by a name for it."""
    found = {}
    for label in searched(experiment):
        for at, settings in enumerate(experiment.table(label).grid()):
            found[f"{label} #{at + 1}"] = experiment.with_settings(label, settings)
    return found


def fits(experiment: Experiment, dates: int) -> int:
    """About how many fits a search takes, for showing progress."""
    return dates * len(candidates(experiment))


def search(
    experiment: Experiment, whole: Design, history: History, features: Iterable[Feature], walk: Walk, day: int | None = None
) -> tuple[Experiment, tuple[Tried, ...]]:
    """The experiment with the settings of the best log score on the dates before the test window, and all that were tried.

    Parameters
    ----------
    whole
        A design that holds what every candidate needs; only its rows before ``day`` are used, with labels as known then.
    walk
        Over the same design and the same history.
    day
        Nothing known from then on is used; default: the start of the test window.
    """
    labels = searched(experiment)
    if not labels:
        return experiment, ()
    moved, known = before(experiment, history, day)
    names = tuple(feature.name for feature in features)
    end = to_day(experiment.dates.test_from) if day is None else day
    past = whole.take(whole.as_of < end).relabelled(known)
    start, stop = to_day(moved.dates.test_from), to_day(moved.dates.test_to)
    ahead = past.take((past.as_of >= start) & (past.as_of < stop) & past.at_risk & past.mature)
    origins = list(range(start, stop, moved.dates.refit_every))
    tried: list[Tried] = []
    for label in labels:
        grid = experiment.table(label).grid()
        made = {
            f"{label} #{at + 1}": experiment.with_settings(label, one).forecaster(label, names) for at, one in enumerate(grid)
        }
        found = walk.over(past, known).forecasts(made, ahead, origins).forecasts
        scores = [-float(log_pmf(ahead.y, one.mean, one.dispersion).mean()) for one in found.values()]
        best = int(np.argmin(scores))  # the first of equals: the grid states simpler settings first
        tried += [
            Tried(label, settings, score, at == best, moved.dates.test_to)
            for at, (settings, score) in enumerate(zip(grid, scores, strict=True))
        ]
        experiment = experiment.with_settings(label, grid[best])
    return experiment, tuple(tried)
