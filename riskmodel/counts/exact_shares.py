"""Exact binomial intervals of shares, also of trials that repeat."""

from __future__ import annotations

from typing import Any

import numpy as np

LEVEL = 0.95


def exact_share(share: float, trials: float) -> tuple[float, float]:
    """Return the exact binomial interval of a share (Clopper and Pearson, 1934).

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


def equal_trials(*keys: Any) -> float:
    """Return as how many independent trials rows count.

    Rows with the same keys are one trial. Trials of unequal numbers of rows count as as many equal ones as have the same variance (Kish, 1965).

    Parameters
    ----------
    *keys
        Arrays ``[row]``.

    Examples
    --------
    >>> equal_trials(np.array([1, 1, 2, 2])), equal_trials(np.array([1, 1, 1, 2]))
    (2.0, 1.6)
    """
    _, rows = np.unique(np.stack([np.unique(key, return_inverse=True)[1] for key in keys]), axis=1, return_counts=True)
    return float(rows.sum() ** 2 / (rows**2).sum())
