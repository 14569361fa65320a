"""Intervals of hits over nights whose horizons overlap."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riskmodel.counts.bootstrap import Interval, interval, paired_statistics, widening
from riskmodel.warning.policy_simulation.listed_lines import ListedLines
from riskmodel.warning.policy_simulation.walked_nights import WalkedNights

LEVEL = 0.95


def block(walked: WalkedNights) -> int:
    """Return the nights of a block, as many as horizons overlap.

    At least as many as the experiment states for its evaluation.
    """
    overlapping = math.ceil(walked.experiment.horizon / walked.every)
    return max(overlapping, walked.experiment.evaluation.block)


def quotient_interval(walked: WalkedNights, above: Any, below: Any) -> Interval:
    """Return a quotient of sums over final nights, with its interval.

    By block bootstrap over the nights; NaN where ``below`` is 0. No end is below 0.

    Parameters
    ----------
    above, below
        Values by night.
    """
    parts, size = _parts(walked, (above, below)), block(walked)
    (found,), drawn = paired_statistics(parts, _divided, block=size)
    return interval(found, drawn[:, 0], widening(parts.shape[1], size)).within(0, np.inf)


def precision_of_lines(lines: ListedLines, keep: Any) -> Interval:
    """Return the share of some lines with an event, with its interval.

    Only final nights count. The block bootstrap has no width where all lines or none are hits, so the interval is at least the exact
    binomial one (Clopper and Pearson, 1934). A place that is listed on many nights of a horizon is one trial there; trials of unequal numbers of
    nights count as as many equal ones as have the same variance (Kish, 1965).
    """
    walked, columns = lines.walked, lines.columns
    keep = keep & np.isfinite(columns["events"])
    hits = columns["events"] > 0
    found = quotient_interval(walked, lines.by_night(keep, hits), lines.by_night(keep))
    if not keep.any():
        return found
    period = columns["night"][keep] // block(walked)
    _, nights = np.unique(np.stack([period, columns["place"][keep]]), axis=1, return_counts=True)
    low, high = exact_share(found.value, nights.sum() ** 2 / (nights**2).sum())
    return Interval(found.value, float(np.fmin(found.low, low)), float(np.fmax(found.high, high))).within(0, 1)


def exact_share(share: float, trials: float) -> tuple[float, float]:
    """Return the exact binomial interval of a share.

    Neither ``trials`` nor ``share`` times ``trials`` need be whole.

    Examples
    --------
    >>> [round(end, 3) for end in exact_share(1.0, 3)]
    [0.292, 1.0]
    """
    from scipy.special import betaincinv

    hits, tail = share * trials, (1 - LEVEL) / 2
    low = 0.0 if hits <= 0 else float(betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 1 - tail))
    return low, high


def _parts(walked: WalkedNights, values: Any) -> Any:
    """Return values of final nights, ``[1, night, part]``."""
    return np.stack([np.asarray(one, dtype=np.float64)[walked.final] for one in values], axis=-1)[None]


def _divided(sums: Any) -> Any:
    below = sums[..., 1]
    return np.divide(sums[..., 0], below, out=np.full(below.shape, np.nan), where=below > 0)
