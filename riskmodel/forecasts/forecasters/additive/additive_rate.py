"""Sum of rates: what records, states and exposures each add."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, NEIGHBOURS, Decay, DecayedDays, Feature, Harmonic, PlaceFigure, State, check_unique
from riskmodel.asof.vocabulary.calendar import yearly_waves
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.additive.coefficients import fit_sum, season_factor
from riskmodel.forecasts.forecasters.additive.part_meanings import ADDITIVE_MEANINGS, ARISING, SEASON_OF_SUM, UNFOUND
from riskmodel.forecasts.forecasters.additive.precursor import FittedPrecursor, Precursor
from riskmodel.forecasts.forecasters.contributions import Contributions, log_slope
from riskmodel.forecasts.forecasters.fit_notes import FitNote, season_unknown
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.training_rows import YEAR_DAYS, check_rows, days_spanned, thinned

LEAST_SHARE = 1e-4
"""A part with a smaller share of the usual mean is left out."""


@dataclass(frozen=True, repr=False)
class AdditiveRate(Forecaster):
    """Sum of rates and levels with coefficients that are not negative.

    ``mean = season * (constant + sum(coefficient * part))``, with one dispersion by maximum likelihood.

    Parts are the decayed daily rates of the target's own kinds and of each signal, at each half-life and scope (the cell, the sum of
    its neighbours, the mean cell of a group); the open states; and exposures. With a ``precursor``, something that searches find and
    remove (hazards found by inspections), so are what of it is not found yet and how fast it arises, both forecast from what searches
    found before (:class:`~riskmodel.forecasts.forecasters.additive.precursor.Precursor`). Where harm comes from a stock that is seen
    only through its traces (hazards, smouldering conflicts) or from earlier events nearby, what each trace brings adds up, as in
    Hawkes processes and in :class:`~riskmodel.forecasts.forecasters.endemic_epidemic.EndemicEpidemic`, of which this is the form with
    many signals. Coefficients that cannot be negative leave most parts out and need no other regularisation.

    They are those of highest quasi-likelihood at a given season and dispersion, by the EM algorithm for Poisson regression with
    identity link (Marschner, 2010, "Stable computation of maximum likelihood estimates in identity link Poisson regression"), rows
    weighted by ``1 / (1 + dispersion * mean)``; the season's waves follow by Newton's method, and so in turn. A missing figure is
    replaced by the usual one.

    Parameters
    ----------
    signals
        Groups of kinds, each a list, whose rates count in addition to the target's own.
    states
        Groups of kinds, each a list, whose open states count.
    exposures
        Names of exposures that count.
    half_lives
        Of the rates, days; all are used.
    over
        Scopes of the rates: ``cell``, ``neighbours`` or groupings.
    harmonics
        Highest number of turns a year; 0 leaves the season out, and so do training rows that span less than a year.
    precursor
        Settings of a precursor, or None.
    features
        Names of the design's features that the precursor's trees use, in addition to its own.
    rows
        Largest number of rows to fit on, evenly spaced.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import AdditiveRate
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in AdditiveRate(half_lives=(60,), harmonics=0).needs(target)]
    ['theft_decay_60d', 'theft_days_60d', 'theft_decay_60d_neighbours']
    """

    signals: tuple[Sequence[str], ...] = ()
    states: tuple[Sequence[str], ...] = ()
    exposures: tuple[str, ...] = ()
    half_lives: tuple[float, ...] = (14, 60, 365, 1460)
    over: tuple[str, ...] = (CELL, NEIGHBOURS)
    harmonics: int = 2
    precursor: Mapping[str, Any] | None = None
    features: tuple[str, ...] = ()
    rows: int = 400_000

    def __post_init__(self) -> None:
        for name, value in (("signals", self.signals), ("states", self.states)):
            if any(isinstance(kinds, str) or not kinds for kinds in value):
                raise bad_argument(name, "AdditiveRate", "a list of lists of kinds", value)
        if not self.half_lives:
            raise bad_argument("half_lives", "AdditiveRate", "one or more numbers of days", self.half_lives)
        if self.harmonics < 0:
            raise bad_argument("harmonics", "AdditiveRate", "0 or more", self.harmonics)
        self.precursor_settings()

    def precursor_settings(self) -> Precursor | None:
        """Settings of the precursor, checked; None without one.

        Raises
        ------
        UsageError
            If a setting is unknown, missing or faulty.
        """
        if self.precursor is None:
            return None
        known = tuple(one.name for one in fields(Precursor))
        for name in self.precursor:
            if name not in known:
                raise unknown_name("setting of a precursor", name, known)
        lacking = [name for name in ("kinds", "effort", "exposure") if name not in self.precursor]
        if lacking:
            raise UsageError(f"The precursor of AdditiveRate lacks {', '.join(lacking)}. It needs kinds, effort and exposure.")
        return Precursor(**self.precursor)

    def rates(self, target: Target) -> tuple[tuple[Decay, DecayedDays], ...]:
        """Decayed count of each rate, with the days to divide it by."""
        kinds = dict.fromkeys([target.kinds, *(tuple(signal) for signal in self.signals)])
        return tuple(
            (Decay(names, days, over), DecayedDays(names, days, None, CELL if over == NEIGHBOURS else over))
            for names in kinds
            for days in self.half_lives
            for over in self.over
        )

    def levels(self) -> tuple[Feature, ...]:
        """Features that count as they stand: states and exposures."""
        return (*(State(tuple(kinds)) for kinds in self.states), *(PlaceFigure(name) for name in self.exposures))

    def waves(self, target: Target) -> tuple[Harmonic, ...]:
        """Sine and cosine of each number of turns a year."""
        return yearly_waves(self.harmonics, target.horizon)

    def wave_columns(self, design: Design, target: Target) -> list[Rows]:
        """Values of :meth:`waves` in the rows of a design."""
        return [design.column(wave.name).astype(np.float64) for wave in self.waves(target)]

    @property
    def takes_features(self) -> bool:
        return self.precursor is not None

    def needs(self, target: Target) -> tuple[Feature, ...]:
        rates = (one for pair in self.rates(target) for one in pair)
        precursor = self.precursor_settings()
        return check_unique([*rates, *self.levels(), *(precursor.needs() if precursor else ()), *self.waves(target)])

    def part_names(self, target: Target) -> tuple[str, ...]:
        """Feature or own part behind each position, as explanations name it."""
        rates = (count.name for count, _ in self.rates(target))
        return (*rates, *(level.name for level in self.levels()), *((UNFOUND, ARISING) if self.precursor else ()))

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedAdditiveRate:
        target = check_rows(design, "AdditiveRate")
        precursor = self.precursor_settings()
        fitted = FittedAdditiveRate(
            settings=self, dispersion=0.0, kinds=target.kinds, horizon=target.horizon, used=(), coefficients=(), usual=(), level=0.0,
            season=(), usual_season=0.0,
            precursor=None if precursor is None else precursor.fit(design, target, self.features, threads),
        )  # fmt: skip
        rows = thinned(design, self.rows)
        y = rows.y.astype(np.float64)
        Z, usual = fitted.matrix(rows)
        known = days_spanned(design) >= YEAR_DAYS
        found = fit_sum(y, Z, self.wave_columns(rows, target) if known else [], rows.as_of)
        shares = found.parts
        kept = np.flatnonzero((usual[:-1] > 0) & (shares[:-1] > LEAST_SHARE * shares.sum()))
        fitted = replace(
            fitted,
            used=tuple(int(k) for k in kept),
            coefficients=tuple(float(shares[k] / usual[k]) for k in kept),
            usual=tuple(float(shares[k]) for k in kept),
            level=float(shares.sum() - shares[kept].sum()),
            season=found.season,
            days=days_spanned(design),
            usual_season=float(np.log(found.factor).mean()),
        )
        return replace(fitted, dispersion=fit_dispersion(y, fitted.mean(rows)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedAdditiveRate(FittedToTarget, of=AdditiveRate):
    """Fitted :class:`AdditiveRate`.

    Parameters
    ----------
    used
        Positions of the parts that have a coefficient.
    coefficients
        Of the parts used.
    usual
        What each part used adds on average.
    level
        The constant, with the parts that were left out.
    season
        Coefficients of the waves.
    usual_season
        Mean log factor of the season over the training rows.
    precursor
        What the precursor learned, or None.
    days
        Days that the training rows spanned; 0 where an earlier version fitted it.
    """

    settings: AdditiveRate
    used: tuple[int, ...]
    coefficients: tuple[float, ...]
    usual: tuple[float, ...]
    level: float
    season: tuple[float, ...]
    usual_season: float
    precursor: FittedPrecursor | None
    days: int = 0

    @property
    def notes(self) -> tuple[FitNote, ...]:
        if self.settings.harmonics and 0 < self.days < YEAR_DAYS:
            return (season_unknown(type(self.settings).__name__, self.days),)
        return ()

    def parts(self, design: Design) -> Callable[[int], Rows]:
        """Return a function from a part's number to its values.

        Values are NaN where they are missing.
        """
        rates, levels = self.settings.rates(self.target), self.settings.levels()
        preceding = functools.cache(lambda: self._preceding(design))

        def part(k: int) -> Rows:
            if k < len(rates):
                count, days = (design.column(feature.name).astype(np.float64) for feature in rates[k])
                return self.horizon * count / np.maximum(days, 1.0)
            if k < len(rates) + len(levels):
                return design.column(levels[k - len(rates)].name).astype(np.float64)
            return preceding()[k - len(rates) - len(levels)]

        return part

    def _preceding(self, design: Design) -> tuple[Rows, Rows]:
        """Parts of the precursor: what is not yet found, and what arises."""
        settings = self.settings.precursor_settings()
        assert settings is not None
        assert self.precursor is not None
        return settings.rates(self.precursor, design)

    def matrix(self, rows: Design) -> tuple[Float64[np.ndarray, "row part"], Float64[np.ndarray, " part"]]:
        """All parts over their usual values, and the usual values.

        The constant comes last; a missing value is the usual one.
        """
        parts, part = len(self.settings.part_names(self.target)), self.parts(rows)
        Z, usual = np.ones((len(rows), parts + 1)), np.ones(parts + 1)
        for k in range(parts):
            values = part(k)
            known = ~np.isnan(values)
            usual[k] = values[known].mean() if known.any() else 0.0
            Z[:, k] = np.where(known, values, usual[k]) / (usual[k] or 1.0)
        return Z, usual

    def season_factor(self, design: Design) -> Rows:
        """Factor of the season of each row."""
        waves = self.settings.wave_columns(design, self.target) if self.season else []
        return season_factor(self.season, waves, len(design))

    def summands(self, design: Design) -> list[Rows]:
        """What each part used adds to the sum of each row."""
        found, part = [], self.parts(design)
        for k, coefficient, usual in zip(self.used, self.coefficients, self.usual, strict=True):
            values = coefficient * part(k)
            found.append(np.where(np.isnan(values), usual, values))
        return found

    def mean(self, design: Design) -> Rows:
        return self.season_factor(design) * sum(self.summands(design), np.full(len(design), self.level))

    def explain(self, design: Design) -> Contributions:
        """Each part's share in the change from the usual sum.

        Shares are exact, by :func:`~riskmodel.forecasts.forecasters.contributions.log_slope`.
        """
        added = self.summands(design)
        total, usual = sum(added, np.full(len(design), self.level)), self.level + sum(self.usual)
        slope = log_slope(total, usual)
        names, values = self.settings.part_names(self.target), dict[str, Rows]()
        for k, part, u in zip(self.used, added, self.usual, strict=True):
            values[names[k]] = (part - u) * slope
        values[SEASON_OF_SUM] = np.log(self.season_factor(design)) - self.usual_season
        base = float(np.log(usual)) + self.usual_season
        return Contributions.of(base, values, {name: text for name, text in ADDITIVE_MEANINGS.items() if name in values})
