"""Default forecasters on simulated cities drawn at random: ``python benchmarks/random_cities.py``.

Each number is a city: cells, days, rates, seasons, weekdays, drifts, jumps, crime that spreads, and clumps are drawn by it, so that the expected counts are known. Its
table goes through ``rm.quick`` and a backtest, unchanged. The default champion is compared with the decayed rate, with the same champion that has the decayed rate in the
adaptive rate's place (as before decision 0044), with a Poisson regression of scikit-learn on rates of five lengths, seasons and the level of all cells, and with the expected
counts themselves, which nobody can know.

    python benchmarks/random_cities.py                # cities 100 to 139
    python benchmarks/random_cities.py 23 57 88       # these
    python benchmarks/random_cities.py --horizon 91   # 91 days ahead
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

import riskmodel as rm  # noqa: E402
from riskmodel.base.days import to_day  # noqa: E402
from riskmodel.base.errors import UsageError  # noqa: E402
from riskmodel.counts.distribution import fit_dispersion, log_pmf  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402

CITIES = range(100, 140)
"""Cities that nothing was chosen on: decisions were made on other draws of the same traits."""

FIRST = "2021-03-01"
"""First day of every city."""

WINDOWS = (14, 42, 91, 182, 365)
"""Lengths of the rates of the peer's regression, days."""

CHOICES: Mapping[str, tuple[float, ...]] = {
    "cells": (3, 8, 20, 40, 77, 150, 300),
    "days": (150, 300, 500, 800, 1100, 1600),
    "shape": (0.3, 0.8, 3.0, 30.0),  # of the gamma distribution of the cells' rates
    "season": (0.0, 0.2, 0.5, 0.8),  # amplitude over the year
    "own_season": (0.0, 0.0, 0.3, 0.6),  # amplitude of each cell's own
    "weekend": (0.0, 0.15, 0.5),  # log factor of Fridays and Saturdays
    "own_week": (0.0, 0.0, 0.4),  # standard deviation of each cell's weekdays
    "drift": (0.0, 0.0, 0.003, 0.01, 0.02),  # of each cell's log rate a day
    "common_drift": (0.0, 0.0, 0.003, 0.01),
    "trend": (0.0, 0.0, 0.0005, -0.0005, 0.0015),  # log rate a day
    "spread": (0.0, 0.0, 0.2, 0.5),  # share of events that follow others in the cell, a week later in the mean
    "clumps": (0.0, 0.0, 0.1, 0.5),  # variance of a gamma factor of each cell and day
    "shock": (0.0, 0.0, 0.0, 0.3),  # standard deviation of a daily factor of all cells
    "holiday": (1.0, 1.0, 0.4, 2.0),  # factor of a few days of the year
    "jumps": (0.0, 0.0, 5.0),  # cells whose level changes for good
}
"""What is drawn for each city, beside its rate."""


@dataclass(frozen=True, eq=False)
class City:
    """Counts and expected counts ``[day, cell]`` of a city, and what was drawn."""

    drawn: Mapping[str, float]
    counts: Any
    expected: Any

    def frame(self) -> Any:
        """Return its table, one row per event."""
        import pandas as pd

        day, cell = np.nonzero(self.counts)
        many = self.counts[day, cell]
        dates, names = (
            pd.date_range(FIRST, periods=len(self.counts)),
            np.array([f"A{one:03d}" for one in range(self.counts.shape[1])]),
        )
        return pd.DataFrame({"date": np.repeat(dates[day], many), "area": np.repeat(names[cell], many)})


def drawn_city(number: int) -> City:
    """Draw the city of a number."""
    rng = np.random.default_rng(number)
    found = {name: float(rng.choice(values)) for name, values in CHOICES.items()}
    found["rate"] = float(np.exp(rng.uniform(np.log(0.3), np.log(120.0))))  # events a day in all
    expected = _expected(found, rng)
    counts, following = np.zeros(expected.shape, dtype=np.int64), np.zeros(expected.shape[1])
    for day, own in enumerate(expected):
        clump = rng.gamma(1 / found["clumps"], found["clumps"], len(own)) if found["clumps"] else 1.0
        counts[day] = rng.poisson((own * (1 - found["spread"]) + following) * clump)
        following = following * np.exp(-1 / 7) + found["spread"] * counts[day] * (1 - np.exp(-1 / 7))
    return City(found, counts, expected)


