"""The history on disk: append-only Parquet parts and a manifest that is swapped at once.

Layout of the folder: ``parts/`` (rows taken in, one file a source and ingest), ``quarantine/`` (rows that were not, one
file a source), ``coverage/`` (how far sources were complete), ``places/`` (snapshots), ``manifests/<id>.json`` and ``current``,
which holds the id of the manifest in force. Of these files are only ever added; whoever holds a manifest id can load exactly
what was there. ``seen/`` holds what can be made again at any time: see :mod:`riskmodel.records.seen`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import ALWAYS
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import canonical_json, is_unfinished, sha256, write_bytes, write_json
from riskmodel.base.project import Kind, Project
from riskmodel.records import places_file, seen
from riskmodel.records.believing import RECORD, believed, labels, records
from riskmodel.records.history import History, from_columns
from riskmodel.records.places import Places
from riskmodel.records.store.completeness import stated_coverage
from riskmodel.records.store.faults import gone, nothing_there
from riskmodel.records.store.past import refuse_past

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 2
_HASHES = frozenset(("id", "content", "said"))
EMPTY: dict[str, Any] = {
    "format": FORMAT,
    "parts": [],
    "quarantine": {},
    "sources": {},
    "coverage": {},
    "places": None,
    "kinds": {},
}


class HistoryStore:
    """The history in ``folder``; nothing is made before the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        manifest = self.manifest_id
        rows = sum(part["rows"] for part in self.manifest()["parts"]) if manifest else 0
        return f"<HistoryStore: {rows:,} rows, manifest {manifest[:12] if manifest else 'none yet'}>"

    @property
    def manifest_id(self) -> str | None:
        """Id (sha256) of the manifest in force; None before the first ingest."""
        current = self.folder / "current"
        return current.read_text(encoding="ascii", errors="replace").strip() if current.is_file() else None

    def manifest_ids(self) -> list[str]:
        """Ids of all manifests that there were, sorted."""
        return sorted(path.stem for path in (self.folder / "manifests").glob("*.json"))

    def manifest(self, identity: str | None = None) -> dict[str, Any]:
        """The manifest of that id, or the one in force; an empty one before the first ingest.

        Raises
        ------
        RiskmodelError
            If it is missing, damaged or of a newer format.
        """
        identity = identity or self.manifest_id
        if identity is None:
            return json.loads(json.dumps(EMPTY))
        path = self.folder / "manifests" / f"{identity}.json"
        if not path.is_file():
            raise RiskmodelError(f"The history has no manifest {identity!r}. Restore it from a backup, or ingest again.")
        try:
            manifest: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            manifest = {}
        if sha256(canonical_json(manifest)) != identity:
            raise RiskmodelError(f"The manifest {path.name!r} of the history is damaged. Restore it from a backup.")
        if manifest["format"] > FORMAT:
            raise RiskmodelError(
                f"The history has format {manifest['format']}, this version reads {FORMAT}. Install a newer riskmodel."
            )
        if manifest["format"] < FORMAT:
            raise RiskmodelError(
                f"The history has format {manifest['format']}, which an earlier version wrote; this version reads {FORMAT}. "
                f"Move the folder {self.folder.name!r} away and run 'riskmodel ingest' again: the source tables hold the same rows."
            )
        return manifest

    def commit(self, manifest: dict[str, Any]) -> str:
        """Put ``manifest`` in force, atomically; its id comes back."""
        identity = self.keep(manifest)
        if identity != self.manifest_id:
            write_bytes(self.folder / "current", identity.encode("ascii") + b"\n")
        return identity

    def keep(self, manifest: dict[str, Any]) -> str:
        """Write ``manifest`` without putting it in force; its id comes back."""
        identity = sha256(canonical_json(manifest))
        path = self.folder / "manifests" / f"{identity}.json"
        if not path.is_file():
            write_json(path, manifest)
        return identity

    def write_table(self, room: str, name: str, table: pa.Table) -> dict[str, Any]:
        """Write a Parquet part into ``room``; its manifest entry comes back. It counts only once a manifest names it."""
        import pyarrow.parquet as pq

        content = io.BytesIO()
        # hashes have no pattern that a dictionary or compression could use
        plain = [name for name in table.column_names if name in _HASHES]
        packed = [name for name in table.column_names if name not in _HASHES]
        pq.write_table(
            table,
            content,
            use_dictionary=packed,  # pyright: ignore[reportArgumentType]
            compression={**dict.fromkeys(packed, "zstd"), **dict.fromkeys(plain, "none")},  # pyright: ignore[reportArgumentType]
            write_statistics=False,
        )
        digest = sha256(content.getvalue())
        target = self.folder / room / f"{name}-{digest[:16]}.parquet"
        if not target.is_file():
            write_bytes(target, content.getvalue())
        return {"file": f"{room}/{target.name}", "rows": table.num_rows, "sha256": digest}

    def write_places(self, places: Places) -> dict[str, Any]:
        """Write a snapshot of ``places`` unless it is there; its manifest entry comes back."""
        fingerprint = places.fingerprint()
        path = self.folder / "places" / f"{fingerprint}.npz"
        if not path.is_file():
            write_bytes(path, places_file.to_bytes(places))
        return {"file": f"places/{path.name}", "fingerprint": fingerprint, "sha256": sha256(path)}

    def read_table(self, entry: Mapping[str, Any]) -> pa.Table:
        """The part of a manifest entry.

        Raises
        ------
        RiskmodelError
            If the file is missing or is not what the manifest says.
        """
        import pyarrow.parquet as pq

        return pq.read_table(self.checked(entry))

    def checked(self, entry: Mapping[str, Any]) -> Path:
        """Where the file of a manifest entry is, which is what the manifest says.

        Raises
        ------
        RiskmodelError
            If it is missing or is not.
        """
        path = self.folder / entry["file"]
        if not path.is_file() or sha256(path) != entry["sha256"]:
            raise RiskmodelError(f"The file {entry['file']!r} of the history is missing or damaged. Restore it from a backup.")
        return path

    def places(self, manifest: Mapping[str, Any]) -> Places:
        """The places of a manifest."""
        return places_file.from_bytes(self.checked(manifest["places"]).read_bytes())

    def load(self, project: Project | None = None, manifest: str | None = None) -> History:
        """The history of a manifest (default: the one in force), with its places; all that it needs is on disk.

        Raises
        ------
        UsageError
            If nothing was ingested.
        RiskmodelError
            If a file is missing or damaged.
        """
        content = self.manifest(manifest)
        if content["places"] is None:
            raise nothing_there()
        if manifest is not None:
            refuse_past(self, content, manifest)
        places = self.places(content)
        kinds = {name: Kind.model_validate(kind) for name, kind in content["kinds"]}
        limits = {name: entry.get("limit", int(ALWAYS)) for name, entry in content["sources"].items()}
        columns = [
            records(self.read_table(part), kinds, places, taken, limits.get(part["source"], int(ALWAYS)))
            for taken, part in enumerate(content["parts"])
        ]
        joined = {name: np.concatenate([c[name] for c in columns]) if columns else np.zeros(0, np.int64) for name in RECORD}
        found = believed(joined)
        for what, there in (("kind", set(kinds)), ("cell", set(places.ids))):
            if np.any(found[what] < 0):
                named = {label for part in content["parts"] for label in labels(self.read_table(part), what)}
                raise gone(what, sorted(named - there))
        identity, heir = found.pop("id"), found.pop("heir")
        if len(places.successions):
            found["heir"] = places.successions.heirs(places.ids, found["cell"], heir, identity)
        return from_columns(places, kinds, coverage=tuple(stated_coverage(self, content)), **found)

    def seen(self, manifest: Mapping[str, Any], source: str, wanted: Any) -> Any:
        """What was taken in of ``source`` under the ids ``wanted`` (sorted, each once), in the order in which it was.

        An array of :data:`riskmodel.records.seen.SEEN`.
        """
        found = [np.zeros(0, dtype=seen.SEEN)]
        for part in manifest["parts"]:
            if part["source"] == source:
                found.append(
                    seen.find(
                        self._seen_file(part),
                        part["rows"],
                        part["sha256"],
                        wanted,
                        lambda part=part: seen.from_part(self.read_table(part)),
                    )
                )
        return np.concatenate(found)

    def _seen_file(self, part: Mapping[str, Any]) -> Path:
        return self.folder / "seen" / part["sha256"][:32]

    def clear_unfinished(self) -> None:
        """Remove what writers left that were killed; only while no other writes."""
        for path in self.folder.rglob(".*.part"):
            if is_unfinished(path):
                path.unlink(missing_ok=True)

    def clear_seen(self, manifest: Mapping[str, Any]) -> None:
        """Remove what helps to look up parts that ``manifest`` no longer names."""
        needed = {self._seen_file(part).name for part in manifest["parts"]}
        for path in (self.folder / "seen").glob("*"):
            if path.name not in needed:
                path.unlink(missing_ok=True)


def load_history(project: Project, manifest: str | None = None) -> History:
    """The stored history of a project; see :meth:`HistoryStore.load`."""
    return HistoryStore(project.path(project.table.history)).load(project, manifest)
