"""Conformal intervals: which central part of the forecast's distribution holds as often as is wanted, learned from earlier forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import CountDistribution, Rows, cdf, quantiles

SIZES = 4
"""Groups by size of the forecast, where no grouping is stated."""

FEWEST_ROWS = 20
"""A group is never learned from fewer rows."""

SEED = 1
"""Of the draws that spread a count over its step of the distribution."""


@dataclass(frozen=True)
class IntervalRule:
    """What intervals are wanted: ``level`` percent, in groups of ``grouping`` (None: of the forecast's size).

    A group from which there are fewer than ``least_rows`` rows to learn takes what all rows together have.
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
    """Rows in groups: ``code`` is an index into ``labels``, -1 for none."""

    labels: tuple[str, ...]
    code: Int32[np.ndarray, " row"]


@dataclass(frozen=True)
class Conformal:
    """Split conformal intervals of counts in groups (Mondrian; Vovk, Gammerman and Shafer, 2005).

    An interval reaches from the ``1/2 - reach`` to the ``1/2 + reach`` quantile of the forecast (Chernozhukov, Wüthrich and Zhu, 2021,
    "Distributional conformal prediction"): where the distribution is right, ``reach`` is half the level, and where it is too sure,
    more. So an interval fits the probabilities that stand beside it, in quiet places as in busy ones. ``reaches`` holds the reach of each
    group that was learned by itself, and ``every`` that of all rows, which any other group takes. ``edges`` part the means into groups
    of size where ``grouping`` is None.
    """

    level: int
    grouping: str | None
    edges: tuple[float, ...]
    every: float
    reaches: Mapping[str, float]

    @classmethod
    def fit(cls, rule: IntervalRule, forecast: CountDistribution, y: Any, groups: Groups | None = None) -> Conformal | None:
        """From forecasts and what happened then: rows that the forecaster had not learned from. The order of rows does not count.

        Each count is placed in its distribution: at ``P(Y < y)`` plus an even draw of ``P(Y = y)``. The reach is the
        ``ceil(level * (n + 1))``-th smallest of the ``n`` distances to 1/2 (``crepes.ConformalRegressor``). So an interval of a row
        that is exchangeable with these holds its count with at least the stated probability; whole counts make it more.

        Parameters
        ----------
        groups
            Of ``rule.grouping``; unused where that is None.

        Returns
        -------
        Conformal or None
            None where there are fewer than :data:`FEWEST_ROWS` rows, or too few for the level.
        """
        if len(forecast) < FEWEST_ROWS:
            return None
        edges: tuple[float, ...] = ()
        if rule.grouping is None:
            edges = tuple(np.unique(np.quantile(forecast.mean, np.arange(1, SIZES) / SIZES)).tolist())
        found = cls(rule.level, rule.grouping, edges, 0.0, {}).sorted(forecast, groups)
        distance = _distance(forecast, np.asarray(y), found.code)
        every = _reach(rule.level, distance)
        if every is None:
            return None
        reaches = {}
        for code in np.unique(found.code[found.code >= 0]):
            rows = found.code == code
            reach = _reach(rule.level, distance[rows]) if rows.sum() >= rule.least_rows else None
            if reach is not None:
                reaches[found.labels[code]] = reach
        return cls(rule.level, rule.grouping, edges, every, reaches)

    def sorted(self, forecast: CountDistribution, groups: Groups | None = None) -> Groups:
        """The groups of the rows, of the grouping or by size.

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
        """The ends of each row's interval, whole counts from 0, both included."""
        found = self.sorted(forecast, groups)
        reach = np.array([*(self.reaches.get(label, self.every) for label in found.labels), self.every])[found.code]
        low, high = np.zeros(len(forecast)), np.zeros(len(forecast))
        for one in np.unique(reach):
            rows = reach == one
            low[rows], high[rows] = quantiles((0.5 - one, 0.5 + one), forecast.mean[rows], forecast.dispersion[rows])
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, from which :meth:`from_json` makes the same intervals to the last bit."""
        return {
            "level": self.level,
            "grouping": self.grouping,
            "edges": list(self.edges),
            "every": self.every,
            "reaches": dict(self.reaches),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any] | None) -> Conformal | None:
        """The intervals of a JSON form; None of None."""
        if form is None:
            return None
        return cls(form["level"], form["grouping"], tuple(form["edges"]), form["every"], dict(form["reaches"]))


def _distance(forecast: CountDistribution, y: Any, code: Any) -> Float64[np.ndarray, " row"]:
    """How far from the middle of its distribution each count lies, 0 to 1/2; the draws follow from the rows, not from their order."""
    order = np.lexsort((code, y, forecast.dispersion, forecast.mean))
    draw = np.empty(len(order))
    draw[order] = np.random.default_rng(SEED).random(len(order))
    below, at = (cdf(y - less, forecast.mean, forecast.dispersion) for less in (1, 0))
    return np.abs(below + draw * (at - below) - 0.5)


def _reach(level: int, distance: Any) -> float | None:
    """The reach of some rows; None where they are too few for the level."""
    from crepes import ConformalRegressor

    # crepes finds the rank from a float product; so little below the level keeps it from being rounded down to the next rank
    confidence = level / 100 - 1e-12
    if (1 - confidence) * (len(distance) + 1) < 1:
        return None
    return float(ConformalRegressor().fit(distance).predict_int(np.zeros(1), confidence=confidence)[0, 1])
