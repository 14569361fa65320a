"""Poisson regression on lagged rates, seasons, weekdays and a trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, NEIGHBOURS, Decay, Elapsed, Feature, Harmonic, check_unique
from riskmodel.asof.vocabulary.calendar import yearly_waves
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.fit_notes import NOT_CONVERGED, FitNote, fixed_note, season_unknown
from riskmodel.forecasts.forecasters.forecaster import HIGHEST_LOG_MEAN, FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.multiples import LATELY, OVER_THE_YEARS, PAST_EVENTS, SEASON_NOW
from riskmodel.forecasts.forecasters.poisson_regression import PENALTY, poisson_regression
from riskmodel.forecasts.forecasters.posterior_rate import PosteriorRate
from riskmodel.forecasts.forecasters.training_rows import TREND_DAYS, YEAR_DAYS, check_rows, days_spanned, thinned
from riskmodel.forecasts.forecasters.weekdays import WEEK, WEEKDAY, WEEKDAY_MEANING, weekday_shares, weekdays_known

HISTORY = "own_history"
SEASON = "season"
TREND = "trend"
LEVEL = "group_level"
YEARLY = (SEASON, TREND)
"""Parts that all cells have in common and that are known beforehand."""

HISTORY_PENALTY = 1000.0
"""Penalty of the own rates, in nats per standard deviation of a column.

Rows of a date have much in common: the events of a few dates, however many, find weights of short and long rates that hold on these dates
alone (decision 0036). A thousand events leave half of the way to such weights; a hundred thousand, all of it but a hundredth."""

YEARLY_PENALTY = 30.0
"""Penalty of season and trend, in nats per standard deviation of a column.

Of a few dozen events seasons and trends are the noise: by so much, a standard deviation of one changes the mean by a fifth unless events say more."""

LEVEL_SPREAD = 0.25
"""Prior standard deviation of a level's coefficient, which would be 1 if the whole deviation stayed and 0 if none did.

