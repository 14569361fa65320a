"""Conformal intervals of shown places, learned on the dates of a calibration."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.counts.blas import one_blas_thread
from riskmodel.counts.distribution import CountDistribution, summed
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.shown_units import groups_of, shown_units

INTERVAL_ROWS = 200_000
"""Approximate number of rows from which intervals are learned; of more rows, whole dates are left out evenly."""


@one_blas_thread
def fit_intervals(rule: IntervalRule, design: Design, forecast: CountDistribution) -> Conformal | None:
    """Learn conformal intervals from forecasts and labels of shown places."""
    at = np.unique(design.as_of, return_inverse=True)[1]
    rows = np.flatnonzero(at % -(-len(design) // INTERVAL_ROWS) == 0)
    shown, unit, cell, as_of = shown_units(design.places, design.cell[rows], design.as_of[rows])
    rows = rows[shown]
    y = np.bincount(unit, design.y[rows], len(cell))
    groups = groups_of(design.places, rule.grouping, cell, as_of)
    return Conformal.fit(rule, summed(forecast.take(rows), unit, len(cell)), y, groups)
