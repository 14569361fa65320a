"""The nightly job: lists are decided, stored, written and sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from riskmodel.base.days import DateLike, to_day
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger, night_digest
from riskmodel.operations.answer_records import ingest_new_answers
from riskmodel.operations.delivery import routes
from riskmodel.operations.errors import future_night
from riskmodel.operations.nightly.centre_names import centre_faults
from riskmodel.operations.nightly.decision_steps import DECISION_STEPS
from riskmodel.operations.nightly.list_changes import held_lists
from riskmodel.operations.nightly.night_plan import bundles_of, plan_night, planned_project
from riskmodel.operations.nightly.night_report import NightReport
from riskmodel.operations.nightly.night_steps import (
    Failpoint,
    NightProgress,
    Step,
    StepCallback,
    no_callback,
    no_failure,
    run_steps,
)
from riskmodel.operations.nightly.outbox import Courier, complete_deliveries
from riskmodel.operations.nightly.output_steps import OUTPUT_STEPS
from riskmodel.operations.nightly.undelivered_lists import Undelivered
from riskmodel.operations.stored_scores import remove_old_scores, remove_unfinished_scores
from riskmodel.operations.unknown_nights import unknown_nights

NIGHT_STEPS: Mapping[str, Step] = {**DECISION_STEPS, **OUTPUT_STEPS}
"""Every step of the night by name, in order; each may be repeated."""


def today(project: Project) -> int:
    """Return today's day number in the project's time zone."""
    return to_day(datetime.now(ZoneInfo(project.table.time_zone)).date())  # noqa: TID251


def seconds() -> int:
    """Return the time in seconds since 1970."""
    return int(datetime.now(UTC).timestamp())  # noqa: TID251


def run_nightly(
    project: Project | Path,
    as_of: DateLike | None = None,
    *,
    day: int | None = None,
    preview: bool = False,
    late: bool = False,
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], int] = seconds,
    patient: bool = False,
    failpoint: Failpoint = no_failure,
    progress: StepCallback = no_callback,
) -> NightReport:
    """Run a night: ingest answers, read, score, decide, store and write.

    Where the project asks for no approval, the lists are sent at once. A night may be repeated at any time and gives the same
    bytes for the same history and champions; after an interruption, running it again completes it. A closed night (see
    :func:`plan_night`) is replayed from its stored plan.

    Parameters
    ----------
    project
        The project, or its folder.
    as_of
        The as-of date; today in the project's time zone if not given.
    day
        The day of the receipts; today if not given.
    preview
        Whether a night after ``day`` is wanted; its lists are marked and cannot be approved.
    late
        Whether the night was missed and is caught up for the record, from what was known then; its lists are marked and cannot be approved, and
        nothing is delivered.
    environment
        Environment variables with the secrets that channels name.
    clock
        The time in seconds since 1970.
    patient
        Whether a failed delivery waits until it is due again.
    failpoint
        Called with the name of each step before it; tests let it raise.
    progress
        Called with the name of each step before it and the share that is done.

    Raises
    ------
    UsageError
        If nothing was ingested or promoted yet, or an experiment that shares the capacity does not exist.
    RefusedError
        If the as-of date is after ``day`` and no preview is wanted.
    IntegrityError
        If stored files are damaged.
    """
    project = load_project(project) if isinstance(project, Path) else project
    day = today(project) if day is None else day
    as_of = day if as_of is None else to_day(as_of)
    if as_of > day and not preview:
        raise future_night(as_of, day)
    ledger = Ledger.of(project)
    with exclusive(night_lock(ledger)), ledger.kept_open():
        remove_unfinished_scores(project)
        failpoint("answers")
        answers = None if late or _closed(ledger, as_of, day) else ingest_new_answers(project, ledger, as_of, day)
        failpoint("plan")
        plan = plan_night(project, ledger, as_of, day, "late" if late else "preview" if as_of > day else "night")
        then = planned_project(project, ledger, plan)
        courier = None if late else Courier(routes(project, environment or {}, clock), day, clock, patient)
        night = run_steps(NIGHT_STEPS, NightProgress(then, ledger, plan, bundles_of(project), day, courier), failpoint, progress)
        silent = _silent_since(project, night.stale)
        if silent is None:
            remove_old_scores(project, day)
        left = () if courier is None else complete_deliveries(project, ledger, courier)
        with ledger.read() as book:
            digest, receipts = night_digest(book.lists.of(as_of)), book.receipts.of(as_of)
            held, unknown = held_lists(book, project, as_of), unknown_nights(project, book, as_of)
    return NightReport(
        plan,
        night.lists,
        night.paths,
        receipts,
        night.stale,
        night.sudden,
        answers,
        undelivered=left,
        held=held,
        digest=digest,
        alerts=night.alerts,
        fit_notes=night.fit_notes,
        silent_since=silent,
        centre_faults=tuple(
            centre_faults(project, night.lists, {name: one.experiment.policy for name, one in night.bundles.items()})
        ),
        unknown=unknown,
    )


def _closed(ledger: Ledger, as_of: int, day: int) -> bool:
    """Return whether a night may no longer change on a day."""
    with ledger.read() as book:
        return book.nights.closed(as_of, day)


def _silent_since(project: Project, stale: Mapping[str, int | None]) -> int | None:
    """Return the last day that any source covers, if all are stale.

    Then a clock may run ahead. Answers are left out: they are complete by the clock of this machine.
    """
    tables = {name for one in project.table.sources if not one.answers for name in one.names}
    known = [day for name in tables & set(stale) if (day := stale[name]) is not None]
    return max(known, default=None) if tables <= set(stale) else None


def deliver_waiting(
    project: Project,
    day: int,
    *,
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], int] = seconds,
    patient: bool = False,
) -> tuple[Undelivered, ...]:
    """Deliver what is approved and queued; return the lists that remain.

    Parameters
    ----------
    day
        The day of the receipts.
    environment, clock, patient
        As in :func:`run_nightly`.
    """
    if not Ledger.exists(project):
        return ()
    ledger = Ledger.of(project)
    with exclusive(night_lock(ledger)), ledger.kept_open():
        return complete_deliveries(project, ledger, Courier(routes(project, environment or {}, clock), day, clock, patient))


def night_lock(ledger: Ledger) -> Path:
    """Return the file to lock while a night runs or is approved."""
    return ledger.path.with_name("night")
