"""The same season in past years: how much of its year's events a cell has at this time of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, COUNTY, Count, Decay, Feature, PlaceFigure
from riskmodel.base.errors import bad_argument
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned
from riskmodel.forecasts.forecasters.decayed_rate import SELECTION_ROWS, STRENGTHS, DecayedRate

Rows = Float64[np.ndarray, " row"]

YEAR = 364
"""52 weeks, so that weekdays agree."""

SEASON_STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4)
"""Candidates for the events that a flat year, and the group's season, are worth; the largest is nearly no season."""

GROUP_SEASON = "past_season"
OWN_SEASON = "own_past_season"
MEANINGS = {
    GROUP_SEASON: Text(
        zh="往年同期的总体情况（为全年平均的{value}倍）", en="The same season of past years ({value} times the usual, {usual})"
    ),
    OWN_SEASON: Text(
        zh="本网格往年同期的情况（为总体同期水平的{value}倍）",
        en="This cell's own past years in this season ({value} times the usual, {usual})",
    ),
}


class SeasonalRate(Forecaster):
    """A slowly decayed rate times a factor for the season, each shrunken by a gamma prior.

    The level is :class:`DecayedRate`'s at one half-life, a long one as a rule. The season's factor compares, over past years, the count ``C``
    in this season (the horizon and ``margin`` days on either side) with the count ``A`` that the year around it would have had in
    as many days: ``(strength + C) / (strength / prior + A)``, the posterior mean under a gamma prior of mean ``prior``. The
    prior of a group's factor is 1, that of a cell's its group's factor. Years that reach into a gap of a feed do not count; with
    none left the factor is its prior. The ratio to the year around leaves trends and new cells out of the season. The three
    strengths, and the half-life if there are several candidates, are those of the highest likelihood on the training rows.

    Parameters
    ----------
    years
        Past years to look at.
    margin
        Days on either side that belong to the season.
    half_life
        Of the level, days; or several candidates.
    over
        ``county`` or a grouping.
    exposure
        Name of an exposure, or None.
    """

    def __init__(
        self,
        years: int = 3,
        margin: int = 14,
        half_life: float | tuple[float, ...] = 365,
        over: str = COUNTY,
        exposure: str | None = None,
    ) -> None:
        if years < 1:
            raise bad_argument("years", "SeasonalRate", "1 or more", years)
        if margin < 0:
            raise bad_argument("margin", "SeasonalRate", "0 or more days", margin)
        if not np.ravel(half_life).size or not (np.ravel(half_life) > 0).all():
            raise bad_argument("half_life", "SeasonalRate", "a number of days above 0, or several", half_life)
        self.years = years
        self.margin = margin
        self.half_life = half_life
        self.over = over
        self.exposure = exposure

    def _half_lives(self) -> tuple[float, ...]:
        return tuple(np.ravel(self.half_life).tolist())

    def _rates(self) -> DecayedRate:
        return DecayedRate(self._half_lives(), self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        seasons = [count for over in (CELL, self.over) for pair in self._seasons(target, over) for count in pair]
        return (*self._rates().needs(target), *seasons)

    def _seasons(self, target: Target, over: str) -> list[tuple[Count, Count]]:
        """The season of each past year, and the year around it, that have both ended before the as-of date."""
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

    def _gathered(self, design: Design, over: str) -> tuple[Rows, Rows]:
        """Count in the season of past years, and what the years around would have had in as many days."""
        inside, around = np.zeros(len(design)), np.zeros(len(design))
        for season, year in self._seasons(self.target_, over):
            count, whole = (design.column(feature.name).astype(np.float64) for feature in (season, year))
            known = ~np.isnan(count) & ~np.isnan(whole)
            inside += np.where(known, count, 0.0)
            around += np.where(known, whole, 0.0) * (season.window / YEAR)
        return inside, around

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> SeasonalRate:
        self.target_ = check_rows(design, "SeasonalRate")
        self.rates_ = self._rates()
        self.rates_.measure_exposure(design)
        rows = thinned(design, SELECTION_ROWS)
        self._choose(rows)
        self.scale_ = 1.0
        rate, prior, relative, group, own = self._factors(design)
        self.scale_ = float(design.y.sum() / (self.target_.horizon * rate * own).sum())
        self.usual_ = {"prior": float(np.log(prior / relative).mean())}
        self.usual_ |= {GROUP_SEASON: float(np.log(group).mean()), OWN_SEASON: float(np.log(own / group).mean())}
        self.dispersion_ = fit_dispersion(rows.y, self._mean(rows))
        return self

    def _choose(self, rows: Design) -> None:
        """One strength after the other, twice round, at each half-life."""
        gathered = self._gathered(rows, self.over), self._gathered(rows, CELL)
        levels: dict[tuple[float, float], Any] = {}

        def loss(half_life: float, strengths: Mapping[str, float]) -> float:
            level = (half_life, strengths["level"])
            if level not in levels:
                levels[level] = self.rates_.rates(rows, self.target_, *level)[0]
            mean = levels[level] * _factors(*gathered, strengths["group"], strengths["own"])[1]
            mean = mean * (rows.y.sum() / mean.sum())
            return -float((rows.y * np.log(mean) - mean).sum())

        best = np.inf
        for half_life in self._half_lives():
            chosen = {"level": 1.0, "group": 100.0, "own": 1e4}
            for _ in range(2):
                for name, candidates in (("group", SEASON_STRENGTHS), ("level", STRENGTHS), ("own", SEASON_STRENGTHS)):
                    chosen[name] = min(
                        candidates, key=lambda value, name=name, at=half_life, so=chosen: loss(at, {**so, name: value})
                    )
            levels.clear()
            found = loss(half_life, chosen)
            if found < best:
                best, self.half_life_, self.strengths_ = found, half_life, chosen

    def _factors(self, design: Design) -> tuple[Rows, Rows, Rows, Rows, Rows]:
        """Daily rate, its prior, relative exposure, the group's factor and the cell's."""
        rate, prior, relative = self.rates_.rates(design, self.target_, self.half_life_, self.strengths_["level"])
        gathered = self._gathered(design, self.over), self._gathered(design, CELL)
        return (rate, prior, relative, *_factors(*gathered, self.strengths_["group"], self.strengths_["own"]))

    def _mean(self, design: Design) -> Rows:
        rate, _, _, _, own = self._factors(design)
        return self.scale_ * self.target_.horizon * rate * own

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        rate, prior, relative, group, own = self._factors(design)
        values = {
            Decay(self.target_.kinds, self.half_life_, self.over).name: np.log(prior / relative) - self.usual_["prior"],
            Decay(self.target_.kinds, self.half_life_).name: np.log(rate / prior),
            GROUP_SEASON: np.log(group) - self.usual_[GROUP_SEASON],
            OWN_SEASON: np.log(own / group) - self.usual_[OWN_SEASON],
        }
        if self.exposure:
            values[PlaceFigure(self.exposure).name] = np.log(relative)
        base = float(np.log(self.scale_ * self.target_.horizon)) + sum(self.usual_.values())
        shown = {name: np.exp(values[name]) for name in MEANINGS}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), MEANINGS, shown)

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "half_life": self.half_life_,
            "strengths": self.strengths_,
            "scale": self.scale_,
            "usual": self.usual_,
            "dispersion": self.dispersion_,
            "usual_exposure": self.rates_.usual_exposure_,
        }

    def restore(self, state: Mapping[str, Any]) -> SeasonalRate:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.half_life_ = state["half_life"]
        self.strengths_, self.usual_ = dict(state["strengths"]), dict(state["usual"])
        self.scale_, self.dispersion_ = state["scale"], state["dispersion"]
        self.rates_ = self._rates()
        self.rates_.usual_exposure_ = state["usual_exposure"]
        return self


def _factors(group: tuple[Rows, Rows], own: tuple[Rows, Rows], group_strength: float, own_strength: float) -> tuple[Rows, Rows]:
    """The shrunken season's factor of the group and of the cell."""
    of_group = (group_strength + group[0]) / (group_strength + group[1])
    return of_group, (own_strength + own[0]) / (own_strength / of_group + own[1])
