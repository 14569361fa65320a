"""How a model ages: the first fit, kept in use over the whole test window, beside models that are refitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.forecasts.evaluation.metrics import paired_difference
from riskmodel.forecasts.evaluation.metrics.scores import log_score

if TYPE_CHECKING:
    from riskmodel.forecasts.evaluation.result import BacktestResult

MONTH = 365.2425 / 12
"""Days."""


def ageing(result: BacktestResult) -> list[dict[str, Any]]:
    """A row a forecaster and month since training: log score of the first fit, of the refitted models, and how much the age costs.

    ``cost`` is the log score of the first fit minus that of the refitted models on the same rows, with a paired 95 % interval;
    above 0, refitting helps. Months without rows are left out.
    """
    month = ((result.as_of - result.first[0]) / MONTH).astype(int)
    found = []
    for name, aged in result.aged.items():
        old, fresh = log_score(result.y, aged), result.row_scores(name)["log_score"]
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