Where the level hardly varied, the regression would find any coefficient, and the next deviation would be multiplied by it."""

HARMONIC_MEANINGS = {
    HISTORY: PAST_EVENTS,
    SEASON: SEASON_NOW,
    WEEKDAY: WEEKDAY_MEANING,
    LEVEL: LATELY,
    TREND: OVER_THE_YEARS,
}


@dataclass(frozen=True, repr=False)
class HarmonicCount(Forecaster):
    """Poisson regression with log link, pooled over cells.

    ``log(mean) = constant + sum(coefficient * regressor)``. Regressors are the log of the shrunken decayed rate at each half-life,
    sines and cosines of the year, the years elapsed (held at the ends of the training period), the same rates of each signal, with
    ``near`` the log of 1 plus the neighbours' decayed count of each, and for horizons of less than a week the share of each weekday.
    Linear predictors are added up column by column, so that the bits of a row do not depend on other rows.

    Sines and cosines, and the group's level, are left out where the training rows span less than a year (:data:`~.training_rows.YEAR_DAYS`), and the trend
    where they span less than :data:`~.training_rows.TREND_DAYS`. The fit is penalised
    (:func:`~riskmodel.forecasts.forecasters.poisson_regression.poisson_regression`) toward the geometric mean of the own rates, so
    that little data give that rate (:data:`HISTORY_PENALTY`); season and trend more than other regressors (:data:`YEARLY_PENALTY`), and the
    group's level by what its coefficient can be (:data:`LEVEL_SPREAD`). It is held at the ends of what training rows had. The dispersion follows by maximum likelihood.

    Parameters
    ----------
    half_lives
        Of the lagged rates, days.
    harmonics
        Highest number of turns a year; 0 leaves the season out.
    over, exposure
        As in :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`.
    rows
        Largest number of rows to fit on, evenly spaced.
    signals
        Groups of kinds, each a list, whose rates are regressors in addition to the target's own.
    near
        Whether the neighbours' counts are regressors, of the target's own kinds and of the signals.
    group_level
        Whether the group's rates at the shorter half-lives, over that at the longest, are regressors: how busy all cells were lately.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import HarmonicCount
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in HarmonicCount(half_lives=(30,), harmonics=1).needs(target)]
    ['theft_decay_30d', 'theft_days_30d', 'theft_decay_30d_county',
     'theft_days_30d_county', 'year_sin1_14d', 'year_cos1_14d', 'years_since_2000']
    """

    half_lives: tuple[float, ...] = (14, 91, 365)
    harmonics: int = 2
    over: str = COUNTY
    exposure: str | None = None
    rows: int = 400_000
    signals: tuple[Sequence[str], ...] = ()
    near: bool = False
    group_level: bool = False

    def __post_init__(self) -> None:
        if any(isinstance(kinds, str) or not kinds for kinds in self.signals):
            raise bad_argument("signals", "HarmonicCount", "a list of lists of kinds", self.signals)

    @property
    def rate(self) -> PosteriorRate:
        """Definition of the rates."""
        return PosteriorRate(self.over, self.exposure)

    def waves(self, target: Target) -> tuple[Harmonic, ...]:
        """Sine and cosine of each number of turns a year."""
        return yearly_waves(self.harmonics, target.horizon)

    def signal_targets(self, target: Target) -> tuple[Target, ...]:
        """The signals as targets with the same horizon."""
        return tuple(Target(tuple(kinds), target.horizon) for kinds in self.signals)

    def neighbour_counts(self, target: Target) -> tuple[Decay, ...]:
        """Decayed counts of the neighbours; none without ``near``."""
        kinds = dict.fromkeys([target.kinds, *(signal.kinds for signal in self.signal_targets(target))]) if self.near else ()
        return tuple(Decay(names, half_life, NEIGHBOURS) for names in kinds for half_life in self.half_lives)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        rates = [f for each in (target, *self.signal_targets(target)) for f in self.rate.needs(each, self.half_lives)]
        return check_unique([*rates, *self.neighbour_counts(target), *self.waves(target), Elapsed()])

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedHarmonicCount:
        target = check_rows(design, "HarmonicCount")
        years = design.column(Elapsed().name).astype(np.float64)
        fitted = FittedHarmonicCount(
            settings=self,
            dispersion=0.0,
            kinds=target.kinds,
            horizon=target.horizon,
            years=(float(years.min()), float(years.max())),
            used=(),
            coefficients=(),
            usual={},
            usual_exposure=self.rate.measured(design).usual_exposure,
            days=days_spanned(design),
        )
        rows = thinned(design, self.rows)
        regressors, unknown = fitted.regressors(rows), _unknown_parts(design)
        # a column that does not vary (one as-of date, say) would make the fit singular
        used = tuple(
            j for j, (part, values) in enumerate(regressors) if j == 0 or (part not in unknown and np.ptp(values) > 1e-9)
        )
        centre = [1.0 / len(self.half_lives) if regressors[j][0] == HISTORY else 0.0 for j in used]
        penalty = [_penalty(*regressors[j]) for j in used]
        found = poisson_regression(rows.y, [regressors[j][1] for j in used], centre, penalty)
        fitted = replace(
            fitted,
            used=used,
            coefficients=found.coefficients,
            converged=found.converged,
            levels=tuple((float(values.min()), float(values.max())) for part, values in regressors if part == LEVEL),
        )
        fitted = replace(fitted, usual={name: float(values.mean()) for name, values in fitted.terms(rows)[1].items()})
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedHarmonicCount(FittedToTarget, of=HarmonicCount):
    """Fitted :class:`HarmonicCount`.

    Parameters
    ----------
    years
        First and last training date in years elapsed, at which the trend is held.
    used
        Positions of the regressors that have a coefficient; the constant is 0.
    coefficients
        Of the regressors used.
    usual
        Mean of each part of the linear predictor over the training rows.
    usual_exposure
        Mean exposure of a training row, or 1.
    converged
        Whether the search for the coefficients converged.
    days
        Days that the training rows spanned; 0 where an earlier version fitted it.
    levels
        Lowest and highest training value of each regressor of the group's level, at which it is held; none where an earlier version fitted it.
    """

    settings: HarmonicCount
    years: tuple[float, float]
    used: tuple[int, ...]
    coefficients: tuple[float, ...]
    usual: Mapping[str, float]
    usual_exposure: float
    converged: bool = True
    days: int = 0
    levels: tuple[tuple[float, float], ...] = ()

    @property
    def notes(self) -> tuple[FitNote, ...]:
        name = type(self.settings).__name__
        found = [] if self.converged else [fixed_note(NOT_CONVERGED, name)]
        if self.settings.harmonics and 0 < self.days < YEAR_DAYS:
            found.append(season_unknown(name, self.days))
        return tuple(found)

    @cached_property
    def rate(self) -> PosteriorRate:
        """The rates with their usual exposure."""
        return replace(self.settings.rate, usual_exposure=self.usual_exposure)

    def regressors(self, design: Design) -> list[tuple[str, Rows]]:
        """Part and values of each regressor, the constant first."""
        settings, target = self.settings, self.target

        def log_rate(of: Target, half_life: float) -> Rows:
            return np.log(target.horizon * self.rate.rates(design, of, half_life, 1.0).rate)

        found = [("", np.ones(len(design)))]
        found += [(HISTORY, log_rate(target, half_life)) for half_life in settings.half_lives]
        found += [(SEASON, design.column(wave.name).astype(np.float64)) for wave in settings.waves(target)]
        years = design.column(Elapsed().name).astype(np.float64)
        low, high = self.years
        found.append((TREND, np.clip(years, low, high) - high))
        for signal in settings.signal_targets(target):
            for half_life in settings.half_lives:
                found.append((Decay(signal.kinds, half_life).name, log_rate(signal, half_life)))
        for near in settings.neighbour_counts(target):
            found.append((near.name, np.log1p(np.nan_to_num(design.column(near.name).astype(np.float64)))))
        if self.horizon < WEEK:
            found += [(WEEKDAY, shares - 1 / WEEK) for shares in weekday_shares(design.as_of, self.horizon)]
        if settings.group_level:
            slow = np.log(self.rate.rates(design, target, settings.half_lives[-1], 1.0).prior)
            held = self.levels or ((-np.inf, np.inf),) * (len(settings.half_lives) - 1)
            for half_life, (low, high) in zip(settings.half_lives[:-1], held, strict=True):
                level = np.log(self.rate.rates(design, target, half_life, 1.0).prior) - slow
                found.append((LEVEL, np.clip(level, low, high)))
        return found

    def mean(self, design: Design) -> Rows:
        regressors = self.regressors(design)
        eta = np.zeros(len(design))
        for coefficient, j in zip(self.coefficients, self.used, strict=True):
            eta += coefficient * regressors[j][1]
        return np.exp(np.minimum(eta, HIGHEST_LOG_MEAN))

    def terms(self, design: Design) -> tuple[float, dict[str, Rows]]:
        """Return the constant, and the sum of each part's terms."""
        regressors = self.regressors(design)
        values = {name: np.zeros(len(design)) for name in (HISTORY, SEASON, TREND, *(part for part, _ in regressors if part))}
        base = 0.0
        for coefficient, j in zip(self.coefficients, self.used, strict=True):
            part, column = regressors[j]
            if part:
                values[part] += coefficient * column
            else:
                base = coefficient
        return base, values

    def explain(self, design: Design) -> Contributions:
        base, values = self.terms(design)
        centred = {name: values[name] - self.usual[name] for name in values}
        meanings = {part: text for part, text in HARMONIC_MEANINGS.items() if part in centred}
        return Contributions.of(base + sum(self.usual.values()), centred, meanings)


def _penalty(part: str, values: Rows) -> float:
    """Return the penalty of a regressor, per standard deviation."""
    if part == HISTORY:
        return HISTORY_PENALTY
    if part == LEVEL:
        return 1 / (LEVEL_SPREAD**2 * float(values.var()))
    return YEARLY_PENALTY if part in YEARLY else PENALTY


def _unknown_parts(design: Design) -> set[str]:
    """Return the parts that these training rows cannot tell."""
    days, found = days_spanned(design), set[str]()
    if days < YEAR_DAYS:
        found.update((SEASON, LEVEL))
    if days < TREND_DAYS:
        found.add(TREND)
    if not weekdays_known(design.as_of):
        found.add(WEEKDAY)
    return found
