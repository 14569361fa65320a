"""Convex combination of forecasters, weighted by their skill on later dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, Rows
from riskmodel.forecasts.forecasters.adaptive_rate import AdaptiveRate
from riskmodel.forecasts.forecasters.blend_weights import PoolRows, chosen_pool, fit_pool
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate
from riskmodel.forecasts.forecasters.divergence import Divergence, divergence, leaves_seen
from riskmodel.forecasts.forecasters.fit_cache import FitCache
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Fitter, Forecaster, make
from riskmodel.forecasts.forecasters.pooled_means import LOG, POOLINGS, member_factors, pooled, spread
from riskmodel.forecasts.forecasters.seasonal_rate import SeasonalRate
from riskmodel.forecasts.forecasters.training_rows import check_rows, hold_out_begin, spaced, target_of, thinned
from riskmodel.forecasts.forecasters.weighted_members import LaterForecasts, Member, Weighted, first_of

WEIGHING_ROWS = 300_000
"""Approximate largest number of rows on which weights and level are found."""

SIMPLEST = (DecayedRate, AdaptiveRate)
"""Forecasters toward which weights are shrunken; the first one among the members."""

DEFAULT_MEMBERS: tuple[Mapping[str, Any], ...] = ({"type": "DecayedRate"}, {"type": "HarmonicCount"}, {"type": "BoostedCount"})


@dataclass(frozen=True, repr=False)
class Blend(Forecaster):
    """Weighted mean of the members' means, geometric or arithmetic.

    With ``pooling="log"``, ``log(mean) = level + sum(weight * log(member's mean))``; contributions are the members', weighted, and
    add up exactly. With ``pooling="mean"``, ``mean = exp(level) * sum(weight * member's mean)``, for members that may forecast next
    to nothing, such as sums of last counts; contributions are then weighted row by row
    (:func:`~riskmodel.forecasts.forecasters.pooled_means.member_factors`) and still add up exactly (decision 0008).

    ``level`` compensates that a geometric mean lies below an arithmetic one. It is set on the training rows so that forecasts sum to the events; for a binary
    outcome, so that probabilities sum to the rows with an event, and the log score is that of the probabilities.

    Weights are not negative and sum to 1. They and the dispersion are chosen by log score on rows later than the members' training rows
    (:func:`~riskmodel.forecasts.forecasters.blend_weights.chosen_pool`): the validation rows if there are any, else the hold-out (:func:`~riskmodel.forecasts.forecasters.training_rows.hold_out_begin`) in ``folds``
    steps forward. Beside a :class:`DecayedRate` or an :class:`AdaptiveRate` the others get all of their weight only with evidence that they add to it, and a :class:`SeasonalRate` gets any only
    with evidence that it adds to all others. A fit that continues from an earlier one
    without validation rows keeps them. Then the members are fitted on all rows. A member of weight 0 is left out.

    Its variance is not less than that between its members (decision 0071): where they disagree, it is not surer than that.

    A member that diverges (:mod:`~riskmodel.forecasts.forecasters.divergence`) on the rows of the weights, or after the last fit on
    the last dates or the newest rows, is left out as well, and named in the notes. Where all diverge the first one stays.

    Parameters
    ----------
    members
        Forecasters as tables ``{type, settings}``.
    features
        Names of the design's features, for those members that take any and name none themselves.
    folds
        Steps forward over the last dates without validation rows.
    pooling
        ``"log"`` or ``"mean"``.
    weights
        A positive weight for each member, chosen elsewhere by another score; empty to find them.

    Examples
    --------
    >>> from riskmodel.forecasts.forecasters import Blend
    >>> Blend(({"type": "Persistence"}, {"type": "LagEnsemble"}), pooling="mean").forecasters()
    [Persistence(floor=0.25, window=None), LagEnsemble(least=5e-05)]
    """

    members: tuple[Mapping[str, Any], ...] = DEFAULT_MEMBERS
    features: tuple[str, ...] = ()
    folds: int = 1
    pooling: str = LOG
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        members, weights = self.members, self.weights
        tables = not isinstance(members, (str, Mapping)) and all(isinstance(m, Mapping) and "type" in m for m in members)
        if not members or not tables:
            raise bad_argument("members", "Blend", "one or more tables with 'type' and, if any, 'settings'", members)
        for member in members:
            for key in member:
                if key not in ("type", "settings"):
                    raise unknown_name("key of a member of Blend", key, ("type", "settings"))
        if self.folds < 1:
            raise bad_argument("folds", "Blend", "1 or more", self.folds)
        if self.pooling not in POOLINGS:
            raise bad_argument("pooling", "Blend", "'log' or 'mean'", self.pooling)
        if weights and (len(weights) != len(members) or not all(weight > 0 for weight in weights)):
            raise bad_argument("weights", "Blend", f"empty or {len(members)} positive numbers, one for each member", weights)
        self.forecasters()

    def forecasters(self) -> list[Forecaster]:
        """Make the members' forecasters."""
        return [make(member["type"], member.get("settings", {}), self.features) for member in self.members]

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return check_unique(feature for member in self.forecasters() for feature in member.needs(target))

    @property
    def named_features(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for member in self.forecasters() for name in member.named_features))

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedBlend:
        return self.fit_with(FitCache(threads), design, validation, earlier)

    def fit_with(
        self,
        fitter: Fitter,
        design: Design,
        validation: Design | None = None,
        earlier: FittedForecaster | None = None,
    ) -> FittedBlend:
        outcome = check_rows(design, "Blend").outcome
        if validation is not None:
            found = self._weighted_on(fitter, design, validation)
        elif isinstance(earlier, FittedBlend):
            members = [Member(member.settings, member) for member in earlier.members]
            found = Weighted(members, earlier.weights, earlier.dispersion, earlier.member_notes)
        else:
            found = self._weighted_ahead(design, fitter.threads)
        if validation is None:
            fitted = [fitter.fit(member.forecaster, design, earlier=member.fitted) for member in found.members]
            found = self._holding(found, fitted, (design, fitter.newest))
        fitted = tuple(member.fitted for member in found.members if member.fitted is not None)
        rows = thinned(design, WEIGHING_ROWS)
        blend = FittedBlend(
            settings=self, dispersion=0.0, weights=found.weights, level=0.0, members=fitted, member_notes=found.notes,
            spread=not outcome.binary,
        )  # fmt: skip
        if rows.y.any():
            blend = replace(blend, level=outcome.level(rows.y, blend.mean(rows)))
        dispersion = found.dispersion
        return replace(blend, dispersion=outcome.dispersion(rows.y, blend.mean(rows)) if dispersion is None else dispersion)

    def _weighted_on(self, fitter: Fitter, design: Design, validation: Design) -> Weighted:
        """Fit the members and weight them on the validation rows."""
        members = [Member(one, fitter.fit(one, design, validation)) for one in self.forecasters()]
        means = [member.fitted.predict(validation).mean for member in members if member.fitted is not None]
        return self._weighted(members, [LaterForecasts(validation, means, float(design.y.max()))], target_of(design))

    def _weighted_ahead(self, design: Design, threads: int) -> Weighted:
        """Weight the members on the last dates, fitted on the dates before.

        Weights are equal if no step has events before and after.
        """
        members = [Member(one) for one in self.forecasters()]
        horizon = target_of(design).horizon
        dates = np.unique(design.as_of)
        last = dates[dates >= hold_out_begin(dates)]
        steps = []
        for block in np.array_split(last, min(self.folds, len(last))):
            early = design.as_of + horizon <= block[0]
            late = (design.as_of >= block[0]) & (design.as_of <= block[-1])
            if not (early.any() and design.y[early].any() and design.y[late].any()):
                continue
            later, means = design.take(late), []
            for k, (forecaster, before) in enumerate(members):
                fitted = forecaster.fit(design.take(early), later, threads, before)
                members[k] = Member(forecaster, fitted)
                means.append(fitted.predict(later).mean)
            steps.append(LaterForecasts(later, means, float(design.y[early].max())))
        return self._weighted(members, steps, target_of(design))

    def _weighted(self, members: list[Member], steps: list[LaterForecasts], target: Target) -> Weighted:
        """Weight the members; those that diverge are left out."""
        stated = np.array(self.weights or np.ones(len(members)), dtype=np.float64)
        if not steps:
            if not self.weights and (late := first_of(SeasonalRate, members)) is not None and len(members) > 1:
                members, stated = members[:late] + members[late + 1 :], stated[1:]
            return Weighted(members, tuple(float(weight) for weight in stated / stated.sum()), None)
        y = np.concatenate([one.rows.y for one in steps]).astype(np.float64)
        means = [np.concatenate([one.means[k] for one in steps]) for k in range(len(members))]
        seen = max(max(one.seen for one in steps), float(y.max()))
        diverged = {
            k: found
            for k, member in enumerate(members)
            if (found := divergence(type(member.forecaster).__name__, target.outcome, (y, means[k]), seen)) is not None
        }
        held = [k for k in range(len(members)) if k not in diverged] or [0]
        rows = self._pool_rows(steps, y, [means[k] for k in held], target)
        simplest, reserve = (first_of(kind, [members[k] for k in held]) for kind in (SIMPLEST, SeasonalRate))
        weights, _, dispersion = fit_pool(rows, tuple(stated[held])) if self.weights else chosen_pool(rows, simplest, reserve)
        kept = [at for at in range(len(held)) if weights[at] > 0]
        return Weighted(
            [members[held[at]] for at in kept],
            tuple(float(weights[at]) for at in kept),
            dispersion,
            tuple(diverged[k].note for k in diverged if k not in held),
        )

    def _pool_rows(self, steps: list[LaterForecasts], y: Rows, means: list[Rows], target: Target) -> PoolRows:
        """Return the later rows that the weights are fitted to."""
        every = spaced(len(y), WEIGHING_ROWS)
        dates, cells = (np.concatenate([getattr(one.rows, name) for one in steps]) for name in ("as_of", "cell"))
        return PoolRows(
            y[every],
            [np.log(mean)[every] for mean in means],
            self.pooling,
            target.outcome,
            cells[every],
            ((dates - dates.min()) // target.horizon)[every],
        )

    def _holding(self, found: Weighted, fitted: list[FittedForecaster], on: tuple[Design, Design | None]) -> Weighted:
        """Leave out members whose last fit diverges."""
        design, newest = on
        outcome, seen = target_of(design).outcome, float(design.y.max())
        last = design.take(design.as_of >= hold_out_begin(design.as_of))
        diverged: dict[int, Divergence] = {}
        for k, one in enumerate(fitted if len(fitted) > 1 else []):
            name = type(one.settings).__name__
            gone = divergence(name, outcome, (last.y, one.predict(last).mean), seen)
            if gone is None and newest is not None and len(newest):
                gone = leaves_seen(name, outcome, one.predict(newest).mean, seen)
            if gone is not None:
                diverged[k] = gone
        held = [k for k in range(len(fitted)) if k not in diverged] or [0]
        total = sum(found.weights[k] for k in held)
        return Weighted(
            [Member(found.members[k].forecaster, fitted[k]) for k in held],
            found.weights if len(held) == len(fitted) else tuple(found.weights[k] / total for k in held),
            found.dispersion,
            (*found.notes, *(diverged[k].note for k in diverged if k not in held)),
        )


@dataclass(frozen=True, repr=False, eq=False)
class FittedBlend(FittedForecaster, of=Blend):
    """Fitted :class:`Blend`.

    Parameters
    ----------
    weights
        Of the members, positive.
    level
        Shift of the pooled log mean.
    members
        Fitted members that have weight.
    member_notes
        Notes about members that diverged and were left out.
    spread
        Whether forecasts state by how much members disagree. Fits of earlier versions do not, nor do those of a binary outcome, whose mean says all.
    """

    settings: Blend
    weights: tuple[float, ...]
    level: float
    members: tuple[FittedForecaster, ...]
    member_notes: tuple[FitNote, ...] = ()
    spread: bool = False

    @property
    def notes(self) -> tuple[FitNote, ...]:
        return (*self.member_notes, *(note for member in self.members for note in member.notes))

    def mean(self, design: Design) -> Rows:
        return self.predict(design).mean

    def predict(self, design: Design) -> CountDistribution:
        pooling, logs = self.settings.pooling, [np.log(member.predict(design).mean) for member in self.members]
        forecast = CountDistribution.of(np.exp(self.level + pooled(pooling, self.weights, logs)), self.dispersion)
        return forecast.with_spread(spread(pooling, self.weights, logs)) if self.spread else forecast

    def explain(self, design: Design) -> Contributions:
        pooling = self.settings.pooling
        explained = [member.explain(design) for member in self.members]
        bases = [found.base for found in explained]
        logs = [found.base + found.values.sum(axis=1) for found in explained]
        base = self.level + float(pooled(pooling, self.weights, bases))
        values: dict[str, Rows] = {}
        parts: dict[str, Text] = {}
        for factor, found in zip(member_factors(pooling, self.weights, logs, bases), explained, strict=True):
            for name, column in zip(found.names, found.values.T, strict=True):
                values[name] = values.get(name, 0.0) + factor * column
            parts |= {name: text for name, text in found.parts.items() if name not in parts}
        return Contributions.of(base, values, parts)
