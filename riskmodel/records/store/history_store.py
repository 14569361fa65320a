"""The folder of a stored history: parts, snapshots of places, and manifests.

Layout: ``parts/`` (accepted rows, one file per source and ingest), ``quarantine/`` (rows that were not accepted, one file per
source), ``coverage/`` (statements about the completeness of sources), ``places/`` (snapshots), ``manifests/<id>.json`` and
``current``, which holds the id of the current manifest. These files are only added, never changed; whoever holds the id of a
manifest can load exactly what was there. ``seen/`` holds what can be derived again: see :mod:`riskmodel.records.known_ids`.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.files import canonical_json, is_unfinished, sha256, sync_folder, write_bytes
from riskmodel.records import known_ids, places_file
from riskmodel.records.places import Places
from riskmodel.records.store.current_pointer import CURRENT, begin, clear_begun, read_current, write_current
from riskmodel.records.store.faults import damaged_file
from riskmodel.records.store.manifest_file import EMPTY, read_manifest, upgraded_manifest
from riskmodel.records.store.table_bytes import present_table, table_bytes

if TYPE_CHECKING:
    import pyarrow as pa

VERIFIED = "seen/verified.json"
"""The list of files that were read and found intact (:mod:`riskmodel.records.store.verified_files`)."""
SMALL = 2**16
"""Rows of a file below which threads and reading ahead take longer than they save."""
DAMAGE = (ValueError, TypeError, LookupError, AttributeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
"""What readers raise on content that is not theirs."""


class HistoryStore:
    """The stored history in ``folder``.

    Nothing is created before the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        manifest = self.manifest_id
        rows = sum(part["rows"] for part in self.manifest()["parts"]) if manifest else 0
        return f"<HistoryStore: {rows:,} rows, manifest {manifest[:12] if manifest else 'none yet'}>"

    @property
    def manifest_id(self) -> str | None:
        """Id (sha256) of the current manifest; None before the first ingest.

        Raises
        ------
        RiskmodelError
            If the file that names it is damaged, or missing beside files that it should name.
        """
        return read_current(self.folder)

    @property
    def has_pointer(self) -> bool:
        """Whether the pointer to the current manifest is there, even damaged."""
        return (self.folder / CURRENT).exists()

    def begin(self) -> None:
        """Mark a new history as begun until its first manifest is current."""
        begin(self.folder)

    def make_current(self, identity: str) -> None:
        """Name the current manifest."""
        write_current(self.folder, identity)

    def manifest_ids(self) -> list[str]:
        """Return the ids of all manifests, sorted."""
        return sorted(path.stem for path in (self.folder / "manifests").glob("*.json"))

    def manifest(self, identity: str | None = None) -> dict[str, Any]:
        """Return the manifest of an id, by default the current one.

        Before the first ingest it is :data:`EMPTY`. One of format 2 is returned in the present format.

        Raises
        ------
        RiskmodelError
            If it is missing, damaged or of a newer format.
        """
        return upgraded_manifest(self.stored_manifest(identity))

    def stored_manifest(self, identity: str | None = None) -> dict[str, Any]:
        """Return the manifest of an id as it was written.

        Raises
        ------
        RiskmodelError
            If it is missing, damaged or of a newer format.
        """
        identity = identity or self.manifest_id
        if identity is None:
            return json.loads(json.dumps(EMPTY))
        return read_manifest(self.folder, identity, identity == self.manifest_id)

    def commit(self, manifest: dict[str, Any]) -> str:
        """Make ``manifest`` the current one, atomically, and return its id."""
        identity = self.keep(manifest)
        if identity != self.manifest_id:
            self.make_current(identity)
        else:
            sync_folder(self.folder)
        return identity

    def keep(self, manifest: dict[str, Any]) -> str:
        """Write ``manifest`` and return its id; the current one stays."""
        content = canonical_json(manifest)
        self.put(f"manifests/{(identity := sha256(content))}.json", content + b"\n")
        return identity

    def put(self, file: str, content: bytes, digest: str = "") -> str:
        """Write a file unless it is there, and return its sha256.

        The digest is that of ``content``, computed unless it is given. A file that is there with other bytes is damaged and replaced, never vouched for.
        """
        self.begin()
        digest, path = digest or sha256(content), self.folder / file
        if not path.is_file() or sha256(path) != digest:
            write_bytes(path, content)
        else:
            # whoever wrote it may have been stopped before its name was synced
            sync_folder(path.parent)
        return digest

    def write_table(self, subfolder: str, name: str, table: pa.Table) -> dict[str, Any]:
        """Write a Parquet file into a subfolder and return its manifest entry.

        It counts only once a manifest names it.
        """
        content = table_bytes(table)
        digest = sha256(content)
        file = f"{subfolder}/{name}-{digest[:16]}.parquet"
        self.put(file, content, digest)
        return {"file": file, "rows": table.num_rows, "sha256": digest}

    def restore_table(self, entry: Mapping[str, Any], table: pa.Table) -> bool:
        """Write the file of an entry again if ``table`` gives its bytes.

        Returns whether it does.
        """
        content = table_bytes(table)
        same = sha256(content) == entry["sha256"]
        if same:
            self.put(entry["file"], content, entry["sha256"])
        return same

    def write_places(self, places: Places, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Write a snapshot of places and return its manifest entry.

        ``before`` is the entry of the current manifest. It stays if its file holds these places. A damaged file is written again;
        where another version of the compression gives other bytes, the snapshot gets a file of its own.
        """
        fingerprint = places.fingerprint()
        same = before if before is not None and before["fingerprint"] == fingerprint else None
        if same is not None and self.holds_places(same):
            return dict(same)
        content = places_file.to_bytes(places)
        digest = sha256(content)
        file = f"places/{fingerprint}.npz"
        if same is not None and same["sha256"] == digest:
            file = same["file"]
        elif same is not None or self._is_other_form(file, fingerprint, digest):
            file = f"places/{fingerprint}-{digest[:16]}.npz"
        self.put(file, content)
        return {"file": file, "fingerprint": fingerprint, "sha256": digest}

    def _is_other_form(self, file: str, fingerprint: str, digest: str) -> bool:
        """Return whether a file holds the same places in other bytes."""
        path = self.folder / file
        if not path.is_file() or sha256(path) == digest:
            return False
        return self.holds_places({"file": file, "fingerprint": fingerprint, "sha256": sha256(path)})

    def holds_places(self, entry: Mapping[str, Any]) -> bool:
        """Return whether the file of an entry holds its places."""
        return self._read_places(entry) is not None

    def read_table(self, entry: Mapping[str, Any]) -> pa.Table:
        """Return the table of a manifest entry.

        Raises
        ------
        RiskmodelError
            If the file is missing or damaged, or an early version wrote it.
        """
        import pyarrow.parquet as pq

        small = entry["rows"] < SMALL
        with pq.ParquetFile(self.checked(entry), pre_buffer=not small) as file:
            return present_table(entry["file"], file.read(use_threads=not small))

    def is_intact(self, entry: Mapping[str, Any]) -> bool:
        """Return whether the file of a manifest entry is there, undamaged."""
        path = self.folder / entry["file"]
        return path.is_file() and sha256(path) == entry["sha256"]

    def checked(self, entry: Mapping[str, Any]) -> Path:
        """Return the path of the file of a manifest entry, once checked.

        Raises
        ------
        RiskmodelError
            If the file is missing or does not have the sha256 of the entry.
        """
        path = self.folder / entry["file"]
        if not self.is_intact(entry):
            raise damaged_file(entry["file"])
        return path

    def places(self, manifest: Mapping[str, Any]) -> Places:
        """Return the places of a manifest.

        Raises
        ------
        RiskmodelError
            If the file is missing or damaged, or holds other places.
        """
        places = self._read_places(manifest["places"])
        if places is None:
            raise damaged_file(manifest["places"]["file"])
        return places

    def _read_places(self, entry: Mapping[str, Any]) -> Places | None:
        """Return the places of an entry.

        None if its file does not hold them.
        """
        path = self.folder / entry["file"]
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content) != entry["sha256"]:
            return None
        try:
            places = places_file.from_bytes(content)
            return places if places.fingerprint() == entry["fingerprint"] else None
        except DAMAGE:
            return None

    def stored_rows(self, manifest: Mapping[str, Any], source: str, wanted: known_ids.Ids) -> known_ids.KnownRows:
        """Return the stored rows of a source that have the wanted ids.

        ``wanted`` is sorted and has each id once. Rows are in the order in which they were ingested; an array of
        :data:`riskmodel.records.known_ids.KNOWN_ROW`.
        """
        found = [np.zeros(0, dtype=known_ids.KNOWN_ROW)]
        for part in manifest["parts"]:
            if part["source"] == source:
                found.append(self._rows_of_part(part, wanted))
        return np.concatenate(found)

    def _rows_of_part(self, part: Mapping[str, Any], wanted: known_ids.Ids) -> known_ids.KnownRows:
        return known_ids.find(
            self._known_ids_file(part),
            known_ids.PartFile(part["rows"], part["sha256"]),
            wanted,
            lambda: known_ids.from_part(self.read_table(part)),
        )

    def known_rows(self, part: Mapping[str, Any]) -> known_ids.KnownRows | None:
        """Return all rows of a part from its known ids.

        None if they are lost.
        """
        return known_ids.read_all(self._known_ids_file(part), known_ids.PartFile(part["rows"], part["sha256"]))

    def write_known_ids(self, part: Mapping[str, Any], table: pa.Table) -> None:
        """Write the known ids of a part for later rebuilds."""
        known_ids.write(self._known_ids_file(part), table, part["sha256"])

    def _known_ids_file(self, part: Mapping[str, Any]) -> Path:
        return self.folder / "seen" / part["sha256"][:32]

    def clear_unfinished(self) -> None:
        """Remove what interrupted writers left.

        Only while no other process writes.
        """
        clear_begun(self.folder)
        # there are a few manifests for every night, so their names are not made into paths
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name.startswith(".") and is_unfinished(path := Path(folder, name)):
                    path.unlink(missing_ok=True)

    def clear_known_ids(self, manifest: Mapping[str, Any]) -> None:
        """Remove the known ids of parts that ``manifest`` no longer names."""
        needed = {self._known_ids_file(part) for part in manifest["parts"]} | {self.folder / VERIFIED}
        for path in (self.folder / "seen").glob("*"):
            if path not in needed:
                path.unlink(missing_ok=True)
