"""Forecasts that nights gave, beside what came, as series for detectors."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.target import labels, mature
from riskmodel.base.days import DateLike, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecast_series import ForecastSeries, forecast_series
from riskmodel.forecasts.scores import Scores
from riskmodel.ledger import Ledger, Night
from riskmodel.operations.stored_scores import are_scores_expired, read_scores, scores_file
from riskmodel.records.history import History


def night_forecasts(project: Project, history: History, experiment: Experiment, as_of: DateLike) -> ForecastSeries:
    """Return what earlier nights forecast for a target, and what came.

    The forecasts are the stored scores of the nights before ``as_of``, so each was made by the champion of its night from what was known
    then. Counts are those known at ``as_of``. Nights whose horizon is not over, fully reported and complete in all sources are left out; if there is no
    other night their counts are NaN.

    Raises
    ------
    UsageError
        If no night kept scores of the target.
    IntegrityError
        If stored scores are missing or were changed.
    """
    day = to_day(as_of)
    nights = [night for night in _scored(project, experiment.name) if night.as_of < day and not _removed(project, night, day)]
    if not nights:
        raise UsageError(
            f"No night before {to_iso(day)} kept scores of {experiment.name!r}. Run 'riskmodel nightly' for earlier dates, or use a backtest."
        )
    index, target = history.places.index, experiment.goal()
    known = history.known_by(day)
    final = mature(known, target, np.array([night.as_of for night in nights], dtype=np.int32), day)
    if final.any():
        nights, final = [night for night, over in zip(nights, final, strict=True) if over], final[final]
    dates = np.array([night.as_of for night in nights], dtype=np.int32)
    came = np.where(final, labels(known, target, dates), np.nan)
    tables = [read_scores(project, night).to_pydict() for night in nights]
    cell = np.array([index[name] for table in tables for name in table["cell"]], dtype=np.int32)
    date = np.repeat(np.arange(len(nights)), [len(table["cell"]) for table in tables])
    mean, dispersion = (np.array([value for table in tables for value in table[name]]) for name in ("mean", "dispersion"))
    scores = Scores(experiment.name, nights[-1].model, target.horizon, history.places, cell, dates[date], mean, dispersion)
    return forecast_series(scores, y=came[cell, date])


def _scored(project: Project, experiment: str) -> list[Night]:
    """Nights that kept scores of a target, the earliest first."""
    if not Ledger.exists(project):
        return []
    with Ledger.of(project).read() as book:
        return [
            night
            for as_of in sorted(book.nights.dates())
            for night in book.nights.of(as_of)
            if night.experiment == experiment and night.scores is not None
        ]


def _removed(project: Project, night: Night, day: int) -> bool:
    """Whether scores of a night are no longer kept."""
    file = scores_file(project, night.as_of, night.experiment, night.manifest, night.model)
    return are_scores_expired(project, to_iso(night.as_of), day) and not file.exists()
