"""Rolling-origin forecasts.

At each origin, models learn from what was known and forecast until the next origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import to_iso
from riskmodel.base.files import sha256
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting.checkpoints import CheckpointStore, StoredForecast
from riskmodel.forecasts.backtesting.learning_rows import LearningRows
from riskmodel.forecasts.calibration import CalibratedForecaster, fit_calibrated
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.forecasts.recent_level import LevelFollower

Progress = Callable[[str, float], None]
"""Callback with the name of a step and the share of work that is done."""


class FitProgress:
    """Counts fits for a progress callback.

    Parameters
    ----------
    callback
        Called before each fit.
    total
        Expected number of fits.
    """

    def __init__(self, callback: Progress, total: int) -> None:
        self._callback, self._done, self._total = callback, 0, max(1, total)

    def starting(self, name: str) -> None:
        """Report that another fit begins."""
        self._callback(name, min(1.0, self._done / self._total))
        self._done += 1


@dataclass(frozen=True, eq=False)
class RollingForecasts:
    """Forecasts of the same rows by forecaster, from a rolling origin.

    ``forecasts`` are by the models of the last origin before each row, ``first_fit`` by those of the first origin, for all rows.
    ``conformal`` holds the conformal intervals of the models of each origin, and ``notes`` those of their fits.
    """

    forecasts: dict[str, CountDistribution]
    first_fit: dict[str, CountDistribution]
    conformal: dict[str, tuple[Conformal | None, ...]]
    notes: dict[str, tuple[tuple[FitNote, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RollingOrigin:
    """Fits and forecasts over the folds of one design.

    Parameters
    ----------
    rows
        Rows from which each fit learns.
    features
        The features that forecasters use, by name.
    rule
        Level and groups of the conformal intervals.
    progress
        Counts the fits.
    checkpoints
        Store of finished forecasts.
    threads
        Threads of each fit.
    step
        Days between the as-of dates on which a level is followed.
    """

    rows: LearningRows
    features: Mapping[str, Feature]
    rule: IntervalRule
    progress: FitProgress
    checkpoints: CheckpointStore = field(default_factory=lambda: CheckpointStore(None, {}))
    threads: int = 2
    step: int = 7

    def over(self, rows: LearningRows) -> RollingOrigin:
        """Return the same rolling origin over other rows; progress is shared."""
        return replace(self, rows=rows)

    def forecasts(self, forecasters: Mapping[str, Forecaster], ahead: Design, origins: list[int]) -> RollingForecasts:
        """Forecast the rows of ``ahead`` by models fitted at each origin.

        Within an origin, equal forecasters are fitted once.
        """
        found = {label: _Assembly(len(ahead)) for label in forecasters}
        first_fit: dict[str, CountDistribution] = {}
        conformal: dict[str, list[Conformal | None]] = {label: [] for label in forecasters}
        notes: dict[str, list[tuple[FitNote, ...]]] = {label: [] for label in forecasters}
        for at, (origin, rows, wanted) in enumerate(_folds(ahead, origins)):
            fold = cache(lambda origin=origin: self.rows.fold(origin, self.threads))
            for label, forecaster in forecasters.items():
                self.progress.starting(f"{label}, from {to_iso(origin)}")
                if not len(wanted):
                    conformal[label].append(None)
                    notes[label].append(())
                    continue
                forecast, intervals, said = self._forecast(forecaster, origin, fold, wanted)
                conformal[label].append(intervals)
                notes[label].append(said)
                if at == 0:
                    first_fit[label] = forecast
                    forecast = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
                found[label].set(rows, forecast)
        forecasts = {label: parts.whole() for label, parts in found.items()}
        return RollingForecasts(
            forecasts,
            first_fit,
            {label: tuple(one) for label, one in conformal.items()},
            {label: tuple(one) for label, one in notes.items()},
        )

    def finished(self, forecasters: Iterable[Forecaster], ahead: Design, origins: list[int]) -> bool:
        """Return whether all of these forecasts are stored already."""
        return all(
            self.checkpoints.get(self._key(forecaster, origin, wanted), len(wanted)) is not None
            for forecaster in forecasters
            for origin, _, wanted in _folds(ahead, origins)
            if len(wanted)
        )

    def _forecast(self, forecaster: Forecaster, origin: int, fold: Callable[[], Fold], ahead: Design) -> StoredForecast:
        """Return a forecast with intervals and notes, stored or newly fitted."""
        key = self._key(forecaster, origin, ahead) if forecaster.stored else None
        stored = None if key is None else self.checkpoints.get(key, len(ahead))
        if stored is not None:
            return stored
        fitted = fit_calibrated(forecaster, fold(), self.rule)
        if forecaster.follows_level:
            forecast = self._following(fitted, ahead)
        else:
            forecast = fitted.calibration.apply(fitted.forecaster.predict(ahead))
        if ahead.target is not None:
            forecast = ahead.target.outcome.distribution(forecast)
        found = StoredForecast(forecast, fitted.conformal, fitted.notes)
        if key is not None:
            self.checkpoints.put(key, found)
        return found

    def _following(self, fitted: CalibratedForecaster, ahead: Design) -> CountDistribution:
        """Forecast rows at the level followed on each of their dates."""
        rows, target = self.rows, target_of(ahead)
        follower = LevelFollower(fitted.forecaster, fitted.calibration, rows.first, self.step, len(ahead.places))
        wanted = np.concatenate([follower.dates(day, target.horizon) for day in np.unique(ahead.as_of).tolist()])
        past = rows.design.take(np.isin(rows.design.as_of, wanted) & rows.design.at_risk)
        return follower.forecast(past, rows.history, ahead)

    def _key(self, forecaster: Forecaster, origin: int, ahead: Design) -> dict[str, Any]:
        """Return what a forecast depends on, as JSON values.

        History and code are added by the store.
        """
        assert ahead.target is not None
        named = [self.features[name].to_json() for name in forecaster.named_features]
        return {
            "forecaster": forecaster.to_json(),
            "mean_stands": forecaster.mean_stands,
            **({"follows_level": self.step} if forecaster.follows_level else {}),
            "features": [*named, *(feature.to_json() for feature in forecaster.needs(ahead.target))],
            "target": [list(ahead.target.kinds), ahead.target.horizon, ahead.target.at_least_one],
            "intervals": [self.rule.level, self.rule.grouping, self.rule.least_rows],
            "first": self.rows.first,
            "origin": origin,
            "learning": sha256(np.unique(self.rows.design.as_of).astype("<i4").tobytes()),
            "rows": sha256(ahead.cell.astype("<i4").tobytes() + ahead.as_of.astype("<i4").tobytes()),
        }


def _folds(ahead: Design, origins: list[int]) -> Iterator[tuple[int, Any, Design]]:
    """Yield each origin, its own rows, and the rows to forecast.

    A row belongs to the last origin before it. The first models forecast all rows, which shows what their age costs.
    """
    fold = np.searchsorted(origins, ahead.as_of, side="right") - 1
    for at, origin in enumerate(origins):
        rows = np.flatnonzero(fold == at)
        yield origin, rows, ahead if at == 0 else ahead.take(rows)


class _Assembly:
    """A distribution that is assembled fold by fold."""

    def __init__(self, rows: int) -> None:
        self._mean, self._dispersion = np.empty(rows), np.empty(rows)

    def set(self, rows: Any, forecast: CountDistribution) -> None:
        """Set the distribution of some rows."""
        self._mean[rows], self._dispersion[rows] = forecast.mean, forecast.dispersion

    def whole(self) -> CountDistribution:
        """Return the distribution of all rows."""
        return CountDistribution(self._mean, self._dispersion)
