"""The features that forecasters need, and the rows they learn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.forecasts.burst_dates import burst_dates
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.forecasts.unripe_dates import unripe_rows
from riskmodel.records.history import History


def needed_features(experiments: Iterable[Experiment], features: Iterable[Feature], labels: Iterable[str]) -> tuple[Feature, ...]:
    """Return the features that a design must hold for some forecasters.

    Parameters
    ----------
    experiments
        Variants of one experiment, with different settings.
    features
        The features chosen by the experiment.
    labels
        Names of the forecasters.
    """
    chosen, wanted = tuple(features), tuple(labels)
    names = tuple(feature.name for feature in chosen)
    return check_unique(
        feature
        for experiment in experiments
        for label in wanted
        for feature in _read_by(experiment.forecaster(label, names), chosen, experiment)
    )


def _read_by(forecaster: Forecaster, features: tuple[Feature, ...], experiment: Experiment) -> tuple[Feature, ...]:
    """Return the features that one forecaster reads."""
    named = forecaster.named_features
    return (*(feature for feature in features if feature.name in named), *forecaster.needs(experiment.goal()))


@dataclass(frozen=True, eq=False)
class LearningRows:
    """A design and a history, from which fits take their rows.

    Parameters
    ----------
    design
        Rows of all as-of dates.
    history
        Records from which labels are counted as known at each fit.
    first
        First as-of day to learn from.
    """

    design: Design
    history: History
    first: int

    def on(self, day: int) -> Design:
        """Return the rows that can be learned from on ``day``.

        They are at risk, and their labels are mature and counted as known then. Dates whose labels hold a burst are left out
        (:func:`~riskmodel.forecasts.burst_dates.burst_dates`). The features are those of the design, and shared until rows are taken.
        """
        return self._learned(self.history.known_by(day), day)

    def _learned(self, known: History, day: int) -> Design:
        """Return the rows that can be learned from on a day."""
        then = self.design.relabelled(known, day)
        learned = (then.as_of < day) & (then.as_of >= self.first) & then.at_risk & then.mature
        dates = np.unique(then.as_of[learned])
        burst = dates[burst_dates(known, target_of(then), dates)]
        return then.take(learned & ~np.isin(then.as_of, burst) if len(burst) else learned)

    def newest(self, day: int) -> Design:
        """Return the rows known on ``day`` whose labels are not mature then.

        Those of ``day`` itself are included, and only the last as-of date is kept. They have no labels to learn from.
        """
        dates = np.unique(self.design.as_of[self.design.as_of <= day])
        if not len(dates):
            return self.design.take(np.zeros(0, dtype=np.int64))
        rows = self.design.take(self.design.as_of == dates[-1])
        rows = replace(rows, y=np.zeros_like(rows.y), mature=np.zeros_like(rows.mature))
        return rows.take(rows.at_risk)

    def fold(self, day: int, threads: int) -> Fold:
        """Return what a fit on ``day`` learns from and is checked on."""
        known = self.history.known_by(day)
        return Fold(self._learned(known, day), threads, self.newest(day), unripe_rows(self.design, known, day))

    def before(self, day: int, history: History) -> LearningRows:
        """Return the rows before ``day``, with labels as another history has them."""
        return replace(self, design=self.design.take(self.design.as_of < day).relabelled(history), history=history)
