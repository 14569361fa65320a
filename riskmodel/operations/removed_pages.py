"""Pages of past nights: removed from the outbox, and written again.

Only a file that the ledger gives again, byte for byte, is removed. ``removed.json`` in the outbox says which nights it were, and keeps one sha256 over the files of
each, with which they are compared when they are written again.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RiskmodelError
from riskmodel.base.files import canonical_json, is_unfinished, sha256, write_bytes, write_json
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.errors import damaged_notes, lost_notes
from riskmodel.operations.nightly.stored_pages import stored_pages
from riskmodel.operations.stored_scores import scored_nights

REMOVED = "removed.json"


class NightPages(NamedTuple):
    """Files of a night to be removed, and why others stay.

    ``digest`` is the sha256 over all files of the night, those that are no longer there included.
    """

    files: tuple[Path, ...]
    digest: str
    kept: str = ""


@dataclass(frozen=True)
class WrittenPages:
    """Pages that were written again.

    ``removed_on`` is the day on which those of the night were removed (``""``: they never were), ``same`` whether these are the same, ``fault`` why
    that cannot be told.
    """

    paths: tuple[Path, ...]
    removed_on: str
    same: bool
    fault: str = ""

    def __repr__(self) -> str:
        said = f"Wrote {counted(len(self.paths), 'file')} to {self.paths[0].parents[1]}."
        if self.fault:
            return f"{said} NOT COMPARED with those that were removed: {self.fault}"
        if not self.removed_on:
            return said
        if self.same:
            return f"{said} They are those that were removed on {self.removed_on}, byte for byte."
        return f"{said} Those that were removed on {self.removed_on} had other bytes; another version of riskmodel or a library wrote them."


def night_pages(project: Project, ledger: Ledger, as_of: int) -> NightPages:
    """Return which files of a night can be made again.

    A night stays whole if a receiver lacks one of its lists, or if it cannot be made again. A file that is not what the ledger gives stays, whoever wrote it.
    """
    with ledger.read() as book:
        waits = {one.as_of for one in book.deliveries.waiting()} | {day for day, _ in book.deliveries.unqueued()}
        known = bool(book.nights.of(as_of))
    if not known:
        return NightPages((), "", "the ledger does not know this night")
    if as_of in waits:
        return NightPages((), "", "a receiver still lacks a list")
    try:
        made = stored_pages(project, ledger, as_of)
    except RiskmodelError as error:
        return NightPages((), "", f"it cannot be made again ({str(error).partition('. ')[0].removesuffix('.')})")
    folder = night_folder(project, as_of)
    there = sorted(path for path in folder.rglob("*") if not path.is_dir() and not is_unfinished(path))
    same = tuple(path for path in there if _is(path, made.get(path.relative_to(folder).as_posix())))
    others = len(there) - len(same)
    kept = "" if not others else f"{counted(others, 'file')} not as the ledger gives {'it' if others == 1 else 'them'}"
    return NightPages(same, pages_digest(made), kept)


def remove_pages(project: Project, as_of: int, pages: NightPages, day: int) -> None:
    """Remove the pages of a night, after noting it in the outbox.

    Stopped anywhere, it is completed by the next call. A full disk has room for the note once the largest file is gone.
    """
    if pages.files:
        notes = removed_nights(project) | {to_iso(as_of): {"day": to_iso(day), "sha256": pages.digest}}
        try:
            write_json(notes_file(project), notes)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            max(pages.files, key=lambda path: path.stat().st_size).unlink()
            write_json(notes_file(project), notes)
    folder = night_folder(project, as_of)
    for path in pages.files:
        path.unlink(missing_ok=True)
    for place in (*sorted(path for path in folder.iterdir() if path.is_dir()), folder):
        # what is not ours stays, and so does its folder
        with suppress(OSError):
            place.rmdir()


def write_again(project: Project, ledger: Ledger, as_of: int, to: Path) -> WrittenPages:
    """Write the files of a night as the ledger stores them.

    Raises
    ------
    UsageError
        If there is no such night, or the places that it read are no longer kept.
    IntegrityError
        If a list or the places are damaged.
    """
    made = stored_pages(project, ledger, as_of)
    paths = {to / to_iso(as_of) / name: content for name, content in sorted(made.items())}
    for path, content in paths.items():
        write_bytes(path, content)
    fault = fault_of_notes(project)
    if fault:
        return WrittenPages(tuple(paths), "", False, str(fault))
    note = removed_nights(project).get(to_iso(as_of), {})
    return WrittenPages(tuple(paths), note.get("day", ""), note.get("sha256") == pages_digest(made))


def removed_nights(project: Project) -> dict[str, dict[str, Any]]:
    """Return day of removal and sha256 of the nights without pages.

    Raises
    ------
    IntegrityError
        If the note is damaged: the nights that it had would be forgotten with the next one.
    """
    path = notes_file(project)
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, IsADirectoryError):
        raise damaged_notes(path) from None
    if not isinstance(found, dict) or not all(map(_is_note, found.values())):
        raise damaged_notes(path)
    return found


def fault_of_notes(project: Project) -> IntegrityError | None:
    """Return what is wrong with the note of removed nights, if anything.

    It was lost if it does not exist, and nights that were old enough to be removed have stored scores and no files. The ledger is not asked: the doctor, too,
    examines this, and waits for nobody.
    """
    try:
        removed_nights(project)
    except IntegrityError as error:
        return error
    if notes_file(project).exists():
        return None
    scored = scored_nights(project)
    first = scored[-1] - project.table.retention.outbox_days if scored else 0
    gone = [day for day in scored if day < first and not night_folder(project, day).exists()]
    return lost_notes(notes_file(project), len(gone), gone[-1]) if gone else None


def night_folder(project: Project, as_of: int) -> Path:
    """Return the folder of a night in the outbox."""
    return project.path(project.table.outbox) / to_iso(as_of)


def pages_digest(pages: Mapping[str, bytes]) -> str:
    """Return the sha256 over the names and contents of files."""
    return sha256(canonical_json({name: sha256(content) for name, content in pages.items()}))


def notes_file(project: Project) -> Path:
    """Return the file that says which nights were removed."""
    return project.path(project.table.outbox) / REMOVED


def _is_note(note: Any) -> bool:
    """Return whether a note has a day and a digest."""
    return isinstance(note, dict) and isinstance(note.get("day"), str) and isinstance(note.get("sha256"), str)


def _is(path: Path, content: bytes | None) -> bool:
    """Return whether a file, and no link to one, has a content."""
    return content is not None and path.is_file() and not path.is_symlink() and path.read_bytes() == content
