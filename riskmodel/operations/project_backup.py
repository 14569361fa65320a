"""Backup of a whole project: its settings, history, database, registry and lists.

Tables of sources are the county's own and are not copied, since they may hold columns that this package never reads.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib.metadata import version as package_version
from pathlib import Path, PurePosixPath
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.files import is_unfinished, make_folder
from riskmodel.base.locks import exclusive
from riskmodel.base.own_build import own_build
from riskmodel.base.plurals import counted
from riskmodel.base.project import FILE_NAME, Project
from riskmodel.ledger import Ledger, Night
from riskmodel.operations.backup_builds import BackedUpBuilds
from riskmodel.operations.nightly.night import night_lock
from riskmodel.operations.promotion import promotion_lock, refuse_lost_registry
from riskmodel.operations.stored_scores import scores_folder
from riskmodel.operations.whole_copies import WholeCopies, said_of_copies
from riskmodel.records.backup import (
    MANIFEST,
    BackupWriter,
    FileToCopy,
    VanishedFileError,
    backup_lock,
    history_files,
    read_backup,
    remove_unfinished_backup,
)
from riskmodel.records.store import HistoryStore
from riskmodel.registry.artifact_locations import ARTIFACTS
from riskmodel.registry.champion_folders import registered_folders
from riskmodel.registry.home import DATABASE, copy_registry, registry_lock
from riskmodel.registry.home import home as registry_home
from riskmodel.registry.looks import looks_file
from riskmodel.registry.model_copies import MODELS

DEFAULTS = {"history": "data/history", "store": "data/operations.db", "outbox": "outbox", "tracking": "mlruns"}
"""The keys of riskmodel.toml that name what is stored, and where a backup keeps what lies outside the project."""

WORK = ("features", "experiments", "notebooks", "reports")
"""Folders of a project that people write or read."""

_SNAPSHOTS, _ATTEMPTS = ".snapshots", 3


@dataclass(frozen=True)
class ProjectBackup:
    """What a backup holds.

    ``copied`` counts the files that it did not hold before, ``nights`` those of the database. ``left_out`` are the sources whose tables are
    not in it, ``moved`` keys of riskmodel.toml with the path that the restored project has instead. ``kept`` are files that are missing or
    damaged in the project and whole in the backup before, ``lost`` those that are whole in neither.
    """

    manifests: int
    files: int
    copied: int
    manifest: str
    nights: int
    moved: Mapping[str, str]
    left_out: tuple[str, ...]
    kept: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def faults(self) -> list[str]:
        """Sentences on what is missing or damaged in the project."""
        return said_of_copies(self.kept, self.lost)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def __repr__(self) -> str:
        return (
            f"{counted(self.files, 'file')} with {counted(self.manifests, 'manifest')} of the history and {counted(self.nights, 'night')}; "
            f"{self.copied:,} copied. Current manifest: {self.manifest[:12]}."
        )


def back_up_project(project: Project, folder: Path, day: int) -> ProjectBackup:
    """Copy a project into ``folder``, as it is at one moment.

    Files that are there and undamaged are not copied again, so a nightly backup is short. Until it is complete, the backup before
    counts. Other commands may run: databases, lists and settings are copied under the locks of nights, promotions and trainings, and
    what is only ever added is copied afterwards.

    Raises
    ------
    UsageError
        If nothing was ingested, or the folder is part of the project's own data or holds the backup of another project.
    RiskmodelError
        If a file is missing or damaged, or the database or registry is lost.
    """
    _refuse_folder(project, folder)
    make_folder(folder)
    with backup_lock(folder):
        remove_unfinished_backup(folder)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _written(project, folder, day)
            except VanishedFileError:
                # an ingest may have removed expired parts since they were listed
                if attempt == _ATTEMPTS:
                    raise
    raise AssertionError("the last attempt returns or raises")


def stored_places(project: Project) -> dict[str, Path]:
    """Return where a project stores its histories, lists, database and registry."""
    table = project.table
    found = {"history": project.path(table.history)}
    found |= {f"history-{name}": project.path(project.layer(name).table.history) for name in sorted(table.layers)}
    return found | {"store": project.ledger_file} | {"outbox": project.path(table.outbox), "tracking": project.tracking_folder}


def _refuse_folder(project: Project, folder: Path) -> None:
    """Refuse a folder that cannot hold this project's backup."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file. Name a folder for the backup.")
    place = folder.resolve()
    for key, path in stored_places(project).items():
        if place.is_relative_to(path.resolve()):
            what = "history" if key.startswith("history") else f"project's {key}"
            raise UsageError(f"A backup cannot be in the folder of the {what} itself. Choose another folder.")
    if any(place.is_relative_to((project.folder / name).resolve()) for name in WORK) or (folder / FILE_NAME).exists():
        raise UsageError("A backup cannot be in a folder that holds the project's own files. Choose another folder.")
    ours = HistoryStore(project.path(project.table.history)).manifest_ids()
    if (folder / MANIFEST).exists() and not set(read_backup(folder).facts["manifests"]) & set(ours):
        raise UsageError(f"The folder {str(folder)!r} holds the backup of another history. Choose another folder.")


