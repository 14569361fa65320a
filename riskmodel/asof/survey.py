"""Summary statistics of features: availability, zeros, mean and 95 % quantile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.engines import Engine
from riskmodel.asof.vocabulary import Feature
from riskmodel.records.history import History


@dataclass(frozen=True)
class FeatureSummary:
    """Summary of a feature over the rows at risk.

    Attributes
    ----------
    name
        The feature.
    known, missing, filled
        Shares of rows whose value is known, missing, and known and not 0.
    mean, high
        Mean and 95 % quantile of the known values; None if there are none.
    """

    name: str
    known: float
    missing: float
    filled: float
    mean: float | None
    high: float | None


def survey(history: History, features: Iterable[Feature], as_of: Any, engine: Engine | None = None) -> tuple[FeatureSummary, ...]:
    """Summarise each feature over all cells at the as-of dates.

    ``engine`` computes the design; see :func:`~riskmodel.asof.design.design`.
    """
    made = design(history, as_of, features, engine=engine)
    rows = int(made.at_risk.sum())
    found = []
    for j, name in enumerate(made.names):
        values = made.X[made.at_risk, j]
        values = values[~np.isnan(values)].astype(np.float64)
        known = len(values) / rows if rows else 0.0
        filled = np.count_nonzero(values) / rows if rows else 0.0
        mean, high = (float(np.mean(values)), float(np.quantile(values, 0.95))) if len(values) else (None, None)
        found.append(FeatureSummary(name, known, 1.0 - known, filled, mean, high))
    return tuple(found)
