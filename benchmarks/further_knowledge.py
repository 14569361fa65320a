"""What else New York's counts could tell: ``python benchmarks/further_knowledge.py``.

A Poisson regression forecasts the counts of each family of offences in each precinct, one and four weeks ahead, from own rates of three lengths, the
city's level at three lengths and two turns a year. It is given one further source of knowledge at a time. The last line of each series is a variance
of its own for each precinct, by the squared errors of all earlier dates, toward the variance of all. Gains are in log score over a year, per cent; all means
are shifted to the level of the hold-out, and the variance is learned there, as calibration does.

    RISKMODEL_DATA=... python benchmarks/further_knowledge.py              # 2023
    RISKMODEL_DATA=... python benchmarks/further_knowledge.py --back 3     # 2022
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from riskmodel.counts.distribution import log_pmf  # noqa: E402
from riskmodel.counts.variance import fit_variance  # noqa: E402

YEAR, HOLD_OUT, FIRST = 52, 26, 260
"""Weeks of a year and of the hold-out, and the first week to learn from."""

HORIZONS = (1, 4)
"""Weeks."""

STRENGTH = 20.0
"""Dates that the variance of all precincts is worth."""


def counts_of(data: Path) -> dict[str, Any]:
    """Return the counts of each family ``[week, precinct]``."""
    import pandas as pd

    table = pd.read_parquet(data / "nyc_precinct_week_family.parquet")
    table = table[table.family.str.startswith("nypd")]
    weeks = pd.date_range(table.week.min(), table.week.max(), freq="7D")
    found = {}
    for family, rows in table.groupby("family"):
        wide = rows.pivot_table(index="week", columns="precinct", values="count", aggfunc="sum")
        found[str(family)] = wide.reindex(index=weeks, columns=sorted(table.precinct.unique())).fillna(0.0).to_numpy()
    return found | {"": weeks.day_of_year.to_numpy()}


def decayed(y: Any, half_life: float) -> Any:
    """Return the rate before each week, with the first year worth five weeks."""
    kept, total, weight = 0.5 ** (1 / half_life), 5 * np.maximum(y[:YEAR].mean(axis=0), 0.02), 5.0
    found = np.zeros_like(y)
    for week in range(len(y)):
        found[week] = total / weight
        total, weight = total * kept + y[week], weight * kept + 1
    return found


def before(values: Any, weeks: int) -> Any:
    """Return what was so many weeks earlier; 0 where nothing was."""
    found = np.zeros_like(values)
    found[weeks:] = values[:-weeks]
    return found


def smoothed(values: Any, weeks: int) -> Any:
    """Return the centred mean over some weeks."""
    return np.apply_along_axis(lambda column: np.convolve(column, np.full(weeks, 1 / weeks), "same"), 0, values)


def known(y: Any, day: Any, horizon: int) -> list[Any]:
    """Return the regressors that each fit has ``[week, precinct]``."""
    city = y.sum(axis=1, keepdims=True)
    turn = 2 * np.pi * (day + 3.5 * horizon)[:, None] / 365.25
    usual = decayed(city, YEAR)
    levels = [np.log((decayed(city, weeks) + 0.5) / (usual + 0.5)) for weeks in (2, 6, 13)]
    waves = [wave(order * turn) for order in (1, 2) for wave in (np.sin, np.cos)]
    return [np.log(decayed(y, weeks) + 0.02) for weeks in (2, 13, YEAR)] + [
        np.broadcast_to(one, y.shape) for one in (*levels, *waves)
    ]


def further(y: Any, others: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return each further source of knowledge."""
    year, own, usual = smoothed(y, YEAR), np.zeros_like(y), np.zeros_like(y)
    for back in (YEAR, 2 * YEAR, 3 * YEAR, 4 * YEAR):
        then, expected = before(smoothed(y, 7), back) * 7, before(year, back) * 7
        own += then
        usual += expected * then.sum(axis=1, keepdims=True) / np.maximum(expected.sum(axis=1, keepdims=True), 1)
    last = before(smoothed(y, 3), YEAR).sum(axis=1) / np.maximum(before(year, YEAR).sum(axis=1), 1)

    def recent(x: Any, weeks: int) -> Any:
        return np.log((decayed(x, weeks) + 0.3) / (decayed(x, YEAR) + 0.3))

    return {
        "season of the precinct": [np.log((own + 20) / (usual + 20))],
        "last year's level of these weeks": [np.broadcast_to(np.log(np.maximum(last, 0.01))[:, None], y.shape)],
        "own rate, half-life 6 weeks": [np.log(decayed(y, 6) + 0.02)],
        "own rate, half-life 200 weeks": [np.log(decayed(y, 200) + 0.02)],
        "all other families together": [recent(np.sum(list(others.values()), axis=0), 4)],
        "each other family": [recent(one, 6) for one in others.values()],
    }


