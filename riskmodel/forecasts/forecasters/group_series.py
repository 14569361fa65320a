"""A structural time series for each group of cells, shared down to the cells by their shrunken shares."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Count, Decay, DecayedDays, Feature
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned
from riskmodel.forecasts.forecasters.decayed_rate import SELECTION_ROWS, STRENGTHS

Rows = Float64[np.ndarray, " row"]

YEAR_DAYS = 365.2425

LEAST_VALUES = 12
"""A series with fewer known values has its mean for a level, and no model of its own."""

USUAL_GAIN = 0.2
"""Share of a surprise that moves the level where no model was fitted."""

LEAST_COMPLETE = 0.2
"""A count that is less complete than this is not scaled up further."""

SHIFT = 0.375
LOWEST = float(np.sqrt(SHIFT))

SEASON = "group_season"
MEANINGS = {
    SEASON: Text(zh="所属区域当前季节的影响，约为平常的{value}倍", en="The time of the year in the area: {value} times the usual")
}


class GroupSeries(Forecaster):
    """Unobserved components of a grouping's series of counts; a cell gets its share of the group's forecast.

    Square roots of counts (plus 3/8: Anscombe, 1948) have nearly the same variance at every level, so a Gaussian model fits
    them: a level that wanders and a fixed season of ``harmonics`` waves, by statsmodels' ``UnobservedComponents``, for each
    group. (Its exponential smoothing was left aside: with weekly seasons it has 52 starting values to find, and no answer for
    missing values.) The values are counts over the horizon, one after the other. A forecast runs the fitted filter, with its
    gain in the long run, over the last ``periods`` values, which each row carries itself, from the level at the end of
    training; counts are scaled up for what is usually not yet known so soon. The mean is ``m**2 + variance - 3/8``, exact for
    the square root's first two moments.

    With the decayed counts ``S`` of a cell and ``G`` of its group, the share is ``(strength * e + S) / (strength * n + G)``
    where ``n`` is the number of cells and ``e`` the cell's exposure over the group's mean: the posterior mean under a Dirichlet
    prior.

    Parameters
    ----------
    over
        ``county`` or a grouping.
    harmonics
        Waves of the season; 0 leaves it out, as does a series of less than two years.
    periods
        Values over which the filter runs.
    half_lives
        Of the shares, candidates, days.
    exposure
        Name of an exposure, or None.
    """

    def __init__(
        self,
        over: str = COUNTY,
        harmonics: int = 2,
        periods: int = 13,
        half_lives: tuple[float, ...] = (30, 91, 365, 730),
        exposure: str | None = None,
    ) -> None:
        if periods < 1:
            raise bad_argument("periods", "GroupSeries", "1 or more", periods)
        if harmonics < 0:
            raise bad_argument("harmonics", "GroupSeries", "0 or more", harmonics)
        self.over = over
        self.harmonics = harmonics
        self.periods = periods
        self.half_lives = half_lives
        self.exposure = exposure

    def needs(self, target: Target) -> tuple[Feature, ...]:
        shares = [feature for half_life in self.half_lives for feature in self._share_columns(target, half_life)]
        return (*self._lags(target), *dict.fromkeys(shares))

    def _lags(self, target: Target) -> tuple[Count, ...]:
        """The group's count over each of the last horizons, the latest first."""
        return tuple(Count(target.kinds, target.horizon, lag * target.horizon, self.over) for lag in range(self.periods))

    def _share_columns(self, target: Target, half_life: float) -> tuple[Feature, ...]:
        found: list[Feature] = [Decay(target.kinds, half_life), Decay(target.kinds, half_life, self.over)]
        for exposure in dict.fromkeys((None, self.exposure)):
            found += [DecayedDays(target.kinds, half_life, exposure), DecayedDays(target.kinds, half_life, exposure, self.over)]
        return tuple(found)

    def _groups(self, design: Design) -> tuple[tuple[str, ...], Int64[np.ndarray, " row"]]:
        """Labels of the groups, and each row's group; -1 where its cell does not exist."""
        if self.over == COUNTY:
            return (COUNTY,), np.where(design.at_risk, 0, -1)
        return design.places.grouping(self.over).labels, design.group(self.over).astype(np.int64)

    def _values(self, design: Design) -> list[Rows]:
        """The counts of :meth:`_lags`, latest first, scaled up for what is not yet known."""
        columns = (design.column(feature.name).astype(np.float64) for feature in self._lags(self.target_))
        return [column / part for column, part in zip(columns, self.complete_, strict=True)]

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> GroupSeries:
        self.target_ = check_rows(design, "GroupSeries")
        self.last_ = int(design.as_of.max())
        labels, group = self._groups(design)
        self.complete_ = [1.0] * self.periods
        self.complete_ = self._completeness(*self._series(design, group))
        numbers, values = self._series(design, group)
        self.series_ = {labels[number]: self._model(_merge(values[i])) for i, number in enumerate(numbers)}
        self.typical_ = self._typical()
        rows = thinned(design, SELECTION_ROWS)
        whole = self._group_means(rows)[0]
        best = -np.inf
        for half_life in self.half_lives:
            for strength in STRENGTHS:
                mean = whole * self._share(rows, half_life, strength)
                mean = mean * (rows.y.sum() / mean.sum())
                likelihood = float((rows.y * np.log(mean) - mean).sum())
                if likelihood > best:
                    best, self.half_life_, self.strength_ = likelihood, float(half_life), float(strength)
        self.scale_ = 1.0
        mean, level, season, share = self._means(design)
        self.scale_ = float(design.y.sum() / mean.sum())
        self.usual_ = {"level": float(np.log(level).mean()), SEASON: float(season.mean()), "share": float(np.log(share).mean())}
        self.dispersion_ = fit_dispersion(rows.y, self._means(rows)[0])
        return self

    def _series(self, design: Design, group: Any) -> tuple[list[int], Float64[np.ndarray, "group time lag"]]:
        """For each group that has rows its counts at the times ``last - i * horizon``, the earliest first, by the lag at which
        they were seen; NaN where none was.
        """
        horizon = self.target_.horizon
        there = group >= 0
        dates, at = np.unique(design.as_of[there], return_inverse=True)
        keys, first = np.unique(group[there].astype(np.int64) * len(dates) + at, return_index=True)
        columns = [column[there][first] for column in self._values(design)]
        numbers, row = np.unique(keys // len(dates), return_inverse=True)
        back = self.last_ - dates[keys % len(dates)].astype(np.int64)
        length = int((self.last_ - dates[0]) // horizon) + self.periods
        found = np.full((len(numbers), length, self.periods), np.nan)
        whole = back % horizon == 0
        for lag, column in enumerate(columns):
            found[row[whole], length - 1 - back[whole] // horizon - lag, lag] = column[whole]
        return [int(number) for number in numbers], found

    def _completeness(self, numbers: list[int], values: Any) -> list[float]:
        """What part of a count is usually known at each lag, compared with the last lag."""
        found = []
        for lag in range(self.periods):
            both = ~np.isnan(values[:, :, lag]) & ~np.isnan(values[:, :, -1])
            early, late = float(values[:, :, lag][both].sum()), float(values[:, :, -1][both].sum())
            found.append(float(np.clip(early / late, LEAST_COMPLETE, 1.0)) if late > 0 else 1.0)
        return found

    def _model(self, series: Rows) -> dict[str, Any]:
        """Level at the end, gain, variance of a forecast, waves at the end and least mean of one group."""
        known = series[~np.isnan(series)]
        least = 0.5 / max(len(known), 1)
        roots = np.sqrt(series + SHIFT)
        if len(known) < LEAST_VALUES or not known.any():
            level = float(np.sqrt(known.mean() + SHIFT)) if len(known) else LOWEST
            return {"level": level, "gain": USUAL_GAIN, "variance": 0.0, "waves": [], "least": least}
        from statsmodels.tools.sm_exceptions import ConvergenceWarning
        from statsmodels.tsa.statespace.structural import UnobservedComponents

        period = YEAR_DAYS / self.target_.horizon
        harmonics = min(self.harmonics, int((period - 1) // 2)) if len(known) >= 2 * period else 0
        settings: dict[str, Any] = {"level": "local level"}
        if harmonics:
            settings |= {"freq_seasonal": [{"period": period, "harmonics": harmonics}], "stochastic_freq_seasonal": [False]}
        model = UnobservedComponents(roots, **settings)
        with warnings.catch_warnings():
            # a series without noise has no inner maximum; where the search stops is as good as any
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted: Any = model.fit(disp=0, maxiter=100)
        noise, wander = (float(value) for value in fitted.params)
        state = [float(value) for value in fitted.filtered_state[:, -1]]
        ratio = wander / max(noise, 1e-9)
        ahead = (ratio + np.sqrt(ratio * (ratio + 4))) / 2
        gain, variance = float(np.clip(ahead / (1 + ahead), 0.01, 0.9)), noise * (1 + ahead)
        return {"level": state[0], "gain": gain, "variance": float(variance), "waves": state[1:], "least": least}

    def _typical(self) -> dict[str, Any]:
        """What stands in for a group that was not there in training."""
        each = list(self.series_.values())
        found = {name: float(np.median([model[name] for model in each])) for name in ("level", "variance", "least")}
        return {**found, "gain": USUAL_GAIN, "waves": []}

    def _group_means(self, design: Design) -> tuple[Rows, Rows]:
        """The forecast for the group of each row, and what it would be without the season."""
        labels, group = self._groups(design)
        models = [self.series_.get(label, self.typical_) for label in labels] + [self.typical_]
        of_row = {name: np.array([model[name] for model in models])[group] for name in ("level", "gain", "variance", "least")}
        count = max(len(model["waves"]) for model in models)
        waves = np.array([[*model["waves"], *[0.0] * (count - len(model["waves"]))] for model in models])
        time = (design.as_of - self.last_) / self.target_.horizon

        def season(steps: int) -> Rows:
            total = np.zeros(len(design))
            for order in range(1, count // 2 + 1):
                turn = 2 * np.pi * order * (time + steps) * self.target_.horizon / YEAR_DAYS
                total += waves[group, 2 * order - 2] * np.cos(turn) + waves[group, 2 * order - 1] * np.sin(turn)
            return total

        # a group that was not there in training begins with the first value that the row has
        there = np.array([label in self.series_ for label in labels] + [False])[group]
        level = np.where(there, of_row["level"], np.nan)
        values = self._values(design)
        for lag in range(self.periods - 1, -1, -1):
            root = np.sqrt(values[lag] + SHIFT) - season(-lag)
            level = np.where(np.isnan(level), root, level + np.where(np.isnan(root), 0.0, of_row["gain"] * (root - level)))
        level = np.where(np.isnan(level), of_row["level"], level)

        def mean(root: Rows) -> Rows:
            return np.maximum(np.maximum(root, LOWEST) ** 2 + of_row["variance"] - SHIFT, of_row["least"])

        return mean(level + season(1)), mean(level)

    def _share(self, design: Design, half_life: float, strength: float) -> Rows:
        """Each cell's share of its group."""
        columns = {
            feature.name: np.nan_to_num(design.column(feature.name).astype(np.float64))
            for feature in self._share_columns(self.target_, half_life)
        }
        own, group, days, group_days, *weighted = columns.values()
        cells = np.maximum(group_days, 1.0) / np.maximum(days, 1.0)
        relative = np.ones(len(design))
        if weighted:
            relative = np.maximum(weighted[0], 1e-300) / np.maximum(weighted[1], 1e-300) * cells
            # a cell without a figure, or with 0, still has some share
            relative = np.maximum(relative, 0.05)
        return (strength * relative + own) / (strength * cells + group)

    def _means(self, design: Design) -> tuple[Rows, Rows, Rows, Rows]:
        """Mean of each row, the group's mean without the season, the log of the season's factor, and the share."""
        whole, flat = self._group_means(design)
        share = self._share(design, self.half_life_, self.strength_)
        return self.scale_ * whole * share, flat, np.log(whole / flat), share

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._means(design)[0], self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        _, level, season, share = self._means(design)
        values = {
            self._lags(self.target_)[0].name: np.log(level) - self.usual_["level"],
            SEASON: season - self.usual_[SEASON],
            Decay(self.target_.kinds, self.half_life_).name: np.log(share) - self.usual_["share"],
        }
        base = float(np.log(self.scale_)) + sum(self.usual_.values())
        shown = {SEASON: np.exp(values[SEASON])}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), MEANINGS, shown)

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "last": self.last_,
            "complete": self.complete_,
            "series": self.series_,
            "typical": self.typical_,
            "half_life": self.half_life_,
            "strength": self.strength_,
            "scale": self.scale_,
            "usual": self.usual_,
            "dispersion": self.dispersion_,
        }

    def restore(self, state: Mapping[str, Any]) -> GroupSeries:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.last_, self.complete_, self.series_ = state["last"], list(state["complete"]), dict(state["series"])
        self.typical_ = dict(state["typical"])
        self.half_life_, self.strength_ = state["half_life"], state["strength"]
        self.scale_, self.usual_, self.dispersion_ = state["scale"], dict(state["usual"]), state["dispersion"]
        return self


def _merge(values: Float64[np.ndarray, "time lag"]) -> Float64[np.ndarray, " time"]:
    """Each time's count as it was seen last; leading times that were never seen are dropped."""
    found = np.full(len(values), np.nan)
    for lag in range(values.shape[1]):
        found = np.where(np.isnan(values[:, lag]), found, values[:, lag])
    seen = np.flatnonzero(~np.isnan(found))
    return found[seen[0] :] if len(seen) else found
