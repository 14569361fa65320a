"""Files of a stored night, rendered again from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.file_names import name_of
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, StoredList
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_plan import plan_again, planned_project
from riskmodel.operations.nightly.outbox_files import approved_files, rendered
from riskmodel.operations.nightly.summary_files import FOLDER, summary_files, summary_names

if TYPE_CHECKING:
    from riskmodel.warning import WarningList


def stored_pages(project: Project, ledger: Ledger, as_of: int) -> dict[str, bytes]:
    """Return a night's files by their path below its folder.

    Nothing is computed: the lists are those that the ledger stores, approved or drafts.

    Raises
    ------
    UsageError
        If there is no such night, or the places that it read are no longer kept.
    IntegrityError
        If a list or the places are damaged.
    """
    from riskmodel.records.store import HistoryStore, refuse_expired

    lists = _lists(ledger, as_of)
    plan, store = plan_again(ledger, as_of), HistoryStore(project.path(project.table.history))
    manifest = store.manifest(plan.manifest)
    refuse_expired(store, manifest, plan.manifest)
    then, places = planned_project(project, ledger, plan), store.places(manifest)
    found = {f"{name_of(one.centre)}/{name}": content for one in lists for name, content in rendered(then, one, places).items()}
    return found | {f"{FOLDER}/{name}": content for name, content in summary_files(then, lists).items()}


def approved_page(project: Project, ledger: Ledger, stored: StoredList) -> bytes:
    """Return the page of an approved list, as it was approved.

    Where its files are no longer in the outbox it is rendered again.

    Raises
    ------
    UsageError
        If the places that its night read are no longer kept.
    IntegrityError
        If the places are damaged.
    """
    from riskmodel.records.store import HistoryStore, refuse_expired
    from riskmodel.warning.formats import FORMATS, file_name

    one = from_stored(stored)
    files = approved_files(project, ledger, stored.as_of, stored.centre, stored.id) or {}
    if (page := files.get(file_name(one, "html"))) is not None:
        return page
    plan, store = plan_again(ledger, stored.as_of), HistoryStore(project.path(project.table.history))
    manifest = store.manifest(plan.manifest)
    refuse_expired(store, manifest, plan.manifest)
    language = planned_project(project, ledger, plan).table.warnings.language
    return FORMATS["html"].render(one, store.places(manifest), language)


def page_names(project: Project, ledger: Ledger, as_of: int) -> set[str]:
    """Return the paths of a night's files; nothing is rendered."""
    from riskmodel.warning.formats import FORMATS, file_name

    lists = _lists(ledger, as_of)
    found = {f"{name_of(one.centre)}/{file_name(one, name)}" for one in lists for name in FORMATS}
    then = planned_project(project, ledger, plan_again(ledger, as_of))
    return found | {f"{FOLDER}/{name}" for name in summary_names(then, lists)}


def _lists(ledger: Ledger, as_of: int) -> tuple[WarningList, ...]:
    """Return the stored lists of a night."""
    with ledger.read() as book:
        return tuple(map(from_stored, book.lists.of(as_of)))
