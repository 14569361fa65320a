"""Weekday profile of daily forecasts against that of events: ``RISKMODEL_DATA=... python benchmarks/weekday_profile.py [KIND...]``.

The default blend forecasts Chicago one day ahead on 259 dates, refitted each quarter. For each weekday forecasts over events, relative to those of all days, are
compared with 1. The standard error follows from how the totals of dates of one weekday deviate from forecasts; a perfect forecast has
the worst of seven weekdays off by as much as the last column says.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from anyone import FEATURES, Case, history_of

from riskmodel.asof.library import load_features
from riskmodel.forecasts.backtesting import backtest

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def main() -> int:
    """Print a row for each kind."""
    if "RISKMODEL_DATA" not in os.environ:
        print("RISKMODEL_DATA is not set: no open data to forecast.")
        return 0
    project, history = history_of("chicago", Path(tempfile.gettempdir()) / "riskmodel-anyone")
    features = load_features(project).choose(FEATURES["chicago"])
    print(
        "| kind | worst weekday off by, % | two standard errors | perfect forecast: worst of seven, median (95 %) | as far off by chance |"
    )
    print("|---|---|---|---|---|")
    for kind in sys.argv[1:] or ("theft", "battery", "damage", "assault"):
        case = Case("chicago", (kind,), 1, 1, "2016-04-04", "2017-04-01", "2017-12-16", 91)
        result = backtest(case.experiment(len(history.places)), history, features, threads=1)
        print(_row(kind, result.as_of, result.y, result.forecasts[result.experiment.champion].mean), flush=True)
    return 0


def _row(kind: str, as_of: np.ndarray, y: np.ndarray, mean: np.ndarray) -> str:
    """Return the row of a kind."""
    dates, at = np.unique(as_of, return_inverse=True)
    events, expected = np.bincount(at, y).astype(float), np.bincount(at, mean)
    expected *= events.sum() / expected.sum()
    weekday = (dates.astype(int) + 3) % 7
    rows = [weekday == number for number in range(7)]
    off = np.array([expected[day].sum() / events[day].sum() - 1 for day in rows])
    residual = events - expected
    errors = np.array(
        [
            np.sqrt(day.sum() / (day.sum() - 1) * ((residual[day] - residual[day].mean()) ** 2).sum()) / events[day].sum()
            for day in rows
        ]
    )
    worst = int(np.abs(off).argmax())
    drawn = np.random.default_rng(1).normal(size=(100_000, 7)) * errors
    share = np.array([events[day].sum() for day in rows]) / events.sum()
    by_chance = np.abs(drawn - (drawn @ share)[:, None]).max(axis=1)  # the sum over all days is put right
    median, high = np.quantile(by_chance, (0.5, 0.95))
    return (
        f"| {kind} | {100 * off[worst]:+.1f} ({DAYS[worst]}) | {200 * errors[worst]:.1f} | {100 * median:.1f} ({100 * high:.1f}) | "
        f"{100 * (by_chance >= abs(off[worst])).mean():.0f} % |"
    )


if __name__ == "__main__":
    sys.exit(main())
