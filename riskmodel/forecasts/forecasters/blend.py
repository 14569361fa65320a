"""A convex combination of forecasters, weighted by how well they forecast later dates than they had learned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.outcome import COUNTS, Outcome
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, make, spaced, target_of, thinned
from riskmodel.forecasts.forecasters.fits import Fits
from riskmodel.forecasts.forecasters.pooling import LOG, POOLINGS, pooled, shares, slopes

Rows = Float64[np.ndarray, " row"]

LATER_SHARE = 0.2
"""Share of the as-of dates, the last ones, on which members are weighted where no validation rows are given."""

WEIGHING_ROWS = 300_000

LEAST_WEIGHT = 1e-3
"""A member with less weight is left out."""

DEFAULT_MEMBERS: tuple[Mapping[str, Any], ...] = ({"type": "DecayedRate"}, {"type": "HarmonicCount"}, {"type": "BoostedCount"})


class Blend(Forecaster):
    """The weighted geometric mean of its members' means: ``log(mean) = level + sum(weight * log(member's mean))``.

    Contributions of a blend are its members', weighted, and add up exactly. With ``pooling="mean"`` it is the weighted arithmetic
    mean, ``mean = exp(level) * sum(weight * member's mean)``, for members that may forecast next to nothing, such as sums of last
    counts; contributions are then weighted row by row (:func:`~riskmodel.forecasts.forecasters.pooling.shares`) and still add up
    exactly. ``level`` makes up for a geometric mean lying below an arithmetic one: it is set on the rows that were
    learned from, so that forecasts and events add up to the same; where the target is whether there is any event, so that probabilities
    and rows with one do, and the log score is that of the probabilities. Weights are not negative and add up to 1; they and the
    dispersion are those of the best log score on later rows than the members learned from: the validation rows if ``fit`` gets
    any, else (unless an earlier fit has set them already) those of the last fifth of the as-of dates in ``folds`` steps forward.
    Then the members learn from all rows, and the weights stay. A member of weight 0 is left out.

    Parameters
    ----------
    members
        Forecasters as tables ``{type, settings}``.
    features
        Names of the design's features, for those members that take any and name none themselves.
    folds
        Steps forward over the last dates where no validation rows are given.
    pooling
        ``"log"`` or ``"mean"``.
    weights
        A positive weight for each member, chosen elsewhere by another score than the log score; none: they are found.
    """

    def __init__(
        self,
        members: tuple[Mapping[str, Any], ...] = DEFAULT_MEMBERS,
        features: tuple[str, ...] = (),
        folds: int = 1,
        pooling: str = LOG,
        weights: tuple[float, ...] = (),
    ) -> None:
        tables = not isinstance(members, (str, Mapping)) and all(isinstance(m, Mapping) and "type" in m for m in members)
        if not members or not tables:
            raise bad_argument("members", "Blend", "one or more tables with 'type' and, if any, 'settings'", members)
        for member in members:
            for key in member:
                if key not in ("type", "settings"):
                    raise unknown_name("key of a member of Blend", key, ("type", "settings"))
        if folds < 1:
            raise bad_argument("folds", "Blend", "1 or more", folds)
        if pooling not in POOLINGS:
            raise bad_argument("pooling", "Blend", "'log' or 'mean'", pooling)
        if weights and (len(weights) != len(members) or not all(weight > 0 for weight in weights)):
            raise bad_argument("weights", "Blend", f"empty or {len(members)} positive numbers, one for each member", weights)
        self.members = members
        self.features = features
        self.folds = folds
        self.pooling = pooling
        self.weights = weights
        self._make()

    def _make(self) -> list[Forecaster]:
        return [make(member["type"], member.get("settings", {}), self.features) for member in self.members]

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return check_unique(feature for member in self._make() for feature in member.needs(target))

    def told(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for member in self._make() for name in member.told()))

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> Blend:
        return self.fit_among(Fits(threads), design, validation)

    def fit_among(self, fits: Fits, design: Design, validation: Design | None = None) -> Blend:
        outcome = check_rows(design, "Blend").outcome
        if validation is not None:
            members = [fits.fit(member, design, validation) for member in self._make()]
            self._weigh(members, [(validation, [member.predict(validation).mean for member in members])], outcome)
        else:
            if not self.fitted:
                self._walk(design, fits.threads)
            self.members_ = [fits.fit(member, design) for member in self.members_]
        rows = thinned(design, WEIGHING_ROWS)
        self.level_ = 0.0
        if rows.y.any():
            self.level_ = outcome.level(rows.y, self._mean(rows))
        if self.dispersion_ is None:
            self.dispersion_ = outcome.dispersion(rows.y, self._mean(rows))
        return self

    def _walk(self, design: Design, threads: int) -> None:
        """Weigh the members on the last dates, forecast by fits on the dates before; equally if that cannot be."""
        members = self._make()
        horizon = design.target.horizon if design.target else 0
        dates = np.unique(design.as_of)
        last = dates[-max(1, round(LATER_SHARE * len(dates))) :]
        judged = []
        for block in np.array_split(last, min(self.folds, len(last))):
            early = design.as_of + horizon <= block[0]
            late = (design.as_of >= block[0]) & (design.as_of <= block[-1])
            if not (early.any() and design.y[early].any() and design.y[late].any()):
                continue
            later = design.take(late)
            for member in members:
                member.fit(design.take(early), later, threads)
            judged.append((later, [member.predict(later).mean for member in members]))
        self._weigh(members, judged, target_of(design).outcome)

    def _weigh(self, members: list[Forecaster], judged: list[tuple[Design, list[Rows]]], outcome: Outcome) -> None:
        """Keep the members that get weight, their weights and the dispersion."""
        if judged:
            y = np.concatenate([rows.y for rows, _ in judged]).astype(np.float64)
            logs = [np.log(np.concatenate([means[k] for _, means in judged])) for k in range(len(members))]
            every = spaced(len(y), WEIGHING_ROWS)
            weights, _, self.dispersion_ = pool(y[every], [column[every] for column in logs], self.pooling, self.weights, outcome)
        else:
            weights, self.dispersion_ = np.array(self.weights or np.ones(len(members))), None
            weights = weights / weights.sum()
        kept = [k for k in range(len(members)) if weights[k] > 0]
        self.members_ = [members[k] for k in kept]
        self.weights_ = [float(weights[k]) for k in kept]

    def _mean(self, design: Design) -> Rows:
        logs = [np.log(member.predict(design).mean) for member in self.members_]
        return np.exp(self.level_ + pooled(self.pooling, self.weights_, logs))

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_ or 0.0)

    def explain(self, design: Design) -> Contributions:
        explained = [member.explain(design) for member in self.members_]
        bases = [found.base for found in explained]
        logs = [found.base + found.values.sum(axis=1) for found in explained]
        base = self.level_ + float(pooled(self.pooling, self.weights_, bases))
        values: dict[str, Rows] = {}
        parts: dict[str, Text] = {}
        for weight, found in zip(shares(self.pooling, self.weights_, logs, bases), explained, strict=True):
            for name, column in zip(found.names, found.values.T, strict=True):
                values[name] = values.get(name, 0.0) + weight * column
            parts |= {name: text for name, text in found.parts.items() if name not in parts}
        shown = {name: np.exp(values[name]) for name in parts}
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1), parts, shown)

    def state(self) -> dict[str, Any]:
        return {
            "weights": self.weights_,
            "level": self.level_,
            "dispersion": self.dispersion_,
            "members": [member.to_json() for member in self.members_],
        }

    def restore(self, state: Mapping[str, Any]) -> Blend:
        self.weights_, self.level_, self.dispersion_ = list(state["weights"]), state["level"], state["dispersion"]
        self.members_ = [Forecaster.from_json(form) for form in state["members"]]
        return self


def pool(
    y: Rows, logs: list[Rows], pooling: str = LOG, given: tuple[float, ...] = (), outcome: Outcome = COUNTS
) -> tuple[Float64[np.ndarray, " member"], float, float]:
    """Weights on the simplex, level and dispersion of the best log score of ``level + `` the log of the pooled mean.

    Dispersion and the rest are found in turn, the latter by sequential quadratic programming; at a given dispersion the score of
    a geometric mean is concave in them. Weights below :data:`LEAST_WEIGHT` become 0. Weights that are ``given`` are only made to
    add up to 1. ``outcome`` gives the likelihood.
    """

    def spread(eta: Rows) -> float:
        return outcome.dispersion(y, np.exp(eta))

    if given:
        stated = np.array(given, dtype=np.float64) / sum(given)
        eta = pooled(pooling, stated, logs)
        level = outcome.level(y, np.exp(eta)) if y.any() else 0.0
        return stated, level, spread(level + eta)
    weights, level, active = np.full(len(logs), 1 / len(logs)), 0.0, np.arange(len(logs))
    dispersion = spread(pooled(pooling, weights, logs))
    for _ in range(3):
        weights, level = _weights(y, logs, pooling, active, weights, level, outcome, dispersion)
        active = np.flatnonzero(weights > LEAST_WEIGHT)
        weights = np.where(weights > LEAST_WEIGHT, weights, 0.0)
        weights /= weights.sum()
        dispersion = spread(level + pooled(pooling, weights, logs))
    return weights, float(level), dispersion


def _weights(
    y: Rows, logs: list[Rows], pooling: str, active: Any, weights: Any, level: float, outcome: Outcome, dispersion: float
) -> tuple[Any, float]:
    """Weights of the ``active`` members (0 for others) and level at a given dispersion."""
    from scipy.optimize import LinearConstraint, minimize

    columns = [logs[k] for k in active]
    begin = np.append(weights[active] / weights[active].sum(), level)

    def loss(x: Any) -> tuple[float, Any]:
        eta = np.minimum(x[-1] + pooled(pooling, x[:-1], columns), 20.0)
        slope, likelihood = outcome.slope(y, eta, dispersion), outcome.log_likelihood(y, eta, dispersion)
        gradient = [-(slope * column).mean() for column in slopes(pooling, x[:-1], columns)]
        return -float(likelihood.mean()), np.array([*gradient, -slope.mean()])

    best = minimize(
        loss, begin, jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * len(active) + [(-3.0, 3.0)],
        constraints=LinearConstraint(np.append(np.ones(len(active)), 0.0)[None, :], 1.0, 1.0), options={"ftol": 1e-10, "maxiter": 200},
    )  # fmt: skip
    x = best.x if best.fun <= loss(begin)[0] else begin
    found = np.zeros(len(logs))
    found[active] = np.clip(x[:-1], 0.0, None)
    return found / found.sum(), float(x[-1])
