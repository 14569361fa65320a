"""Regressors of a linear regression, and least squares under a prior."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Decay, Feature
from riskmodel.counts.distribution import Rows

PENALTY = 300.0
"""Events that a coefficient's prior is worth, per standard deviation of its regressor."""

REACH = 5.0
"""Standard deviations from its mean at which a regressor is held; it is held at the ends of its training values in any case."""


@dataclass(frozen=True)
class Regressor:
    """One feature of the regression.

    Parameters
    ----------
    name
        Of the feature.
    days
        Days whose expected events an own count is compared with; 0 for a feature that is used as it is.
    low, high
        Values at which it is held.
    centre
        Mean training value, which stands for a missing one.
    coefficient
        Per unit.
    """

    name: str
    days: float
    low: float
    high: float
    centre: float
    coefficient: float = 0.0


def regressor_days(feature: Feature, target: Target) -> float:
    """Return the days that one of the target's own counts holds.

    A decayed count holds as many as its weights add up to. Of any other feature, 0.

    Examples
    --------
    >>> regressor_days(Count("theft", 28), Target(("theft",), 7)), regressor_days(Count("theft", 28, over="town"), Target(("theft",), 7))
    (28.0, 0.0)
    """
    if isinstance(feature, (Count, Decay)) and feature.over == "cell" and set(feature.kinds) == set(target.kinds):
        return float(feature.window if isinstance(feature, Count) else feature.half_life / np.log(2))
    return 0.0


def measured_regressor(regressor: Regressor, values: Rows) -> tuple[Regressor, float]:
    """Return the regressor with centre and bounds, and its spread.

    The spread is 0 where its values do not vary.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return regressor, 0.0
    centre, spread = float(known.mean()), float(known.std())
    low, high = max(float(known.min()), centre - REACH * spread), min(float(known.max()), centre + REACH * spread)
    return replace(regressor, low=low, high=high, centre=centre), spread if high - low > 1e-9 else 0.0


def shrunken_least_squares(Z: Float64[np.ndarray, "row column"], y: Rows, weight: Rows, free: int) -> Rows:
    """Return coefficients of weighted least squares under the prior.

    The first ``free`` columns have none.
    """
    prior = np.full(Z.shape[1], PENALTY)
    prior[:free] = 0.0
    weighted = Z * weight[:, None]
    return np.linalg.solve(weighted.T @ Z + np.diag(prior), weighted.T @ y)
