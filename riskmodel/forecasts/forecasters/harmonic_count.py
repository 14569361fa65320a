"""A generalised linear model of counts: lagged rates, harmonics of the year and a trend, pooled over cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, NEIGHBOURS, Decay, Elapsed, Feature, Harmonic, check_unique
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate

HISTORY = "own_history"
SEASON = "season"
TREND = "trend"
MEANINGS = {
    HISTORY: Text(zh="该处以往发案情况，约为平常的{value}倍", en="Past events here: {value} times the usual"),
    SEASON: Text(zh="当前季节的影响，约为全年平均的{value}倍", en="The time of the year: {value} times the mean of the year"),
    TREND: Text(zh="多年趋势（为训练期平均的{value}倍）", en="The trend over the years ({value} times the usual, {usual})"),
}


class HarmonicCount(Forecaster):
    """Poisson regression by statsmodels with log link; dispersion by maximum likelihood afterwards.

    Regressors: the log of the shrunken decayed rate at each half-life, sines and cosines of ``harmonics`` turns a year, and
    years elapsed, held at the ends of the training period; the same rates of each signal; and with ``near`` the log of 1 plus
    the neighbours' decayed count of each. Linear predictors are added up column by column, so that a row's
    bits do not depend on the rows beside it.

    Parameters
    ----------
    half_lives
        Of the lagged rates, days.
    harmonics
        Highest number of turns a year; 0 leaves the season out.
    over, exposure
        As in :class:`DecayedRate`.
    rows
        Most rows to fit on, evenly spaced.
    signals
        Groups of kinds, each a list, whose rates are regressors beside the target's own.
    near
        Whether the neighbours' counts are regressors, of the target's own kinds and of the signals.
    """

    def __init__(
        self,
        half_lives: tuple[float, ...] = (14, 91, 365),
        harmonics: int = 2,
        over: str = COUNTY,
        exposure: str | None = None,
        rows: int = 400_000,
        signals: tuple[Sequence[str], ...] = (),
        near: bool = False,
    ) -> None:
        if any(isinstance(kinds, str) or not kinds for kinds in signals):
            raise bad_argument("signals", "HarmonicCount", "a list of lists of kinds", signals)
        self.half_lives = half_lives
        self.harmonics = harmonics
        self.over = over
        self.exposure = exposure
        self.rows = rows
        self.signals = signals
        self.near = near

    def _rates(self) -> DecayedRate:
        return DecayedRate(self.half_lives, self.over, self.exposure)

    def _waves(self, target: Target) -> tuple[Harmonic, ...]:
        return tuple(Harmonic(wave, order, target.horizon) for order in range(1, self.harmonics + 1) for wave in ("sin", "cos"))

    def _signals(self, target: Target) -> tuple[Target, ...]:
        """The signals, looked at like the target."""
        return tuple(Target(tuple(kinds), target.horizon) for kinds in self.signals)

    def _near(self, target: Target) -> tuple[Decay, ...]:
        kinds = dict.fromkeys([target.kinds, *(signal.kinds for signal in self._signals(target))]) if self.near else ()
        return tuple(Decay(names, half_life, NEIGHBOURS) for names in kinds for half_life in self.half_lives)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        rates = [feature for each in (target, *self._signals(target)) for feature in self._rates().needs(each)]
        return check_unique([*rates, *self._near(target), *self._waves(target), Elapsed()])

    def _regressors(self, design: Design, target: Target) -> list[tuple[str, Any]]:
        """Part and values of each regressor, the constant first."""
        found = [("", np.ones(len(design)))]
        for half_life in self.half_lives:
            rate = self.rates_.rates(design, target, half_life, 1.0)[0]
            found.append((HISTORY, np.log(target.horizon * rate)))
        found += [(SEASON, design.column(wave.name).astype(np.float64)) for wave in self._waves(target)]
        years = design.column(Elapsed().name).astype(np.float64)
        low, high = self.years_
        found.append((TREND, np.clip(years, low, high) - high))
        for signal in self._signals(target):
            for half_life in self.half_lives:
                rate = self.rates_.rates(design, signal, half_life, 1.0)[0]
                found.append((Decay(signal.kinds, half_life).name, np.log(target.horizon * rate)))
        for near in self._near(target):
            found.append((near.name, np.log1p(np.nan_to_num(design.column(near.name).astype(np.float64)))))
        return found

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> HarmonicCount:
        import statsmodels.api as sm
        from threadpoolctl import threadpool_limits

        self.target_ = check_rows(design, "HarmonicCount")
        self.rates_ = self._rates()
        self.rates_.measure_exposure(design)
        rows = thinned(design, self.rows)
        years = design.column(Elapsed().name).astype(np.float64)
        self.years_ = (float(years.min()), float(years.max()))
        regressors = self._regressors(rows, self.target_)
        # a column that does not vary (one as-of date, say) would make the fit singular
        self.used_ = [j for j, (_, values) in enumerate(regressors) if j == 0 or np.ptp(values) > 1e-9]
        X = np.stack([regressors[j][1] for j in self.used_], axis=1)
        # one thread of linear algebra: with more, the bits of large products depend on their number, and a fit takes longer
        with threadpool_limits(1, user_api="blas"):
            fitted = sm.GLM(rows.y.astype(np.float64), X, family=sm.families.Poisson()).fit(maxiter=50)
        self.coefficients_ = [float(b) for b in fitted.params]
        self.usual_ = {name: float(values.mean()) for name, values in self._parts(rows)[1].items()}
        self.dispersion_ = fit_dispersion(rows.y, np.exp(self._eta(rows)))
        return self

    def _eta(self, design: Design) -> Any:
        regressors = self._regressors(design, self.target_)
        eta = np.zeros(len(design))
        for coefficient, j in zip(self.coefficients_, self.used_, strict=True):
            eta += coefficient * regressors[j][1]
        return np.minimum(eta, 15.0)

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(np.exp(self._eta(design)), self.dispersion_)

    def _parts(self, design: Design) -> tuple[float, dict[str, Any]]:
        """The constant, and the sum of each part's terms."""
        regressors = self._regressors(design, self.target_)
        values = {name: np.zeros(len(design)) for name in (HISTORY, SEASON, TREND, *(part for part, _ in regressors if part))}
        base = 0.0
        for coefficient, j in zip(self.coefficients_, self.used_, strict=True):
            part, column = regressors[j]
            if part:
                values[part] += coefficient * column
            else:
                base = coefficient
        return base, values

    def explain(self, design: Design) -> Contributions:
        base, values = self._parts(design)
        centred = {name: values[name] - self.usual_[name] for name in values}
        shown = {name: np.exp(centred[name]) for name in MEANINGS}
        total = base + sum(self.usual_.values())
        return Contributions(total, tuple(centred), np.stack(list(centred.values()), axis=1), MEANINGS, shown)

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "years": list(self.years_),
            "used": self.used_,
            "coefficients": self.coefficients_,
            "usual": self.usual_,
            "dispersion": self.dispersion_,
            "usual_exposure": self.rates_.usual_exposure_,
        }

    def restore(self, state: Mapping[str, Any]) -> HarmonicCount:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.years_ = (state["years"][0], state["years"][1])
        self.used_, self.coefficients_ = list(state["used"]), list(state["coefficients"])
        self.usual_, self.dispersion_ = dict(state["usual"]), state["dispersion"]
        self.rates_ = self._rates()
        self.rates_.usual_exposure_ = state["usual_exposure"]
        return self
