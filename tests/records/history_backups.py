"""Backups of a history alone, for tests of what its manifests need."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from riskmodel.records.backup import BackupWriter, history_files, read_backup
from riskmodel.records.store import HistoryStore


class Copied(NamedTuple):
    """The number of files copied, and the current manifest."""

    copied: int
    manifest: str | None


def back_up(store: HistoryStore, folder: Path) -> Copied:
    """A backup of a history alone, as the backup of a project makes it."""
    writer = BackupWriter(folder)
    writer.add(history_files(store))
    writer.finish({})
    return Copied(writer.copied, store.manifest_id)


def restore(folder: Path, store: HistoryStore) -> Copied:
    """Give a history back from its backup."""
    backup = read_backup(folder)
    backup.check()
    backup.restore({name: name for name in backup.files}, store.folder)
    return Copied(len(backup.files), store.manifest_id)
