"""Seasonal rate: a slow rate times the same season of past years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, COUNTY, Count, Decay, Feature, PlaceFigure
from riskmodel.asof.vocabulary.season import YEAR
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.posterior_rate import STRENGTHS, PosteriorRate, scaled_likelihood
from riskmodel.forecasts.forecasters.training_rows import SELECTION_ROWS, check_rows, thinned

SEASON_STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4)
"""Candidates for the events that the prior of a season's factor is worth; the largest is nearly no season."""

GROUP_SEASON = "past_season"
OWN_SEASON = "own_past_season"
SEASONAL_MEANINGS = {
    GROUP_SEASON: Text(
        zh="往年此时此类事件较{than:多/少}，约为全年平均的{value}倍",
        en="{than:More/Fewer} such events at this time in past years: {value} times the mean of the year",
    ),
    OWN_SEASON: Text(
        zh="该处往年此时发案较{than:多/少}，约为各处同期平均的{value}倍",
        en="{than:Many/Few} events here at this time in past years: {value} times the mean of all places",
    ),
}


class SeasonCounts(NamedTuple):
    """Counts of past seasons, and of the years around.

    The latter is scaled to as many days as the seasons have.
    """

    inside: Rows
    around: Rows


class RateFactors(NamedTuple):
    """Daily rate of each row and its factors.

    ``prior`` is what the rate is shrunken to, ``relative`` the cell's exposure over the usual one. ``own`` is the cell's factor, ``group`` that of its group, which is the prior of ``own``.
    """

    rate: Rows
    prior: Rows
    relative: Rows
    group: Rows
    own: Rows


