"""Dates and forecasters of a look that follow its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.base.days import NEVER, to_iso
from riskmodel.forecasts.experiment import Dates, Experiment, ForecasterTable, default_forecasters
from riskmodel.forecasts.experiment.blend_members import MemberResolver
from riskmodel.records.history import History
from riskmodel.starter.experiment_dates import rescheduled
from riskmodel.starter.schedule import Schedule


@dataclass(frozen=True, eq=False)
class TargetDefaults:
    """What was chosen for the target of an experiment.

    Parameters
    ----------
    schedule
        Its dates, and the days that they lie within.
    forecasters
        Its forecasters.
    """

    schedule: Schedule
    forecasters: tuple[ForecasterTable, ...]

    def follow(self, experiment: Experiment, changes: Mapping[str, Any], history: History) -> tuple[Experiment, TargetDefaults]:
        """Return the experiment with changes, and what was chosen for it.

        If the target changes, default dates and forecasters are replaced by those for the new target. Dates and forecasters of the caller's own stay.

        Raises
        ------
        UsageError
            If the changes have faults, a kind is not in the history, or the history is too short for the horizon.
        """
        changed = experiment.with_changes(**changes)
        kinds = history.numbers(changed.target.kinds)
        if changed.target == experiment.target:
            return changed, self
        dates, own = self.schedule, dict(changes)
        if changed.horizon != dates.horizon and changed.dates == stated_dates(dates):
            dates = rescheduled(dates, ", ".join(changed.target.kinds), changed.horizon)
            own["dates"] = stated_dates(dates)
        if experiment.forecasters != self.forecasters or "forecasters" in changes:
            return experiment.with_changes(**own), TargetDefaults(dates, self.forecasters)
        events = int(history.amount[np.isin(history.kind, kinds) & (history.until == NEVER)].sum())
        found = default_forecasters(
            days=dates.learned, cells=len(history.places), horizon=dates.horizon, step=dates.step, events=events
        )
        own = {"champion": found.champion, **own, "forecasters": MemberResolver(list(found.entries)).resolved()}
        made = experiment.with_changes(**own)
        return made, TargetDefaults(dates, made.forecasters)


def stated_dates(schedule: Schedule) -> Dates:
    """Return the dates as an experiment states them."""
    return Dates(
        first=to_iso(schedule.first),
        step=schedule.step,
        test_from=to_iso(schedule.test_from),
        test_to=to_iso(schedule.test_to),
        refit_every=schedule.refit_every,
    )
