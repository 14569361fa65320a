"""Findings among many tests, at a false discovery rate.

The expected share of false ones among a night's findings is at most the rate, whatever the dependence between tests, and so is its mean over
nights.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float64


def discoveries(p: Float64[np.ndarray, " test"], rate: float) -> Bool[np.ndarray, " test"]:
    """Return the findings at a false discovery rate, under any dependence.

    Benjamini and Yekutieli (2001). NaN is not tested.

    Examples
    --------
    >>> discoveries(np.array([0.001, 0.5, np.nan, 0.08]), 0.1)
    array([ True, False, False, False])
    """
    with np.errstate(invalid="ignore"):
        return p <= finding_level(p, rate)


def finding_level(p: Float64[np.ndarray, " test"], rate: float) -> float:
    """Return the largest p-value that is a finding.

    Without findings it is the level that the smallest p-value missed, and 0 where nothing was tested.
    """
    tested = np.sort(p[~np.isnan(p)])
    if not len(tested):
        return 0.0
    number = np.arange(1, len(tested) + 1)
    limit = rate * number / (len(tested) * float((1.0 / number).sum()))
    below = np.flatnonzero(tested <= limit)
    return float(limit[below[-1] if len(below) else 0])
