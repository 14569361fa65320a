"""Days without rows, left out or taken for days without events: ``python benchmarks/days_without_rows.py``.

Thirty areas have fixed rates, 15 events a day together, over 1,100 days. Of some days no row exists. ``rm.quick`` leaves them out; the same rows are scored where they
are taken for days without events. A row of the table says how much worse the second is, per cent of the log score, for the decayed rate and the default champion.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

import riskmodel as rm  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402

DAYS, AREAS, RATE = 1_100, 30, 15.0
FIRST = "2022-01-01"
BEFORE, WITHIN = 250, 120
"""Days before the end of the table on which a gap begins, so that it lies before the test window and within it."""


def table(gap: int, begin: int) -> Any:
    """Return the rows of a table without those of a gap."""
    import pandas as pd

    rng = np.random.default_rng(5)
    share = rng.gamma(1.5, 1.0, AREAS) + 0.02
    counts = rng.poisson(RATE * share / share.sum(), (DAYS, AREAS))
    counts[DAYS - begin : DAYS - begin + gap] = 0
    day, area = np.nonzero(counts)
    many = counts[day, area]
    names = np.array([f"A{one:03d}" for one in range(AREAS)])
    return pd.DataFrame(
        {
            "date": pd.date_range(FIRST, periods=DAYS)[day].repeat(many),
            "area": np.repeat(names[area], many),
        }
    )


def losses(gap: int, begin: int, horizon: int) -> tuple[float, float]:
    """Return what decayed rate and champion lose by the days as zeros, per cent."""
    look = rm.quick(table(gap, begin), date="date", cell="area", horizon=horizon)
    stated = look.experiment
    if not stated.ignore:
        raise AssertionError(f"rm.quick left out no day of a gap of {gap} days")
    zeros = Experiment.model_validate(stated.model_dump(mode="json", exclude_none=True) | {"ignore": []})
    left, kept = (backtest(one, look.history, look.features, threads=1) for one in (stated, zeros))
    return _loss(left, kept, "decayed"), _loss(left, kept, stated.champion)


def _loss(left: BacktestResult, kept: BacktestResult, name: str) -> float:
    """Return how much worse the second is on the rows of both, per cent."""
    there = np.isin(_rows(kept), _rows(left))
    best = left.row_scores(name)["log_score"].mean()
    return 100 * float(kept.row_scores(name)["log_score"][there].mean() / best - 1)


def _rows(result: BacktestResult) -> Any:
    """Return a number for each date and cell."""
    return result.as_of.astype(np.int64) * AREAS + result.cell


def main() -> int:
    """Print the table."""
    print("| days without rows | days ahead | before the test window: decayed, champion | within it: decayed, champion |")
    print("|---|---|---|---|")
    for horizon in (7, 28):
        for gap in (7, 10, 14, 20, 28):
            before, within = (losses(gap, begin, horizon) for begin in (BEFORE, WITHIN))
            print(f"| {gap} | {horizon} | {before[0]:.2f}, {before[1]:.2f} % | {within[0]:.2f}, {within[1]:.2f} % |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
