"""Approval of lists and answers to warnings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_day
from riskmodel.base.errors import bad_argument
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.ledger import Answer, Ledger, Outcome, Receipt
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night import night_lock
from riskmodel.operations.nightly.outbox import rendered, send_lists, write_outbox


@dataclass(frozen=True)
class Approval:
    """What an approval wrote and sent."""

    as_of: int
    centres: tuple[str, ...]
    paths: tuple[Path, ...]
    receipts: tuple[Receipt, ...]


def approve(project: Project, as_of: str | int, centre: str | None = None, *, role: str, day: str | int) -> Approval:
    """Approve, write and deliver the lists of a night.

    The call may be repeated: the first approval and the first delivery stand; after an interruption, the same call completes
    it.

    Parameters
    ----------
    centre
        Whose list; all lists of the night if not given.
    role
        Who approves, as a role and never a name of a person.

    Raises
    ------
    UsageError
        If there is no such list, or the role is empty.
    RiskmodelError
        If the places of that night are missing or damaged; nothing is approved then.
    """
    from riskmodel.records.store import HistoryStore

    if not role.strip():
        raise bad_argument("role", "approve", "a role such as 'duty officer'", role)
    night = to_day(as_of)
    ledger = Ledger.of(project)
    with exclusive(night_lock(ledger)):
        with ledger.read() as book:
            stored, manifest = book.lists.of(night, centre), book.nights.of(night)[0].manifest
        history = HistoryStore(project.path(project.table.history))
        places = history.places(history.manifest(manifest))
        files = {one.centre: rendered(project, from_stored(one).approved(), places) for one in stored}
        # a list that cannot be written is not approved either
        with ledger.write() as book:
            book.lists.approve([one.id for one in stored], role.strip(), to_day(day))
        paths = write_outbox(project, night, files, whole=centre is None)
        receipts = send_lists(project, ledger, night, files, to_day(day))
    return Approval(night, tuple(files), paths, receipts)


def answer(project: Project, warning: str, outcome: Outcome, day: str | int, *, received: str | int | None = None) -> bool:
    """Record an answer and return whether it was new.

    Parameters
    ----------
    day
        The day on which the centre went there.
    received
        The day on which the answer came in, from which it counts as known; ``day`` if not given.

    Raises
    ------
    UsageError
        If the warning was never approved, or the outcome is not one of :data:`riskmodel.ledger.OUTCOMES`.
    """
    came = to_day(day if received is None else received)
    with Ledger.of(project).write() as book:
        return book.answers.record([Answer(warning, to_day(day), outcome, came)]) == 1
