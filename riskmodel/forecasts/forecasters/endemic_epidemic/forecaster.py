"""The endemic-epidemic model: what comes from the cell's own last count, from its neighbours' and from the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, NEIGHBOURS, Count, Decay, Feature, PlaceFigure
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned
from riskmodel.forecasts.forecasters.endemic_epidemic.likelihood import Part, maximise, parameter_count, waves

Rows = Float64[np.ndarray, " row"]

SEASON = "endemic_season"
TREND = "endemic_trend"
MEANINGS = {
    SEASON: Text(zh="当前季节的影响，约为平常的{value}倍", en="The time of the year: {value} times the usual"),
    TREND: Text(zh="多年趋势（为平常的{value}倍）", en="The trend over the years ({value} times the usual, {usual})"),
}


class EndemicEpidemic(Forecaster):
    """Negative binomial with mean ``exp(ar) * own + exp(ne) * neighbours + fraction * exp(endemic)``.

    ``own`` and ``neighbours`` are the counts of the last horizon in the cell and, added up, in the cells adjacent to it, or
    with ``half_lives`` decayed counts on the same scale (geometric lags: Bracher and Held, 2022), at the half-life of the
    highest likelihood;
    ``fraction`` is the cell's share of all exposure; the endemic part has an intercept, a linear trend and harmonics. All
    parameters and one dispersion for all cells are fitted together by maximum likelihood (Held, Höhle and Hofmann, 2005, "A
    statistical framework for the analysis of multivariate infectious disease surveillance counts"; ``hhh4`` of R's
    ``surveillance``). Time counts in steps, 1 at the first date learned from; beyond the last one the trend stays. A fit begins
    where the last one of the same object ended. Where a count is missing in a forecast, the usual count stands in.

    Parameters
    ----------
    exposure
        Name of an exposure, or None: every cell alike.
    harmonics
        Of the endemic part; 0 leaves the season out.
    half_lives
        Candidates for the decay of past counts, days; none: the last horizon alone.
    epidemic_harmonics
        Of the logs of the own and the neighbours' coefficient, alike.
    period
        Steps in a year.
    step
        Days in a step.
    trend
        Whether there is a trend.
    rows
        Most rows to fit on, evenly spaced.
    """

    def __init__(
        self,
        exposure: str | None = None,
        harmonics: int = 1,
        half_lives: tuple[float, ...] = (),
        epidemic_harmonics: int = 0,
        period: float = 52,
        step: int = 7,
        trend: bool = True,
        rows: int = 400_000,
    ) -> None:
        for name, value in (("period", period), ("step", step), ("rows", rows)):
            if not value > 0:
                raise bad_argument(name, "EndemicEpidemic", "above 0", value)
        for name, value in (("harmonics", harmonics), ("epidemic_harmonics", epidemic_harmonics)):
            if value < 0:
                raise bad_argument(name, "EndemicEpidemic", "0 or more", value)
        self.exposure = exposure
        self.harmonics = harmonics
        self.half_lives = half_lives
        self.epidemic_harmonics = epidemic_harmonics
        self.period = period
        self.step = step
        self.trend = trend
        self.rows = rows

    def _counts(self, target: Target, half_life: float | None) -> tuple[Feature, Feature]:
        """The past of the cell and of its neighbours."""
        if half_life is None:
            return Count(target.kinds, target.horizon), Count(target.kinds, target.horizon, over=NEIGHBOURS)
        return Decay(target.kinds, half_life, CELL), Decay(target.kinds, half_life, NEIGHBOURS)

    def _past(self, design: Design, half_life: float | None) -> list[Rows]:
        """The values of :meth:`_counts`, scaled to what a steady rate brings in a horizon; NaN where they are missing."""
        scale = 1.0 if half_life is None else self.target_.horizon * float(np.expm1(np.log(2.0) / half_life))
        return [scale * design.column(feature.name).astype(np.float64) for feature in self._counts(self.target_, half_life)]

    def needs(self, target: Target) -> tuple[Feature, ...]:
        past = [feature for half_life in self.half_lives or (None,) for feature in self._counts(target, half_life)]
        return (*past, *([PlaceFigure(self.exposure)] if self.exposure else []))

    def _fraction(self, design: Design) -> Rows:
        """The exposure of each row over that of all cells; usual where it is missing, a twentieth of it where it is 0."""
        if not self.exposure:
            return np.full(len(design), self.usual_exposure_ / self.exposures_)
        figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
        usual = self.usual_exposure_
        return np.where(figure > 0, figure, np.where(np.isnan(figure), usual, 0.05 * usual)) / self.exposures_

    def _measure(self, design: Design) -> None:
        """Learn the exposure of all cells together (mean over the dates) and of one cell."""
        figure = np.ones(len(design))
        if self.exposure:
            figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
        known = figure[~np.isnan(figure)]
        if not known.sum() > 0:
            raise UsageError(f"No cell has a figure for the exposure {self.exposure!r}. Fill it in, or leave 'exposure' out.")
        self.usual_exposure_ = float(known.mean())
        self.exposures_ = float(np.nansum(figure)) / len(np.unique(design.as_of))

    def _parts(self, design: Design) -> tuple[Part, ...]:
        first, last = self.dates_
        time = (design.as_of - first) / self.step + 1.0
        one = np.ones(len(design))
        found = []
        for values, usual in zip(self._past(design, self.half_life_), self.usual_counts_, strict=True):
            offset = np.where(np.isnan(values), usual, values)
            found.append(Part(offset, (one, *waves(time, self.period, self.epidemic_harmonics))))
        trend = (np.minimum(time, (last - first) / self.step + 1.0),) if self.trend and last > first else ()
        endemic = Part(self._fraction(design), (one, *trend, *waves(time, self.period, self.harmonics)))
        return (*found, endemic)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> EndemicEpidemic:
        self.target_ = check_rows(design, "EndemicEpidemic")
        self._measure(design)
        self.dates_ = (int(design.as_of.min()), int(design.as_of.max()))
        whole = np.ones(len(design), dtype=bool)
        for half_life in self.half_lives or (None,):
            for values in self._past(design, half_life):
                whole &= ~np.isnan(values)
        rows = thinned(design.take(whole) if design.y[whole].any() else design, self.rows)
        start, best = getattr(self, "parameters_", None), None
        for half_life in self.half_lives or (None,):
            self._learn(rows, half_life, start)
            if best is None or self.log_likelihood_ > best[0]:
                best = self.log_likelihood_, half_life
        if best is not None and best[1] != self.half_life_:
            self._learn(rows, best[1], start)
        self.usual_ = {name: float(values.mean()) for name, values in self._logs(rows).items()}
        return self

    def _learn(self, rows: Design, half_life: float | None, start: list[float] | None) -> None:
        """All parameters at one half-life."""
        self.half_life_ = half_life
        past = self._past(rows, half_life)
        self.usual_counts_ = [float(np.nanmean(values)) if (~np.isnan(values)).any() else 0.0 for values in past]
        parts = self._parts(rows)
        # a part that is 0 throughout has no coefficient to find, and a wave that does not vary none of its own
        self.used_ = [
            [j for j, column in enumerate(part.columns) if j == 0 or np.ptp(column) > 1e-9] if part.offset.any() else []
            for part in parts
        ]
        kept = tuple(
            Part(part.offset, tuple(part.columns[j] for j in used)) for part, used in zip(parts, self.used_, strict=True) if used
        )
        fitted = maximise(
            rows.y.astype(np.float64), kept, None if start is None or len(start) != parameter_count(kept) else start
        )
        self.parameters_ = [*map(float, fitted.coefficients), fitted.theta]
        self.errors_ = [float(error) for error in fitted.errors]
        self.log_likelihood_ = fitted.log_likelihood
        self.dispersion_ = fitted.dispersion

    def _each(self, design: Design) -> list[Rows]:
        """The mean of the own, the neighbours' and the endemic part."""
        found, at = [], 0
        for part, used in zip(self._parts(design), self.used_, strict=True):
            if used:
                found.append(Part(part.offset, tuple(part.columns[j] for j in used)).mean(self.parameters_[at : at + len(used)]))
            else:
                found.append(np.zeros(len(design)))
            at += len(used)
        return found

    def predict(self, design: Design) -> CountDistribution:
        own, near, endemic = self._each(design)
        return CountDistribution.of(own + near + endemic, self.dispersion_)

    def _logs(self, design: Design) -> dict[str, Rows]:
        """The summands of the log mean beside the endemic intercept and the usual fraction, not centred.

        The epidemic parts raise the mean above the endemic one; each is credited with the mean of what it adds first and
        what it adds last (its Shapley value), so that the two add up.
        """
        own, near, endemic = self._each(design)
        mean = own + near + endemic
        features = self._counts(self.target_, self.half_life_)
        found = {
            features[0].name: 0.5 * (np.log((endemic + own) / endemic) + np.log(mean / (endemic + near))),
            features[1].name: 0.5 * (np.log((endemic + near) / endemic) + np.log(mean / (endemic + own))),
        }
        part, used = self._parts(design)[2], self.used_[2]
        trended = self.trend and self.dates_[1] > self.dates_[0]
        for name in (TREND, SEASON):
            found[name] = np.zeros(len(design))
        for coefficient, j in zip(self.parameters_[-1 - len(used) : -1], used, strict=True):
            if j:
                found[TREND if trended and j == 1 else SEASON] += coefficient * part.columns[j]
        if self.exposure:
            found[PlaceFigure(self.exposure).name] = np.log(part.offset * self.exposures_ / self.usual_exposure_)
        return found

    def explain(self, design: Design) -> Contributions:
        values = {name: column - self.usual_[name] for name, column in self._logs(design).items()}
        intercept = self.parameters_[-1 - len(self.used_[2])]
        base = intercept + float(np.log(self.usual_exposure_ / self.exposures_)) + sum(self.usual_.values())
        shown = {name: np.exp(values[name]) for name in MEANINGS}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), MEANINGS, shown)

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "dates": list(self.dates_),
            "half_life": self.half_life_,
            "used": self.used_,
            "parameters": self.parameters_,
            "errors": [None if np.isnan(error) else error for error in self.errors_],
            "log_likelihood": self.log_likelihood_,
            "dispersion": self.dispersion_,
            "usual_exposure": self.usual_exposure_,
            "exposures": self.exposures_,
            "usual_counts": self.usual_counts_,
            "usual": self.usual_,
        }

    def restore(self, state: Mapping[str, Any]) -> EndemicEpidemic:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.dates_ = (state["dates"][0], state["dates"][1])
        self.half_life_ = state["half_life"]
        self.used_ = [list(used) for used in state["used"]]
        self.parameters_ = list(state["parameters"])
        self.errors_ = [float("nan") if error is None else error for error in state["errors"]]
        self.log_likelihood_, self.dispersion_ = state["log_likelihood"], state["dispersion"]
        self.usual_exposure_, self.exposures_ = state["usual_exposure"], state["exposures"]
        self.usual_counts_, self.usual_ = list(state["usual_counts"]), dict(state["usual"])
        return self
