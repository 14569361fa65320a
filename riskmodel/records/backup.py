"""Backup and restore of a history.

Every manifest is copied, with the files that it names. Every file is checked when it is copied, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import is_unfinished, sha256, write_bytes
from riskmodel.records.ingest_lock import NAME as LOCK
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.store import HistoryStore, files_of, is_expired


@dataclass(frozen=True)
class BackupResult:
    """Result of a backup or restore: files in all, and files copied."""

    manifests: int
    files: int
    copied: int
    manifest: str

    def __repr__(self) -> str:
        return f"{self.manifests:,} manifests with {self.files:,} files; {self.copied:,} copied. Current manifest: {self.manifest[:12]}."


def back_up(store: HistoryStore, folder: Path) -> BackupResult:
    """Copy the history into ``folder``.

    Files that are there and undamaged are not copied again, so a nightly backup is short. The current manifest is written last:
    a backup that is interrupted still holds the one before.

    Raises
    ------
    UsageError
        If nothing was ingested, or the folder is the history's own or inside it, by whatever path, or holds the backup of another
        history.
    RiskmodelError
        If a file of the history is missing or damaged.
    """
    if store.manifest_id is None:
        raise UsageError("The history is empty. Run 'riskmodel ingest' first.")
    if folder.resolve().is_relative_to(store.folder.resolve()):
        raise UsageError("A backup cannot be in the folder of the history itself. Choose another folder.")
    target = HistoryStore(folder)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file. Name a folder for the backup.")
    theirs = set(target.manifest_ids())
    if theirs and not theirs & set(store.manifest_ids()):
        raise UsageError(f"The folder {str(folder)!r} holds the backup of another history. Choose another folder.")
    return _copy(store, target)


def restore(folder: Path, store: HistoryStore) -> BackupResult:
    """Restore a lost history from the backup in ``folder``.

    A history that is there is never overwritten.

    Raises
    ------
    UsageError
        If there is a history or something else already, or if there is no backup.
    RiskmodelError
        If a file of the backup is missing or damaged, or an ingest is running; there is no current manifest then.
    """
    if store.manifest_id is not None:
        raise UsageError(
            f"There is a history in {str(store.folder)!r} already. Move that folder away first; nothing was changed."
        )
    if HistoryStore(folder).manifest_id is None:
        raise UsageError(f"There is no backup in {str(folder)!r}. Name the folder that 'riskmodel backup' wrote.")
    # an interrupted restore left files with the names of the backup
    left = store.folder.iterdir() if store.folder.is_dir() else ()
    there = {path.name for path in left if not is_unfinished(path)}
    strange = sorted(there - {path.name for path in folder.iterdir()} - {LOCK})
    if strange or (store.folder.exists() and not store.folder.is_dir()):
        raise UsageError(
            f"The place of the history, {str(store.folder)!r}, holds something that is no history"
            f"{f' ({len(strange)} entries)' if strange else ''}. Move it away first; nothing was changed."
        )
    with ingest_lock(store.folder):
        return _copy(HistoryStore(folder), store)


def _copy(source: HistoryStore, target: HistoryStore) -> BackupResult:
    """Copy what the manifests of ``source`` need, the current manifest last."""
    current = source.manifest_id
    if current is None:
        raise RiskmodelError("The history has no current manifest. Restore it from a backup.")
    # a damaged manifest stops the copy before it begins
    source.manifest(current)
    entries: dict[str, str] = {}
    names = source.manifest_ids()
    for identity in names:
        manifest = source.manifest(identity)
        # an expired manifest cannot be replayed, and its files may be gone
        if not is_expired(source, manifest, identity):
            entries |= dict(files_of(manifest))
    copied = 0
    for file, digest in sorted(entries.items()):
        copied += _copy_file(source.folder / file, target.folder / file, digest)
    for identity in names:
        target.keep(source.stored_manifest(identity))
    write_bytes(target.folder / "current", current.encode("ascii") + b"\n")
    return BackupResult(len(names), len(entries), copied, current)


def _copy_file(source: Path, target: Path, digest: str) -> bool:
    """Copy a file unless it is there; return whether it was copied."""
    if target.is_file() and sha256(target) == digest:
        return False
    content = source.read_bytes() if source.is_file() else b""
    if sha256(content) != digest:
        raise RiskmodelError(f"The file {source.name!r} is missing or damaged. Take it from another backup, or ingest again.")
    write_bytes(target, content)
    return True
