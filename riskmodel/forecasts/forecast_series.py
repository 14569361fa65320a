"""Forecasts beside what came, as series for detectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.argument_types import checked
from riskmodel.base.days import frame_dates, to_iso
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.given_values import Described
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.scores import Scores

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class ForecastSeries(HtmlCard):
    """Counts of consecutive horizons, and the forecasts made for them before.

    Parameters
    ----------
    counts, mean, dispersion
        ``[cell, date]``: events in the horizon from each date, and its forecast on that date; NaN where there is none.
    cells
        Ids of the cells.
    as_of
        Dates, increasing; no two horizons overlap.
    """

    counts: Float64[np.ndarray, "cell date"]
    mean: Float64[np.ndarray, "cell date"]
    dispersion: Float64[np.ndarray, "cell date"]
    cells: tuple[str, ...]
    as_of: Int32[np.ndarray, " date"]

    def __repr__(self) -> str:
        return (
            f"<ForecastSeries: {counted(len(self.cells), 'cell')} x {counted(len(self.as_of), 'date')}, as of {to_iso(int(self.as_of[0]))} to "
            f"{to_iso(int(self.as_of[-1]))}, {np.nansum(self.counts):,.0f} events, {np.nansum(self.mean):,.1f} expected>"
        )

    def frame(self) -> pd.DataFrame:
        """Return one row per cell and date.

        Columns are cell, as_of, count, mean and dispersion, NaN where there is none.
        """
        import pandas as pd

        days = frame_dates(self.as_of)
        return pd.DataFrame(
            {
                "cell": np.repeat(np.array(self.cells, dtype=object), len(days)),
                "as_of": np.tile(days, len(self.cells)),
                "count": self.counts.ravel(),
                "mean": self.mean.ravel(),
                "dispersion": self.dispersion.ravel(),
            }
        )


@checked(source="BacktestResult | Scores", forecaster="str")
def forecast_series(source: BacktestResult | Scores, forecaster: str = "", *, y: Any | None = None) -> ForecastSeries:
    """Return the forecasts of a backtest, or of earlier nights, as series.

    Dates are kept from the last one backwards, each at least a horizon before the next.

    Parameters
    ----------
    source
        A backtest, each of whose forecasts was made by a model that had learned before its date; or scores of several dates, which are as
        honest as the dates at which their bundle had learned.
    forecaster
        Forecaster of the backtest; the champion if empty.
    y
        Observed count of each row of scores, NaN where it is not known yet.

    Returns
    -------
    ForecastSeries
        Counts, means and dispersions, each ``[cell, date]``, with the cells and dates.

    Raises
    ------
    UsageError
        If there is no such forecaster, or counts do not fit the rows.

    Examples
    --------
    >>> series = rm.forecast_series(result)
    >>> series.counts.shape, series.mean.shape
    ((10, 8), (10, 8))
    >>> found = rm.detect(series.counts, rm.ForecastExcess(series.mean, series.dispersion), first=0)
    >>> int(found.alarm.sum())
    1
    """
    if isinstance(source, BacktestResult):
        name = forecaster or source.experiment.champion
        if name not in source.forecasts:
            raise unknown_name("forecaster", name, source.forecasts)
        if y is not None:
            raise bad_argument("y", "forecast_series", "left out for a backtest, which has counts of its own", y)
        return _series(source, source.forecasts[name], source.y, source.experiment.target.horizon)
    observed = np.asarray(np.nan if y is None else y, dtype=np.float64)
    if observed.shape != source.mean.shape:
        raise bad_argument(
            "y",
            "forecast_series",
            f"one count for each of the {len(source):,} rows",
            Described("nothing" if y is None else f"an array of shape {observed.shape}"),
        )
    return _series(source, source.distribution, observed, source.horizon)


def _series(rows: BacktestResult | Scores, forecast: CountDistribution, y: Any, horizon: int) -> ForecastSeries:
    """Arrange rows by cell and date."""
    dates = np.unique(rows.as_of)
    dates = dates[_apart(dates, horizon)]
    cells, cell = np.unique(rows.cell, return_inverse=True)
    date = np.searchsorted(dates, rows.as_of)
    keep = np.flatnonzero(np.isin(rows.as_of, dates))
    tables = []
    for values in (y, forecast.mean, forecast.dispersion):
        table = np.full((len(cells), len(dates)), np.nan)
        table[cell[keep], date[keep]] = np.asarray(values, dtype=np.float64)[keep]
        tables.append(table)
    counts, mean, dispersion = tables
    return ForecastSeries(counts, mean, dispersion, tuple(rows.places.ids[number] for number in cells), dates)


def _apart(dates: Int32[np.ndarray, " date"], horizon: int) -> Bool[np.ndarray, " date"]:
    """Whether each date is kept; kept ones are a horizon apart.

    They are chosen from the last one backwards.
    """
    kept, following = np.zeros(len(dates), dtype=bool), None
    for at in range(len(dates) - 1, -1, -1):
        if following is None or dates[at] + horizon <= following:
            kept[at], following = True, dates[at]
    return kept
