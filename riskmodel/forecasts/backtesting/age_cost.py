"""The cost of age: the first fit compared with refitted models."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.row_scores import log_score
from riskmodel.forecasts.backtesting.result import BacktestResult

MONTH = 365.2425 / 12
"""Days in a month, on average."""


def age_costs(result: BacktestResult) -> list[dict[str, Any]]:
    """Compute the cost of the first fit's age, by month.

    Returns
    -------
    list of dict
        One row per forecaster and month since training: ``first_fit`` and ``refitted`` are log scores on the same rows, and ``cost`` is their
        difference with a paired 95 % interval; above 0, refitting helps. Months without rows are left out.
    """
    month = ((result.as_of - result.origins[0]) / MONTH).astype(int)
    found = []
    for name, first_fit in result.first_fit.items():
        old, fresh = log_score(result.y, first_fit), result.row_scores(name)["log_score"]
        for number in np.unique(month):
            rows = month == number
            cost, low, high = paired_difference(
                old[rows], fresh[rows], result.as_of[rows], block=result.experiment.evaluation.block
            )
            found.append(
                {
                    "forecaster": name,
                    "months": int(number),
                    "rows": int(rows.sum()),
                    "first_fit": float(old[rows].mean()),
                    "refitted": float(fresh[rows].mean()),
                    "cost": cost,
                    "low": low,
                    "high": high,
                }
            )
    return found
