"""Conformal intervals of counts, learned from earlier forecasts.

An interval is the central part of the forecast's distribution that covers counts as often as its level says (decision 0016).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import CountDistribution, Rows
from riskmodel.counts.quantiles import quantiles
from riskmodel.counts.tails import below_and_at_most

SIZES = 4
"""Number of groups by size of the forecast, where no grouping is stated."""

FEWEST_ROWS = 20
"""Smallest number of rows from which a group is learned."""

SEED = 1
"""Seed of the draws that spread a count over its step of the distribution."""


@dataclass(frozen=True)
class IntervalRule:
    """Level and groups of conformal intervals.

    Parameters
    ----------
    level
        Coverage in percent, 50 to 99.
    grouping
        Grouping of the places in which intervals are learned; None for groups by size of the forecast.
    least_rows
        A group with fewer rows uses what all rows together give.

    Raises
    ------
    UsageError
        If ``level`` or ``least_rows`` is out of range.
    """

    level: int = 90
    grouping: str | None = None
    least_rows: int = 200

    def __post_init__(self) -> None:
        if not 50 <= self.level <= 99:
            raise bad_argument("level", "conformal intervals", "between 50 and 99 percent", self.level)
        if self.least_rows < FEWEST_ROWS:
            raise bad_argument("least_rows", "conformal intervals", f"at least {FEWEST_ROWS}", self.least_rows)


@dataclass(frozen=True, eq=False)
class Groups:
    """Group of each row: ``code`` indexes ``labels``, -1 for none."""

    labels: tuple[str, ...]
    code: Int32[np.ndarray, " row"]


@dataclass(frozen=True)
class Conformal:
    """Split conformal intervals of counts in groups.

    Mondrian conformal prediction (Vovk, Gammerman and Shafer, 2005). An interval reaches from the ``1/2 - reach`` to the
    ``1/2 + reach`` quantile of the forecast (Chernozhukov, Wüthrich and Zhu, 2021, "Distributional conformal prediction"). Where the
    distribution is right, ``reach`` is half the level; where it is too narrow, more. So an interval agrees with the probabilities
    beside it, in quiet places as in busy ones.

    Parameters
    ----------
    level
        Coverage in percent.
    grouping
        Grouping of the places, or None for groups by size of the forecast.
    edges
        Means that separate the groups by size; empty with a grouping.
    every
        Reach learned from all rows, used for any group that is not in ``reaches``.
    reaches
        Reach of each group that was learned by itself.
    """

    level: int
    grouping: str | None
    edges: tuple[float, ...]
    every: float
    reaches: Mapping[str, float]

    @classmethod
    def fit(cls, rule: IntervalRule, forecast: CountDistribution, y: Any, groups: Groups | None = None) -> Conformal | None:
        """Learn intervals from held-out forecasts and their counts.

        The order of rows does not matter. Each count is placed in its distribution at ``P(Y < y)`` plus a uniform share of
        ``P(Y = y)``. The reach is the ``ceil(level * (n + 1))``-th smallest of the ``n`` distances to 1/2. So the interval of a row
        that is exchangeable with these covers its count with at least the stated probability; discreteness makes it more.

        Parameters
        ----------
        rule
            Level, grouping and least number of rows.
        forecast
            Forecasts of rows from which the forecaster did not learn.
        y
            Counts of these rows.
        groups
            Groups of ``rule.grouping``; ignored where that is None.

        Returns
        -------
        Conformal or None
            None with fewer than :data:`FEWEST_ROWS` rows, or too few for the level.
        """
        if len(forecast) < FEWEST_ROWS:
            return None
        edges: tuple[float, ...] = ()
        if rule.grouping is None:
            edges = tuple(np.unique(np.quantile(forecast.mean, np.arange(1, SIZES) / SIZES)).tolist())
        found = cls(rule.level, rule.grouping, edges, 0.0, {}).groups_of(forecast, groups)
        distance = _distance(forecast, np.asarray(y), found.code)
        every = conformal_quantile(rule.level, distance)
        if every is None:
            return None
        reaches = {}
        for code in np.unique(found.code[found.code >= 0]):
            rows = found.code == code
            reach = conformal_quantile(rule.level, distance[rows]) if rows.sum() >= rule.least_rows else None
            if reach is not None:
                reaches[found.labels[code]] = reach
        return cls(rule.level, rule.grouping, edges, every, reaches)

    def groups_of(self, forecast: CountDistribution, groups: Groups | None = None) -> Groups:
        """Return the group of each row, by grouping or by size.

        Raises
        ------
        UsageError
            If the intervals are in groups of a grouping and ``groups`` is not given.
        """
        if self.grouping is None:
            labels = tuple(f"size {at + 1} of {len(self.edges) + 1}" for at in range(len(self.edges) + 1))
            return Groups(labels, np.searchsorted(self.edges, forecast.mean).astype(np.int32))
        if groups is None:
            raise bad_argument("groups", "conformal intervals", f"those of {self.grouping!r} of every row", None)
        return groups

    def interval(self, forecast: CountDistribution, groups: Groups | None = None) -> tuple[Rows, Rows]:
        """Ends of each row's interval: counts from 0, both included."""
        found = self.groups_of(forecast, groups)
        reach = np.array([*(self.reaches.get(label, self.every) for label in found.labels), self.every])[found.code]
        low, high = np.zeros(len(forecast)), np.zeros(len(forecast))
        for one in np.unique(reach):
            rows = reach == one
            low[rows], high[rows] = quantiles((0.5 - one, 0.5 + one), forecast.mean[rows], forecast.dispersion[rows])
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, read back by :meth:`from_json` without loss."""
        return {
            "level": self.level,
            "grouping": self.grouping,
            "edges": list(self.edges),
            "every": self.every,
            "reaches": dict(self.reaches),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any] | None) -> Conformal | None:
        """Return the intervals of a JSON form; None for None."""
        if form is None:
            return None
        return cls(form["level"], form["grouping"], tuple(form["edges"]), form["every"], dict(form["reaches"]))


def conformal_quantile(level: int, scores: Float64[np.ndarray, " row"]) -> float | None:
    """Return the conformal quantile of some scores.

    It is the ``ceil(level / 100 * (n + 1))``-th smallest of ``n`` scores, ``level`` being in percent; the rank is computed in integers.
    It is None where ``n`` is too small for the level.
    """
    rank = -(-level * (len(scores) + 1) // 100)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def _distance(forecast: CountDistribution, y: Any, code: Any) -> Float64[np.ndarray, " row"]:
    """Distance of each count from its distribution's middle, 0 to 1/2.

    The draws follow from the rows' values and not from their order.
    """
    order = np.lexsort((code, y, forecast.dispersion, forecast.mean))
    draw = np.empty(len(order))
    draw[order] = np.random.default_rng(SEED).random(len(order))
    below, at = below_and_at_most(y, forecast.mean, forecast.dispersion)
    return np.abs(below + draw * (at - below) - 0.5)
