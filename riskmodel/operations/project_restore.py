"""Restore of a whole project, or of what a project lost."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.file_names import name_of
from riskmodel.base.files import is_unfinished, make_folder, sync_folder
from riskmodel.base.locks import held
from riskmodel.base.plurals import counted
from riskmodel.base.project import FILE_NAME, Project
from riskmodel.ledger import Ledger
from riskmodel.ledger.ledger_copies import is_empty_database, restore_ledger
from riskmodel.operations.backup_builds import BackedUpBuilds
from riskmodel.operations.project_backup import stored_places
from riskmodel.records.backup import Backup, read_backup
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.store import HistoryStore
from riskmodel.registry.artifact_locations import follow_home
from riskmodel.registry.home import DATABASE
from riskmodel.registry.looks import LOOKS, looks_file

log = logging.getLogger("riskmodel")

_STAGE = ".restoring"
_LOCKS = (".lock", f".{DATABASE}.lock", ".promotion.lock")


@dataclass(frozen=True)
class ProjectRestore:
    """What was restored: files, of which day, and into which folders.

    ``lost_nights`` are nights whose lists stand in the outbox folder and that the restored ledger does not know; ``lost_approvals`` are night
    and centre of lists that stand there as approved and are drafts in the restored ledger. ``builds`` are sentences on nights that another build made than
    the present one.
    """

    files: int
    day: str
    manifest: str
    places: tuple[str, ...]
    lost_nights: tuple[str, ...] = ()
    lost_approvals: tuple[tuple[str, str], ...] = ()
    builds: tuple[str, ...] = ()

    def __repr__(self) -> str:
        done = (
            f"{counted(self.files, 'file')} of {self.day}, into {', '.join(self.places)}. Current manifest: {self.manifest[:12]}."
        )
        if self.lost_nights:
            done += (
                f" LOST: the approvals, deliveries and answers of {', '.join(self.lost_nights)}, which are newer than the backup. Their lists "
                "stand in the outbox folder; tell their receivers, and run these nights again."
            )
        if self.lost_approvals:
            named = ", ".join(f"{night} for {centre}" for night, centre in self.lost_approvals)
            done += (
                f" LOST: the approvals of the lists of {named}, with their deliveries and answers, which are newer than the backup. Compare the "
                "lists in the outbox folder with the drafts, and approve them again."
            )
        return " ".join((done, *self.builds))


def restore_project(backup: Path, folder: Path) -> ProjectRestore:
    """Restore a whole project into a new or empty folder.

    Everything is checked first. Files are written into a folder inside it and moved at the end, the project file last: an interrupted
    restore leaves no project, and the same call starts again.

    Raises
    ------
    UsageError
        If the folder holds anything, or there is no backup, or a later version wrote it.
    IntegrityError
        If a file of the backup is missing or damaged; nothing is written then.
    """
    found = read_backup(backup)
    tops = {Path(name).parts[0] for name in found.files}
    _refuse_occupied(folder, tops)
    found.check()
    make_folder(folder)
    stage = folder / _STAGE
    with held(folder / ".restore.lock"):
        for name in sorted(tops) if stage.exists() else ():
            _remove(folder / name)
        shutil.rmtree(stage, ignore_errors=True)
        found.restore({name: name for name in found.files}, stage)
        for name in sorted(tops, key=lambda top: (top == FILE_NAME, top)):
            (stage / name).rename(folder / name)
        sync_folder(folder)
        stage.rmdir()
    (folder / ".restore.lock").unlink(missing_ok=True)
    _follow(folder / found.facts["places"]["tracking"])
    return _result(found, found.files, (str(folder),))


def _refuse_occupied(folder: Path, ours: Iterable[str]) -> None:
    """Refuse a folder that holds something, unless a restore was interrupted there."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file. Name a new or empty folder to restore into; nothing was changed.")
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    left = {_STAGE, ".restore.lock", *ours} - {FILE_NAME} if _STAGE in there else {".restore.lock"}
    if there - left:
        raise UsageError(
            f"The folder {str(folder)!r} is not empty ({counted(len(there - left), 'entry', 'entries')}). Name a new or empty folder; "
            "nothing was changed."
        )


def restore_lost(backup: Path, project: Project) -> ProjectRestore:
    """Restore the histories, database, registry or looks that a project lost.

    What is there is never overwritten.

    Raises
    ------
    UsageError
        If nothing is lost, or something else is in its place, or there is no backup, or a later version wrote it.
    IntegrityError
        If a file of the backup is missing or damaged; nothing is written then.
    RiskmodelError
        If an ingest is running.
    """
    found = read_backup(backup)
    parts = _parts(found)
    # a ledger in PostgreSQL is not restored into a file beside it, but into the database
    places = {key: path for key, path in stored_places(project).items() if key != "store" or not project.ledger_address}
    empty = "store" in parts and _is_empty_server(project)
    parts |= _looks(found)
    places["looks"] = looks_file(project)
    lost = {key: path for key, path in places.items() if key in parts and _is_lost(key, path, parts[key])}
    if not lost and not empty:
        history = project.path(project.table.history)
        raise UsageError(
            f"There is a history in {str(history)!r} already, and the database and the registry are there, too. Move away what is to be "
            "restored, or name an empty folder to restore the whole project into; nothing was changed."
        )
    found.check()
    for key, place in lost.items():
        _restore_place(found, key, parts[key], place)
    restored = [*lost, *(["store"] if empty else [])]
    if empty:
        _restore_server(found, parts["store"], project)
    where = (*map(str, lost.values()), *(["PostgreSQL"] if empty else []))
    done = _result(found, [name for key in restored for name in parts[key]], where)
    if "store" not in restored:
        return done
    return replace(done, lost_nights=_lost_nights(project), lost_approvals=_lost_approvals(project))


