"""Retention: what can be made again is removed once it is old.

The ledger, the history, registered versions and what receivers have are never touched, nor is anything that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.files import LEFT_BEHIND, is_unfinished
from riskmodel.base.locks import exclusive
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.delivery import receiving_folders
from riskmodel.operations.nightly.night import night_lock
from riskmodel.operations.removed_pages import fault_of_notes, night_folder, night_pages, remove_pages, removed_nights

DAY = 86_400
_NIGHT = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEPT_WORK = re.compile(r"[0-9a-f]{32}([0-9a-f]{32})?(\.npy)?")
"""Names of what backtests and policies keep to be quicker the next time."""
_REJECTED = re.compile(r"[0-9a-f]{16}\.json")


@dataclass(frozen=True)
class Removable:
    """Files of one kind that can be made again."""

    what: str
    files: int
    size: int

    def __repr__(self) -> str:
        return f"{self.what}: {counted(self.files, 'file')}, {self.size / 1e6:,.1f} MB"


@dataclass(frozen=True)
class RetentionReport:
    """What was removed, or would be, and what stays and why.

    ``nights`` are those of the pages, ``kept`` maps older nights that stay, wholly or in part, to the reason, ``earlier`` are nights whose pages
    were removed before.
    """

    removed: bool
    found: tuple[Removable, ...]
    nights: tuple[int, ...]
    kept: tuple[tuple[int, str], ...]
    earlier: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "removed": self.removed,
            "found": [{"what": one.what, "files": one.files, "bytes": one.size} for one in self.found],
            "nights": [to_iso(day) for day in self.nights],
            "kept": {to_iso(day): why for day, why in self.kept},
            "earlier": list(self.earlier),
        }

    def __repr__(self) -> str:
        whole = Removable("", sum(one.files for one in self.found), sum(one.size for one in self.found))
        lines = ["Nothing is old enough to be removed."]
        if whole.files:
            head = "Removed" if self.removed else "This would be removed"
            end = "." if self.removed else "; nothing was removed yet. Run 'riskmodel prune --remove' to remove it."
            lines = [f"{head}{whole!r}{end}", *(f"  {one!r}" for one in self.found)]
        for why in dict.fromkeys(why for _, why in self.kept):
            lines.append(f"Kept: {_nights([to_iso(day) for day, said in self.kept if said == why])}: {why}.")
        if self.earlier:
            lines.append(
                f"Removed before: pages of {_nights(self.earlier)}. 'riskmodel warnings --as-of DATE --to DIR' writes those of a night again."
            )
        return "\n".join(lines)


def prune_project(project: Project, day: int, now: int, remove: bool = False) -> RetentionReport:
    """Remove what is old and can be made again, or look.

    It may be stopped anywhere and run again. Nights, approvals and deliveries may run at the same time: they wait for at most one night's pages.

    Parameters
    ----------
    day
        Today. Nights are counted back from the last one, if that was earlier.
    now
        The time in seconds since 1970, by which other files are old.

    Raises
    ------
    IntegrityError
        If the note of removed nights is damaged or lost.
    """
    outbox = project.path(project.table.outbox)
    fault = fault_of_notes(project)
    if fault:
        raise fault
    earlier = tuple(sorted(name for name in removed_nights(project) if not (outbox / name).is_dir()))
    unfinished = _taken("unfinished files of runs that were stopped", _unfinished(project, now), remove)
    work = _taken("what backtests and policies kept, and notes of rejected answers", _old_work(project, now), remove)
    nights, kept, pages = _old_pages(project, day, remove)
    return RetentionReport(remove, tuple(one for one in (pages, work, unfinished) if one.files), nights, kept, earlier)


def _old_pages(project: Project, day: int, remove: bool) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...], Removable]:
    """Remove or count pages of old nights, each under the lock."""
    nights, kept, files, size = list[int](), list[tuple[int, str]](), 0, 0
    if not Ledger.exists(project):
        return (), (), Removable("pages", 0, 0)
    ledger, outbox = Ledger.of(project), project.path(project.table.outbox)
    for as_of in _old_nights(project, ledger, day):
        if _holds_receivers(project, as_of):
            kept.append((as_of, f"{outbox.name}/ is also a receiver's folder"))
            continue
        with exclusive(night_lock(ledger), reads=not remove), ledger.kept_open():
            pages = night_pages(project, ledger, as_of)
            if pages.kept:
                kept.append((as_of, pages.kept))
            if pages.files:
                nights.append(as_of)
                files, size = files + len(pages.files), size + sum(path.stat().st_size for path in pages.files)
            if remove:
                remove_pages(project, as_of, pages, day)
    what = f"pages of {_nights([to_iso(one) for one in nights])}" if nights else "pages"
    return tuple(nights), tuple(kept), Removable(what, files, size)


def _old_nights(project: Project, ledger: Ledger, day: int) -> list[int]:
    """Return nights in the outbox that are old enough."""
    outbox = project.path(project.table.outbox)
    if not Ledger.exists(project) or not outbox.is_dir():
        return []
    with ledger.read() as book:
        last = book.nights.last()
    if last is None:
        return []
    first = min(day, last) - project.table.retention.outbox_days
    there = sorted(path.name for path in outbox.iterdir() if _NIGHT.fullmatch(path.name) and path.is_dir())
    return [to_day(name) for name in there if name < to_iso(first)]


def _holds_receivers(project: Project, as_of: int) -> bool:
    """Return whether a receiver reads the outbox or a night's folder."""
    night = night_folder(project, as_of).resolve()
    return any(folder in (night.parent, night) or night in folder.parents for folder in receiving_folders(project))


