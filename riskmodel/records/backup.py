"""Backups of a history: every manifest and all that they name, checked on the way out and on the way back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import is_unfinished, sha256, write_bytes
from riskmodel.records.lock import NAME as LOCK
from riskmodel.records.lock import alone
from riskmodel.records.store import HistoryStore, files_of, is_past


@dataclass(frozen=True)
class Copied:
    """What a backup or a restoration did: manifests and files that there are, and those of them that were copied."""

    manifests: int
    files: int
    copied: int
    manifest: str

    def __repr__(self) -> str:
        return f"{self.manifests:,} manifests with {self.files:,} files; {self.copied:,} copied. In force: {self.manifest[:12]}."


def back_up(store: HistoryStore, folder: Path) -> Copied:
    """Copy the history into ``folder``; what is there and whole is not copied again, so that a nightly backup is short.

    The manifest in force is written last: a backup that is interrupted still holds the one before.

    Raises
    ------
    UsageError
        If nothing was ingested, or the folder is the history's own or in it, by whatever path, or holds the backup of another one.
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


def restore(folder: Path, store: HistoryStore) -> Copied:
    """Put the backup in ``folder`` in the place of a history that is not there (any more).

    Raises
    ------
    UsageError
        If there is a history or something else already, or no backup.
    RiskmodelError
        If a file of the backup is missing or damaged, or an ingest runs; nothing is in force then.
    """
    if store.manifest_id is not None:
        raise UsageError(
            f"There is a history in {str(store.folder)!r} already. Move that folder away first; nothing was changed."
        )
    if HistoryStore(folder).manifest_id is None:
        raise UsageError(f"There is no backup in {str(folder)!r}. Name the folder that 'riskmodel backup' wrote.")
    # what an interrupted restoration left has the backup's names
    left = store.folder.iterdir() if store.folder.is_dir() else ()
    there = {path.name for path in left if not is_unfinished(path)}
    strange = sorted(there - {path.name for path in folder.iterdir()} - {LOCK})
    if strange or (store.folder.exists() and not store.folder.is_dir()):
        raise UsageError(
            f"The place of the history, {str(store.folder)!r}, holds something that is no history"
            f"{f' ({len(strange)} entries)' if strange else ''}. Move it away first; nothing was changed."
        )
    with alone(store.folder):
        return _copy(HistoryStore(folder), store)


def _copy(source: HistoryStore, target: HistoryStore) -> Copied:
    current = source.manifest_id
    if current is None:
        raise RiskmodelError("The history has no manifest in force. Restore it from a backup.")
    # a damaged one is told before anything is copied
    source.manifest(current)
    entries: dict[str, str] = {}
    names = source.manifest_ids()
    for identity in names:
        manifest = source.manifest(identity)
        # what is before a source's keep_days cannot be replayed, and its files may be gone
        if not is_past(source, manifest, identity):
            entries |= dict(files_of(manifest))
    copied = 0
    for file, digest in sorted(entries.items()):
        copied += _copy_file(source.folder / file, target.folder / file, digest)
    for identity in names:
        target.keep(source.manifest(identity))
    write_bytes(target.folder / "current", current.encode("ascii") + b"\n")
    return Copied(len(names), len(entries), copied, current)


def _copy_file(source: Path, target: Path, digest: str) -> bool:
    if target.is_file() and sha256(target) == digest:
        return False
    content = source.read_bytes() if source.is_file() else b""
    if sha256(content) != digest:
        raise RiskmodelError(f"The file {source.name!r} is missing or damaged. Take it from another backup, or ingest again.")
    write_bytes(target, content)
    return True
