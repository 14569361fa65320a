"""A night's lists as files below the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import remove_unfinished_in, sha256, write_bytes
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, QueuedDelivery
from riskmodel.operations.errors import other_files
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_plan import plan_again, planned_project

if TYPE_CHECKING:
    from riskmodel.records.places import Places
    from riskmodel.warning import WarningList

Files = Mapping[str, Mapping[str, bytes]]
"""Centre to file name to content."""


def rendered(project: Project, one: WarningList, places: Places) -> dict[str, bytes]:
    """Return a list in every format, by file name."""
    from riskmodel.warning.formats import FORMATS, file_name

    language = project.table.warnings.language
    return {file_name(one, name): form.render(one, places, language) for name, form in FORMATS.items()}


def approved_files(project: Project, ledger: Ledger, as_of: int, centre: str, id: str) -> dict[str, bytes] | None:
    """Return a list's files as they were approved, if still there.

    They are not rendered again: another version of riskmodel or of a library may give a page other bytes, and what was approved and sent stays.
    """
    with ledger.read() as book:
        rows = book.deliveries.of_list(id)
    if not rows:
        return None
    folder = outbox_folder(project, as_of, centre)
    found = {name: path.read_bytes() for name in rows[0].digests if (path := folder / name).is_file()}
    return found if {name: sha256(content) for name, content in found.items()} == rows[0].digests else None


def write_outbox(project: Project, as_of: int, files: Files, whole: bool = True) -> tuple[Path, ...]:
    """Write files of centres to ``outbox/<as of>/<centre>/`` and delete other drafts there.

    Parameters
    ----------
    files
        Centre to file name to content.
    whole
        Whether these are all centres of the night; else the folders of other centres are left alone.
    """
    night = project.path(project.table.outbox) / to_iso(as_of)
    contents = {
        outbox_folder(project, as_of, centre) / name: content
        for centre, named in files.items()
        for name, content in named.items()
    }
    for path, content in sorted(contents.items()):
        write_bytes(path, content)
    folders = {path.parent for path in (night.glob("*/*") if whole else contents)}
    for folder in folders:
        remove_unfinished_in(folder, rf"{to_iso(as_of)}_.+")
    for draft in sorted(path for folder in folders for path in folder.glob(f"{to_iso(as_of)}_*.DRAFT.*")):
        if draft not in contents:
            draft.unlink()
    return tuple(sorted(contents))


def outbox_folder(project: Project, as_of: int, centre: str) -> Path:
    """Return the folder of a centre's files of a night."""
    return project.path(project.table.outbox) / to_iso(as_of) / name_of(centre)


def refuse_other_files(ledger: Ledger, as_of: int, pages: Mapping[str, bytes]) -> None:
    """Refuse files of approved lists that are not those that were approved.

    Parameters
    ----------
    pages
        Content by path below the night's folder.

    Raises
    ------
    RefusedError
        If a file has other bytes; another version of riskmodel or of a library writes it.
    """
    with ledger.read() as book:
        approved = {one.centre: book.deliveries.of_list(one.id) for one in book.lists.of(as_of)}
    for centre, rows in approved.items():
        stated = {f"{name_of(centre)}/{name}": digest for row in rows[:1] for name, digest in row.digests.items()}
        if any(sha256(content) != stated.get(name, sha256(content)) for name, content in pages.items()):
            raise other_files(as_of, centre)


def queued_files(project: Project, ledger: Ledger, row: QueuedDelivery) -> dict[str, bytes]:
    """Return the files of a queued delivery as they were approved.

    Raises
    ------
    RefusedError
        If neither are the approved ones.
    """
    folder = outbox_folder(project, row.as_of, row.centre)
    paths = {name: folder / name for name in row.digests}
    found = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    if {name: sha256(content) for name, content in found.items()} != row.digests:
        found = rendered_again(project, ledger, row.as_of, row.centre)
        if {name: sha256(content) for name, content in found.items()} != row.digests:
            raise other_files(row.as_of, row.centre)
        write_outbox(project, row.as_of, {row.centre: found}, whole=False)
    return found


def rendered_again(project: Project, ledger: Ledger, as_of: int, centre: str) -> dict[str, bytes]:
    """Return a stored list's files, as its night would."""
    from riskmodel.records.store import HistoryStore

    with ledger.read() as book:
        (one,), manifest = book.lists.of(as_of, centre), book.nights.of(as_of)[0].manifest
    store = HistoryStore(project.path(project.table.history))
    then = planned_project(project, ledger, plan_again(ledger, as_of))
    return rendered(then, from_stored(one), store.places(store.manifest(manifest)))
