"""Forecasters of several experiments, compared on the rows that all have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.plurals import counted
from riskmodel.forecasts.backtesting.cuts import experiment_cuts
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.lifts import SCORE, lift_table
from riskmodel.forecasts.evaluation.metrics.same_rows import NamedRows, check_same_rows

if TYPE_CHECKING:
    import pandas as pd

COMPARED = (SCORE, "rmse", "hit_rate_at_capacity")
"""Metrics in which results are compared where none is requested."""


@checked()
def compare(results: Mapping[str, Any], metrics: Iterable[str] = COMPARED) -> pd.DataFrame:
    """Compare results of several backtests with the first of them.

    Rows that not all results have are left out. Metrics at capacity use the capacity of the first experiment. :meth:`BacktestResult.compare` compares the
    forecasters of one result.

    Parameters
    ----------
    results
        Results by a name of your choice, the first being the one that others are compared with. A result stands for its champion; a pair such as
        ``(result, "decayed")`` for another of its forecasters.
    metrics
        Names of metrics.

    Returns
    -------
    pandas.DataFrame
        One row per metric and name, with the columns of :meth:`BacktestResult.compare` and ``rows``, the number of rows that all have: how much better each is than the
        first, above 0 for better, with a paired 95 % interval over as-of dates.

    Raises
    ------
    UsageError
        If they forecast different targets, have no row in common, or count differently in a row.

    Examples
    --------
    >>> found = rm.compare({"main": result, "again": (result, "decayed")}, metrics=["rmse"])
    >>> found[["metric", "forecaster", "rows"]].values.tolist()
    [['rmse', 'again', 80]]
    """
    evaluation = common_evaluation(results)
    table = lift_table(evaluation, "", metrics)
    table["rows"] = len(evaluation)
    return table


def common_evaluation(results: Mapping[str, Any]) -> EvaluationSet:
    """Return the rows that all results have, with one forecast of each.

    Raises
    ------
    UsageError
        As :func:`compare` says.
    """
    chosen = _chosen(results)
    begin, (first, _) = next(iter(chosen.items()))
    for name, (result, _) in chosen.items():
        _check_same_target((begin, first), (name, result))
    keys = {name: _row_keys(first, result) for name, (result, _) in chosen.items()}
    common = np.flatnonzero(np.logical_and.reduce([np.isin(keys[begin], there) for there in keys.values()]))
    if not len(common):
        raise UsageError(
            f"No row is in all of {', '.join(map(repr, chosen))}: a row is a cell at an as-of date. Give their experiments the same cells and test dates (test_from, test_to and step in [dates])."
        )
    shared = first.take(common)
    rows, forecasts = NamedRows(repr(begin), shared.cell, shared.as_of, shared.y), {}
    for name, (result, forecaster) in chosen.items():
        order = np.argsort(keys[name], kind="stable")
        at = order[np.searchsorted(keys[name][order], keys[begin][common])]
        check_same_rows(rows, NamedRows(repr(name), shared.cell, shared.as_of, result.y[at]), first.places.ids)
        forecasts[name] = result.forecasts[forecaster].take(at)
    return EvaluationSet(
        cell=shared.cell,
        as_of=shared.as_of,
        y=shared.y,
        forecasts=forecasts,
        cuts=experiment_cuts(first.experiment, first.places, shared.cell, shared.as_of),
        baseline=begin,
        block=max(result.experiment.evaluation.block for result, _ in chosen.values()),
    )


def _chosen(results: Mapping[str, Any]) -> dict[str, tuple[BacktestResult, str]]:
    """Return each result with the forecaster that is compared."""
    expected = "two or more results of backtests by name, such as {'main': result, 'other': (other, 'decayed')}"
    if not isinstance(cast("Any", results), Mapping) or len(results) < 2:
        raise bad_argument("results", "compare", expected, results)
    found = {}
    for name, one in results.items():
        result, forecaster = one if isinstance(one, tuple) and len(one) == 2 else (one, None)
        if not isinstance(result, BacktestResult):
            raise bad_argument("results", "compare", expected, one)
        if not isinstance(cast("Any", name), str):
            raise bad_argument("results", "compare", f"named by texts, such as {str(name)!r}", name)
        forecaster = result.experiment.champion if forecaster is None else forecaster
        if forecaster not in result.forecasts:
            raise unknown_name(f"forecaster in the backtest {name!r}", str(forecaster), result.forecasts)
        found[name] = (result, forecaster)
    return found


def _check_same_target(first: tuple[str, BacktestResult], other: tuple[str, BacktestResult]) -> None:
    """Refuse results that forecast something else."""
    one, two = _target(first[1]), _target(other[1])
    what = next((what for what in one if one[what] != two[what]), None)
    if what is not None:
        raise UsageError(
            f"{other[0]!r} cannot be compared with {first[0]!r}: its {what} is {two[what]}, not {one[what]}. Compare forecasts of the same target and cells."
        )


def _target(result: BacktestResult) -> dict[str, str]:
    """Return what is forecast, in words."""
    stated, target = result.experiment, result.experiment.target
    return {
        "target": f"{'whether there is any of' if target.at_least_one else 'the number of'} {', '.join(sorted(target.kinds))}",
        "horizon": counted(stated.horizon, "day"),
        "layer": stated.layer or "that of the project's own cells",
    }


def _row_keys(first: BacktestResult, result: BacktestResult) -> Any:
    """Return a number for every row, from its date and cell."""
    at = {cell: number for number, cell in enumerate(first.places.ids)}
    numbers = np.array([at.get(cell, -1) for cell in result.places.ids], dtype=np.int64)[result.cell]
    return np.where(numbers < 0, -1 - np.arange(len(numbers)), result.as_of.astype(np.int64) * (1 << 32) + numbers)
