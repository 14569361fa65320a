"""Exponentially decayed counts, shrunken to the rate of a group: the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Decay, Feature, PlaceFigure
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.gain_errors import standard_errors
from riskmodel.forecasts.forecasters.posterior_rate import STRENGTHS, PosteriorRate, RateOfRows, scaled_likelihood
from riskmodel.forecasts.forecasters.training_rows import SELECTION_ROWS, check_rows, thinned
from riskmodel.forecasts.forecasters.weekdays import WEEK, WEEKDAY, WEEKDAY_MEANING, weekday_factors, weekday_profile

QUICK = 30.0
"""Half-lives of fewer days follow single weeks."""

EVIDENT = 4.0
"""Standard errors over periods that quick half-lives must gain."""

LEAST_PERIODS = 8
"""Periods of a week or a horizon from which such a gain is believed."""


class TriedRate(NamedTuple):
    """Half-life in days, strength in events, and mean of each row."""

    half_life: float
    strength: float
    mean: Rows


@dataclass(frozen=True, repr=False)
class DecayedRate(Forecaster):
    """Gamma-Poisson shrinkage of a decayed daily rate toward its group's rate.

    ``mean = scale * horizon * rate`` with the rate of :class:`~riskmodel.forecasts.forecasters.posterior_rate.PosteriorRate`; for
    horizons of less than a week, times the factor of the days of the week
    (:func:`~riskmodel.forecasts.forecasters.weekdays.weekday_factors`).
    Half-life and strength are those of highest likelihood on the training rows, each of which is itself a forecast. Half-lives below :data:`QUICK` days
    are chosen only if they score better than longer ones throughout the training period (by :data:`EVIDENT` standard errors). Otherwise a few unusual
    months would make the rate follow noise from then on (decision 0039).

    Parameters
    ----------
    half_lives
        Candidates, days.
    over
        ``county`` or a grouping.
    exposure
        Name of an exposure, or None.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import DecayedRate
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in DecayedRate(half_lives=(30,)).needs(target)]
    ['theft_decay_30d', 'theft_days_30d', 'theft_decay_30d_county', 'theft_days_30d_county']
    """

    half_lives: tuple[float, ...] = (7, 14, 30, 91, 182, 365, 730)
    over: str = COUNTY
    exposure: str | None = None

    @property
    def rate(self) -> PosteriorRate:
        """Definition of the rate."""
        return PosteriorRate(self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return self.rate.needs(target, self.half_lives)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedDecayedRate:
        target = check_rows(design, "DecayedRate")
        rate, rows = self.rate.measured(design), thinned(design, SELECTION_ROWS)
        chosen = self._likeliest(rows, target, rate)
        fitted = FittedDecayedRate(
            settings=self,
            dispersion=0.0,
            kinds=target.kinds,
            horizon=target.horizon,
            half_life=chosen.half_life,
            strength=chosen.strength,
            scale=1.0,
            usual_prior=0.0,
            usual_exposure=rate.usual_exposure,
        )
        found = fitted.rates(design)
        fitted = replace(fitted, weekdays=weekday_factors(design.as_of, target.horizon, design.y, found.rate))
        fitted = replace(
            fitted,
            scale=float(design.y.sum() / (target.horizon * found.rate * fitted.profile(design)).sum()),
            usual_prior=float(np.log(found.prior / found.relative).mean()),
        )
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))

    def _likeliest(self, rows: Design, target: Target, rate: PosteriorRate) -> TriedRate:
        """Half-life and strength of highest likelihood, quick ones on evidence."""
        usual, quick = ([one for one in self.half_lives if (one < QUICK) == short] for short in (False, True))
        found = [likeliest_rate(rows, target, rate, tried) for tried in (usual, quick) if tried]
        return found[-1] if len(found) == 1 or _plainly_better(found[1], found[0], rows, target) else found[0]


@dataclass(frozen=True, repr=False, eq=False)
class FittedDecayedRate(FittedToTarget, of=DecayedRate):
    """Fitted :class:`DecayedRate`.

    Parameters
    ----------
    half_life
        Days.
    strength
        Events that the prior is worth.
    scale
        Factor that makes forecasts sum to the training events.
    usual_prior
        Mean log prior per unit of relative exposure, over the training rows.
    usual_exposure
        Mean exposure of a training row, or 1.
    weekdays
        Factor of each weekday, Monday first; empty for a week or more.
    """

    settings: DecayedRate
    half_life: float
    strength: float
    scale: float
    usual_prior: float
    usual_exposure: float
    weekdays: tuple[float, ...] = ()

    @cached_property
    def rate(self) -> PosteriorRate:
        """The rate with its usual exposure."""
        return replace(self.settings.rate, usual_exposure=self.usual_exposure)

    def rates(self, design: Design) -> RateOfRows:
        """Daily rate of each row at the fitted half-life and strength."""
        return self.rate.rates(design, self.target, self.half_life, self.strength)

    def profile(self, design: Design) -> Rows:
        """Factor of the days of the week in each row's horizon."""
        return weekday_profile(self.weekdays, design.as_of, self.horizon)

    def mean(self, design: Design) -> Rows:
        return self.scale * self.horizon * self.rates(design).rate * self.profile(design)

    def explain(self, design: Design) -> Contributions:
        rate, prior, relative = self.rates(design)
        names = [Decay(self.kinds, self.half_life, self.settings.over).name, Decay(self.kinds, self.half_life).name]
        values = [np.log(prior / relative) - self.usual_prior, np.log(rate / prior)]
        if self.settings.exposure:
            names.append(PlaceFigure(self.settings.exposure).name)
            values.append(np.log(relative))
        if self.weekdays:
            names.append(WEEKDAY)
            values.append(np.log(self.profile(design)))
        base = float(np.log(self.scale * self.horizon)) + self.usual_prior
        return Contributions.of(base, dict(zip(names, values, strict=True)), {WEEKDAY: WEEKDAY_MEANING} if self.weekdays else {})


def likeliest_rate(rows: Design, target: Target, rate: PosteriorRate, half_lives: Sequence[float]) -> TriedRate:
    """Return the half-life and strength of highest likelihood."""
    best, found = -np.inf, TriedRate(0.0, 0.0, np.zeros(0))
    for half_life in half_lives:
        for strength in STRENGTHS:
            mean = target.horizon * rate.rates(rows, target, half_life, strength).rate
            likelihood = scaled_likelihood(rows.y, mean)
            if likelihood > best:
                best, found = likelihood, TriedRate(float(half_life), float(strength), mean)
    return found


def _plainly_better(quick: TriedRate, usual: TriedRate, rows: Design, target: Target) -> bool:
    """Return whether a quick half-life is better throughout the training period."""
    period = (rows.as_of - rows.as_of.min()) // max(target.horizon, WEEK)
    if len(np.unique(period)) < LEAST_PERIODS:
        return False
    quick_scores, usual_scores = (_log_scores(one.mean, rows, target) for one in (quick, usual))
    return standard_errors(usual_scores - quick_scores, period) >= EVIDENT


def _log_scores(mean: Rows, rows: Design, target: Target) -> Rows:
    """Log score of each row at the best level and dispersion."""
    eta = np.log(mean)
    eta = eta + target.outcome.level(rows.y, mean)
    return -target.outcome.log_likelihood(rows.y, eta, target.outcome.dispersion(rows.y, np.exp(eta)))
