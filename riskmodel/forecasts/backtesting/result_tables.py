"""Tables of a backtest's result: calibration, groups of rows, predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import frame_dates
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.level_bands import band_name, level_bands
from riskmodel.forecasts.evaluation.metrics import pit
from riskmodel.forecasts.shown_units import groups_of, shown_units

if TYPE_CHECKING:
    import pandas as pd

    from riskmodel.records.places import Places

BY_TIME = ("fold", "as_of", "month", "year")
"""Divisions of rows that need no places."""
MOST_GROUPS = 500
"""Groups of which metrics are computed at once."""


def calibration_table(y: Any, forecasts: Mapping[str, CountDistribution]) -> pd.DataFrame:
    """Return one row per forecaster and band of means."""
    import pandas as pd

    rows = []
    for name, forecast in forecasts.items():
        for band in level_bands(y, forecast):
            ratio = np.nan if band["ratio"] is None else band["ratio"]
            figures = {key: band[key] for key in ("rows", "events", "expected")}
            rows.append({"forecaster": name, "band": band_name(band), **figures, "ratio": ratio, "coverage": band["coverage"]})
    return pd.DataFrame(rows, columns=["forecaster", "band", "rows", "events", "expected", "ratio", "coverage"])


def pit_table(y: Any, forecasts: Mapping[str, CountDistribution], bins: int) -> pd.DataFrame:
    """Return the heights of PIT histograms, one column per forecaster."""
    import pandas as pd

    heights = {name: pit(y, forecast, bins) for name, forecast in forecasts.items()}
    return pd.DataFrame(heights, index=pd.Index(np.arange(bins) / bins, name="from"))


def row_groups(rows: Any, places: Places, by: str) -> tuple[Any, Any]:
    """Return the names of the groups of rows, and each row's number.

    Parameters
    ----------
    rows
        What has ``cell``, ``as_of`` and ``fold``.
    by
        One of :data:`BY_TIME`, ``"cell"`` or a grouping of the places.

    Raises
    ------
    UsageError
        If there is no such division, or it has more than :data:`MOST_GROUPS` groups.
    """
    days = rows.as_of.astype("datetime64[D]")
    if by in BY_TIME:
        values = (
            rows.fold
            if by == "fold"
            else days.astype({"as_of": "datetime64[s]", "month": "datetime64[M]", "year": "datetime64[Y]"}[by])
        )
        values = values if by in ("fold", "as_of") else values.astype(str)
    elif by == "cell":
        values = np.array(places.ids, dtype=object)[rows.cell]
    elif by in places.groupings:
        groups = groups_of(places, by, rows.cell, rows.as_of)
        assert groups is not None
        values = np.array([*groups.labels, ""], dtype=object)[groups.code]
    else:
        raise unknown_name("division of the rows", by, [*BY_TIME, "cell", *places.groupings])
    names, number = np.unique(values, return_inverse=True)
    if len(names) > MOST_GROUPS:
        raise UsageError(
            f"By {by!r} there are {len(names):,} groups, more than {MOST_GROUPS}. Choose a coarser division, or the rows of interest."
        )
    return names, number


def metrics_by(chosen: Callable[[Any], Any], groups: tuple[Any, Any], by: str) -> pd.DataFrame:
    """Return all metrics of every group, one row per group and forecaster.

    ``chosen`` returns the result of some rows.
    """
    import pandas as pd

    names, number = groups
    tables = []
    for at, name in enumerate(names):
        part = chosen(np.flatnonzero(number == at))
        table = part.frame()
        table.insert(0, "rows", len(part))
        table.insert(1, "events", int(part.y.sum()))
        table.index = pd.MultiIndex.from_product([[name], table.index], names=[by, "forecaster"])
        tables.append(table)
    return pd.concat(tables)


def prediction_table(shown: Any, names: Iterable[str], intervals: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per shown place and as-of date.

    ``intervals`` are those of the forecasters that have some.
    """
    import pandas as pd

    columns: dict[str, Any] = {
        "cell": np.array(shown.places.ids, dtype=object)[shown.cell],
        "as_of": frame_dates(shown.as_of),
        "y": shown.y,
    }
    for name in names:
        forecast = shown.forecasts[name]
        columns |= {f"{name}_mean": forecast.mean, f"{name}_dispersion": forecast.dispersion}
    for name, found in intervals.items():
        columns |= {f"{name}_conformal_low": found.low, f"{name}_conformal_high": found.high}
    return pd.DataFrame(columns)


def published_columns(result: Any) -> dict[str, Any]:
    """Return the columns of a result, by place that may be shown."""
    rows, unit, cell, as_of = shown_units(result.places, result.cell, result.as_of)
    outcome = result.experiment.goal().outcome
    _, first = np.unique(unit, return_index=True)

    def merged(forecasts: Mapping[str, CountDistribution]) -> dict[str, CountDistribution]:
        return {name: outcome.merged(one.take(rows), unit, len(cell)) for name, one in forecasts.items()}

    return {
        "cell": cell,
        "as_of": as_of,
        "y": outcome.observed(np.bincount(unit, result.y[rows], len(cell))).astype(np.int32),
        "fold": result.fold[rows][first],
        "forecasts": merged(result.forecasts),
        "first_fit": merged(result.first_fit),
        "expected": None if result.expected is None else np.bincount(unit, result.expected[rows], len(cell)),
    }
