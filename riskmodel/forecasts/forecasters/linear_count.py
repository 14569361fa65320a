"""Linear regression on features, relative to the decayed rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Feature
from riskmodel.asof.vocabulary.feature import CALENDAR
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate, FittedDecayedRate
from riskmodel.forecasts.forecasters.fit_notes import FitNote, season_unknown
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.regressors import Regressor, measured_regressor, regressor_days, shrunken_least_squares
from riskmodel.forecasts.forecasters.training_rows import TREND_DAYS, YEAR_DAYS, check_rows, days_spanned, drawn

COMPARABLE = ("ratio", "share")
"""Units of features that mean the same in a busy place as in a quiet one."""

WAVE, YEARS = "wave", "years"
"""Units of seasons and of the trend, which need a span of training rows."""

PRIOR_EVENTS = 3.0
"""Events added to the expected ones where an own count is compared with them: few events say little."""

LEAST, MOST = 0.2, 5.0
"""Bounds of the factor of the rate."""


@dataclass(frozen=True, repr=False)
class LinearCount(Forecaster):
    """Linear regression on features, starting from a decayed rate.

    ``mean = rate's mean * (1 + constant + sum(coefficient * regressor))``, with the rate of
    :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`. Where counts are large, trees divide them into few steps, and a
    weighted mean of recent counts forecasts better; this is such a mean, with the calendar and trends of groups beside it.

    Regressors are those of the named features that mean the same in every place:

    - the target's own counts and decayed counts in the cell, each as its difference from the events that the rate expects, over these and
      :data:`PRIOR_EVENTS`;
    - ratios and shares;
    - features of the calendar. Where ``over`` is a grouping, each group has deviations of its own from their coefficients.

    Other features are left out. Waves need training rows that span a year, the trend a year and a half. Coefficients are those of weighted least squares,
    with the variance of a Poisson count, under a prior worth :data:`~riskmodel.forecasts.forecasters.regressors.PENALTY` events. Regressors are held at the ends of their training values.

    Parameters
    ----------
    features
        Names of the design's features to use.
    rows
        Approximate largest number of rows to fit on: see :func:`~riskmodel.forecasts.forecasters.training_rows.drawn`.
    half_lives, over, exposure
        Of the rate, as in :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import LinearCount
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in LinearCount(half_lives=(30,)).needs(target)]
    ['theft_decay_30d', 'theft_days_30d', 'theft_decay_30d_county', 'theft_days_30d_county']
    """

    features: tuple[str, ...] = ()
    rows: int = 400_000
    half_lives: tuple[float, ...] = (30, 91, 182, 365, 730)
    over: str = COUNTY
    exposure: str | None = None

    @property
    def rate(self) -> DecayedRate:
        """The rate from which the regression starts."""
        return DecayedRate(self.half_lives, self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return self.rate.needs(target)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedLinearCount:
        target = check_rows(design, "LinearCount")
        rate, days = self.rate.fit(design), days_spanned(design)
        usable = [
            feature
            for feature in design.features
            if feature.name in self.features
            and (regressor_days(feature, target) or feature.about == CALENDAR or feature.unit in COMPARABLE)
            and not (feature.unit == WAVE and days < YEAR_DAYS)
            and not (feature.unit == YEARS and days < TREND_DAYS)
        ]
        fitted = FittedLinearCount(
            settings=self,
            dispersion=0.0,
            rate=rate,
            constant=0.0,
            regressors=(),
            calendar=tuple(feature.name for feature in usable if feature.about == CALENDAR and feature.unit != YEARS),
            deviations={},
            days=days,
            waves=any(feature.unit == WAVE and feature.name in self.features for feature in design.features),
        )
        rows, weights = design, np.ones(len(design))
        if len(design) > self.rows:
            chosen, weights = drawn(rate.mean(design), self.rows)
            rows = design.take(chosen)
        fitted = fitted.with_coefficients(usable, rows, weights)
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedLinearCount(FittedForecaster, of=LinearCount):
    """Fitted :class:`LinearCount`.

    Parameters
    ----------
    rate
        The rate from which the regression starts.
    constant
        Of the regression, for a row whose regressors have their training means.
    regressors
        Features with their coefficients.
    calendar
        Names of the regressors of the calendar, whose coefficients differ by group.
    deviations
        Of each group's coefficients of these, by its label.
    days
        Days that the training rows spanned.
    waves
        Whether waves of the year are among the features.
    """

    settings: LinearCount
    rate: FittedDecayedRate
    constant: float
    regressors: tuple[Regressor, ...]
    calendar: tuple[str, ...]
    deviations: Mapping[str, tuple[float, ...]]
    days: int
    waves: bool = False

    @property
    def notes(self) -> tuple[FitNote, ...]:
        return (season_unknown("LinearCount", self.days),) if self.waves and self.days < YEAR_DAYS else ()

    def with_coefficients(self, usable: list[Feature], rows: Design, weights: Rows) -> FittedLinearCount:
        """Return the fit with coefficients learned from weighted rows."""
        raw = [Regressor(one.name, regressor_days(one, self.rate.target), 0.0, 0.0, 0.0) for one in usable]
        measured = [measured_regressor(one, values) for one, values in zip(raw, self.values(raw, rows), strict=True)]
        regressors = tuple(one for one, spread in measured if spread > 0)
        spreads, mean = np.array([spread for _, spread in measured if spread > 0]), self.rate.mean(rows)
        held = [values - one.centre for one, values in self.held(regressors, rows)]
        Z = np.stack([np.ones(len(rows)), *held], axis=1)
        Z[:, 1:] /= spreads
        weight, deviation = weights * mean, rows.y / mean - 1
        found = shrunken_least_squares(Z, deviation, weight, free=1)
        at = np.array([j for j, one in enumerate(regressors) if one.name in self.calendar], dtype=np.int64)
        deviations: dict[str, tuple[float, ...]] = {}
        if self.settings.over != COUNTY and len(at):
            labels, group, left = rows.places.grouping(self.settings.over).labels, self.groups(rows), deviation - Z @ found
            for number, own in _rows_by_group(group, len(labels)):
                more = shrunken_least_squares(Z[own][:, at + 1], left[own], weight[own], free=0)
                deviations[labels[number]] = tuple((more / spreads[at]).tolist())
        return replace(
            self,
            constant=float(found[0]),
            regressors=tuple(replace(one, coefficient=float(b)) for one, b in zip(regressors, found[1:] / spreads, strict=True)),
            calendar=tuple(regressors[j].name for j in at),
            deviations=deviations,
        )

    def mean(self, design: Design) -> Rows:
        factor = 1 + self.constant + sum(self.terms(design).values(), np.zeros(len(design)))
        return self.rate.mean(design) * np.clip(factor, LEAST, MOST)

    def explain(self, design: Design) -> Contributions:
        """Each regressor's share in the change from the usual factor.

        Where the factor is held at a bound, the shares are those of the change to it.
        """
        terms, simple = self.terms(design), self.rate.explain(design)
        moved = sum(terms.values(), np.zeros(len(design)))
        usual = float(np.clip(1 + self.constant, LEAST, MOST))
        change = np.log(np.clip(1 + self.constant + moved, LEAST, MOST) / usual)
        small = np.abs(moved) <= 1e-9
        slope = np.where(small, 1 / usual, change / np.where(small, 1.0, moved))
        values = dict(zip(simple.names, simple.values.T, strict=True))
        for name, term in terms.items():
            values[name] = values[name] + term * slope if name in values else term * slope
        return Contributions.of(simple.base + float(np.log(usual)), values, simple.parts)

    def terms(self, design: Design) -> dict[str, Rows]:
        """Term of each regressor, by its name."""
        found, group = {}, self.groups(design) if self.deviations else None
        for one, values in self.held(self.regressors, design):
            coefficient: Rows | float = one.coefficient
            if group is not None and one.name in self.calendar:
                coefficient = coefficient + self._deviation(self.calendar.index(one.name), design)[group]
            found[one.name] = coefficient * (values - one.centre)
        return found

    def groups(self, design: Design) -> Int64[np.ndarray, " row"]:
        """Group of each row; -1 where there is none."""
        return design.group(self.settings.over).astype(np.int64)

    def values(self, regressors: Sequence[Regressor], design: Design) -> Iterator[Rows]:
        """Yield the values of each regressor; NaN where one is missing."""
        daily = self.rate.scale * self.rate.rates(design).rate
        for one in regressors:
            values = design.column(one.name).astype(np.float64)
            yield (values - daily * one.days) / (daily * one.days + PRIOR_EVENTS) if one.days else values

    def held(self, regressors: Sequence[Regressor], design: Design) -> Iterator[tuple[Regressor, Rows]]:
        """Yield each regressor with its values within its bounds."""
        for one, values in zip(regressors, self.values(regressors, design), strict=True):
            yield one, np.where(np.isnan(values), one.centre, np.clip(values, one.low, one.high))

    def _deviation(self, number: int, design: Design) -> Rows:
        """Deviation of one coefficient in every group; 0 for no group."""
        labels = design.places.grouping(self.settings.over).labels
        return np.array([self.deviations[label][number] if label in self.deviations else 0.0 for label in labels] + [0.0])


def _rows_by_group(group: Int64[np.ndarray, " row"], groups: int) -> Iterator[tuple[int, Int64[np.ndarray, " own"]]]:
    """Yield the number of each group that has rows, and its rows."""
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(groups + 1))
    for number in np.flatnonzero(np.diff(bounds)).tolist():
        yield number, order[bounds[number] : bounds[number + 1]]
