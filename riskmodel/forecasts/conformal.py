"""Conformal intervals: widths learned from the errors of earlier forecasts, whatever the distribution says; a separate column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import bad_argument
from riskmodel.forecasts.distribution import Forecast, Rows, quantile

SIZES = 4
"""Groups by size of the forecast, where no grouping is stated."""

FEWEST_ROWS = 20
"""A group is never learned from fewer rows."""


@dataclass(frozen=True)
class IntervalRule:
    """What intervals are wanted: ``level`` percent, in groups of ``grouping`` (None: of the forecast's size).

    A group from which there are fewer than ``least_rows`` rows to learn takes the width of all rows together.
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
    """Normalised split conformal intervals in groups (Mondrian; Vovk, Gammerman and Shafer, 2005).

    An interval reaches ``factor`` standard deviations of the forecast to either side of its median, ends drawn in to whole counts,
    and never below 0. ``factors`` holds the factor of each group that was learned by itself, and ``every`` that of all rows, which
    any other group takes. ``edges`` part the means into groups of size where ``grouping`` is None.

    The median is a whole count, so an interval around it holds at least that, where one around a mean of 0.1 might hold none.
    """

    level: int
    grouping: str | None
    edges: tuple[float, ...]
    every: float
    factors: Mapping[str, float]

    @classmethod
    def fit(cls, rule: IntervalRule, forecast: Forecast, y: Any, groups: Groups | None = None) -> Conformal | None:
        """From forecasts and what happened then: rows that the forecaster had not learned from. The order of rows does not count.

        The factor is the ``ceil(level * (n + 1))``-th smallest of the ``n`` absolute errors of the median, each over the forecast's
        standard deviation (``crepes.ConformalRegressor``). So an interval of a row that is exchangeable with these holds its count
        with at least the stated chance.

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
        errors = np.asarray(y) - quantile(0.5, forecast.mean, forecast.dispersion)
        scale = _deviation(forecast)
        every = _factor(rule.level, errors, scale)
        if not np.isfinite(every):
            return None
        edges: tuple[float, ...] = ()
        if rule.grouping is None:
            edges = tuple(np.unique(np.quantile(forecast.mean, np.arange(1, SIZES) / SIZES)).tolist())
        made = cls(rule.level, rule.grouping, edges, every, {})
        found = made.sorted(forecast, groups)
        factors = {}
        for code in np.unique(found.code[found.code >= 0]):
            rows = found.code == code
            if rows.sum() >= rule.least_rows:
                factor = _factor(rule.level, errors[rows], scale[rows])
                if np.isfinite(factor):
                    factors[found.labels[code]] = factor
        return cls(rule.level, rule.grouping, edges, every, factors)

    def sorted(self, forecast: Forecast, groups: Groups | None = None) -> Groups:
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

    def interval(self, forecast: Forecast, groups: Groups | None = None) -> tuple[Rows, Rows]:
        """The ends of each row's interval, whole counts from 0, both included."""
        found = self.sorted(forecast, groups)
        factors = np.array([*(self.factors.get(label, self.every) for label in found.labels), self.every])
        reach = factors[found.code] * _deviation(forecast)
        middle = quantile(0.5, forecast.mean, forecast.dispersion)
        return np.maximum(np.ceil(middle - reach - 1e-9), 0.0), np.floor(middle + reach + 1e-9)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, from which :meth:`from_json` makes the same intervals to the last bit."""
        return {
            "level": self.level,
            "grouping": self.grouping,
            "edges": list(self.edges),
            "every": self.every,
            "factors": dict(self.factors),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any] | None) -> Conformal | None:
        """The intervals of a JSON form; None of None."""
        if form is None:
            return None
        return cls(form["level"], form["grouping"], tuple(form["edges"]), form["every"], dict(form["factors"]))


def _deviation(forecast: Forecast) -> Float64[np.ndarray, " row"]:
    return np.sqrt(forecast.mean + forecast.dispersion * forecast.mean**2)


def _factor(level: int, errors: Any, scale: Any) -> float:
    """The factor of some rows; infinite where they are too few for the level."""
    from crepes import ConformalRegressor

    # crepes finds the rank as a float; so little above the level cannot change it but where it would be rounded down wrongly
    confidence = level / 100 - 1e-12
    if (1 - confidence) * (len(errors) + 1) < 1:
        return float("inf")
    fitted = ConformalRegressor().fit(errors, sigmas=scale)
    return float(fitted.predict_int(np.zeros(1), sigmas=np.ones(1), confidence=confidence)[0, 1])
