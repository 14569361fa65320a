"""Scores of forecasts, each on the same rows; lower is better unless it says share."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.forecasts.distribution import Forecast, chance, crps, log_pmf, quantile

METRICS = ("rmse", "wmae", "mae_median", "mae_mean", "log_score", "crps", "brier", "top_decile")
"""RMSE and weighted MAE (absolute error weighted by the count) of the mean, MAE of the median and of the mean, negative
mean log probability, CRPS, Brier score of at least one event, share of the true top decile of cells that is caught."""


def row_scores(y: Int32[np.ndarray, " row"], forecast: Forecast) -> dict[str, Float64[np.ndarray, " row"]]:
    """Log score, CRPS and Brier score of each row."""
    mean, dispersion = forecast.mean, forecast.dispersion
    return {
        "log_score": -log_pmf(y, mean, dispersion),
        "crps": crps(y, mean, dispersion),
        "brier": (chance(mean, dispersion) - (y > 0)) ** 2,
    }


def summarise(y: Any, forecast: Forecast, as_of: Any, rows: dict[str, Any] | None = None) -> dict[str, float]:
    """All of :data:`METRICS` over the rows; ``rows`` are the :func:`row_scores` if they are there already."""
    rows = rows or row_scores(y, forecast)
    error = np.abs(y - forecast.mean)
    events = float(y.sum())
    found = {
        "rmse": float(np.sqrt((error**2).mean())),
        "wmae": float((error * y).sum() / events) if events else float("nan"),
        "mae_median": float(np.abs(y - quantile(0.5, forecast.mean, forecast.dispersion)).mean()),
        "mae_mean": float(error.mean()),
        "top_decile": top_decile(y, forecast.mean, as_of),
    }
    found |= {name: float(values.mean()) for name, values in rows.items()}
    return {name: found[name] for name in METRICS}


def top_decile(y: Any, mean: Any, as_of: Any) -> float:
    """Share of the true top decile that stands in the predicted one, both per as-of date, dates pooled.

    On a date with ``n`` rows both deciles have ``ceil(n / 10)`` rows; the true one leaves out rows without an event. Ties
    are broken by the order of rows (cells by id), for the truth as for the forecast.
    """
    caught = total = 0
    order = np.argsort(as_of, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(as_of[order])) + 1):
        k = -(-len(rows) // 10)
        true = np.argsort(-y[rows], kind="stable")[:k]
        true = true[y[rows][true] > 0]
        predicted = np.argsort(-mean[rows], kind="stable")[:k]
        caught += len(np.intersect1d(true, predicted))
        total += len(true)
    return caught / total if total else float("nan")


def reliability(y: Any, forecast: Forecast, bins: int = 10) -> dict[str, Any]:
    """Mean forecast and mean count in ``bins`` groups of rows of rising mean, with a 95 % interval of the mean count."""
    order = np.argsort(forecast.mean, kind="stable")
    found: dict[str, list[float]] = {"forecast": [], "observed": [], "low": [], "high": [], "rows": []}
    for rows in np.array_split(order, min(bins, len(order))):
        counts = y[rows]
        error = 1.96 * float(counts.std()) / np.sqrt(len(rows))
        centre = float(counts.mean())
        values = (float(forecast.mean[rows].mean()), centre, max(0.0, centre - error), centre + error, float(len(rows)))
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
    return found


def paired_difference(
    one: Any, other: Any, as_of: Any, draws: int = 1000, block: int = 4, seed: int = 1
) -> tuple[float, float, float]:
    """Mean of ``one - other`` over rows, with a 95 % interval by block bootstrap over as-of dates.

    Blocks of ``block`` consecutive dates are drawn with replacement (Künsch, 1989; circular), rows of a date stay together.
    """
    dates, at = np.unique(as_of, return_inverse=True)
    total = np.bincount(at, one - other, len(dates))
    count = np.bincount(at, minlength=len(dates)).astype(np.float64)
    rng = np.random.default_rng(seed)
    block = min(block, len(dates))
    blocks = -(-len(dates) // block)
    starts = rng.integers(0, len(dates), (draws, blocks))
    chosen = ((starts[:, :, None] + np.arange(block)) % len(dates)).reshape(draws, -1)[:, : len(dates)]
    means = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(total.sum() / count.sum()), float(low), float(high)
