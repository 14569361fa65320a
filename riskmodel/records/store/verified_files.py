"""Files of the history whose digests were checked, with size and time of change.

An ingest reads a file only if it is new or was touched since; reading all parts every night would take longer each year. Whoever finds
damage removes the list, so that the next ingest reads every file again. The list can be lost at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from riskmodel.base.files import canonical_json, write_bytes
from riskmodel.records.store.history_store import VERIFIED, HistoryStore

Entry = Mapping[str, Any]


def damaged_entries(store: HistoryStore, entries: Iterable[Entry], named: Iterable[str]) -> list[Entry]:
    """Return the entries whose files are missing or damaged.

    ``named`` are the files of the current manifest; notes about others are dropped.
    """
    before = _read(store)
    notes = dict(before)
    found = [entry for entry in entries if not _is_intact(store, entry, notes)]
    kept = set(named)
    notes = {file: note for file, note in notes.items() if file in kept}
    if notes != before:
        write_bytes(store.folder / VERIFIED, canonical_json(notes))
    return found


def _read(store: HistoryStore) -> dict[str, list[Any]]:
    """Return the list; empty if it is missing or damaged."""
    path = store.folder / VERIFIED
    try:
        notes = json.loads(path.read_bytes()) if path.is_file() else {}
    except (ValueError, RecursionError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _is_intact(store: HistoryStore, entry: Entry, notes: dict[str, list[Any]]) -> bool:
    """Return whether a file is intact, and note it."""
    path = store.folder / entry["file"]
    if not path.is_file():
        return False
    state = path.stat()
    note = [entry["sha256"], state.st_size, state.st_mtime_ns]
    if notes.get(entry["file"]) == note:
        return True
    notes.pop(entry["file"], None)
    if not store.is_intact(entry):
        return False
    notes[entry["file"]] = note
    return True