def _written(project: Project, folder: Path, day: int) -> ProjectBackup:
    """Collect and write everything, the manifest last."""
    writer, names = BackupWriter(folder), _names(project)
    copies = WholeCopies(project, writer, read_backup(folder) if (folder / MANIFEST).exists() else None)
    moved = {key: path for key, path in DEFAULTS.items() if names[key] != _inside(project, stored_places(project)[key])}
    if project.ledger_address:
        # a ledger in PostgreSQL is copied into a file, which the restored project uses
        moved["store"] = names["store"]
    snapshots = folder / _SNAPSHOTS
    shutil.rmtree(snapshots, ignore_errors=True)
    make_folder(snapshots)
    try:
        writer.add({FILE_NAME: FileToCopy(_settings(project, moved))})
        histories, nights, builds = _add_changing(copies, names, snapshots, day)
        for key, files in histories.items():
            writer.add({f"{names[key]}/{name}": file for name, file in files.items()})
            read = {night.manifest for night in nights} if key == "history" else ()
            copies.keep_manifests(names[key], HistoryStore(stored_places(project)[key]), read)
        models = MODELS if project.tracking_server else ARTIFACTS
        writer.add(_below(stored_places(project)["tracking"] / models, f"{names['tracking']}/{models}"))
        if (snapshots / DATABASE).exists():
            copies.keep_models(names["tracking"], registered_folders(snapshots / DATABASE, project.table.name))
    finally:
        shutil.rmtree(snapshots, ignore_errors=True)
    place = f"{names['history']}/manifests/"
    manifests = sorted(Path(name).stem for name in writer.digests if name.startswith(place))
    current = histories["history"]["current"].text()
    facts = {
        "project": project.table.name,
        "day": to_iso(day),
        "riskmodel": package_version("riskmodel"),
        "places": names,
        "current": current,
        "builds": builds.to_facts(),
        "damaged": copies.to_facts(),
    }
    made = writer.finish({**facts, "manifests": manifests})
    dates = {night.as_of for night in nights}
    return ProjectBackup(
        len(manifests),
        len(made.files),
        writer.copied,
        current,
        len(dates),
        moved,
        _left_out(project),
        tuple(copies.kept),
        tuple(copies.lost),
    )


def _left_out(project: Project) -> tuple[str, ...]:
    """Return the sources whose tables are not in a backup."""
    layers = project.table.layers.values()
    sources = [*project.table.sources, *(source for layer in layers for source in layer.sources)]
    return tuple(source.name for source in sources if not source.answers)


