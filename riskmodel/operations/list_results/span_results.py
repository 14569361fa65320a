"""The results of the lists of a span of nights."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, to_day, to_iso
from riskmodel.base.errors import RiskmodelError, UsageError, unknown_name
from riskmodel.base.policy import GRADES
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Transaction, standing
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.list_results.covered_events import list_coverage
from riskmodel.operations.list_results.listed_stays import listed_stays
from riskmodel.operations.list_results.stay_answers import given_answers, with_answers
from riskmodel.operations.list_results.stay_events import with_events
from riskmodel.operations.nightly import PlannedTarget, bundles_of, today

if TYPE_CHECKING:
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.records.history import History
    from riskmodel.warning.results import WarnedStay, WarningResults


@checked(project="Project")
def warning_results(
    project: Project, first: DateLike, last: DateLike, *, centre: str = "", known: DateLike | None = None
) -> WarningResults:
    """Return what approved lists forecast, what visits found, and what happened.

    Parameters
    ----------
    project
        The project, whose ledger and history are read; nothing is written.
    first, last
        The first and the last night. A place that was on an approved list before is left out: its stay began earlier.
    centre
        Only the lists of this centre.
    known
        What came in before this day; today if not given. Lists of later nights are left out, and those that were approved later are drafts.

    Returns
    -------
    WarningResults
        One entry per stay of a place on the lists, with figures by target, grade and centre.

    Raises
    ------
    UsageError
        If the last night or ``known`` precedes the first night, no list of the span is of the centre, or nothing was ingested yet.
    IntegrityError
        If a list of the span, an answer or the history is damaged.

    Examples
    --------
    >>> found = rm.warning_results(project, "2023-10-01", "2023-10-31")
    >>> found.frame("stays")[["target", "place", "grade", "result", "events"]].shape
    (0, 5)
    """
    from riskmodel.warning.results import SpanOfLists, WarningResults

    start, end, day = to_day(first), to_day(last), today(project) if known is None else to_day(known)
    if end < start:
        raise UsageError(f"The span ends on {to_iso(end)}, before it begins on {to_iso(start)}. Exchange the two nights.")
    if day < start:
        raise UsageError(
            f"The span begins on {to_iso(start)}, but only answers and records from before {to_iso(day)} are used. Choose an earlier first night."
        )
    end = min(end, day)
    if not Ledger.exists(project):
        return WarningResults(SpanOfLists(start, end, day, centre), ())
    ledger = Ledger.of(project)
    with ledger.read() as book:
        if centre:
            _check_centre(book, start, end, centre)
        listed = listed_stays(book, start, end, day, centre)
        filed = [one for one in book.answers.up_to() if one.answer.received < day]
    lacking = set(undelivered(ledger))
    span = SpanOfLists(
        start,
        end,
        day,
        centre,
        approved=len(listed.approved),
        drafts=listed.drafts,
        undelivered=sum(one in lacking for one in listed.approved),
        titles=tuple(sorted(listed.titles.items())),
        labels=tuple((grade, listed.labels[grade]) for grade in GRADES if grade in listed.labels),
    )
    if not listed.stays:
        return WarningResults(span, ())
    history, experiment_of = _known_history(project, day), experiments_of(project, ledger)
    stays = with_events(with_answers(listed, standing(filed), day), history, day, experiment_of)
    covered = list_coverage(listed, span, history, project.table.warnings.grouping, experiment_of)
    in_order = sorted(stays, key=lambda one: (one.target, one.first_listed, one.centre, one.place))
    return WarningResults(span, tuple(in_order), tuple(given_answers(listed, filed)), tuple(covered))


def _check_centre(book: Transaction, first: int, last: int, centre: str) -> None:
    """Refuse a centre of which the span has no list."""
    there = {mark.centre for day in book.nights.dates() if first <= day <= last for mark in book.lists.marks(day)}
    if there and centre not in there:
        raise unknown_name("centre", centre, sorted(there))


def _known_history(project: Project, known: int) -> History:
    from riskmodel.records.store import HistoryStore, stored_history

    return stored_history(HistoryStore(project.path(project.table.history))).known_by(known)


def experiments_of(project: Project, ledger: Ledger) -> Callable[[WarnedStay], Experiment | None]:
    """Return how the experiment of a stay's model is read.

    It is that of the version that made the forecast: the file may have changed since.
    """
    load = bundles_of(project)

    @cache
    def read(name: str, version: int, model: str) -> Experiment | None:
        try:
            return load(PlannedTarget(name, version, model, 1.0, None)).experiment
        except (RiskmodelError, OSError):
            return None

    def experiment_of(stay: WarnedStay) -> Experiment | None:
        with ledger.read() as book:
            night = next((one for one in book.nights.of(stay.first_listed) if one.experiment == stay.target), None)
        return None if night is None else read(night.experiment, night.registered, night.model)

    return experiment_of
