"""Tables of features in which counts of periods have several ages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from riskmodel.asof import windows
from riskmodel.asof.blocks import Progress
from riskmodel.asof.engines import Engine
from riskmodel.asof.period_ends import aged
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import Days
from riskmodel.records.history import History


def aged_table(engine: Engine, history: History, dates: Days, features: tuple[Feature, ...], progress: Progress | None) -> Any:
    """Compute the features of all cells.

    Where counts of weeks or months are of several ages, dates of one age are computed together, in memory.
    """
    parts = aged(history, dates, {kind for feature in features for kind in feature.kinds_used()})
    if len(parts) == 1:
        return engine.table(parts[0].history, dates, features, progress, parts[0].calendar)
    X = windows.empty((len(features), len(history.places), len(dates)), np.float32)
    for done, (at, moved, calendar) in enumerate(parts, 1):
        found = replace(engine, memory=None).table(moved, dates[at], features, calendar=calendar)
        X[:, :, at] = found.T.reshape(len(features), len(history.places), len(at))
        if progress is not None:
            progress(done / len(parts))
    return X.reshape(len(features), -1).T