def _add_changing(
    copies: WholeCopies, names: Mapping[str, str], snapshots: Path, day: int
) -> tuple[dict[str, dict[str, FileToCopy]], list[Night], BackedUpBuilds]:
    """Copy what changes, under the locks of those who change it.

    Returns the files of each history, the nights, and the builds that made them.
    """
    project, writer = copies.project, copies.writer
    places, beside, builds = stored_places(project), PurePosixPath(names["store"]).parent, BackedUpBuilds(own_build(), ())
    nights: list[Night] = []
    with ExitStack() as stack:
        if Ledger.exists(project):
            ledger = Ledger.of(project)
            stack.enter_context(exclusive(night_lock(ledger), reads=True))
            refuse_lost_registry(project)
        histories = {
            key: history_files(HistoryStore(path))
            for key, path in places.items()
            if key == "history" or (key.startswith("history-") and HistoryStore(path).manifest_id is not None)
        }
        if places["tracking"].is_dir() and not project.tracking_server:
            stack.enter_context(exclusive(promotion_lock(project), reads=True))
            stack.enter_context(exclusive(registry_lock(project), reads=True))
            if copy_registry(registry_home(project), snapshots / DATABASE):
                writer.add({f"{names['tracking']}/{DATABASE}": FileToCopy(snapshots / DATABASE)})
        if Ledger.exists(project):
            Ledger.of(project).copy_to(snapshots / "ledger.db")
            nights = copies.keep_ledger(names["store"])
            builds = BackedUpBuilds.of(project)
            writer.add({names["store"]: FileToCopy(snapshots / "ledger.db")})
        for file in (looks_file(project), project.access_file):
            if file.exists():
                stack.enter_context(exclusive(file, reads=True))
                writer.add({(beside / file.name).as_posix(): FileToCopy(file)})
        copies.keep_looks(beside)
        for name, path in _folders(project, names).items():
            writer.add(_below(path, name))
        copies.keep_notes(PurePosixPath(names["outbox"]))
        copies.keep_scores(beside, nights, day)
    return histories, nights, builds


def _folders(project: Project, names: Mapping[str, str]) -> dict[str, Path]:
    """Return the folders that are copied file by file, by name."""
    found = {name: project.folder / name for name in WORK}
    truth = None if project.table.truth is None else _inside(project, project.path(project.table.truth))
    if truth is not None:
        found[truth] = project.folder / truth
    found[names["outbox"]] = stored_places(project)["outbox"]
    found[(PurePosixPath(names["store"]).parent / scores_folder(project).name).as_posix()] = scores_folder(project)
    sent = _inside(project, project.path(project.table.delivery.folder))
    if sent is not None and not f"{sent}/".startswith(f"{names['outbox']}/"):
        found[sent] = project.path(project.table.delivery.folder)
    return found


def _names(project: Project) -> dict[str, str]:
    """Return the path of each stored thing in the restored project."""
    places = stored_places(project)
    found = {key: _inside(project, path) or DEFAULTS.get(key, "") for key, path in places.items()}
    return {key: name or f"{found['history']}{key.removeprefix('history')}" for key, name in found.items()}


def _inside(project: Project, path: Path) -> str | None:
    """Return a path relative to the project's folder, None outside of it."""
    plain = Path(os.path.normpath(path))
    inside = plain.is_relative_to(project.folder) and plain != project.folder
    return plain.relative_to(project.folder).as_posix() if inside else None


def _below(folder: Path, prefix: str) -> dict[str, FileToCopy]:
    """Return the files below a folder, without locks and caches."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_passing(path.relative_to(folder)))
    return {f"{prefix}/{path.relative_to(folder).as_posix()}": FileToCopy(path) for path in files}


def _is_passing(path: Path) -> bool:
    hidden = path.name.startswith(".") and path.suffix in (".lock", ".part")
    return hidden or path.name == ".lock" or "__pycache__" in path.parts or is_unfinished(path)


def _settings(project: Project, moved: Mapping[str, str]) -> bytes:
    """Return riskmodel.toml with the paths of the restored project."""
    content = (project.folder / FILE_NAME).read_bytes()
    if not moved:
        return content
    text = content.decode("utf-8-sig")
    before, first, after = re.split(r"(?m)(^\s*\[|\Z)", text, maxsplit=1)
    for key, path in moved.items():
        before = re.sub(rf"(?m)^(\s*{key}\s*=\s*).*$", rf'\g<1>"{path}"', before)
    changed = before + first + after
    if tomllib.loads(changed) != {**tomllib.loads(text), **moved}:
        raise UsageError(
            f"The backup could not change {', '.join(map(repr, moved))} in {FILE_NAME}, which name paths outside the project. Write each of "
            "these keys in one line at the top of the file, or give paths inside the project."
        )
    return changed.encode()