def _old_work(project: Project, now: int) -> Iterator[Path]:
    """Yield old work of backtests and policies, and old rejections."""
    since = now - project.table.retention.work_days * DAY
    for kind in ("backtests", "policies"):
        for folder in _folders(project.folder / "data" / kind):
            mine = [path for path in _files(folder) if any(map(_KEPT_WORK.fullmatch, path.relative_to(folder).parts))]
            # a backtest that is looked at again needs all that it kept
            if all(path.stat().st_mtime < since for path in mine):
                yield from mine
    rejected = project.ledger_file.with_name("answers-quarantine")
    yield from (path for path in _files(rejected) if _REJECTED.fullmatch(path.name) and path.stat().st_mtime < since)


def _unfinished(project: Project, now: int) -> Iterator[Path]:
    """Yield half-written files, but none in a receiver's folder."""
    table = project.table
    histories = [project.path(project.layer(name).table.history) for name in ("", *sorted(table.layers))]
    places = [
        *histories,
        project.path(table.outbox),
        project.ledger_file.parent,
        project.folder / "data",
        project.folder / "reports",
    ]
    places += [] if project.tracking_server else [project.tracking_folder]
    receivers = receiving_folders(project)
    for path in dict.fromkeys(one.resolve() for place in places for one in _files(place) if is_unfinished(one)):
        if not any(folder in path.parents for folder in receivers) and path.stat().st_mtime < now - LEFT_BEHIND:
            yield path


def _taken(what: str, paths: Iterable[Path], remove: bool) -> Removable:
    """Remove or count files."""
    files = size = 0
    for path in list(paths):
        files, size = files + 1, size + path.stat().st_size
        if remove:
            path.unlink(missing_ok=True)
            if _KEPT_WORK.fullmatch(path.parent.name):
                with suppress(OSError):
                    path.parent.rmdir()
    return Removable(what, files, size)


def _folders(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []


def _files(place: Path) -> list[Path]:
    """Return the files below a folder, links left out."""
    return sorted(path for path in place.rglob("*") if path.is_file() and not path.is_symlink()) if place.is_dir() else []


def _nights(days: Sequence[str]) -> str:
    """Return how many nights these are, the first and the last."""
    between = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"{counted(len(days), 'night')}, {between}"
