"""A sum of rates: what several kinds of record, open states and exposures each add to the expected count."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, NEIGHBOURS, Decay, DecayedDays, Feature, Harmonic, PlaceFigure, State, check_unique
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.additive.maximising import maximise, turn
from riskmodel.forecasts.forecasters.additive.precursor import Precursor
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned

Rows = Float64[np.ndarray, " row"]

ROUNDS = 3
"""Coefficients, season and dispersion are found in turn so many times."""

LEAST_SHARE = 1e-4
"""A part that brings less of the usual mean than this is left out."""

SEASON, UNFOUND, ARISING = "season_of_sum", "not_yet_found", "arising"
MEANINGS = {
    SEASON: Text(zh="当前季节的影响，约为平常的{value}倍", en="The time of the year: {value} times the usual"),
    UNFOUND: Text(
        zh="可能有尚未查出的隐患，风险约为平常的{value}倍",
        en="Hazards that inspections may not have found yet: {value} times the usual risk",
    ),
    ARISING: Text(
        zh="新隐患出现的快慢，风险约为平常的{value}倍",
        en="The rate at which hazards arise: {value} times the usual risk",
    ),
}


class AdditiveRate(Forecaster):
    """Mean ``season * sum(coefficient * part)`` with coefficients that are not negative; dispersion by maximum likelihood.

    Parts are the decayed daily rates of the target's own kinds and of each signal, at each half-life and scope (the cell, its
    neighbours added up, the mean cell of a group); the states that are open; exposures; and a constant. With a ``precursor``,
    something that searches find and remove (hazards found by inspections), so do what of it nobody has found yet and how fast it
    arises, both forecast from what searches found before (:class:`Precursor`). Where harm comes from a
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
    precursor
        Settings of the :class:`Precursor`, or None for none.
    features
        Names of the design's features that the precursor's trees use, beside its own.
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
        precursor: Mapping[str, Any] | None = None,
        features: tuple[str, ...] = (),
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
        self.precursor = precursor
        self.features = features
        self.rows = rows
        self._precursor()

    def _precursor(self) -> Precursor | None:
        """The precursor by its settings."""
        if self.precursor is None:
            return None
        known = inspect.signature(Precursor).parameters
        for name in self.precursor:
            if name not in known:
                raise unknown_name("setting of a precursor", name, known)
        lacking = [name for name in ("kinds", "effort", "exposure") if name not in self.precursor]
        if lacking:
            raise UsageError(f"The precursor of AdditiveRate lacks {', '.join(lacking)}. It needs kinds, effort and exposure.")
        return Precursor(**self.precursor)

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

    @property
    def takes_features(self) -> bool:
        return self.precursor is not None

    def needs(self, target: Target) -> tuple[Feature, ...]:
        rates = (one for pair in self._rates(target) for one in pair)
        precursor = self._precursor()
        return check_unique([*rates, *self._levels(), *(precursor.needs() if precursor else ()), *self._waves(target)])

    def _names(self) -> tuple[str, ...]:
        """What stands for each part in an explanation: a feature, or an own name."""
        rates = (count.name for count, _ in self._rates(self.target_))
        return (*rates, *(level.name for level in self._levels()), *((UNFOUND, ARISING) if self.precursor else ()))

    def _parts(self, design: Design) -> Callable[[int], Rows]:
        """The values of a part by its number, NaN where they are missing."""
        rates, levels = self._rates(self.target_), self._levels()
        preceding = functools.cache(lambda: self.precursor_.rates(design))

        def part(k: int) -> Rows:
            if k < len(rates):
                count, days = (design.column(feature.name).astype(np.float64) for feature in rates[k])
                return self.target_.horizon * count / np.maximum(days, 1.0)
            if k < len(rates) + len(levels):
                return design.column(levels[k - len(rates)].name).astype(np.float64)
            return preceding()[k - len(rates) - len(levels)]

        return part

    def _season(self, design: Design) -> Rows:
        eta = np.zeros(len(design))
        for coefficient, wave in zip(self.season_, self._waves(self.target_), strict=True):
            eta += coefficient * design.column(wave.name).astype(np.float64)
        return np.exp(eta)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> AdditiveRate:
        self.target_ = check_rows(design, "AdditiveRate")
        precursor = self._precursor()
        if precursor is not None:
            self.precursor_ = precursor.fit(design, self.target_, self.features, threads)
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
        parts, part = len(self._names()), self._parts(rows)
        Z, usual = np.ones((len(rows), parts + 1)), np.ones(parts + 1)
        for k in range(parts):
            values = part(k)
            known = ~np.isnan(values)
            usual[k] = values[known].mean() if known.any() else 0.0
            Z[:, k] = np.where(known, values, usual[k]) / (usual[k] or 1.0)
        return Z, usual

    def _added(self, design: Design) -> list[Rows]:
        """What each part adds to the sum, the usual where its figure is missing."""
        found, part = [], self._parts(design)
        for k, coefficient, usual in zip(self.used_, self.coefficients_, self.usual_, strict=True):
            values = coefficient * part(k)
            found.append(np.where(np.isnan(values), usual, values))
        return found

    def _mean(self, design: Design) -> Rows:
        return self._season(design) * sum(self._added(design), np.full(len(design), self.level_))

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        """Each part's share in the change from the usual sum, by the logarithmic mean of both (Ang, 2004, "LMDI"): exact."""
        added = self._added(design)
        total, usual = sum(added, np.full(len(design), self.level_)), self.level_ + sum(self.usual_)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(np.abs(total - usual) > 1e-9 * usual, np.log(total / usual) / (total - usual), 1.0 / usual)
        names, values = self._names(), dict[str, Rows]()
        for k, part, u in zip(self.used_, added, self.usual_, strict=True):
            values[names[k]] = (part - u) * slope
        values[SEASON] = np.log(self._season(design)) - self.usual_season_
        base = float(np.log(usual)) + self.usual_season_
        own = {name: text for name, text in MEANINGS.items() if name in values}
        shown = {name: np.exp(values[name]) for name in own}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), own, shown)

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
            "precursor": self.precursor_.state() if self.precursor else None,
        }

    def restore(self, state: Mapping[str, Any]) -> AdditiveRate:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.used_, self.coefficients_ = list(state["used"]), list(state["coefficients"])
        self.usual_, self.level_ = list(state["usual"]), state["level"]
        self.season_, self.usual_season_ = list(state["season"]), state["usual_season"]
        self.dispersion_ = state["dispersion"]
        precursor = self._precursor()
        if precursor is not None:
            self.precursor_ = precursor.restore(state["precursor"])
        return self
