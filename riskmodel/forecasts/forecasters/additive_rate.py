"""A sum of rates: what several kinds of record, open states and exposures each add to the expected count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, NEIGHBOURS, Decay, DecayedDays, Feature, Harmonic, PlaceFigure, State, check_unique
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.forecasts.distribution import Forecast, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned

Rows = Float64[np.ndarray, " row"]

ROUNDS = 3
"""Coefficients, season and dispersion are found in turn so many times."""

STEPS = 150
"""Steps of the EM algorithm a round."""

LEAST_SHARE = 1e-4
"""A part that brings less of the usual mean than this is left out."""

SEASON = "season_of_sum"
MEANINGS = {SEASON: Text(zh="时节影响（为平常的{value}倍）", en="The time of the year ({value} times the usual, {usual})")}


class AdditiveRate(Forecaster):
    """Mean ``season * sum(coefficient * part)`` with coefficients that are not negative; dispersion by maximum likelihood.

    Parts are the decayed daily rates of the target's own kinds and of each signal, at each half-life and scope (the cell, its
    neighbours added up, the mean cell of a group); the states that are open; exposures; and a constant. Where harm comes from a
    stock that is seen only through its traces (hazards, smouldering conflicts) or from earlier events nearby, what each trace
    brings adds up, as in Hawkes processes and in :class:`EndemicEpidemic`, of which this is the form with many signals.
    Coefficients that cannot be negative leave most parts out and need no other restraint.

    They are the highest quasi-likelihood's at a given season and dispersion, by the EM algorithm for Poisson regression with
    identity link (Marschner, 2010, "Stable computation of maximum likelihood estimates in identity link Poisson regression"),
    rows weighted by ``1 / (1 + dispersion * mean)``; the season's waves follow by Newton's method, and so in turn. Where a
    figure is missing, the usual one stands in.

    Parameters
    ----------
    signals
        Groups of kinds, each a list, whose rates count beside the target's own.
    states
        Groups of kinds, each a list, whose open states count.
    exposures
        Names of exposures that count.
    half_lives
        Of the rates, days; all are used.
    over
        Scopes of the rates: ``cell``, ``neighbours`` or groupings.
    harmonics
        Highest number of turns a year; 0 leaves the season out.
    rows
        Most rows to fit on, evenly spaced.
    """

    def __init__(
        self,
        signals: tuple[Sequence[str], ...] = (),
        states: tuple[Sequence[str], ...] = (),
        exposures: tuple[str, ...] = (),
        half_lives: tuple[float, ...] = (14, 60, 365, 1460),
        over: tuple[str, ...] = (CELL, NEIGHBOURS),
        harmonics: int = 2,
        rows: int = 400_000,
    ) -> None:
        for name, value in (("signals", signals), ("states", states)):
            if any(isinstance(kinds, str) or not kinds for kinds in value):
                raise bad_argument(name, "AdditiveRate", "a list of lists of kinds", value)
        if not half_lives:
            raise bad_argument("half_lives", "AdditiveRate", "one or more numbers of days", half_lives)
        if harmonics < 0:
            raise bad_argument("harmonics", "AdditiveRate", "0 or more", harmonics)
        self.signals = signals
        self.states = states
        self.exposures = exposures
        self.half_lives = half_lives
        self.over = over
        self.harmonics = harmonics
        self.rows = rows

    def _rates(self, target: Target) -> tuple[tuple[Decay, DecayedDays], ...]:
        """A decayed count, and the days that it is divided by, of each rate."""
        kinds = dict.fromkeys([target.kinds, *(tuple(signal) for signal in self.signals)])
        return tuple(
            (Decay(names, days, over), DecayedDays(names, days, None, CELL if over == NEIGHBOURS else over))
            for names in kinds
            for days in self.half_lives
            for over in self.over
        )

    def _levels(self) -> tuple[Feature, ...]:
        """What counts as it stands."""
        return (*(State(tuple(kinds)) for kinds in self.states), *(PlaceFigure(name) for name in self.exposures))

    def _waves(self, target: Target) -> tuple[Harmonic, ...]:
        return tuple(Harmonic(wave, order, target.horizon) for order in range(1, self.harmonics + 1) for wave in ("sin", "cos"))

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return check_unique([*(one for pair in self._rates(target) for one in pair), *self._levels(), *self._waves(target)])

    def _names(self) -> tuple[str, ...]:
        """The feature that stands for each part in an explanation."""
        return (*(count.name for count, _ in self._rates(self.target_)), *(level.name for level in self._levels()))

    def _part(self, design: Design, k: int) -> Rows:
        """The values of part ``k``, NaN where they are missing."""
        rates = self._rates(self.target_)
        if k < len(rates):
            count, days = (design.column(feature.name).astype(np.float64) for feature in rates[k])
            return self.target_.horizon * count / np.maximum(days, 1.0)
        return design.column(self._levels()[k - len(rates)].name).astype(np.float64)

    def _season(self, design: Design) -> Rows:
        eta = np.zeros(len(design))
        for coefficient, wave in zip(self.season_, self._waves(self.target_), strict=True):
            eta += coefficient * design.column(wave.name).astype(np.float64)
        return np.exp(eta)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> AdditiveRate:
        self.target_ = check_rows(design, "AdditiveRate")
        rows = thinned(design, self.rows)
        y = rows.y.astype(np.float64)
        Z, usual = self._matrix(rows)
        waves = [rows.column(wave.name).astype(np.float64) for wave in self._waves(self.target_)]
        shares, season, dispersion = np.full(len(usual), y.mean() / len(usual)), np.ones(len(rows)), 0.0
        for _ in range(ROUNDS):
            total = np.einsum("ij,j->i", Z, shares)
            shares = maximise(y, Z, season, 1.0 / (1.0 + dispersion * season * total), shares)
            total = np.einsum("ij,j->i", Z, shares)
            self.season_ = turn(y, total, waves, rows.as_of)
            season = self._season(rows)
            dispersion = fit_dispersion(y, season * total)
        shares *= y.sum() / (season * np.einsum("ij,j->i", Z, shares)).sum()
        kept = np.flatnonzero((usual[:-1] > 0) & (shares[:-1] > LEAST_SHARE * shares.sum()))
        self.used_ = [int(k) for k in kept]
        self.coefficients_ = [float(shares[k] / usual[k]) for k in kept]
        self.usual_ = [float(shares[k]) for k in kept]
        self.level_ = float(shares.sum() - shares[kept].sum())
        self.usual_season_ = float(np.log(season).mean())
        self.dispersion_ = fit_dispersion(y, self._mean(rows))
        return self

    def _matrix(self, rows: Design) -> tuple[Float64[np.ndarray, "row part"], Float64[np.ndarray, " part"]]:
        """All parts of the rows over their usual value, the constant last; and the usual values."""
        parts = len(self._names())
        Z, usual = np.ones((len(rows), parts + 1)), np.ones(parts + 1)
        for k in range(parts):
            values = self._part(rows, k)
            known = ~np.isnan(values)
            usual[k] = values[known].mean() if known.any() else 0.0
            Z[:, k] = np.where(known, values, usual[k]) / (usual[k] or 1.0)
        return Z, usual

    def _added(self, design: Design) -> list[Rows]:
        """What each part adds to the sum, the usual where its figure is missing."""
        found = []
        for k, coefficient, usual in zip(self.used_, self.coefficients_, self.usual_, strict=True):
            values = coefficient * self._part(design, k)
            found.append(np.where(np.isnan(values), usual, values))
        return found

    def _mean(self, design: Design) -> Rows:
        return self._season(design) * sum(self._added(design), np.full(len(design), self.level_))

    def predict(self, design: Design) -> Forecast:
        return Forecast.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        """Each part's share in the change from the usual sum, by the logarithmic mean of both (Ang, 2004, "LMDI"): exact."""
        added = self._added(design)
        total, usual = sum(added, np.full(len(design), self.level_)), self.level_ + sum(self.usual_)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(np.abs(total - usual) > 1e-9 * usual, np.log(total / usual) / (total - usual), 1.0 / usual)
        names = self._names()
        values = {names[k]: (part - u) * slope for k, part, u in zip(self.used_, added, self.usual_, strict=True)}
        values[SEASON] = np.log(self._season(design)) - self.usual_season_
        base = float(np.log(usual)) + self.usual_season_
        shown = {SEASON: np.exp(values[SEASON])}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), MEANINGS, shown)

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "used": self.used_,
            "coefficients": self.coefficients_,
            "usual": self.usual_,
            "level": self.level_,
            "season": self.season_,
            "usual_season": self.usual_season_,
            "dispersion": self.dispersion_,
        }

    def restore(self, state: Mapping[str, Any]) -> AdditiveRate:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.used_, self.coefficients_ = list(state["used"]), list(state["coefficients"])
        self.usual_, self.level_ = list(state["usual"]), state["level"]
        self.season_, self.usual_season_ = list(state["season"]), state["usual_season"]
        self.dispersion_ = state["dispersion"]
        return self


