"""The outbox: a night's lists as files, and their delivery."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Receipt
from riskmodel.operations.delivery import channels, deliver
from riskmodel.operations.folder_names import folder_name

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
    contents = {night / folder_name(centre) / name: content for centre, named in files.items() for name, content in named.items()}
    for path, content in sorted(contents.items()):
        write_bytes(path, content)
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
        If one of them is a draft.
    """
    if not files:
        return ()
    with ledger.read() as book:
        stored = {one.centre: one for one in book.lists.of(as_of)}
    pairs = [(channel, centre) for channel in channels(project) for centre in sorted(files)]
    return tuple(deliver(ledger, channel, stored[centre], files[centre], day) for channel, centre in pairs)