@dataclass(frozen=True, repr=False)
class SeasonalRate(Forecaster):
    """Slowly decayed rate times a factor for the season, each shrunken.

    ``mean = scale * horizon * rate * factor``. The rate is that of
    :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate` at one half-life, usually a long one. The factor compares, over
    past years, the count ``C`` in this season (the horizon and ``margin`` days on either side) with the count ``A`` that the year
    around it would give for as many days: ``(strength + C) / (strength / prior + A)``, the posterior mean under a gamma prior of
    mean ``prior``. The prior of a group's factor is 1, that of a cell's factor its group's. Years that reach into a gap of a source
    do not count; with none left the factor is its prior. The ratio to the year around keeps trends and new cells out of the season.
    The three strengths, and the half-life if there are several candidates, are those of highest likelihood on the training rows.

    Parameters
    ----------
    years
        Past years to use.
    margin
        Days on either side that belong to the season.
    half_life
        Of the rate, days; or several candidates.
    over
        ``county`` or a grouping.
    exposure
        Name of an exposure, or None.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import SeasonalRate
    >>> forecaster = SeasonalRate(years=1)
    >>> [(season.name, year.name) for season, year in forecaster.seasons(Target(("theft",), horizon=14), "cell")]
    [('theft_count_42d_lag336d', 'theft_count_364d_lag175d')]
    """

    years: int = 3
    margin: int = 14
    half_life: float | tuple[float, ...] = 365
    over: str = COUNTY
    exposure: str | None = None

    def __post_init__(self) -> None:
        if self.years < 1:
            raise bad_argument("years", "SeasonalRate", "1 or more", self.years)
        if self.margin < 0:
            raise bad_argument("margin", "SeasonalRate", "0 or more days", self.margin)
        if not np.ravel(self.half_life).size or not (np.ravel(self.half_life) > 0).all():
            raise bad_argument("half_life", "SeasonalRate", "a number of days above 0, or several", self.half_life)

    @property
    def half_lives(self) -> tuple[float, ...]:
        """Candidates for the half-life, days."""
        return tuple(np.ravel(self.half_life).tolist())

    @property
    def rate(self) -> PosteriorRate:
        """Definition of the rate."""
        return PosteriorRate(self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        seasons = [count for over in (CELL, self.over) for pair in self.seasons(target, over) for count in pair]
        return (*self.rate.needs(target, self.half_lives), *seasons)

    def seasons(self, target: Target, over: str) -> list[tuple[Count, Count]]:
        """Season of each past year, and the year around it.

        Both have ended before the as-of date.
        """
        window = target.horizon + 2 * self.margin
        found = []
        back = 0
        while len(found) < self.years:
            back += 1
            middle = YEAR * back - target.horizon // 2
            if middle >= max(YEAR // 2, -(-window // 2)):
                season = Count(target.kinds, window, middle - window // 2, over)
                found.append((season, Count(target.kinds, YEAR, middle - YEAR // 2, over)))
        return found

    def season_counts(self, design: Design, target: Target, over: str) -> SeasonCounts:
        """Sum the counts of :meth:`seasons` over the past years."""
        inside, around = np.zeros(len(design)), np.zeros(len(design))
        for season, year in self.seasons(target, over):
            count, whole = (design.column(feature.name).astype(np.float64) for feature in (season, year))
            known = ~np.isnan(count) & ~np.isnan(whole)
            inside += np.where(known, count, 0.0)
            around += np.where(known, whole, 0.0) * (season.window / YEAR)
        return SeasonCounts(inside, around)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedSeasonalRate:
        target = check_rows(design, "SeasonalRate")
        rate, rows = self.rate.measured(design), thinned(design, SELECTION_ROWS)
        half_life, strengths = self._chosen(rows, target, rate)
        fitted = FittedSeasonalRate(
            settings=self,
            dispersion=0.0,
            kinds=target.kinds,
            horizon=target.horizon,
            half_life=half_life,
            strengths=strengths,
            scale=1.0,
            usual={},
            usual_exposure=rate.usual_exposure,
        )
        found = fitted.factors(design)
        usual = {
            "prior": float(np.log(found.prior / found.relative).mean()),
            GROUP_SEASON: float(np.log(found.group).mean()),
            OWN_SEASON: float(np.log(found.own / found.group).mean()),
        }
        scale = float(design.y.sum() / (target.horizon * found.rate * found.own).sum())
        fitted = replace(fitted, scale=scale, usual=usual)
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))

    def _chosen(self, rows: Design, target: Target, rate: PosteriorRate) -> tuple[float, dict[str, float]]:
        """Half-life and strengths of highest likelihood.

        One strength after the other is chosen, twice round, at each half-life.
        """
        gathered = self.season_counts(rows, target, self.over), self.season_counts(rows, target, CELL)
        levels: dict[tuple[float, float], Rows] = {}

        def loss(half_life: float, strengths: Mapping[str, float]) -> float:
            level = (half_life, strengths["level"])
            if level not in levels:
                levels[level] = rate.rates(rows, target, *level).rate
            return -scaled_likelihood(rows.y, levels[level] * _season_factors(*gathered, strengths["group"], strengths["own"])[1])

        best, half_life, strengths = np.inf, 0.0, dict[str, float]()
        for candidate in self.half_lives:
            chosen = {"level": 1.0, "group": 100.0, "own": 1e4}
            for _ in range(2):
                for name, values in (("group", SEASON_STRENGTHS), ("level", STRENGTHS), ("own", SEASON_STRENGTHS)):
                    chosen[name] = min(
                        values, key=lambda value, name=name, at=candidate, so=chosen: loss(at, {**so, name: value})
                    )
            levels.clear()
            found = loss(candidate, chosen)
            if found < best:
                best, half_life, strengths = found, candidate, chosen
        return half_life, strengths


@dataclass(frozen=True, repr=False, eq=False)
class FittedSeasonalRate(FittedToTarget, of=SeasonalRate):
    """Fitted :class:`SeasonalRate`.

    Parameters
    ----------
    half_life
        Of the rate, days.
    strengths
        Events that the prior of the ``level``, the ``group``'s season and the ``own`` season is worth.
    scale
        Factor that makes forecasts sum to the training events.
    usual
        Mean log prior and mean log seasonal factors of the training rows.
    usual_exposure
        Mean exposure of a training row, or 1.
    """

    settings: SeasonalRate
    half_life: float
    strengths: Mapping[str, float]
    scale: float
    usual: Mapping[str, float]
    usual_exposure: float

    @cached_property
    def rate(self) -> PosteriorRate:
        """The rate with its usual exposure."""
        return replace(self.settings.rate, usual_exposure=self.usual_exposure)

    def factors(self, design: Design) -> RateFactors:
        """Rate and seasonal factors of each row."""
        settings, target = self.settings, self.target
        found = self.rate.rates(design, target, self.half_life, self.strengths["level"])
        gathered = settings.season_counts(design, target, settings.over), settings.season_counts(design, target, CELL)
        return RateFactors(*found, *_season_factors(*gathered, self.strengths["group"], self.strengths["own"]))

    def mean(self, design: Design) -> Rows:
        found = self.factors(design)
        return self.scale * self.horizon * found.rate * found.own

    def explain(self, design: Design) -> Contributions:
        rate, prior, relative, group, own = self.factors(design)
        values = {
            Decay(self.kinds, self.half_life, self.settings.over).name: np.log(prior / relative) - self.usual["prior"],
            Decay(self.kinds, self.half_life).name: np.log(rate / prior),
            GROUP_SEASON: np.log(group) - self.usual[GROUP_SEASON],
            OWN_SEASON: np.log(own / group) - self.usual[OWN_SEASON],
        }
        if self.settings.exposure:
            values[PlaceFigure(self.settings.exposure).name] = np.log(relative)
        base = float(np.log(self.scale * self.horizon)) + sum(self.usual.values())
        return Contributions.of(base, values, SEASONAL_MEANINGS)


def _season_factors(group: SeasonCounts, own: SeasonCounts, group_strength: float, own_strength: float) -> tuple[Rows, Rows]:
    """Shrunken seasonal factors of the group and of the cell."""
    of_group = (group_strength + group.inside) / (group_strength + group.around)
    return of_group, (own_strength + own.inside) / (own_strength / of_group + own.around)