def _expected(found: Mapping[str, float], rng: np.random.Generator) -> Any:
    """Return the expected counts of each day and cell."""
    import pandas as pd

    days, cells = int(found["days"]), int(found["cells"])
    dates = pd.date_range(FIRST, periods=days)
    turn = 2 * np.pi * dates.day_of_year.to_numpy() / 365.25
    share = np.maximum((shares := rng.gamma(found["shape"], 1.0, cells)) / shares.sum(), 1e-4)
    log = np.log(found["rate"] * share / share.sum()) + np.zeros((days, 1))
    log += np.log(1 + found["season"] * np.cos(turn - 3.4))[:, None]
    log += np.log(1 + found["own_season"] * np.cos(turn[:, None] - rng.uniform(0, 2 * np.pi, cells)))
    log += found["weekend"] * np.isin(dates.day_of_week, [4, 5])[:, None]
    log += rng.normal(0, found["own_week"], (7, cells))[dates.day_of_week]
    log += np.cumsum(rng.normal(0, found["drift"], (days, cells)), axis=0)
    log += np.cumsum(rng.normal(0, found["common_drift"], days))[:, None]
    log += found["trend"] * np.arange(days)[:, None] + rng.normal(0, found["shock"], days)[:, None]
    off = np.isin(dates.strftime("%m-%d"), ["01-01", "01-02", "07-04", "12-24", "12-25", "12-26"])
    log += np.log(found["holiday"]) * off[:, None]
    for cell in rng.choice(cells, min(int(found["jumps"]), cells), replace=False):
        log[rng.integers(days // 3, days) :, cell] += rng.choice([-1.5, 1.5])
    return np.exp(log)


def forecast(city: City, horizon: int | None = None) -> tuple[BacktestResult, int]:
    """Backtest the default forecasters and the champion of before; return the first day too."""
    look = rm.quick(city.frame(), date="date", cell="area", horizon=horizon)
    stated = look.experiment.model_dump(mode="json", exclude_none=True)
    tables = list(stated["forecasters"])
    for table in stated["forecasters"]:
        if table["name"] == stated["champion"] and table["type"] == "Blend":
            tables.append(
                {**table, "name": "before", "settings": {"members": [_before(one) for one in table["settings"]["members"]]}}
            )
    found = backtest(Experiment.model_validate(stated | {"forecasters": tables}), look.history, look.features, threads=1)
    return found, to_day(FIRST)


def _before(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the member of before."""
    return {"type": "DecayedRate"} if member["type"] == "AdaptiveRate" else member


def regression(city: City, result: BacktestResult, first: int) -> Any:
    """Return the log score of each row by the peer's regression.

    It learns at each of the backtest's origins, from labels that are complete then. None if there are none at an origin.
    """
    from sklearn.linear_model import PoissonRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    horizon, cells = int(result.experiment.target.horizon), _cells(result)
    total = np.vstack([np.zeros(city.counts.shape[1]), np.cumsum(city.counts, axis=0)])
    days, scores = result.as_of - first, np.zeros(len(result))
    origins = [day - first for day in result.origins]
    for origin, end in zip(origins, [*origins[1:], len(total)], strict=True):
        known = np.arange(origin - horizon, max(60, origin - 1000) if origin > 130 else origin // 3, -horizon)
        if not len(known):
            return None
        y = (total[known + horizon] - total[known]).ravel()
        model = make_pipeline(StandardScaler(), PoissonRegressor(alpha=1e-3, max_iter=400))
        model.fit(_regressors(total, known, horizon, seasons=origin > 450), y)
        dispersion = fit_dispersion(y, model.predict(_regressors(total, known, horizon, seasons=origin > 450)))
        rows = np.flatnonzero((days >= origin) & (days < end))
        asked, at = np.unique(days[rows], return_inverse=True)
        mean = model.predict(_regressors(total, asked, horizon, seasons=origin > 450)).reshape(len(asked), -1)
        mean = np.minimum(mean, 5 * (horizon * _rates(total, asked, 365) + 1))[at, cells[rows]]
        scores[rows] = -log_pmf(result.y[rows], mean, np.full(len(rows), dispersion))
    return scores


def _rates(total: Any, days: Any, window: int) -> Any:
    """Mean count a day of each cell before each day."""
    since = np.maximum(days - window, 0)
    return (total[days] - total[since]) / np.maximum(days - since, 1)[:, None]


def _regressors(total: Any, days: Any, horizon: int, *, seasons: bool) -> Any:
    """Regressors of each day and cell, one row each."""
    cells = total.shape[1]
    prior = _rates(total, days, 365).mean(axis=1, keepdims=True)
    columns = [np.log((window * _rates(total, days, window) + 20 * prior) / (window + 20) + 1e-9) for window in WINDOWS]
    common = [np.log(_rates(total, days, window).mean(axis=1) + 1e-3) for window in (14, 91, 365)]
    if seasons:
        turn = 2 * np.pi * (days + horizon / 2) / 365.25
        common += [wave(order * turn) for order in (1, 2) for wave in (np.cos, np.sin)]
    columns += [np.repeat(one[:, None], cells, axis=1) for one in common]
    return np.stack(columns, axis=-1).reshape(len(days) * cells, -1)


def _cells(result: BacktestResult) -> Any:
    """Number of each row's cell in the city."""
    return np.array([int(str(name)[1:]) for name in result.places.ids])[result.cell]


def shown(number: int, ahead: int | None = None) -> tuple[str, dict[str, float]]:
    """Return a city's row, and what the champion gains over each other forecast, per cent."""
    city = drawn_city(number)
    result, first = forecast(city, ahead)
    champion, horizon = result.experiment.champion, int(result.experiment.target.horizon)
    total = np.vstack([np.zeros(city.counts.shape[1]), np.cumsum(city.expected, axis=0)])
    days, cells = result.as_of - first, _cells(result)
    truth = total[days + horizon, cells] - total[days, cells]
    scores = {name: result.row_scores(name)["log_score"] for name in result.forecasts}
    scores["truth"] = -log_pmf(result.y, truth, np.full(len(truth), fit_dispersion(result.y, truth)))
    if (peer := regression(city, result, first)) is not None:
        scores["regression"] = peer
    own = scores[champion].mean()
    gains = {
        name: 100 * float((scores[name].mean() - own) / abs(scores[name].mean()))
        for name in ("decayed", "before", "regression", "truth")
        if name in scores
    }
    drawn = ", ".join(f"{name} {value:.4g}" for name, value in city.drawn.items() if value not in (0.0, 1.0))
    columns = " | ".join(f"{gains[name]:.2f}" if name in gains else "-" for name in ("decayed", "before", "regression", "truth"))
    return (
        f"| {number} | {int(result.y.sum()):,} | {own:.4f} | {columns} | {float(result.evaluation.metrics[champion]['ratio']):.2f} | {float(result.evaluation.metrics[champion]['coverage_90']):.0%} | {drawn} |",
        gains,
    )


def summary(gains: Iterable[Mapping[str, float]]) -> str:
    """Return the mean and the extremes of what is gained."""
    found, lines = list(gains), []
    for name in ("decayed", "before", "regression"):
        values = np.array([one[name] for one in found if name in one])
        if not len(values):
            continue
        lines.append(
            f"over {name}: {values.mean():.2f} % in the mean, {values.min():.2f} to {values.max():.2f}; better in {(values > 0).sum()}, worse in {(values < 0).sum()} of {len(values)}"
        )
    return "\n".join(lines)


def main() -> int:
    """Print a row for each city, and a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("city", type=int, nargs="*", help="numbers of cities")
    parser.add_argument("--horizon", type=int, help="days ahead; default: those that init chooses")
    print(
        "| city | events | log score: champion | better than decayed, % | than before | than the regression | than the truth | forecast over events | 90 % intervals hold | drawn |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    found, asked = [], parser.parse_args()
    for number in asked.city or CITIES:
        try:
            row, gains = shown(number, asked.horizon)
        except UsageError as error:
            print(f"| {number} | {error} |", flush=True)
            continue
        print(row, flush=True)
        found.append(gains)
    print(summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
