"""Joint judgement of a project, as its night makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.surge_step import surges_on

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.detection.joint import SurgeReport
    from riskmodel.records.history import History
    from riskmodel.warning import WarningList


def project_surges(project: Project, history: History, as_of: int) -> SurgeReport:
    """Judge a project's families jointly, and continue the last night's surges.

    Days that an experiment of the project ignores do not count as usual ones.

    Raises
    ------
    UsageError
        If an experiment has faults, or the project has no counted kind.
    IntegrityError
        If a list of the night before was changed.
    """
    from riskmodel.detection.joint import surge
    from riskmodel.forecasts.experiment import experiment_names, load_experiment
    from riskmodel.records.history import without_days

    ignored = {day for name in experiment_names(project) for day in load_experiment(project, name).ignored_days()}
    previous = surges_on(_last_lists(project, as_of))
    return surge(without_days(history, ignored), as_of, groups=project.table.kind_groups, previous=previous)


def _last_lists(project: Project, as_of: int) -> tuple[WarningList, ...]:
    """Return the lists of the last night before a day."""
    from riskmodel.ledger import Ledger

    if not Ledger.exists(project):
        return ()
    with Ledger.of(project).read() as book:
        dates = [day for day in book.nights.dates() if day < as_of]
        stored = book.lists.of(dates[-1]) if dates else ()
    return tuple(map(from_stored, stored))
