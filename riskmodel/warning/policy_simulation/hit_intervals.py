"""Intervals of hits over nights whose horizons overlap."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from riskmodel.counts.bootstrap import Interval, interval, paired_statistics, widening
from riskmodel.counts.exact_shares import equal_trials, exact_share
from riskmodel.warning.policy_simulation.listed_lines import ListedLines
from riskmodel.warning.policy_simulation.walked_nights import WalkedNights


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
    low, high = exact_share(found.value, equal_trials(period, columns["place"][keep]))
    return Interval(found.value, float(np.fmin(found.low, low)), float(np.fmax(found.high, high))).within(0, 1)


def _parts(walked: WalkedNights, values: Any) -> Any:
    """Return values of final nights, ``[1, night, part]``."""
    return np.stack([np.asarray(one, dtype=np.float64)[walked.final] for one in values], axis=-1)[None]


def _divided(sums: Any) -> Any:
    below = sums[..., 1]
    return np.divide(sums[..., 0], below, out=np.full(below.shape, np.nan), where=below > 0)
