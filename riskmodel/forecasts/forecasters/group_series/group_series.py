"""Structural time series of a grouping, shared out to its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Count, Decay, DecayedDays, Feature
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.group_series.series_filter import GroupMeans, GroupRows, group_means
from riskmodel.forecasts.forecasters.group_series.series_model import (
    SeriesModel,
    completeness,
    fit_series,
    latest_counts,
    typical_model,
)
from riskmodel.forecasts.forecasters.posterior_rate import STRENGTHS, ZERO_SHARE, scaled_likelihood
from riskmodel.forecasts.forecasters.training_rows import SELECTION_ROWS, check_rows, thinned

GROUP_SEASON = "group_season"
SERIES_MEANINGS = {
    GROUP_SEASON: Text(
        zh="所属区域当前季节此类事件较{than:多/少}，约为平常的{value}倍",
        en="{than:More/Fewer} such events in the area at this time of the year: {value} times the usual",
    )
}
UNKNOWN = SeriesModel(0.0, 0.0, 0.0, (), 0.0)
"""Stands for the typical model before any group is fitted."""


class SharedMeans(NamedTuple):
    """Mean of each row, with the parts that make it up.

    ``level`` is the group's mean without the season, ``season`` the log of the season's factor, ``share`` the cell's share.
    """

    mean: Rows
    level: Rows
    season: Rows
    share: Rows


@dataclass(frozen=True, repr=False)
class GroupSeries(Forecaster):
    """Unobserved components of each group's counts, shared out to cells.

    ``mean = scale * group's forecast * share``.

    Square roots of counts (plus 3/8: Anscombe, 1948) have nearly the same variance at every level, so a Gaussian model fits them: for
    each group a local level and a fixed season of ``harmonics`` waves, by statsmodels' ``UnobservedComponents``. (Exponential
    smoothing was rejected: with weekly seasons it has 52 starting values to find, and it cannot handle missing values.) The values
    are counts over successive horizons. A forecast runs the fitted filter, with its long-run gain, over the last ``periods`` values,
    which each row carries itself, from the level at the end of training. Counts are scaled up for what is usually not yet known so
    soon.

    With the decayed counts ``S`` of a cell and ``G`` of its group, the share is ``(strength * e + S) / (strength * n + G)``, where
    ``n`` is the number of cells and ``e`` the cell's exposure over the group's mean: the posterior mean under a Dirichlet prior.

    Parameters
    ----------
    over
        ``county`` or a grouping.
    harmonics
        Waves of the season; 0 leaves it out, as does a series shorter than two years.
    periods
        Number of values over which the filter runs.
    half_lives
        Of the shares, candidates, days.
    exposure
        Name of an exposure, or None.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import GroupSeries
    >>> [feature.name for feature in GroupSeries("town", periods=2).lags(Target(("theft",), horizon=14))]
    ['theft_count_14d_town', 'theft_count_14d_lag14d_town']
    """

    over: str = COUNTY
    harmonics: int = 2
    periods: int = 13
    half_lives: tuple[float, ...] = (30, 91, 365, 730)
    exposure: str | None = None

    def __post_init__(self) -> None:
        if self.periods < 1:
            raise bad_argument("periods", "GroupSeries", "1 or more", self.periods)
        if self.harmonics < 0:
            raise bad_argument("harmonics", "GroupSeries", "0 or more", self.harmonics)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        shares = [feature for half_life in self.half_lives for feature in self.share_features(target, half_life)]
        return (*self.lags(target), *dict.fromkeys(shares))

    def lags(self, target: Target) -> tuple[Count, ...]:
        """The group's count over each of the last horizons, the latest first."""
        return tuple(Count(target.kinds, target.horizon, lag * target.horizon, self.over) for lag in range(self.periods))

    def share_features(self, target: Target, half_life: float) -> tuple[Feature, ...]:
        """Decayed counts and days of the cell and its group, by exposure."""
        found: list[Feature] = [Decay(target.kinds, half_life), Decay(target.kinds, half_life, self.over)]
        for exposure in dict.fromkeys((None, self.exposure)):
            found += [DecayedDays(target.kinds, half_life, exposure), DecayedDays(target.kinds, half_life, exposure, self.over)]
        return tuple(found)

    def groups(self, design: Design) -> tuple[tuple[str, ...], Int64[np.ndarray, " row"]]:
        """Labels of the groups, and each row's group.

        A group is -1 where the cell does not exist.
        """
        if self.over == COUNTY:
            return (COUNTY,), np.where(design.at_risk, 0, -1)
        return design.places.grouping(self.over).labels, design.group(self.over).astype(np.int64)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedGroupSeries:
        target = check_rows(design, "GroupSeries")
        fitted = FittedGroupSeries(
            settings=self, dispersion=0.0, kinds=target.kinds, horizon=target.horizon, last=int(design.as_of.max()),
            complete=(1.0,) * self.periods, series={}, typical=UNKNOWN, half_life=0.0, strength=0.0, scale=1.0, usual={},
        )  # fmt: skip
        labels, group = self.groups(design)
        fitted = replace(fitted, complete=completeness(_series_seen(fitted, design, group)[1]))
        numbers, values = _series_seen(fitted, design, group)
        series = {labels[n]: fit_series(latest_counts(values[i]), target.horizon, self.harmonics) for i, n in enumerate(numbers)}
        fitted = replace(fitted, series=series, typical=typical_model(series.values()))
        rows = thinned(design, SELECTION_ROWS)
        fitted = _with_best_share(fitted, rows)
        found = fitted.means(design)
        usual = {
            "level": float(np.log(found.level).mean()),
            GROUP_SEASON: float(found.season.mean()),
            "share": float(np.log(found.share).mean()),
        }
        fitted = replace(fitted, scale=float(design.y.sum() / found.mean.sum()), usual=usual)
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedGroupSeries(FittedToTarget, of=GroupSeries):
    """Fitted :class:`GroupSeries`.

    Parameters
    ----------
    last
        Last training day.
    complete
        Share of a count that is usually known, at each lag.
    series
        Model of each group, by label.
    typical
        Model of a group that did not exist in training.
    half_life, strength
        Of the shares: days, and events that the prior is worth per cell.
    scale
        Factor that makes forecasts sum to the training events.
    usual
        Mean logs of level, season and share over the training rows.
    """

    settings: GroupSeries
    last: int
    complete: tuple[float, ...]
    series: Mapping[str, SeriesModel]
    typical: SeriesModel
    half_life: float
    strength: float
    scale: float
    usual: Mapping[str, float]

    def counts(self, design: Design) -> list[Rows]:
        """Counts of the last horizons, latest first, scaled up for delay."""
        columns = (design.column(feature.name).astype(np.float64) for feature in self.settings.lags(self.target))
        return [column / part for column, part in zip(columns, self.complete, strict=True)]

    def group_means(self, design: Design) -> GroupMeans:
        """Forecast of each row's group, with and without the season."""
        labels, group = self.settings.groups(design)
        models = [self.series.get(label, self.typical) for label in labels] + [self.typical]
        known = np.array([label in self.series for label in labels] + [False])[group]
        time = (design.as_of - self.last) / self.horizon
        return group_means(models, GroupRows(group, known, self.counts(design), time), self.horizon)

    def share(self, design: Design) -> Rows:
        """Each cell's share of its group."""
        columns = {
            feature.name: np.nan_to_num(design.column(feature.name).astype(np.float64))
            for feature in self.settings.share_features(self.target, self.half_life)
        }
        own, group, days, group_days, *weighted = columns.values()
        cells = np.maximum(group_days, 1.0) / np.maximum(days, 1.0)
        relative = np.ones(len(design))
        if weighted:
            relative = np.maximum(weighted[0], 1e-300) / np.maximum(weighted[1], 1e-300) * cells
            # a cell without a figure, or with 0, still has some share
            relative = np.maximum(relative, ZERO_SHARE)
        return (self.strength * relative + own) / (self.strength * cells + group)

    def means(self, design: Design) -> SharedMeans:
        """Mean of each row, with its parts."""
        whole, flat = self.group_means(design)
        share = self.share(design)
        return SharedMeans(self.scale * whole * share, flat, np.log(whole / flat), share)

    def mean(self, design: Design) -> Rows:
        return self.means(design).mean

    def explain(self, design: Design) -> Contributions:
        _, level, season, share = self.means(design)
        values = {
            self.settings.lags(self.target)[0].name: np.log(level) - self.usual["level"],
            GROUP_SEASON: season - self.usual[GROUP_SEASON],
            Decay(self.kinds, self.half_life).name: np.log(share) - self.usual["share"],
        }
        base = float(np.log(self.scale)) + sum(self.usual.values())
        return Contributions.of(base, values, SERIES_MEANINGS)


