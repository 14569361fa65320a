"""A survey of features: how often each can be known, how often it says something, and what is usual."""

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
class Finding:
    """Of the rows at risk: the shares whose value is known, missing, and known and not 0; mean and 95 % quantile of the known."""

    name: str
    known: float
    missing: float
    filled: float
    mean: float | None
    high: float | None


def survey(
    history: History, features: Iterable[Feature], as_of: Any, threads: int = 2, engine: Engine | None = None
) -> tuple[Finding, ...]:
    """What each feature says about all cells at the as-of dates."""
    made = design(history, as_of, features, threads=threads, engine=engine)
    rows = int(made.at_risk.sum())
    found = []
    for j, name in enumerate(made.names):
        values = made.X[made.at_risk, j]
        values = values[~np.isnan(values)].astype(np.float64)
        known = len(values) / rows if rows else 0.0
        filled = np.count_nonzero(values) / rows if rows else 0.0
        mean, high = (float(np.mean(values)), float(np.quantile(values, 0.95))) if len(values) else (None, None)
        found.append(Finding(name, known, 1.0 - known, filled, mean, high))
    return tuple(found)