def _restore_place(found: Backup, key: str, names: Mapping[str, str], place: Path) -> None:
    """Restore one thing that was lost, ready for use."""
    if key == "store":
        _move_logs(place)
    if key.startswith("history"):
        with ingest_lock(place):
            found.restore(names, place)
    else:
        found.restore(names, place)
    if key == "tracking":
        _follow(place)


def _is_empty_server(project: Project) -> bool:
    """Return whether the project's PostgreSQL database lost its tables."""
    from sqlalchemy.exc import SQLAlchemyError

    if not project.ledger_address:
        return False
    try:
        return is_empty_database(project.ledger_address)
    except SQLAlchemyError:
        # other things are restored meanwhile
        log.warning("The ledger's PostgreSQL server does not answer, so the ledger was not restored. Restore again once it does.")
        return False


def _restore_server(found: Backup, names: Mapping[str, str], project: Project) -> None:
    """Write the ledger of a backup into the project's PostgreSQL database."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "operations.db"
        found.restore(names, copy)
        restore_ledger(copy, project.ledger_file, project.ledger_address)


def _lost_nights(project: Project) -> tuple[str, ...]:
    """Return the outbox nights that the ledger does not know."""
    with Ledger.of(project).read() as book:
        known = {to_iso(day) for day in book.nights.dates()}
    outbox = project.path(project.table.outbox)
    there = (
        {path.name for path in outbox.iterdir() if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name)} if outbox.is_dir() else set[str]()
    )
    return tuple(sorted(there - known))


def _lost_approvals(project: Project) -> tuple[tuple[str, str], ...]:
    """Return the drafts that the outbox has as approved."""
    outbox = project.path(project.table.outbox)
    with Ledger.of(project).read() as book:
        drafts = [
            (to_iso(one.as_of), one.centre) for day in book.nights.dates() for one in book.lists.of(day) if not one.approved
        ]
    return tuple((night, centre) for night, centre in drafts if _stands_approved(outbox / night / name_of(centre)))


def _stands_approved(folder: Path) -> bool:
    """Return whether a folder holds a list that is no draft."""
    return folder.is_dir() and any(
        path.is_file() and ".DRAFT." not in path.name and path.name[0] != "." for path in folder.iterdir()
    )


def _parts(found: Backup) -> dict[str, dict[str, str]]:
    """Return the files of each stored thing by name in the backup.

    Values are their paths in its place. What makes it count (a pointer, a database) comes last. Lists are written by nights, so the outbox is not among them.
    """
    parts: dict[str, dict[str, str]] = {}
    for key, where in found.facts["places"].items():
        if key != "outbox":
            names = {
                name: name.removeprefix(where).lstrip("/")
                for name in found.files
                if name == where or name.startswith(f"{where}/")
            }
            last = sorted(names, key=lambda name: (names[name] in ("current", DATABASE), name))
            parts[key] = {name: names[name] for name in last}
    return {key: names for key, names in parts.items() if names}


def _looks(found: Backup) -> dict[str, dict[str, str]]:
    """Return the file of looks, which lies beside the ledger's."""
    name = (PurePosixPath(found.facts["places"]["store"]).parent / LOOKS).as_posix()
    return {"looks": {name: ""}} if name in found.files else {}


def _is_lost(key: str, place: Path, names: Mapping[str, str]) -> bool:
    """Return whether nothing but the leftovers of an interrupted restore is there.

    Raises
    ------
    UsageError
        If something else is there.
    """
    if key.startswith("history") and HistoryStore(place).has_pointer:
        # a damaged one is refused
        return HistoryStore(place).manifest_id is None
    if key in ("store", "looks"):
        return not place.exists() or (place.is_file() and place.stat().st_size == 0)
    if key == "tracking" and (place / DATABASE).exists():
        return False
    left = {path.name for path in place.iterdir() if not is_unfinished(path)} if place.is_dir() else set()
    strange = sorted(left - {Path(name).parts[0] for name in names.values()} - {*_LOCKS, "unfinished"})
    if strange or (place.exists() and not place.is_dir()):
        what = "history" if key.startswith("history") else "registry"
        entries = f" ({len(strange)} entries)" if strange else ""
        raise UsageError(
            f"The place of the {what}, {str(place)!r}, holds something that is no {what}{entries}. Move it away first; nothing was changed."
        )
    return True


def _move_logs(place: Path) -> None:
    """Move the logs of a lost database aside.

    SQLite would write what stands in them into the restored one.
    """
    for ending in ("-wal", "-shm"):
        log = place.with_name(f"{place.name}{ending}")
        if log.exists():
            log.replace(log.with_name(f"{log.name}.lost"))


def _follow(home: Path) -> None:
    if (home / DATABASE).is_file():
        follow_home(home.absolute() / DATABASE)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _result(found: Backup, names: Iterable[str], places: tuple[str, ...]) -> ProjectRestore:
    facts = found.facts
    builds = BackedUpBuilds.from_facts(facts).differing()
    return ProjectRestore(len(list(names)), facts["day"], facts["current"], places, builds=builds)
