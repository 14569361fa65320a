"""What people do after a night: let lists leave, and answer warnings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_day
from riskmodel.base.errors import bad_argument
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.ledger import Answer, Outcome, Receipt, Store
from riskmodel.operations.nightly.deciding import stored_list
from riskmodel.operations.nightly.writing import rendered, send_lists, write_outbox


@dataclass(frozen=True)
class Approval:
    """What an approval wrote and sent."""

    as_of: int
    centres: tuple[str, ...]
    paths: tuple[Path, ...]
    receipts: tuple[Receipt, ...]


def approve(project: Project, as_of: str | int, centre: str | None = None, *, role: str, day: str | int) -> Approval:
    """Approve the lists of a night, write them without the draft mark, and deliver them.

    It may be repeated: the first approval and the first delivery stand; after an interruption, the same call completes it.

    Parameters
    ----------
    centre
        Whose list; all of the night if not given.
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
    store = Store(project.path(project.table.store))
    with exclusive(store.path.with_name("night")):
        stored = store.lists(night, centre)
        history = HistoryStore(project.path(project.table.history))
        places = history.places(history.manifest(store.nights(night)[0].manifest))
        files = {one.centre: rendered(project, stored_list(one).approved(), places) for one in stored}
        # what cannot be written is not approved either
        store.approve([one.id for one in stored], role.strip(), to_day(day))
        paths = write_outbox(project, night, files, whole=centre is None)
        receipts = send_lists(project, store, night, files, to_day(day))
    return Approval(night, tuple(files), paths, receipts)


def answer(project: Project, warning: str, outcome: Outcome, day: str | int, *, received: str | int | None = None) -> bool:
    """Record what a centre found at a warned place on ``day``; whether it was new.

    Parameters
    ----------
    received
        The day on which the answer came in, from which it counts as known; ``day`` if not given.

    Raises
    ------
    UsageError
        If the warning was never approved, or the outcome is not one of :data:`riskmodel.ledger.OUTCOMES`.
    """
    came = to_day(day if received is None else received)
    return Store(project.path(project.table.store)).record_answers([Answer(warning, to_day(day), outcome, came)]) == 1
