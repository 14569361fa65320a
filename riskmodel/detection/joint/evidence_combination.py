"""Evidence of several families combined, valid under any dependence.

A fire makes a police call, a complaint and a post, so families depend on each other in ways that nobody knows. Three statements are valid
p-values whatever the dependence: the number of families K times the smallest p-value (Bonferroni), which speaks where one family is
extreme; K/2 times the second smallest (Rueger 1978), where two agree; and e times the geometric mean (Vovk and Wang 2020, "Combining
p-values via averaging", Biometrika 107), where all do. The combined p-value is the smallest of the three, each divided by its weight;
weights add up to 1, so it is valid again. Most weight lies on agreement: Cauchy and harmonic-mean combinations follow the smallest p-value
and gain little from it.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float64

AGREES, EXTREME = 0.05, 0.001
"""P-values at which a family agrees, and at which it is extreme by itself."""


WEIGHTS = (0.02, 0.13, 0.85)
"""Weights of one extreme family, of two that agree, and of all that agree.

They were chosen on another county than that of the benchmark (decision 0028).
"""


def combined_p(p: Float64[np.ndarray, "family ..."]) -> Float64[np.ndarray, ...]:
    """Return the combined p-value of the families that were judged.

    NaN stands for a family that was not; it is left out, and never counts as quiet.

    Examples
    --------
    >>> combined_p(np.array([[0.001], [0.002], [0.004]])).round(4)
    array([0.0064])
    """
    judged = ~np.isnan(p)
    families = judged.sum(axis=0)
    filled = np.sort(np.where(judged, np.maximum(p, 1e-300), 1.0), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        statements = [families * filled[0], np.exp(1.0 + np.log(filled).sum(axis=0) / families)]
        if len(filled) > 1:
            statements.insert(1, families / 2 * filled[1])
        weights = WEIGHTS if len(filled) > 1 else (WEIGHTS[0] + WEIGHTS[1], WEIGHTS[2])
        several = np.minimum.reduce([one / weight for one, weight in zip(statements, weights, strict=True)])
    return np.where(families == 0, np.nan, np.where(families == 1, filled[0], np.minimum(1.0, several)))


def rule_holds(p: Float64[np.ndarray, "family ..."]) -> Bool[np.ndarray, ...]:
    """Return where two families or more agree, or one is extreme."""
    with np.errstate(invalid="ignore"):
        return ((p <= AGREES).sum(axis=0) >= 2) | (p <= EXTREME).any(axis=0)


def smaller_window(*p: Float64[np.ndarray, ...]) -> Float64[np.ndarray, ...]:
    """Return the p-value of the clearest of several windows (Bonferroni)."""
    return np.minimum(1.0, len(p) * np.minimum.reduce(p))
