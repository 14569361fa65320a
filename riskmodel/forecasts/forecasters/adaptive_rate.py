"""A decayed rate that follows a place whose level jumps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Feature
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.decayed_rate import (
    DecayedRate,
    FittedDecayedRate,
    likeliest_rate,
)
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.half_life_mixture import (
    JUMP,
    MIXED,
    PlaceRates,
    contradictions,
    mixed,
    population_shares,
    unless_contradicted,
)
from riskmodel.forecasts.forecasters.training_rows import SELECTION_ROWS, check_rows, row_blocks, spaced, thinned

OWN_PACE = "own_pace"
ADAPTIVE_MEANINGS = {
    OWN_PACE: Text(
        zh="该处近期事件{than:多于/少于}以往，预计约为按以往推算的{value}倍",
        en="{than:More/Fewer} events lately than the longer record of this place suggests: {value} times the usual forecast",
    )
}


@dataclass(frozen=True, repr=False)
class AdaptiveRate(Forecaster):
    """Decayed rate that a place leaves where its last weeks contradict it.

    ``mean = scale * decayed mean * (relative rate / decayed relative rate)``, where the decayed mean is that of
    :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`, and a relative rate is the rate of a place over that of its group, at one half-life.
    So the level of the group is that of the decayed rate, and only the places' shares in it change.

    A place has the relative rate of the decayed rate until its last weeks contradict it, by the log likelihood ratio of a quicker half-life with ten events or
    more (:data:`~riskmodel.forecasts.forecasters.half_life_mixture.JUMP`). It then takes the quicker ones as far as they are not contradicted
    (:mod:`~riskmodel.forecasts.forecasters.half_life_mixture`). So a jump is followed within weeks, without a new fit, and all other places keep the decayed rate
    (decision 0044).

    With ``mixture`` each half-life counts by the share of places that follow it on the training rows, and less as far as it is contradicted (decision 0042).

    Parameters
    ----------
    half_lives
        Days, quickest first.
    over, exposure
        As in :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`.
    mixture
        Whether all half-lives are mixed by their shares of places.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import AdaptiveRate
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in AdaptiveRate(half_lives=(30,)).needs(target)]
    ['theft_decay_30d', 'theft_days_30d', 'theft_decay_30d_county', 'theft_days_30d_county']
    """

    half_lives: tuple[float, ...] = (7, 14, 30, 91, 182, 365, 730)
    over: str = COUNTY
    exposure: str | None = None
    mixture: bool = False

    @property
    def decayed(self) -> DecayedRate:
        """The decayed rate whose level it has."""
        return DecayedRate(tuple(sorted(self.half_lives)), self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return self.decayed.needs(target)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedAdaptiveRate:
        target = check_rows(design, "AdaptiveRate")
        decayed, rows = self.decayed.fit(design), thinned(design, SELECTION_ROWS)
        half_lives = decayed.settings.half_lives
        used = half_lives if self.mixture else half_lives[: half_lives.index(decayed.half_life) + 1]
        strengths = tuple(likeliest_rate(rows, target, decayed.rate, [one]).strength for one in used)
        fitted = FittedAdaptiveRate(
            settings=self, dispersion=decayed.dispersion, decayed=decayed, strengths=strengths, shares=(), scale=1.0
        )
        if self.mixture:
            fitted = replace(fitted, shares=self._shares(fitted, design, target))
        fitted = replace(fitted, scale=float(design.y.sum() / fitted.mean(design).sum()))
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))

    def _shares(self, fitted: FittedAdaptiveRate, design: Design, target: Target) -> tuple[float, ...]:
        """Share of places that follow each half-life."""
        rows = _some_places(design)
        dates = np.unique(rows.as_of)
        overlap = max(1.0, target.horizon / float(np.median(np.diff(dates)))) if len(dates) > 1 else 1.0
        place = np.unique(rows.cell, return_inverse=True)[1]
        usual, outcome = fitted.decayed.mean(rows) / fitted.decayed_relative(rows), target.outcome
        means = [usual * one.relative for one in fitted.place_rates(rows)]
        at = fitted.decayed.settings.half_lives.index(fitted.decayed.half_life)
        dispersion = outcome.dispersion(rows.y, means[at] * np.exp(outcome.level(rows.y, means[at])))
        evidence = [
            np.bincount(place, outcome.log_likelihood(rows.y, np.log(mean) + outcome.level(rows.y, mean), dispersion)) / overlap
            for mean in means
        ]
        return tuple(population_shares(np.stack(evidence), at).tolist())


@dataclass(frozen=True, repr=False, eq=False)
class FittedAdaptiveRate(FittedForecaster, of=AdaptiveRate):
    """Fitted :class:`AdaptiveRate`.

    Parameters
    ----------
    decayed
        The decayed rate whose level it has.
    strengths
        Events that the prior is worth, at each half-life from the quickest to the slowest that is used.
    shares
        Share of places that follow each half-life; empty without a mixture.
    scale
        Factor that makes forecasts sum to the training events.
    """

    settings: AdaptiveRate
    decayed: FittedDecayedRate
    strengths: tuple[float, ...]
    shares: tuple[float, ...]
    scale: float

    def place_rates(self, design: Design) -> list[PlaceRates]:
        """Rates of each row over its group's, quickest half-life first."""
        rate, target, found = self.decayed.rate, self.decayed.target, []
        used = self.decayed.settings.half_lives[: len(self.strengths)]
        for half_life, strength in zip(used, self.strengths, strict=True):
            one = rate.rates(design, target, half_life, strength)
            events, days = (
                np.nan_to_num(design.column(feature.name).astype(np.float64)) for feature in rate.columns(target, half_life)[:2]
            )
            found.append(PlaceRates(one.rate / one.prior, events, one.prior, days))
        return found

    def decayed_relative(self, design: Design) -> Rows:
        """Rate of each row over its group's, by the decayed rate."""
        found = self.decayed.rates(design)
        return found.rate / found.prior

    def own_pace(self, design: Design) -> Rows:
        """Factor of each row beside the decayed rate."""
        found = np.empty(len(design))
        for rows, part in row_blocks(design):
            rates = self.place_rates(part)
            against = contradictions(rates, self.decayed.horizon, self.decayed.dispersion, MIXED if self.shares else JUMP)
            own = mixed(rates, self.shares, against) if self.shares else unless_contradicted(rates, against)
            found[rows] = own / self.decayed_relative(part)
        return found

    def mean(self, design: Design) -> Rows:
        return self.scale * self.decayed.mean(design) * self.own_pace(design)

    def explain(self, design: Design) -> Contributions:
        found, pace = self.decayed.explain(design), self.own_pace(design)
        values = dict(zip(found.names, found.values.T, strict=True)) | {OWN_PACE: np.log(pace)}
        return Contributions.of(found.base + float(np.log(self.scale)), values, {**found.parts, **ADAPTIVE_MEANINGS})


def _some_places(design: Design) -> Design:
    """Return all dates of some places, the same ones every time."""
    if len(design) <= SELECTION_ROWS:
        return design
    places = np.unique(design.cell)
    chosen = places[spaced(len(places), max(1, len(places) * SELECTION_ROWS // len(design)))]
    few = design.take(np.isin(design.cell, chosen))
    return few if len(few) and few.y.any() else thinned(design, SELECTION_ROWS)
