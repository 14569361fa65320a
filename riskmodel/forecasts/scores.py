"""Scores: the forecast of a bundle for each cell and as-of date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64

from riskmodel.asof.design import Design
from riskmodel.base.argument_types import checked
from riskmodel.base.days import frame_dates, to_iso
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.number_arguments import whole_number
from riskmodel.base.plurals import counted
from riskmodel.counts.distribution import CountDistribution, probability, summed
from riskmodel.counts.point_forecasts import BEST_NUMBERS
from riskmodel.counts.quantiles import quantile
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.score_rows import check_score_rows, read_score_frame
from riskmodel.forecasts.shown_units import groups_of, shown_units
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd


def scored_rows(scores: Scores, cells: Any) -> Int64[np.ndarray, " cell"]:
    """Return the rows of some cells among scores of one date.

    ``cells`` are ids or numbers of cells, or one of them.

    Raises
    ------
    UsageError
        If a cell is not among them; it is named.
    """
    given = [cells] if isinstance(cells, (str, int, np.integer)) else list(cells)
    number, found = scores.places.index, {cell: row for row, cell in enumerate(scores.cell.tolist())}
    rows = []
    for one in given:
        if isinstance(one, str) and one not in number:
            raise unknown_name("cell", one, number)
        row = found.get(number[one] if isinstance(one, str) else int(one))
        if row is None:
            raise UsageError(
                f"The cell {one!r} was not scored, so it cannot be explained. Pass ids or numbers of cells in the scores."
            )
        rows.append(row)
    return np.array(rows, dtype=np.int64)


@checked(target="str", places="Places")
@dataclass(frozen=True, eq=False)
class Scores(HtmlCard):
    """Forecast distribution of the events in the ``horizon`` days from each date.

    There is one row per cell and as-of date.

    Parameters
    ----------
    target
        Name of the experiment.
    model
        Version of the bundle that scored.
    horizon
        Days ahead.
    places
        Places of the cells.
    cell, as_of
        Number of the cell (its position in ``places.ids``) and as-of day of each row.
    mean, dispersion
        Distribution of each row: variance = mean + dispersion x mean^2.
    design
        Features of the rows in the same order, for :meth:`riskmodel.Bundle.explain`.
    conformal
        Conformal intervals, if any were learned.
    level
        Shift of the log mean by which the level of the last mature dates was followed.

    Raises
    ------
    UsageError
        If the columns differ in length, or a cell, mean or dispersion is impossible.

    Examples
    --------
    >>> scores
    <Scores 'main': 10 rows, as of 2023-10-29, 7 days ahead, 8.2 events expected>
    >>> scores.frame().columns.tolist()[:5]
    ['cell', 'as_of', 'expected', 'dispersion', 'probability']
    >>> scores.probability.shape, scores.quantile(0.9).tolist()[:4]
    ((10,), [1.0, 1.0, 3.0, 2.0])
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
    level: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "horizon", whole_number(self.horizon, "horizon", "Scores", unit="days"))
        check_score_rows(self, len(self.places))

    @classmethod
    def from_frame(cls, frame: Any, places: Places, *, target: str, horizon: int, model: str = "own") -> Scores:
        """Return the scores of a table of forecasts, made by any model.

        They have no features, so they cannot be explained, and no conformal interval.

        Parameters
        ----------
        frame
            A pandas, polars or pyarrow table with the columns ``cell`` (ids), ``as_of`` (dates), ``mean`` (or ``expected``: events in the
            horizon) and, optionally, ``dispersion`` (0, a Poisson distribution, where there is none). Further columns are ignored.
        places
            Places of the cells.
        target
            Name of the experiment, or of what is forecast.
        horizon
            Days ahead.
        model
            Name of the model, which lists show.

        Raises
        ------
        UsageError
            If a column is missing, a cell is unknown, a date or number cannot be read, a number is negative, or a cell has two rows of one date.

        Examples
        --------
        >>> mine = pd.DataFrame({"cell": history.places.ids, "as_of": "2023-10-29", "mean": 0.8})
        >>> rm.Scores.from_frame(mine, history.places, target="main", horizon=7, model="gbm")
        <Scores 'main': 10 rows, as of 2023-10-29, 7 days ahead, 8.0 events expected>
        """
        return cls(target=target, model=model, horizon=horizon, places=places, **read_score_frame(frame, places))

    def __len__(self) -> int:
        return len(self.cell)

    def __repr__(self) -> str:
        dates = " to ".join(dict.fromkeys([to_iso(self.as_of.min()), to_iso(self.as_of.max())])) if len(self) else "no date"
        return f"<Scores {self.target!r}: {counted(len(self), 'row')}, as of {dates}, {counted(self.horizon, 'day')} ahead, {self.mean.sum():.1f} events expected>"

    @property
    def distribution(self) -> CountDistribution:
        """Distribution of each row."""
        return CountDistribution(self.mean, self.dispersion)

    @property
    def probability(self) -> Float64[np.ndarray, " row"]:
        """Probability of at least one event."""
        return probability(self.mean, self.dispersion)

    def quantile(self, q: float) -> Float64[np.ndarray, " row"]:
        """Return the ``q`` quantile of the count."""
        if isinstance(q, bool) or not isinstance(q, (int, float, np.floating)) or not 0 < q < 1:
            raise bad_argument("q", "Scores.quantile", "a number above 0 and below 1", q)
        return quantile(float(q), self.mean, self.dispersion)

    def best_number(self, error: str) -> Float64[np.ndarray, " row"]:
        """Return the number of each row that minimises an error.

        Parameters
        ----------
        error
            ``"rmse"`` (the mean), ``"mae"`` (the median) or ``"wmae"`` (the count-weighted median).

        Raises
        ------
        UsageError
            If there is no such error.
        """
        if error not in BEST_NUMBERS:
            raise unknown_name("error", error, BEST_NUMBERS)
        return BEST_NUMBERS[error][1](self.distribution)

    def interval(self) -> tuple[Float64[np.ndarray, " row"], Float64[np.ndarray, " row"]]:
        """Ends of each row's conformal interval, NaN without any.

        They are counts, both included; ``conformal.level`` percent is the coverage.
        """
        if self.conformal is None:
            return np.full(len(self), np.nan), np.full(len(self), np.nan)
        groups = groups_of(self.places, self.conformal.grouping, self.cell, self.as_of)
        return self.conformal.interval(self.distribution, groups)

    def take(self, rows: Bool[np.ndarray, " row"] | Int32[np.ndarray, " taken"]) -> Scores:
        """Return the chosen rows."""
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
        """Return the scores of the units that may be shown.

        Cells with too few households are merged with the cell that hosts them: means add up, and so do variances. ``cell`` is the
        host's number, and ``design`` is left out.
        """
        rows, unit, cell, as_of = shown_units(self.places, self.cell, self.as_of)
        merged = summed(self.distribution.take(rows), unit, len(cell))
        return replace(self, cell=cell, as_of=as_of, mean=merged.mean, dispersion=merged.dispersion, design=None)

    def html_frame(self) -> pd.DataFrame:
        """Return the places with the highest expected numbers first."""
        columns = ["cell", "as_of", "expected", "probability", "low", "high"]
        return self.frame()[columns].sort_values("expected", ascending=False, kind="stable")

    def frame(self) -> pd.DataFrame:
        """Return a table with one row per shown place and date.

        Columns are cell, as_of, expected, dispersion, probability, q10, q50, q90, low, high, level and model. ``low`` to ``high``
        is the conformal interval with a coverage of ``level`` percent, missing where the model had too few rows to learn it from.
        The quantiles follow from mean and dispersion.
        """
        import pandas as pd

        shown = self.published()
        low, high = shown.interval()
        return pd.DataFrame(
            {
                "cell": np.array(self.places.ids, dtype=object)[shown.cell],
                "as_of": frame_dates(shown.as_of),
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