def maximise(y: Rows, Z: Float64[np.ndarray, "row part"], season: Rows, weight: Rows, start: Any) -> Float64[np.ndarray, " part"]:
    """Coefficients, not negative, of the highest weighted Poisson likelihood of mean ``season * (Z @ coefficients)``.

    By :data:`STEPS` steps of the EM algorithm from ``start`` (above 0), each of which raises the likelihood: the events of a
    row are shared out to the parts in proportion to what they add. A row without an event counts in the denominator alone.
    """
    hit = np.flatnonzero(y > 0)
    events, whole = Z[hit], np.einsum("ij,i->j", Z, weight * season)
    counts = (weight * y)[hit]
    coefficients = np.asarray(start, dtype=np.float64)
    whole = np.where(whole > 0, whole, np.inf)
    for _ in range(STEPS):
        # einsum, not BLAS: the bits of a fit must not depend on the number of threads
        total = np.einsum("ij,j->i", events, coefficients)
        coefficients = coefficients * np.einsum("ij,i->j", events, counts / total) / whole
    return coefficients


def turn(y: Rows, mean: Rows, waves: list[Rows], as_of: Any) -> list[float]:
    """Coefficients of the waves, which vary by date alone, in ``log(count / mean)``: Poisson regression by Newton's method."""
    _, first, at = np.unique(as_of, return_index=True, return_inverse=True)
    X = np.stack([np.ones(len(first)), *(wave[first] for wave in waves)], axis=1)
    if not waves or len(first) <= 2 * X.shape[1]:  # too few dates to tell a season
        return [0.0] * len(waves)
    count, expected = np.bincount(at, y), np.bincount(at, mean)
    found = np.zeros(X.shape[1])
    for _ in range(25):
        mu = expected * np.exp(np.clip(np.einsum("ij,j->i", X, found), -5.0, 5.0))
        hessian = np.einsum("ij,ik->jk", X * mu[:, None], X)
        step = np.linalg.solve(hessian + 1e-9 * np.trace(hessian) * np.eye(len(found)), np.einsum("ij,i->j", X, count - mu))
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    return [float(b) for b in found[1:]]
