"""Scores: what a bundle forecasts, per cell and as-of date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.days import to_iso
from riskmodel.counts.distribution import CountDistribution, probability, quantile
from riskmodel.forecasts.conformal import Conformal, Groups
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd

    from riskmodel.asof.design import Design


def shown_units(places: Places, cell: Any, as_of: Any) -> tuple[Any, Any, Any, Any]:
    """The units under which rows may be shown: cells with too few households join the cell that hosts them.

    Returns
    -------
    tuple
        Rows that have a unit, the number of each one's unit, and the cell and as-of date of the units, by date and cell.
    """
    host = np.full(len(cell), -1, dtype=np.int64)
    for day in np.unique(as_of):
        rows = np.flatnonzero(as_of == day)
        host[rows] = places.units(int(day))[cell[rows]]
    rows = np.flatnonzero(host >= 0)
    keys, unit = np.unique(np.asarray(as_of)[rows].astype(np.int64) * (1 << 32) + host[rows], return_inverse=True)
    return rows, unit, (keys & 0xFFFFFFFF).astype(np.int32), (keys >> 32).astype(np.int32)


def added(mean: Any, dispersion: Any, unit: Any, units: int) -> tuple[Any, Any]:
    """Mean and dispersion of the sum of the rows of each unit: means add up, and so do variances."""
    total = np.bincount(unit, mean, units)
    extra = np.bincount(unit, dispersion * mean**2, units)
    return total, extra / np.maximum(total, 1e-300) ** 2


def groups_of(places: Places, grouping: str | None, cell: Any, as_of: Any) -> Groups | None:
    """The group of each row in a grouping, as known at its as-of date; None without one.

    Raises
    ------
    UsageError
        If there is no such grouping.
    """
    if grouping is None:
        return None
    dates, at = np.unique(np.asarray(as_of), return_inverse=True)
    code = places.group(grouping, places.version_at(dates.astype(np.int32)))[cell, at]
    return Groups(places.grouping(grouping).labels, code)


@dataclass(frozen=True, eq=False)
class Scores:
    """A distribution of the number of events in the ``horizon`` days from each as-of date, a row a cell and date.

    ``target`` is the experiment's name and ``model`` the version that scored; ``design`` holds the rows' features in the
    same order, for :meth:`riskmodel.Bundle.explain`. ``conformal`` makes the intervals, if there are any.
    """

    target: str
    model: str
    horizon: int
    places: Places
    cell: Int32[np.ndarray, " row"]
    as_of: Int32[np.ndarray, " row"]
    mean: Float64[np.ndarray, " row"]
    dispersion: Float64[np.ndarray, " row"]
    design: Design | None = None
    conformal: Conformal | None = None

    def __len__(self) -> int:
        return len(self.cell)

    def __repr__(self) -> str:
        dates = f"{to_iso(self.as_of.min())} to {to_iso(self.as_of.max())}" if len(self) else "no date"
        return f"<Scores {self.target!r}: {len(self):,} rows, as of {dates}, {self.horizon} days ahead, {self.mean.sum():.1f} events expected>"

    @property
    def probability(self) -> Float64[np.ndarray, " row"]:
        """Probability of at least one event."""
        return probability(self.mean, self.dispersion)

    def quantile(self, q: float) -> Float64[np.ndarray, " row"]:
        """The ``q`` quantile of the count."""
        return quantile(q, self.mean, self.dispersion)

    def interval(self) -> tuple[Float64[np.ndarray, " row"], Float64[np.ndarray, " row"]]:
        """The ends of each row's conformal interval of ``conformal.level`` percent: whole counts, both included; NaN without any."""
        if self.conformal is None:
            return np.full(len(self), np.nan), np.full(len(self), np.nan)
        groups = groups_of(self.places, self.conformal.grouping, self.cell, self.as_of)
        return self.conformal.interval(CountDistribution(self.mean, self.dispersion), groups)

    def take(self, rows: Bool[np.ndarray, " row"] | Int32[np.ndarray, " taken"]) -> Scores:
        """The chosen rows."""
        design = None if self.design is None else self.design.take(rows)
        return replace(
            self,
            cell=self.cell[rows],
            as_of=self.as_of[rows],
            mean=self.mean[rows],
            dispersion=self.dispersion[rows],
            design=design,
        )

    def published(self) -> Scores:
        """The scores of the units that may be shown: cells with too few households joined with the cell that hosts them.

        Means add up and variances add up; ``cell`` is the host's number and ``design`` is left out.
        """
        rows, unit, cell, as_of = shown_units(self.places, self.cell, self.as_of)
        mean, dispersion = added(self.mean[rows], self.dispersion[rows], unit, len(cell))
        return replace(self, cell=cell, as_of=as_of, mean=mean, dispersion=dispersion, design=None)

    def frame(self) -> pd.DataFrame:
        """A row a shown place and as-of date: cell, as_of, expected, dispersion, probability, q10, q50, q90, low, high, level, model.

        ``low`` to ``high`` is the conformal interval that holds the count with a probability of ``level`` percent; missing where the
        model had too little to learn it from. The quantiles follow from mean and dispersion.
        """
        import pandas as pd

        shown = self.published()
        low, high = shown.interval()
        return pd.DataFrame(
            {
                "cell": np.array(self.places.ids, dtype=object)[shown.cell],
                "as_of": shown.as_of.astype("datetime64[D]").astype("datetime64[s]"),
                "expected": shown.mean,
                "dispersion": shown.dispersion,
                "probability": shown.probability,
                "q10": shown.quantile(0.1),
                "q50": shown.quantile(0.5),
                "q90": shown.quantile(0.9),
                "low": low,
                "high": high,
                "level": np.nan if self.conformal is None else float(self.conformal.level),
                "model": self.model,
            }
        )
