"""Outcome of a target: a count, or whether there is any event.

All that depends on this is stated here: the likelihood by which forecasters, calibration and blends learn, the distribution by
which forecasts are scored, and how cells are merged. Everything else asks the target for its outcome and passes it on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.counts import any_event
from riskmodel.counts.distribution import CountDistribution, Rows, fit_dispersion, log_pmf, summed
from riskmodel.counts.variance import Variance, fit_variance

LARGEST_LOG_MEAN = 500.0
"""Upper limit of a log mean, so that a trial step cannot overflow."""


class Outcome(ABC):
    """Likelihood and scoring of what a target observes.

    Methods take labels ``y``, log means ``eta`` or means, all of shape ``[row]``. ``dispersion`` is that of
    ``variance = mean + dispersion * mean**2``; a binary outcome ignores it.
    """

    binary: ClassVar[bool]
    """Whether only the presence of events is observed."""

    builtin_loss: ClassVar[str | None]
    """Name of LightGBM's loss with this likelihood, or None if it has none."""

    @abstractmethod
    def observed(self, counts: Any) -> Any:
        """Labels of the given numbers of events."""

    @abstractmethod
    def log_likelihood(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        """Log likelihood of each row, in nats."""

    @abstractmethod
    def loss(self, y: Any, eta: Rows) -> float:
        """Return minus the summed log likelihood, up to a constant of ``y``."""

    @abstractmethod
    def slope(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        """Derivative of the log likelihood by ``eta``."""

    @abstractmethod
    def curvature(self, eta: Rows) -> Rows:
        """Return minus the expected second derivative by ``eta``."""

    @abstractmethod
    def level(self, y: Any, mean: Rows) -> float:
        """Return the shift of log means that makes forecasts sum to labels."""

    @abstractmethod
    def dispersion(self, y: Any, mean: Rows) -> float:
        """Dispersion of highest likelihood; 0 where counts are not observed."""

    @abstractmethod
    def variance(self, y: Any, mean: Rows) -> Variance:
        """Variance by level of highest likelihood; Poisson where counts are not observed."""

    @abstractmethod
    def distribution(self, forecast: CountDistribution) -> CountDistribution:
        """Distribution of the label, by which the forecast is scored."""

    @abstractmethod
    def merged(self, scored: CountDistribution, unit: Any, units: int) -> CountDistribution:
        """Merge the label distributions of the rows of each unit.

        ``unit[row]`` numbers the units, from 0 to ``units - 1``.
        """


@dataclass(frozen=True)
class Counts(Outcome):
    """Number of events: Poisson, or negative binomial with a dispersion."""

    binary: ClassVar[bool] = False
    builtin_loss: ClassVar[str | None] = "poisson"

    def observed(self, counts: Any) -> Any:
        return counts

    def log_likelihood(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        mean = _mean(eta)
        return log_pmf(y, mean, np.full_like(mean, dispersion))

    def loss(self, y: Any, eta: Rows) -> float:
        return float(_mean(eta).sum() - (y * eta).sum())

    def slope(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        mean = _mean(eta)
        return (y - mean) / (1 + dispersion * mean)

    def curvature(self, eta: Rows) -> Rows:
        return _mean(eta)

    def level(self, y: Any, mean: Rows) -> float:
        return float(np.log(y.sum() / mean.sum()))

    def dispersion(self, y: Any, mean: Rows) -> float:
        return fit_dispersion(y, mean)

    def variance(self, y: Any, mean: Rows) -> Variance:
        return fit_variance(y, mean)

    def distribution(self, forecast: CountDistribution) -> CountDistribution:
        return forecast

    def merged(self, scored: CountDistribution, unit: Any, units: int) -> CountDistribution:
        return summed(scored, unit, units)


@dataclass(frozen=True)
class AnyEvent(Outcome):
    """Whether there is any event, with probability ``1 - exp(-mean)``.

    See :mod:`riskmodel.counts.any_event` for the likelihood.
    """

    binary: ClassVar[bool] = True
    builtin_loss: ClassVar[str | None] = None

    def observed(self, counts: Any) -> Any:
        return np.minimum(counts, 1)

    def log_likelihood(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        return any_event.log_likelihood(y, eta)

    def loss(self, y: Any, eta: Rows) -> float:
        return -float(any_event.log_likelihood(y, eta).sum())

    def slope(self, y: Any, eta: Rows, dispersion: float = 0.0) -> Rows:
        return any_event.slope(y, eta)

    def curvature(self, eta: Rows) -> Rows:
        return any_event.curvature(eta)

    def level(self, y: Any, mean: Rows) -> float:
        return any_event.level(y, np.log(mean))

    def dispersion(self, y: Any, mean: Rows) -> float:
        return 0.0

    def variance(self, y: Any, mean: Rows) -> Variance:
        return Variance(0.0, 0.0)

    def distribution(self, forecast: CountDistribution) -> CountDistribution:
        return any_event.as_binary(forecast)

    def merged(self, scored: CountDistribution, unit: Any, units: int) -> CountDistribution:
        return any_event.merged_binary(scored.mean, unit, units)


COUNTS = Counts()
ANY_EVENT = AnyEvent()


def outcome_of(at_least_one: bool) -> Outcome:
    """Return the outcome of a target with this ``at_least_one``."""
    return ANY_EVENT if at_least_one else COUNTS


def _mean(eta: Any) -> Any:
    return np.exp(np.minimum(eta, LARGEST_LOG_MEAN))
