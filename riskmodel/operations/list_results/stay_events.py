"""What happened at the places of stays within their horizons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.warning.results.warned_stays import WarnedStay

if TYPE_CHECKING:
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.records.history import History


def with_events(
    stays: Sequence[WarnedStay], history: History, known: int, experiment_of: Callable[[WarnedStay], Experiment | None]
) -> list[WarnedStay]:
    """Return stays with the events of their horizons, where they are over.

    Parameters
    ----------
    history
        The records that were known before the day ``known``.
    experiment_of
        The experiment of the model that made the forecast; None if it is there no more.
    """
    found, of_model = list(stays), dict[tuple[str, str], list[int]]()
    for at, one in enumerate(stays):
        of_model.setdefault((one.target, one.model), []).append(at)
    for rows in of_model.values():
        experiment = experiment_of(stays[rows[0]])
        told = _told([stays[at] for at in rows], history, known, experiment)
        for at, one in zip(rows, told, strict=True):
            found[at] = one
    return found


def _told(stays: Sequence[WarnedStay], history: History, known: int, experiment: Experiment | None) -> list[WarnedStay]:
    """Return stays of one model with their events."""
    from riskmodel.asof.target import labels, last_complete_day, mature
    from riskmodel.records.history import without_days

    if experiment is None:
        return [replace(one, period="unknown") for one in stays]
    target, seen = experiment.goal(), without_days(history, experiment.ignored_days())
    dates = np.unique(np.array([one.first_listed for one in stays], dtype=np.int32))
    column = {day: at for at, day in enumerate(dates.tolist())}
    final, counts = mature(seen, target, dates, known), labels(seen, target, dates)
    complete = last_complete_day(seen, target, known)
    units = {day: seen.places.shown_as(day) for day in column}

    def told(one: WarnedStay) -> WarnedStay:
        day, cell = one.first_listed, seen.places.index.get(one.place)
        if cell is None or (day + target.horizon - 1 <= complete and not final[column[day]]):
            return replace(one, period="unknown")
        if not final[column[day]]:
            return replace(one, period="not over")
        return replace(one, period="over", events=int(counts[units[day] == cell, column[day]].sum()))

    return [told(one) for one in stays]