def scores(y: Any, means: tuple[Any, Any], dates: tuple[Any, Any], factor: Any = 1.0) -> Any:
    """Return the log score of each date of the year ``[date]``, by level and variance of the hold-out.

    ``means`` are those of the hold-out and of the year; variances are multiplied by ``factor``.
    """
    hold_out, ahead = dates
    level = y[hold_out].sum() / means[0].sum()
    held, mean = means[0] * level, means[1] * level
    variance = fit_variance(y[hold_out].ravel(), held.ravel())

    def likelihood(of: Any, at: Any, scale: float) -> Any:
        total = (at + variance.rows(at) * at**2) * factor * scale
        dispersion = np.maximum((total - at) / at**2, 1e-6)
        return log_pmf(y[of].ravel(), at.ravel(), dispersion.ravel()).reshape(at.shape)

    scale = max(np.arange(0.8, 1.21, 0.05), key=lambda tried: likelihood(hold_out, held, tried).sum()) if np.ndim(factor) else 1.0
    return -likelihood(ahead, mean, scale).mean(axis=1)


def regression(y: Any, regressors: list[Any], training: Any, dates: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the means of the hold-out and of the year; recent rows weigh more."""
    from sklearn.linear_model import PoissonRegressor

    X = np.stack(regressors, axis=-1)
    centre, spread = X[training].mean(axis=(0, 1)), X[training].std(axis=(0, 1)) + 1e-9
    Z = (X - centre) / spread
    weight = np.repeat(0.5 ** ((dates[1][0] - training) / 200), y.shape[1])
    fitted = PoissonRegressor(alpha=1e-4, max_iter=500).fit(
        Z[training].reshape(-1, X.shape[-1]), y[training].ravel(), sample_weight=weight
    )
    held, ahead = (fitted.predict(Z[of].reshape(-1, X.shape[-1])).reshape(len(of), -1) for of in dates)
    return held, ahead


def own_variance(y: Any, mean: Any, training: Any) -> Any:
    """Return the factor of each precinct's variance, from its earlier squared errors."""
    variance = fit_variance(y[training].ravel(), mean[training].ravel())
    squared = np.minimum((y - mean) ** 2 / (mean + variance.rows(mean) * mean**2), 25.0)[training]
    relative = squared.sum(axis=0) / squared.mean()
    return (relative + STRENGTH) / (len(training) + STRENGTH)


def gains(counts: Mapping[str, Any], family: str, horizon: int, back: int) -> dict[str, float]:
    """Return what each source gains, per cent of the log score."""
    weeks = counts[family]
    y = np.array([weeks[at : at + horizon].sum(axis=0) for at in range(len(weeks) - horizon + 1)])
    end = len(y) - YEAR * (back - 1)
    ahead, training = np.arange(end - YEAR, end, horizon), np.arange(FIRST, end - YEAR - horizon, horizon)
    dates = (training[-HOLD_OUT:], ahead)
    base = [one[: len(y)] for one in known(weeks, counts[""], horizon)]
    means = regression(y, base, training, dates)
    plain = scores(y, means, dates)
    others = {name: one for name, one in counts.items() if name not in ("", family)}
    found = {
        name: scores(y, regression(y, [*base, *(one[: len(y)] for one in columns)], training, dates), dates)
        for name, columns in further(weeks, others).items()
    }
    rate = horizon * np.exp(np.mean([np.log(decayed(weeks, one)) for one in (4, 13, YEAR)], axis=0))[: len(y)]
    found["a variance of its own"] = scores(y, means, dates, own_variance(y, rate, training))
    return {name: 100 * float((plain - one).mean() / plain.mean()) for name, one in found.items()}


def main() -> int:
    """Print what each source gains in each series, and the means."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--back", type=int, default=2, help="how many years before the end of the table the year lies; default: 2"
    )
    asked = parser.parse_args()
    if "RISKMODEL_DATA" not in os.environ:
        print("RISKMODEL_DATA is not set: no open data to forecast.")
        return 0
    counts = counts_of(Path(os.environ["RISKMODEL_DATA"]))
    found: dict[str, list[float]] = {}
    for family in [name for name in counts if name]:
        for horizon in HORIZONS:
            one = gains(counts, family, horizon, asked.back)
            print(f"{family}, {7 * horizon} days: {', '.join(f'{name} {gain:+.2f} %' for name, gain in one.items())}", flush=True)
            for name, gain in one.items():
                found.setdefault(name, []).append(gain)
    for name, values in found.items():
        print(
            f"{name}: mean {np.mean(values):+.3f} %, lowest {min(values):+.2f}, highest {max(values):+.2f}, {len(values)} series"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
