"""Local level model with a fixed season for one series of counts."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.vocabulary.calendar import YEAR_DAYS

LEAST_VALUES = 12
"""A series with fewer known values has its mean as level, and no model of its own."""

USUAL_GAIN = 0.2
"""Share of a forecast error that moves the level where no model was fitted."""

LEAST_COMPLETE = 0.2
"""Smallest completeness of a count; a less complete one is not scaled up further."""

SHIFT = 0.375
"""Added to a count before its square root (Anscombe, 1948)."""

LOWEST = float(np.sqrt(SHIFT))
"""Shifted square root of no event."""


@dataclass(frozen=True)
class SeriesModel:
    """Fitted model of the shifted square roots of one group's counts.

    Parameters
    ----------
    level
        Level at the end of training.
    gain
        Share of a forecast error that moves the level, in the long run.
    variance
        Of a forecast one step ahead.
    waves
        Cosine and sine coefficients of the season at the end of training, one wave after the other.
    least
        Smallest mean, events.
    """

    level: float
    gain: float
    variance: float
    waves: tuple[float, ...]
    least: float


def fit_series(series: Float64[np.ndarray, " time"], horizon: int, harmonics: int) -> SeriesModel:
    """Fit by maximum likelihood with statsmodels' ``UnobservedComponents``.

    Parameters
    ----------
    series
        Counts over successive horizons, NaN where unknown.
    horizon
        Days of a step.
    harmonics
        Number of waves of the season; it is left out of a series shorter than two years.
    """
    known = series[~np.isnan(series)]
    least = 0.5 / max(len(known), 1)
    if len(known) < LEAST_VALUES or not known.any():
        level = float(np.sqrt(known.mean() + SHIFT)) if len(known) else LOWEST
        return SeriesModel(level, USUAL_GAIN, 0.0, (), least)
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    period = YEAR_DAYS / horizon
    harmonics = min(harmonics, int((period - 1) // 2)) if len(known) >= 2 * period else 0
    settings: dict[str, Any] = {"level": "local level"}
    if harmonics:
        settings |= {"freq_seasonal": [{"period": period, "harmonics": harmonics}], "stochastic_freq_seasonal": [False]}
    model = UnobservedComponents(np.sqrt(series + SHIFT), **settings)
    with warnings.catch_warnings():
        # a series without noise has no inner maximum; where the search stops is as good as any
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted: Any = model.fit(disp=0, maxiter=100)
    noise, wander = (float(value) for value in fitted.params)
    state = [float(value) for value in fitted.filtered_state[:, -1]]
    ratio = wander / max(noise, 1e-9)
    ahead = (ratio + np.sqrt(ratio * (ratio + 4))) / 2
    gain, variance = float(np.clip(ahead / (1 + ahead), 0.01, 0.9)), noise * (1 + ahead)
    return SeriesModel(state[0], gain, float(variance), tuple(state[1:]), least)


def typical_model(models: Iterable[SeriesModel]) -> SeriesModel:
    """Model of a group unknown in training: medians, no season."""
    each = list(models)
    level, variance, least = (
        float(np.median([getattr(model, name) for model in each])) for name in ("level", "variance", "least")
    )
    return SeriesModel(level, USUAL_GAIN, variance, (), least)


def completeness(values: Float64[np.ndarray, "group time lag"]) -> tuple[float, ...]:
    """Share of a count that is usually known at each lag.

    It is compared with the count at the last lag.
    """
    found = []
    for lag in range(values.shape[2]):
        both = ~np.isnan(values[:, :, lag]) & ~np.isnan(values[:, :, -1])
        early, late = float(values[:, :, lag][both].sum()), float(values[:, :, -1][both].sum())
        found.append(float(np.clip(early / late, LEAST_COMPLETE, 1.0)) if late > 0 else 1.0)
    return tuple(found)


def latest_counts(values: Float64[np.ndarray, "time lag"]) -> Float64[np.ndarray, " time"]:
    """Count of each time as known at the smallest lag.

    Leading times that were never seen are dropped.
    """
    found = np.full(len(values), np.nan)
    for lag in range(values.shape[1]):
        found = np.where(np.isnan(values[:, lag]), found, values[:, lag])
    seen = np.flatnonzero(~np.isnan(found))
    return found[seen[0] :] if len(seen) else found
