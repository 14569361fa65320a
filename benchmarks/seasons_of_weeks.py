"""Seasons of a few weeks, with a hold-out of a fifth of the dates and of a year: ``python benchmarks/seasons_of_weeks.py``.

Each table has 30 areas with fixed rates and 1,700 days; what differs is when events happen. It goes through ``rm.quick`` and a backtest with the default forecasters, once as
they are and once with the hold-out that they had before decision 0063.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

import riskmodel as rm  # noqa: E402
from riskmodel.forecasts.backtesting import backtest  # noqa: E402
from riskmodel.forecasts.forecasters import training_rows  # noqa: E402

DAYS, AREAS = 1_700, 30
FIRST = "2022-01-01"
NEVER = 1_000
"""Years from which the hold-out has a year, for the rule of before."""

SEASONS: Mapping[str, tuple[float, Callable[[Any], Any]]] = {
    "events on ten weeks of the year only": (40.0, lambda days: _between(days, 161, 229) + 0.002),
    "few events in school holidays": (12.0, lambda days: np.where(_between(days, 191, 244) | (days.day_of_year < 20), 0.05, 1.2)),
    "three days a year with 25 times the events": (10.0, lambda days: 1.0 + 24.0 * _between(days, 200, 202)),
    "four times the events in the last ten days of a quarter": (
        15.0,
        lambda days: np.where((days.month % 3 == 0) & (days.day > 20), 4.0, 0.7),
    ),
    "no season": (15.0, lambda days: np.ones(len(days))),
}
"""Events a day in all, and the factor of each day."""


def _between(days: Any, first: int, last: int) -> Any:
    return (days.day_of_year >= first) & (days.day_of_year <= last)


def table(name: str) -> Any:
    """Return the rows of a table."""
    import pandas as pd

    rng = np.random.default_rng(2024)
    days = pd.date_range(FIRST, periods=DAYS)
    rate, factor = SEASONS[name]
    share = rng.gamma(1.5, 1.0, AREAS) + 0.02
    counts = rng.poisson(rate * np.asarray(factor(days), dtype=np.float64)[:, None] * share / share.sum())
    day, area = np.nonzero(counts)
    many = counts[day, area]
    return pd.DataFrame(
        {"date": days[day].repeat(many), "area": np.repeat(np.array([f"A{one:03d}" for one in range(AREAS)])[area], many)}
    )


def scores(name: str, horizon: int, least_years: int) -> tuple[float, float, float]:
    """Return log score, ratio and coverage of the default champion."""
    kept, training_rows.LEAST_YEARS = training_rows.LEAST_YEARS, least_years
    try:
        look = rm.quick(table(name), date="date", cell="area", horizon=horizon)
        found = backtest(look.experiment, look.history, look.features, threads=1)
    finally:
        training_rows.LEAST_YEARS = kept
    metrics = found.evaluation.metrics[found.experiment.champion]
    return float(metrics["log_score"]), float(metrics["ratio"]), float(metrics["coverage_90"])


def main() -> int:
    """Print the table."""
    print("| table | days ahead | log score: a fifth | a year | better, % | forecast over events | 90 % intervals hold |")
    print("|---|---|---|---|---|---|---|")
    for name in SEASONS:
        for horizon in (7, 28):
            (before, ratio, held), (now, new_ratio, new_held) = (
                scores(name, horizon, least) for least in (NEVER, training_rows.LEAST_YEARS)
            )
            print(
                f"| {name} | {horizon} | {before:.4f} | {now:.4f} | {100 * (1 - now / before):.2f} | {ratio:.2f}, {new_ratio:.2f} | {held:.0%}, {new_held:.0%} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
