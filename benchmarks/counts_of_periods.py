"""Counts of weeks and months: forecasts between two counts: ``python benchmarks/counts_of_periods.py``.

Cities of ``random_cities.py`` with 1,100 days or more, as counts of months or weeks, go through ``rm.quick`` and a backtest with the default forecasters. Once they
are taken for what they are; once, as before decision 0070, for counts of their last days. The nights from one count to the next are then forecast by the same fit: the
swing is the highest sum of these forecasts over the lowest, less one.

    python benchmarks/counts_of_periods.py --cities 600-639             # months, 31 and 92 days ahead
    python benchmarks/counts_of_periods.py --cities 600-639 --period week
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from random_cities import City, drawn_city  # noqa: E402

import riskmodel as rm  # noqa: E402
from riskmodel.forecasts.backtesting import backtest  # noqa: E402
from riskmodel.forecasts.training import train  # noqa: E402
from riskmodel.records.history import History  # noqa: E402

HORIZONS = {"month": (31, 92), "week": (7, 28)}
LEAST_DAYS = 1_100


class Figures(NamedTuple):
    """Figures of the champion of one table."""

    log_score: float
    ratio: float
    coverage: float
    swing: float


def table(city: City, period: str) -> Any:
    """Return the counts of a city by whole period and area."""
    import pandas as pd

    rows = city.frame()
    begin = pd.to_datetime(rows["date"]).dt.to_period("M" if period == "month" else "W").dt.start_time
    whole = np.unique(begin)[1:-1]
    counts = rows.groupby([begin.rename("begin"), "area"]).size()
    every = pd.MultiIndex.from_product([whole, np.unique(rows["area"])], names=["begin", "area"])
    return counts.reindex(every, fill_value=0).rename("count").reset_index()


def as_days(history: History) -> History:
    """Return a history whose counts are those of their last days."""
    return replace(history, coverage=tuple(replace(one, period="day") for one in history.coverage))


def figures(look: Any, history: History) -> Figures:
    """Return the figures of the default champion."""
    result = backtest(look.experiment, history, look.features, threads=1)
    champion = result.experiment.champion
    found = result.evaluation.metrics[champion]
    bundle, end = train(look.experiment, history, look.features), history.coverage[-1].through
    nights = range(end + 1, end + (27 if look.experiment.horizon > 28 or look.experiment.step > 7 else 8))
    sums = np.array([bundle.score(history, night).frame()["expected"].sum() for night in nights])
    score = float(result.row_scores(champion)["log_score"].mean())
    return Figures(score, float(found["ratio"]), float(found["coverage_90"]), float(sums.max() / sums.min() - 1))


def line(horizon: int, before: list[Figures], after: list[Figures]) -> str:
    """Return the row of a horizon."""
    b, a = np.array(before), np.array(after)
    gain = 100 * (b[:, 0] / a[:, 0] - 1)
    off = np.abs(np.log(np.stack([b[:, 1], a[:, 1]])))
    low = (np.stack([b[:, 2], a[:, 2]]) < 0.85).sum(axis=1)
    swing = 100 * np.median(np.stack([b[:, 3], a[:, 3]]), axis=1)
    most = 100 * np.max(np.stack([b[:, 3], a[:, 3]]), axis=1)
    return (
        f"| {horizon} | {len(gain)} | {gain.mean():.2f} % ({gain.min():.2f} to {gain.max():.2f}; {(gain > 0.05).sum()} better, {(gain < -0.05).sum()} worse) | "
        f"{off[0].mean():.3f}, {off[1].mean():.3f} | {low[0]}, {low[1]} | {swing[0]:.1f}, {swing[1]:.1f} % | {most[0]:.0f}, {most[1]:.0f} % |"
    )


def main() -> int:
    """Print a row for each horizon."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--cities", default="600-639", help="first and last number")
    parser.add_argument("--period", choices=sorted(HORIZONS), default="month")
    asked = parser.parse_args()
    first, last = map(int, asked.cities.split("-"))
    cities = [city for number in range(first, last + 1) if len((city := drawn_city(number)).counts) >= LEAST_DAYS]
    print(
        "| days ahead | cities | log score better | |log ratio|: before, now | intervals hold below 85 % | swing, median | swing, largest |"
    )
    for horizon in HORIZONS[asked.period]:
        before, after = list[Figures](), list[Figures]()
        for city in cities:
            look = rm.quick(table(city, asked.period), date="begin", cell="area", amount="count", horizon=horizon)
            before.append(figures(look, as_days(look.history)))
            after.append(figures(look, look.history))
        print(line(horizon, before, after), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
