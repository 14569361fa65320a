"""The outbox: a night's lists as files, and their delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.file_names import name_of
from riskmodel.base.files import write_bytes
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Receipt
from riskmodel.operations.delivery import channels, deliver, undelivered
from riskmodel.operations.list_bodies import from_stored, refuse_unsendable
from riskmodel.operations.nightly.night_plan import plan_again, planned_project

if TYPE_CHECKING:
    from riskmodel.records.places import Places
    from riskmodel.warning import WarningList


@dataclass(frozen=True)
class Undelivered:
    """A list that is approved and not delivered, and why."""

    as_of: int
    centre: str
    why: str = ""


Files = Mapping[str, Mapping[str, bytes]]
"""Centre to file name to content."""


def rendered(project: Project, one: WarningList, places: Places) -> dict[str, bytes]:
    """Return a list in every format, by file name."""
    from riskmodel.warning.formats import FORMATS, file_name

    language = project.table.warnings.language
    return {file_name(one, name): form.render(one, places, language) for name, form in FORMATS.items()}


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
    contents = {night / name_of(centre) / name: content for centre, named in files.items() for name, content in named.items()}
    for path, content in sorted(contents.items()):
        write_bytes(path, content)
        for unfinished in path.parent.glob(f".{path.name}.*.part"):
            unfinished.unlink(missing_ok=True)
    folders = {path.parent for path in (night.glob("*/*") if whole else contents)}
    for draft in sorted(path for folder in folders for path in folder.glob("*.DRAFT.*")):
        if draft not in contents:
            draft.unlink()
    return tuple(sorted(contents))


def send_lists(project: Project, ledger: Ledger, as_of: int, files: Files, day: int) -> tuple[Receipt, ...]:
    """Deliver the lists of centres by every channel, each once.

    Raises
    ------
    RefusedError
        If one of them is a draft, replay or preview, or the receiver holds other content than what was or would be sent.
    """
    if not files:
        return ()
    with ledger.read() as book:
        stored = {one.centre: one for one in book.lists.of(as_of)}
    for centre in files:
        refuse_unsendable(from_stored(stored[centre]))
    night = project.path(project.table.outbox) / to_iso(as_of)
    pairs = [(channel, centre) for channel in channels(project) for centre in sorted(files)]
    return tuple(
        deliver(ledger, channel, stored[centre], files[centre], day, str(night / name_of(centre))) for channel, centre in pairs
    )


def complete_deliveries(project: Project, ledger: Ledger, day: int) -> tuple[Undelivered, ...]:
    """Deliver approved lists without a receipt; return those that remain.

    A list stays undelivered where its places or body are damaged, or where the receiver's folder refuses it.
    """
    from riskmodel.records.store import HistoryStore

    left = []
    for as_of, centre in undelivered(project, ledger):
        try:
            with ledger.read() as book:
                (one,), manifest = book.lists.of(as_of, centre), book.nights.of(as_of)[0].manifest
            store = HistoryStore(project.path(project.table.history))
            then = planned_project(project, ledger, plan_again(ledger, as_of))
            files = {centre: rendered(then, from_stored(one), store.places(store.manifest(manifest)))}
            write_outbox(project, as_of, files, whole=False)
            send_lists(project, ledger, as_of, files, day)
        except (RiskmodelError, OSError) as error:
            left.append(Undelivered(as_of, centre, str(error)))
    return tuple(left)
