"""Walking forward: one design, cut by date; at each origin models learn what was mature then and forecast until the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.days import to_iso
from riskmodel.base.files import sha256
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.calibration import Fold, fit_calibrated
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.evaluation.keeping import Keep
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.records.history import History

Progress = Callable[[str, float], None]


def needed(experiment: Experiment, features: Iterable[Feature], labels: Iterable[str]) -> tuple[Feature, ...]:
    """The features that a design must hold for the forecasters called ``labels``."""
    chosen = tuple(features)
    names = tuple(feature.name for feature in chosen)
    return check_unique(one for label in labels for one in used(experiment.forecaster(label, names), chosen, experiment))


def used(forecaster: Forecaster, features: tuple[Feature, ...], experiment: Experiment) -> tuple[Feature, ...]:
    """The features that one forecaster reads."""
    told = forecaster.told()
    return (*(feature for feature in features if feature.name in told), *forecaster.needs(experiment.goal()))


def learnable(whole: Design, history: History, day: int, first: int) -> Design:
    """The rows of ``whole`` that can be learned from on ``day``: at risk, with labels that are mature as known then.

    The features are those of ``whole`` and shared until rows are taken; only labels are counted anew, from what was known.
    """
    then = whole.relabelled(history.known_by(day), day)
    return then.take((then.as_of < day) & (then.as_of >= first) & then.at_risk & then.mature)


@dataclass(frozen=True, eq=False)
class Walked:
    """What models forecast, by the forecasters' names: ``forecasts`` by the models of the last origin before each row, ``aged`` by those
    of the first origin, both of all rows, and ``conformal``, the intervals of the models of each origin.
    """

    forecasts: dict[str, CountDistribution]
    aged: dict[str, CountDistribution]
    conformal: dict[str, tuple[Conformal | None, ...]]


class Walk:
    """Fits and forecasts over the folds of one design.

    Parameters
    ----------
    whole
        Rows of all as-of dates, of which folds are cut.
    history
        Of which labels are counted as known at each origin.
    first
        First as-of day that is learned from.
    features
        The definitions behind the names that forecasters use.
    keep
        Where finished forecasts are kept.
    tell
        Told of each fit; ``total`` is how many there will be.
    rule
        What intervals are wanted.
    """

    def __init__(
        self,
        whole: Design,
        history: History,
        first: int,
        features: Iterable[Feature],
        *,
        keep: Keep,
        threads: int,
        tell: Progress,
        total: int,
        rule: IntervalRule,
    ) -> None:
        self.whole, self.history, self.first = whole, history, first
        self._features = {feature.name: feature for feature in features}
        self._keep, self._threads, self._tell, self._rule = keep, threads, tell, rule
        self._done, self._total = [0], max(1, total)

    def over(self, whole: Design, history: History) -> Walk:
        """The same walk over another design or history; it goes on counting the same fits."""
        other = copy(self)
        other.whole, other.history = whole, history
        return other

    def forecasts(self, forecasters: Mapping[str, Forecaster], ahead: Design, origins: list[int]) -> Walked:
        """Forecasts of the rows of ``ahead``, by models that learned at each of the origins; equal ones are fitted once."""
        found = {label: _Halves(len(ahead)) for label in forecasters}
        aged: dict[str, CountDistribution] = {}
        conformal: dict[str, list[Conformal | None]] = {label: [] for label in forecasters}
        for at, (origin, rows, wanted) in enumerate(_folds(ahead, origins)):
            cut = cache(lambda origin=origin: Fold(learnable(self.whole, self.history, origin, self.first), self._threads))
            for label, forecaster in forecasters.items():
                self._tell(f"{label}, from {to_iso(origin)}", min(1.0, self._done[0] / self._total))
                self._done[0] += 1
                if not len(wanted):
                    conformal[label].append(None)
                    continue
                forecast, intervals = self._one(forecaster, origin, cut, wanted)
                conformal[label].append(intervals)
                if at == 0:
                    aged[label] = forecast
                    forecast = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
                found[label].set(rows, forecast)
        forecasts = {label: halves.whole() for label, halves in found.items()}
        return Walked(forecasts, aged, {label: tuple(intervals) for label, intervals in conformal.items()})

    def finished(self, forecasters: Iterable[Forecaster], ahead: Design, origins: list[int]) -> bool:
        """Whether the same forecasts are all kept, so that nothing would be fitted for them."""
        return all(
            self._keep.get(self._described(forecaster, origin, wanted), len(wanted)) is not None
            for forecaster in forecasters
            for origin, _, wanted in _folds(ahead, origins)
            if len(wanted)
        )

    def _one(
        self, forecaster: Forecaster, origin: int, cut: Callable[[], Fold], ahead: Design
    ) -> tuple[CountDistribution, Conformal | None]:
        what = self._described(forecaster, origin, ahead)
        kept = self._keep.get(what, len(ahead))
        if kept is not None:
            return kept
        fitted = fit_calibrated(forecaster, cut(), self._rule)
        forecast = fitted.calibration.apply(fitted.forecaster.predict(ahead))
        if ahead.target is not None:
            forecast = ahead.target.outcome.distribution(forecast)
        self._keep.put(what, forecast, fitted.conformal)
        return forecast, fitted.conformal

    def _described(self, forecaster: Forecaster, origin: int, ahead: Design) -> dict[str, Any]:
        """All that a forecast follows from beside history and code, as plain JSON values."""
        assert ahead.target is not None
        named = [self._features[name].to_json() for name in forecaster.told()]
        return {
            "forecaster": {"type": type(forecaster).__name__, "params": forecaster.get_params()},
            "mean_stands": forecaster.mean_stands,
            "features": [*named, *(feature.to_json() for feature in forecaster.needs(ahead.target))],
            "target": [list(ahead.target.kinds), ahead.target.horizon, ahead.target.at_least_one],
            "intervals": [self._rule.level, self._rule.grouping, self._rule.least_rows],
            "first": self.first,
            "origin": origin,
            "learning": sha256(np.unique(self.whole.as_of).astype("<i4").tobytes()),
            "rows": sha256(ahead.cell.astype("<i4").tobytes() + ahead.as_of.astype("<i4").tobytes()),
        }


def _folds(ahead: Design, origins: list[int]) -> Iterator[tuple[int, Any, Design]]:
    """Each origin, the rows from it until the next one, and the rows that its models forecast.

    The first models forecast everything, so that one sees how they age.
    """
    fold = np.searchsorted(origins, ahead.as_of, side="right") - 1
    for at, origin in enumerate(origins):
        rows = np.flatnonzero(fold == at)
        yield origin, rows, ahead if at == 0 else ahead.take(rows)


class _Halves:
    """Mean and dispersion that are filled in fold by fold."""

    def __init__(self, rows: int) -> None:
        self._mean, self._dispersion = np.empty(rows), np.empty(rows)

    def set(self, rows: Any, forecast: CountDistribution) -> None:
        self._mean[rows], self._dispersion[rows] = forecast.mean, forecast.dispersion

    def whole(self) -> CountDistribution:
        return CountDistribution(self._mean, self._dispersion)
