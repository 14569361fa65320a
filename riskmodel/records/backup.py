"""Backups: files under the sha256 of their content, and a sealed manifest.

Layout: ``files/<two digits>/<sha256>`` and ``backup.json``, which holds the name, sha256 and size of every file, and its own sha256.
The manifest is replaced last, so after an interruption the previous backup is still valid. Every file is read again after it was written, and checked
before anything is restored.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.files import canonical_json, is_unfinished, is_utf8_name, replacing, sha256, write_bytes
from riskmodel.base.locks import held
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.store import HistoryStore, files_of, is_manifest_expired, upgraded_manifest

FORMAT = 1
MANIFEST = "backup.json"
FILES = "files"
LOCK = ".lock"


class VanishedFileError(RiskmodelError):
    """A file is missing or has changed since it was listed."""


@dataclass(frozen=True)
class FileToCopy:
    """The content of a file, and the sha256 that it must have.

    An empty ``digest`` accepts the content as it is.
    """

    content: Path | bytes
    digest: str = ""

    def text(self) -> str:
        """Return the content as a text, without a final line feed."""
        content = self.content if isinstance(self.content, bytes) else self.content.read_bytes()
        return content.decode().rstrip("\n")


@dataclass(frozen=True)
class Backup:
    """A backup whose manifest was checked.

    ``files`` maps each name, a path in the restored project, to sha256 and size; ``facts`` say what was backed up.
    """

    folder: Path
    files: Mapping[str, tuple[str, int]]
    facts: Mapping[str, Any]

    def path(self, name: str) -> Path:
        """Return the path of a file's content."""
        return _content(self.folder, self.files[name][0])

    def holds(self, name: str) -> bool:
        """Return whether the backup holds a whole copy of a file."""
        digest, size = self.files.get(name, ("", 0))
        return bool(digest) and _is_whole(self.path(name), digest, size)

    def check(self) -> None:
        """Read every file and compare it with the manifest.

        Raises
        ------
        IntegrityError
            Naming the first file that is missing or damaged.
        """
        for name, (digest, size) in sorted(self.files.items()):
            path = self.path(name)
            if not _is_whole(path, digest, size):
                raise IntegrityError(
                    f"The file {str(path)!r} of the backup, the copy of {name!r}, is missing or damaged. Nothing was restored. "
                    "Restore from another backup, or copy that file from another backup of the same day."
                )

    def restore(self, names: Mapping[str, str], folder: Path) -> None:
        """Copy files into a folder, each checked after it was written.

        ``names`` maps the name of each file to its path in ``folder``; an empty path means ``folder`` itself.
        """
        for name, path in names.items():
            _copy(FileToCopy(self.path(name), self.files[name][0]), folder / path if path else folder, name)


def history_files(store: HistoryStore) -> dict[str, FileToCopy]:
    """Return the files that the replay of a history's manifests needs.

    Names are relative to the history's folder; the last one is the pointer to the current manifest. Files that only expired
    manifests need are left out, and so are damaged manifests of earlier ingests (:func:`files_of_lost_manifest`).

    Raises
    ------
    UsageError
        If nothing was ingested.
    IntegrityError
        If the current manifest is missing or damaged.
    """
    with ingest_lock(store.folder, wait=True, reads=True):
        current = store.manifest_id
        if current is None:
            raise UsageError("The history is empty. Run 'riskmodel ingest' first.")
        found: dict[str, FileToCopy] = {}
        for identity in {*store.manifest_ids(), current}:
            try:
                manifest = store.manifest(identity)
            except IntegrityError:
                if identity == current:
                    raise
                continue
            if not is_manifest_expired(store, manifest, identity):
                found |= {file: FileToCopy(store.folder / file, digest) for file, digest in files_of(manifest)}
            found[f"manifests/{identity}.json"] = FileToCopy(canonical_json(store.stored_manifest(identity)) + b"\n")
    return {**dict(sorted(found.items())), "current": FileToCopy(current.encode("ascii") + b"\n")}


def files_of_lost_manifest(before: Backup, prefix: str, identity: str, store: HistoryStore) -> list[str]:
    """Return what a backup holds of a manifest that the history lost.

    These are the manifest and the files that a replay of it needs; nothing if its copy is missing or damaged.

    Parameters
    ----------
    prefix
        The name of the history in the backup.
    """
    name = f"{prefix}/manifests/{identity}.json"
    if not before.holds(name):
        return []
    manifest = upgraded_manifest(json.loads(before.path(name).read_bytes()))
    expired = is_manifest_expired(store, manifest, identity)
    files = () if expired else (f"{prefix}/{file}" for file, _ in files_of(manifest))
    return [name, *files]