def _with_best_share(fitted: FittedGroupSeries, rows: Design) -> FittedGroupSeries:
    """Choose half-life and strength of the shares by likelihood."""
    whole, best = fitted.group_means(rows).mean, -np.inf
    for half_life in fitted.settings.half_lives:
        for strength in STRENGTHS:
            candidate = replace(fitted, half_life=float(half_life), strength=float(strength))
            likelihood = scaled_likelihood(rows.y, whole * candidate.share(rows))
            if likelihood > best:
                best, fitted = likelihood, candidate
    return fitted


def _series_seen(
    fitted: FittedGroupSeries, design: Design, group: Int64[np.ndarray, " row"]
) -> tuple[list[int], Float64[np.ndarray, "group time lag"]]:
    """Counts of each group at the times ``last - i * horizon``.

    The earliest time comes first; lags are those at which a count was seen, NaN where it was not. The numbers of the groups that have
    rows come with them.
    """
    horizon = fitted.horizon
    there = group >= 0
    dates, at = np.unique(design.as_of[there], return_inverse=True)
    keys, first = np.unique(group[there].astype(np.int64) * len(dates) + at, return_index=True)
    columns = [column[there][first] for column in fitted.counts(design)]
    numbers, row = np.unique(keys // len(dates), return_inverse=True)
    back = fitted.last - dates[keys % len(dates)].astype(np.int64)
    periods = fitted.settings.periods
    length = int((fitted.last - dates[0]) // horizon) + periods
    found = np.full((len(numbers), length, periods), np.nan)
    on_step = back % horizon == 0
    for lag, column in enumerate(columns):
        found[row[on_step], length - 1 - back[on_step] // horizon - lag, lag] = column[on_step]
    return [int(number) for number in numbers], found
