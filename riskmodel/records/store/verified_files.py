"""Files of the history that were read and found intact.

An ingest reads a file if it is new or was touched since, and of the others as many as fit into a budget, in turn: reading all of them
every night would take longer each year, and never reading one again would trust the disk for ever. The list can be lost at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.base.files import canonical_json, write_bytes
from riskmodel.records.store.expiry import files_of
from riskmodel.records.store.history_store import VERIFIED, HistoryStore

BUDGET = 2**23
"""Bytes of untouched files that an ingest reads again."""

Note = list[Any]
"""The sha256, size, times of change and of creation of a file, and the number of the ingest that read it."""


@dataclass(frozen=True)
class Verification:
    """Damaged files of a manifest, and notes about the others."""

    damaged: frozenset[str]
    notes: Mapping[str, Note]


def verify_files(store: HistoryStore, manifest: Mapping[str, Any]) -> Verification:
    """Return which files of a manifest are missing or damaged."""
    before = _read_notes(store)
    number = 1 + max((note[-1] for note in before.values()), default=0)
    notes: dict[str, Note] = {}
    found, left = set(), BUDGET
    # files read longest ago come first; new and touched ones are read in any case
    for file, digest in sorted(files_of(manifest), key=lambda one: before.get(one[0], [0])[-1]):
        state = _state(store, file, digest)
        known = before.get(file)
        if state is not None and known is not None and known[:-1] == state:
            left -= state[1]
            if left < 0:
                notes[file] = known
                continue
        if state is None or not store.is_intact({"file": file, "sha256": digest}):
            found.add(file)
        else:
            notes[file] = [*state, number]
    return Verification(frozenset(found), notes)


def note_verified(store: HistoryStore, manifest: Mapping[str, Any], notes: Mapping[str, Note]) -> None:
    """Write the notes about the files that a manifest names."""
    named = {file for file, _ in files_of(manifest)}
    write_bytes(store.folder / VERIFIED, canonical_json({file: note for file, note in notes.items() if file in named}))


def _state(store: HistoryStore, file: str, digest: str) -> Note | None:
    """Return digest, size and times of an untouched file."""
    path = store.folder / file
    if not path.is_file():
        return None
    state = path.stat()
    return [digest, state.st_size, state.st_mtime_ns, state.st_ctime_ns]


def _read_notes(store: HistoryStore) -> dict[str, Note]:
    """Return the stored notes; none if they are missing or damaged."""
    path = store.folder / VERIFIED
    try:
        notes = json.loads(path.read_bytes()) if path.is_file() else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(notes, dict) or not all(isinstance(note, list) and len(note) == 5 for note in notes.values()):
        return {}
    return notes if all(isinstance(note[-1], int) for note in notes.values()) else {}