class BackupWriter:
    """Writes a backup; ``damaged`` are files that are whole only there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copied, self.damaged = 0, list[str]()
        self._files: dict[str, tuple[str, int]] = {}

    def add(self, files: Mapping[str, FileToCopy]) -> None:
        """Copy files that the backup does not hold yet.

        Raises
        ------
        VanishedFileError
            If one is missing, damaged or changes while it is read.
        UsageError
            If the name of one is not valid UTF-8.
        """
        for name, file in files.items():
            if not is_utf8_name(name):
                raise UsageError(
                    f"The name of the file {name!r} is not valid UTF-8, so a backup cannot hold it. The backup before stays as it was. Rename the file, "
                    "then run the same command again."
                )
            digest = file.digest or _digest(file.content, name)
            target = _content(self.folder, digest)
            if not target.is_file() or sha256(target) != digest:
                _copy(FileToCopy(file.content, digest), target, name)
                self.copied += 1
            elif isinstance(file.content, Path) and file.digest and not _is_whole(file.content, digest, target.stat().st_size):
                self.damaged.append(name)
            self._files[name] = (digest, target.stat().st_size)

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of each file so far, by name."""
        return {name: digest for name, (digest, _) in self._files.items()}

    def keep(self, before: Backup | None, names: Mapping[str, str], instead: Iterable[str] = ()) -> bool:
        """Keep copies of the backup before, if all are whole there.

        ``names`` maps names in this backup to names in that one, ``instead`` are files that they replace. The return value says whether all are kept.
        """
        if before is None or not names or not all(before.holds(name) for name in names.values()):
            return False
        for name in instead:
            self._files.pop(name, None)
        self._files |= {name: before.files[earlier] for name, earlier in names.items()}
        return True

    def finish(self, facts: Mapping[str, Any]) -> Backup:
        """Write the manifest, then remove what only earlier backups needed."""
        files = {name: list(entry) for name, entry in self._files.items()}
        body = {"format": FORMAT, "facts": dict(facts), "files": files}
        write_bytes(self.folder / MANIFEST, sealed(body))
        needed = {digest for digest, _ in self._files.values()}
        for path in (self.folder / FILES).glob("*/*"):
            if path.name not in needed:
                path.unlink()
        return Backup(self.folder, self._files, facts)


def backup_lock(folder: Path) -> Any:
    """Hold the lock of a backup's folder."""
    return held(folder / LOCK)


def remove_unfinished_backup(folder: Path) -> None:
    """Remove half-written files that a killed backup left."""
    for path in folder.rglob(".*.part"):
        if is_unfinished(path):
            path.unlink(missing_ok=True)


def read_backup(folder: Path) -> Backup:
    """Return the backup in a folder, after its manifest was checked.

    Raises
    ------
    UsageError
        If there is none, or a later version wrote it.
    IntegrityError
        If its manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise UsageError(
            f"There is no backup in {str(folder)!r}: {MANIFEST!r} is missing. Name the folder that 'riskmodel backup' wrote."
        )
    content = path.read_bytes() if path.is_file() else b""
    try:
        body = json.loads(content)
        later = body["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged_manifest(path) from None
    if type(later) is int and later > FORMAT:
        raise UsageError(
            f"The backup {str(path)!r} has format {later}, this version reads {FORMAT}. Nothing was restored. Upgrade riskmodel."
        )
    if body.pop("sha256", None) is None or sealed(body) != content or not all(map(_stays_below, body["files"])):
        raise _damaged_manifest(path)
    return Backup(folder, {name: (digest, size) for name, (digest, size) in body["files"].items()}, body["facts"])


def sealed(body: Mapping[str, Any]) -> bytes:
    """Return a manifest with the sha256 of its own content."""
    return canonical_json({**body, "sha256": sha256(canonical_json(body))}) + b"\n"


def _damaged_manifest(path: Path) -> IntegrityError:
    return IntegrityError(
        f"The file {str(path)!r} is damaged or cut off, so nobody can tell what belongs to the backup. Nothing was restored. "
        "Restore from another backup."
    )


def _stays_below(name: str) -> bool:
    """Whether a name is a path below the folder of a project."""
    return not name.startswith("/") and not re.search(r"(^|/)\.{0,2}(/|$)|\\", name)


def _content(folder: Path, digest: str) -> Path:
    return folder / FILES / digest[:2] / digest


def _is_whole(path: Path, digest: str, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size and sha256(path) == digest


def _digest(content: Path | bytes, name: str) -> str:
    try:
        return sha256(content)
    except FileNotFoundError:
        raise _vanished(name) from None


def _copy(file: FileToCopy, target: Path, name: str) -> None:
    """Write a file and read it again."""
    content = file.content
    if isinstance(content, Path) and not content.is_file():
        raise _vanished(name)
    with replacing(target) as beside:
        if isinstance(content, bytes):
            beside.write_bytes(content)
        else:
            shutil.copyfile(content, beside)
        if sha256(beside) != file.digest:
            raise _vanished(name)


def _vanished(name: str) -> VanishedFileError:
    return VanishedFileError(
        f"The file {name!r} is missing or damaged, or changes all the time. The backup before stays as it was. Restore the file from "
        "another backup, or ingest again, then run the same command again."
    )
