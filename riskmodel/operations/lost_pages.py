"""Pages of a finished night that were deleted, written again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RiskmodelError
from riskmodel.base.files import write_bytes
from riskmodel.base.locks import StillLockedError, exclusive
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger
from riskmodel.operations.absent_nights import absent_text
from riskmodel.operations.nightly.night import night_lock
from riskmodel.operations.nightly.outbox_files import refuse_other_files
from riskmodel.operations.nightly.stored_pages import page_names, stored_pages
from riskmodel.operations.removed_pages import night_folder, removed_nights


@dataclass(frozen=True)
class LostPages:
    """How many lost files were written again, or why not.

    ``absent`` says what to know of earlier nights that are not in the outbox.
    """

    written: int = 0
    fault: str = ""
    absent: Text | None = None

    @property
    def said(self) -> Text | None:
        """What was written again and what is absent, None if nothing is."""
        if not self.written:
            return self.absent
        absent = self.absent or Text(zh="", en="")
        return Text(
            zh=f"发件夹中缺失的{self.written}个文件已由台账重新写出。{absent.zh}",
            en=f"Written again from the ledger: {counted(self.written, 'file')} missing in the outbox. {absent.en}".rstrip(),
        )

    @property
    def faults(self) -> list[Text]:
        """Why files that are gone were not written again."""
        why = self.fault.removesuffix(".")
        en = f"files are missing in the outbox and were not written again: {why}"
        return [Text(zh=f"发件夹有文件缺失，未能重新写出（原因，英文：{why}）", en=en)] if why else []


def account_of_lost(project: Project, ledger: Ledger, as_of: int) -> LostPages:
    """Write the lost files of a night, and say how many.

    Raises
    ------
    StillLockedError
        If another run holds nights for too long.
    """
    absent = absent_text(project, ledger, as_of)
    try:
        return LostPages(len(write_lost(project, ledger, as_of)), absent=absent)
    except StillLockedError:
        raise
    except RiskmodelError as error:
        return LostPages(fault=str(error).partition(". ")[0], absent=absent)


def write_lost(project: Project, ledger: Ledger, as_of: int) -> tuple[Path, ...]:
    """Write the files of a night that somebody deleted, as they were.

    A file that is there stays, whoever changed it, and so does a night whose pages were pruned.

    Raises
    ------
    RefusedError
        If an approved list would get other bytes than were approved; nothing is written.
    UsageError, IntegrityError
        If there is no such night, its places are no longer kept, or something is damaged.
    """
    with suppress(IntegrityError):
        # where the note is damaged, a page too many harms nobody
        if to_iso(as_of) in removed_nights(project):
            return ()
    folder = night_folder(project, as_of)
    with exclusive(night_lock(ledger)), ledger.kept_open():
        lost = {name for name in page_names(project, ledger, as_of) if not (folder / name).exists()}
        if not lost:
            return ()
        pages = {name: content for name, content in stored_pages(project, ledger, as_of).items() if name in lost}
        refuse_other_files(ledger, as_of, pages)
        for name, content in sorted(pages.items()):
            write_bytes(folder / name, content)
    return tuple(folder / name for name in sorted(pages))
