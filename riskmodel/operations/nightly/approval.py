"""Approval of lists, which are then written and delivered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import DateLike, to_day
from riskmodel.base.files import short_digest
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Receipt, StoredList, night_digest
from riskmodel.operations.delivery import queue, routes
from riskmodel.operations.errors import bad_digest, changed_draft, held_draft, night_to_come, no_digest, replaced_draft
from riskmodel.operations.list_bodies import from_stored, refuse_unsendable
from riskmodel.operations.nightly.list_changes import ListChange, held_lists
from riskmodel.operations.nightly.night import night_lock, seconds
from riskmodel.operations.nightly.night_plan import plan_again, planned_project
from riskmodel.operations.nightly.outbox import Courier, check_sent, complete_deliveries
from riskmodel.operations.nightly.outbox_files import Files, approved_files, rendered, write_outbox
from riskmodel.operations.nightly.summary_files import write_summaries
from riskmodel.operations.nightly.undelivered_lists import Undelivered


@dataclass(frozen=True)
class Approval:
    """What an approval wrote and sent.

    ``undelivered`` are lists that were approved earlier, this time or before, and still are not delivered.
    """

    as_of: int
    centres: tuple[str, ...]
    paths: tuple[Path, ...]
    receipts: tuple[Receipt, ...]
    undelivered: tuple[Undelivered, ...] = ()


def approve(
    project: Project,
    as_of: DateLike,
    centre: str | None = None,
    *,
    role: str,
    day: DateLike,
    digest: str | Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], int] = seconds,
) -> Approval:
    """Approve, write and deliver the lists of a night.

    The call may be repeated: the first approval and the first delivery stand; after an interruption, the same call completes
    it. Lists of other nights that were approved and not delivered are delivered too.

    Parameters
    ----------
    centre
        Whose list; all lists of the night if not given.
    role
        Who approves: one of the project's roles, never a person's name.
    digest
        What was read: the digest of each list, or that of the whole night, with 8 digits or more. It may be left out only
        where no draft was replaced after it was first written or is held for review.
    environment
        Environment variables with the secrets that channels name.
    clock
        The time in seconds since 1970.

    Raises
    ------
    UsageError
        If there is no such list, the role is blank, or a digest is none.
    RefusedError
        If the project has no such role; if a list is a replay, a preview, late or of a day to come, or nothing was known; if a draft is not the one that was
        read, or has no digest; or if the receiver holds other content.
    IntegrityError
        If a stored list is damaged; nothing is approved then.
    RiskmodelError
        If the places of that night are missing or damaged; nothing is approved then.
    """
    role, night, received = project.role(role, "approve"), to_day(as_of), to_day(day)
    ledger = Ledger.of_nights(project)
    with exclusive(night_lock(ledger)), ledger.kept_open():
        with ledger.read() as book:
            whole, manifest = book.lists.of(night), book.nights.of(night)[0].manifest
            stored = whole if centre is None else book.lists.of(night, centre)
            held = {one.centre: one for one in held_lists(book, project, night)}
        for one in stored:
            refuse_unsendable(from_stored(one))
        if night > received and not all(one.approved for one in stored):
            raise night_to_come(night, received)
        _refuse_unread(stored, whole, [digest] if isinstance(digest, str) else list(digest), held)
        then = planned_project(project, ledger, plan_again(ledger, night))
        files = _files(project, ledger, then, stored, manifest)
        # a list that cannot be written is not approved either
        courier = Courier(routes(project, environment or {}, clock), received, clock)
        with ledger.write() as book:
            book.lists.approve([one.id for one in stored], role, received)
            queue(book, courier.routes, stored, files, received)
        paths = write_outbox(project, night, files, whole=centre is None)
        with ledger.read() as book:
            paths += write_summaries(then, night, tuple(map(from_stored, book.lists.of(night))))
        check_sent(project, ledger, night, files, courier)
        left = complete_deliveries(project, ledger, courier)
        for one in left:
            if one.refusal is not None and one.as_of == night and one.centre in files:
                raise one.refusal
        with ledger.read() as book:
            ours = {one.id for one in stored}
            receipts = tuple(receipt for receipt in book.receipts.of(night) if receipt.list_id in ours)
    return Approval(night, tuple(files), paths, receipts, left)


def _files(project: Project, ledger: Ledger, then: Project, stored: Sequence[StoredList], manifest: str) -> Files:
    """Return the files of lists, those approved before as they were."""
    from riskmodel.records.store import HistoryStore

    history = HistoryStore(project.path(project.table.history))
    places = history.places(history.manifest(manifest))
    return {
        one.centre: approved_files(project, ledger, one.as_of, one.centre, one.id)
        or rendered(then, from_stored(one).approved(), places)
        for one in stored
    }


def _refuse_unread(
    lists: Sequence[StoredList], whole: Sequence[StoredList], read: Sequence[str], held: Mapping[str, ListChange]
) -> None:
    """Refuse lists that are not those whose digests were read.

    Lists that are held for review need their digest.

    Raises
    ------
    RefusedError
        Naming the first such list and its digest.
    """
    for text in read:
        if not re.fullmatch(r"[0-9a-f]{8,64}", text):
            raise bad_digest(text)
    if any(night_digest(whole).startswith(text) for text in read):
        read = [one.digest or "" for one in whole]
    for one in lists:
        if one.digest is None:
            raise no_digest(one.as_of, one.centre)
        if read and not any(one.digest.startswith(text) for text in read if text):
            raise changed_draft(one.as_of, one.centre, short_digest(one.digest), read)
        if not read and one.replaced and not one.approved:
            raise replaced_draft(one.as_of, one.centre, short_digest(one.digest))
        if not read and one.centre in held:
            raise held_draft(one.as_of, one.centre, held[one.centre].said.en, short_digest(one.digest))
