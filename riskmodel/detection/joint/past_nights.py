"""How often past nights showed evidence as strong as tonight's.

P-values rest on a model. The same numbers of past nights, of all places of a level, show how often such evidence really occurs, whatever
the dependence between families. Beyond the strongest tenth-of-a-percent the frequency is extrapolated by an exponential tail of the log
p-values (Knijnenburg et al. 2009, "Fewer permutations, more accurate P-values"); it is never taken to fall faster than the p-values.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

FEWEST, ENOUGH = 500, 10_000
"""Fewest past values that say something about a tail, and those that are enough to rely on it."""

TAIL = 100
"""Most values of the tail that is extrapolated."""


def frequency(now: Float64[np.ndarray, " place"], past: Float64[np.ndarray, "night place"]) -> Float64[np.ndarray, " place"]:
    """Return how often a place of a past night had such evidence.

    ``now`` and ``past`` are combined p-values; NaN where there are too few past values.
    """
    values = -np.log(past[~np.isnan(past)])
    if len(values) < FEWEST:
        return np.full(len(now), np.nan)
    values.sort()
    tail = min(TAIL, len(values) // 20)
    edge = values[-tail]
    rate = min(1.0, 1.0 / max(float((values[-tail:] - edge).mean()), 1e-12))
    score = -np.log(now)
    at_most = 1.0 - np.searchsorted(values, score - 1e-12, side="left") / len(values)
    with np.errstate(invalid="ignore"):
        beyond = tail / len(values) * np.exp(-rate * (score - edge))
        return np.where(np.isnan(now), np.nan, np.where(score > edge, beyond, (at_most * len(values) + 1) / (len(values) + 1)))
