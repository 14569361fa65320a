"""How surely two forecasters differ: paired block bootstrap over as-of dates.

Dates are drawn in blocks of consecutive ones with replacement (Künsch, 1989; circular, as Politis and Romano, 1992), rows of a
date stay together, and both forecasters are judged on the same draw. A metric that is a quotient of sums (RMSE, PAI, precision) is
computed anew from the drawn dates' sums, never averaged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.base.errors import bad_argument

DRAWS = 1000
BLOCK = 4
"""Dates in a block."""

SEED = 1

LEAST_BLOCKS = 3
"""Blocks are shortened so that there are as many; with fewer dates than that there is no interval."""


class Interval(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def _chosen(dates: int, draws: int, block: int, seed: int) -> Int64[np.ndarray, "draw date"]:
    if block < 1:
        raise bad_argument("block", "the bootstrap", "a whole number of dates, at least 1", block)
    rng = np.random.default_rng(seed)
    block = min(block, max(1, dates // LEAST_BLOCKS))
    starts = rng.integers(0, dates, (draws, -(-dates // block)))
    return ((starts[:, :, None] + np.arange(block)) % dates).reshape(draws, -1)[:, :dates]


def multiplicities(dates: int, draws: int = DRAWS, block: int = BLOCK, seed: int = SEED) -> Int64[np.ndarray, "draw date"]:
    """How often each date stands in each draw; the same for the same arguments. A row adds up to ``dates``."""
    chosen = _chosen(dates, draws, block, seed) + dates * np.arange(draws)[:, None]
    return np.bincount(chosen.ravel(), minlength=draws * dates).reshape(draws, dates)


def interval(value: float, drawn: Float64[np.ndarray, " draw"]) -> Interval:
    """The figure with the 2.5 % and 97.5 % quantiles of the draws that have one."""
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
    return Interval(float(value), float(low), float(high))


def paired_difference(
    one: Any, other: Any, as_of: Any, draws: int = DRAWS, block: int = BLOCK, seed: int = SEED
) -> tuple[float, float, float]:
    """Mean of ``one - other`` over rows, with a 95 % interval by block bootstrap over as-of dates."""
    dates, at = np.unique(as_of, return_inverse=True)
    total = np.bincount(at, one - other, len(dates))
    count = np.bincount(at, minlength=len(dates)).astype(np.float64)
    chosen = _chosen(len(dates), draws, block, seed)
    means = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    return interval(total.sum() / count.sum(), _drawn(means, len(dates)))


def paired_statistics(
    parts: Float64[np.ndarray, "model date part"],
    value: Callable[[Any], Any],
    draws: int = DRAWS,
    block: int = BLOCK,
    seed: int = SEED,
) -> tuple[Float64[np.ndarray, " model"], Float64[np.ndarray, "draw model"]]:
    """The metric of every model, and that of every draw of dates, on which all models are judged.

    Parameters
    ----------
    parts
        Sums of which the metric is made, shape ``[model, date, part]``.
    value
        From sums, shape ``[..., part]``, to the metric, shape ``[...]``.
    """
    weights = multiplicities(parts.shape[1], draws, block, seed).astype(np.float64)
    # einsum's own loops, no BLAS: the same bits whatever the thread count
    drawn = np.einsum("bd,mdp->bmp", weights, parts, optimize=False)
    return value(parts.sum(axis=1)), _drawn(value(drawn), parts.shape[1])


def _drawn(values: Any, dates: int) -> Any:
    """The draws, or NaN where too few dates stand behind them: an interval of no width would look like certainty."""
    return values if dates >= LEAST_BLOCKS else np.full_like(values, np.nan)
