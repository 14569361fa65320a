"""Metrics of every fold and forecaster."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.evaluation.metrics import metric_values


def fold_metrics(result: BacktestResult) -> list[dict[str, Any]]:
    """Compute every metric of every fold and forecaster.

    Returns
    -------
    list of dict
        One row per fold and forecaster: the forecaster, the fold's number, its first and last as-of date, and the metrics. Folds
        without rows are left out.
    """
    dates, at = np.unique(result.as_of, return_index=True)
    of = result.fold[at]
    found = []
    for fold in range(len(result.origins)):
        inside = of == fold
        if not inside.any():
            continue
        span = {"fold": fold, "first": to_iso(dates[inside][0]), "last": to_iso(dates[inside][-1])}
        for name in result.forecasts:
            found.append({"forecaster": name, **span, **metric_values(result.evaluation.of(name), inside)})
    return found
