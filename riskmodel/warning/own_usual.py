"""A place's own usual number, where its probability says nothing.

Over months, an event of a frequent kind is nearly certain at every place that a list can hold: all probabilities are above 99 %. What then differs is the number,
and whether it is more than the place had before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int32

if TYPE_CHECKING:
    from riskmodel.asof.target import Target
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History

SURE = 0.99
"""Above this readers see that an event is nearly certain, and no number."""
SPANS = (365, 182, 91)
"""Days over which a place's own mean is taken, the best first."""
LONGER = 730
"""The same for horizons of more than a year."""


@dataclass(frozen=True)
class OwnUsual:
    """The usual events of a place within a horizon.

    ``number`` is the mean in as many days as the horizon has, over the last ``days`` days.
    """

    number: float
    days: int


def own_usual(scores: Scores, cells: Int32[np.ndarray, " cell"], history: History, goal: Target) -> dict[str, OwnUsual]:
    """Return the own usual numbers of shown places, by place id.

    There are none unless an event is nearly certain at most of them. A place whose past is not known over any of the spans is left out.

    Parameters
    ----------
    scores
        Of one as-of date.
    cells
        The cells that :func:`riskmodel.warning.shortlist` returned.
    history
        What the scores were computed from, without the days that the experiment ignores.
    goal
        The target. Where only the presence of events is forecast, there is no number to compare.
    """
    if goal.at_least_one or not len(cells):
        return {}
    as_of = int(scores.as_of[0])
    shown, units = replace(scores, design=None).published(), scores.places.shown_as(as_of)
    wanted = np.unique(units[cells])
    if np.mean(shown.probability[np.isin(shown.cell, wanted)] > SURE) <= 0.5:
        return {}
    found: dict[str, OwnUsual] = {}
    spans = [days for days in SPANS if days >= goal.horizon] or [LONGER]
    for days, sums in zip(spans, _sums(history, as_of, goal, units, spans), strict=True):
        for unit in wanted.tolist():
            if np.isfinite(sums[unit]):
                found.setdefault(scores.places.ids[unit], OwnUsual(float(sums[unit]) / days * goal.horizon, days))
    return found


def _sums(history: History, as_of: int, goal: Target, units: Int32[np.ndarray, " cell"], spans: list[int]) -> list[np.ndarray]:
    """Return the events of each unit in the days before a date.

    They are missing where the days of one of its cells are not known.
    """
    from riskmodel.asof.design import design
    from riskmodel.asof.vocabulary import Count

    features = [Count(goal.kinds, days) for days in spans]
    made = design(history, as_of, features)
    at = units[made.cell]
    there = at >= 0
    return [np.bincount(at[there], made.column(one.name)[there].astype(np.float64), minlength=len(units)) for one in features]
