"""The history on disk: append-only Parquet parts and a manifest that is swapped at once.

Layout of the folder: ``parts/`` (rows taken in, one file a source and ingest), ``quarantine/`` (rows that were not, one
file a source), ``places/`` (snapshots), ``manifests/<id>.json`` and ``current``, which holds the id of the manifest in
force. Files are only ever added; whoever holds a manifest id can load exactly what was there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import canonical_json, sha256, write_bytes, write_json
from riskmodel.base.periods import NEVER
from riskmodel.base.project import Kind, Project
from riskmodel.records import places_file
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1
MOST_PARTS = 16
"""Parts of a source above which its small ones are merged."""
EMPTY: dict[str, Any] = {
    "format": FORMAT,
    "parts": [],
    "quarantine": {},
    "sources": {},
    "coverage": [],
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
        return manifest

    def commit(self, manifest: dict[str, Any]) -> str:
        """Put ``manifest`` in force, atomically; its id comes back."""
        identity = self.keep(manifest)
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
        pq.write_table(table, content, compression="zstd")
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

        return pq.read_table(self._checked(entry))

    def _checked(self, entry: Mapping[str, Any]) -> Path:
        path = self.folder / entry["file"]
        if not path.is_file() or sha256(path) != entry["sha256"]:
            raise RiskmodelError(f"The file {entry['file']!r} of the history is missing or damaged. Restore it from a backup.")
        return path

    def places(self, manifest: Mapping[str, Any]) -> Places:
        """The places of a manifest."""
        return places_file.from_bytes(self._checked(manifest["places"]).read_bytes())

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
            raise UsageError("The history is empty. Run 'riskmodel ingest' first.")
        places = self.places(content)
        kinds = {name: Kind.model_validate(kind) for name, kind in content["kinds"]}
        coverage = tuple(Coverage(**{**row, "kinds": tuple(row["kinds"])}) for row in content["coverage"])
        columns = [_records(self.read_table(part), kinds, places, taken) for taken, part in enumerate(content["parts"])]
        joined = {name: np.concatenate([c[name] for c in columns]) if columns else np.zeros(0, np.int64) for name in RECORD}
        found = believed(joined)
        for what, there in (("kind", set(kinds)), ("cell", set(places.ids))):
            if np.any(found[what] < 0):
                labels = {label for part in content["parts"] for label in _labels(self.read_table(part), what)}
                raise gone(what, sorted(labels - there))
        return from_columns(places, kinds, coverage=coverage, **found)

    def merge_parts(self, manifest: dict[str, Any], source: str, names: Sequence[str], most: int = MOST_PARTS) -> None:
        """Merge the small last parts of a source (which had other ``names`` before) in ``manifest`` once there are ``most``.

        A merged part holds the last row taken in of every id and revision, which is what counts; the files of the parts stay,
        so that earlier manifests can be replayed. The parts that remain grow in size by half from the last to the first, so that
        nights cost the same after ten years as at the start.
        """
        mine = [i for i, part in enumerate(manifest["parts"]) if part["source"] in names]
        if len(mine) <= most:
            return
        sizes = [manifest["parts"][i]["rows"] for i in mine]
        first = len(mine) - 2
        total = sizes[-1] + sizes[-2]
        while first > 0 and sizes[first - 1] <= 2 * total:
            first -= 1
            total += sizes[first]
        chosen = mine[first:]
        tables = [self.read_table(manifest["parts"][i]) for i in chosen]
        entry = self.write_table("parts", source, _merged(tables))
        merged = {"source": source, "ingested": manifest["parts"][chosen[-1]]["ingested"], **entry}
        rest = [merged if i == chosen[-1] else part for i, part in enumerate(manifest["parts"]) if i not in chosen[:-1]]
        manifest["parts"] = rest


def load_history(project: Project, manifest: str | None = None) -> History:
    """The stored history of a project; see :meth:`HistoryStore.load`."""
    return HistoryStore(project.path(project.table.history)).load(project, manifest)


RECORD = ("id", "revision", "withdrawn", "kind", "cell", "occurred", "known", "ended", "ended_known", "amount", "taken")


def gone(what: str, names: Sequence[str]) -> UsageError:
    """The history has records of a kind or cell that the project no longer has."""
    more = f" ({len(names)} in all)" if len(names) > 1 else ""
    return UsageError(
        f"The history names the {what} {names[0]!r}{more}, which the project no longer has. "
        f"Put it back into the project's {'kinds' if what == 'kind' else 'table of cells'}."
    )


def _merged(tables: Sequence[pa.Table]) -> pa.Table:
    """Parts, the earlier first, as one: of each id and revision the row taken in last, sorted by both."""
    import pyarrow as pa

    tables = [t if "said" in t.column_names else t.append_column("said", pa.array(np.zeros(len(t), np.int64))) for t in tables]
    names = tables[-1].column_names
    plain = [
        pa.table({n: t[n].cast(t[n].type.value_type) if pa.types.is_dictionary(t[n].type) else t[n] for n in names})
        for t in tables
    ]
    whole = pa.concat_tables(plain).combine_chunks()
    identity, revision = (whole[name].to_numpy() for name in ("id", "revision"))
    order = np.lexsort((np.arange(len(whole)), revision, identity))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (identity[order][1:] != identity[order][:-1]) | (revision[order][1:] != revision[order][:-1])
    merged = whole.take(order[last])
    columns = {}
    for name in names:
        column = merged[name].combine_chunks()
        if name in ("kind", "cell"):
            labels, codes = np.unique(np.array(column.to_pylist(), dtype=object), return_inverse=True)
            column = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(labels.tolist(), pa.string()))
        columns[name] = column
    return pa.table(columns)


def _labels(table: pa.Table, name: str) -> list[str]:
    return table[name].combine_chunks().dictionary.to_pylist()


def _records(table: pa.Table, kinds: Mapping[str, Kind], places: Places, taken: int) -> dict[str, Any]:
    """Columns of a part with kinds and cells as numbers; ``taken`` says the how-manieth part it is."""
    number = {name: i for i, name in enumerate(kinds)}
    index = places.index
    columns: dict[str, Any] = {"taken": np.full(len(table), taken, dtype=np.int64)}
    for name in RECORD[:-1]:
        column = table[name].combine_chunks()
        if name in ("kind", "cell"):
            known = number if name == "kind" else index
            labels = column.dictionary.to_pylist()
            # a row that was read anew may have been of a kind or cell that is gone
            numbers = np.array([*(known.get(label, -1) for label in labels), -1], dtype=np.int32)
            columns[name] = numbers[column.indices.to_numpy()]
        else:
            columns[name] = column.to_numpy(zero_copy_only=False)
    return columns


def believed(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a history from the rows taken in: which revision of each id was believed until when.

    A revision is believed from the day after it became known until the first higher revision of its id did; a withdrawal
    only ends. Of rows with one id and revision (a state and, later, its end) the last one taken in counts.
    """
    order = np.lexsort((rows["ended_known"] == NEVER, -rows["taken"], rows["revision"], rows["id"]))
    sorted_rows = {name: np.asarray(values)[order] for name, values in rows.items()}
    identity, revision = sorted_rows["id"], sorted_rows["revision"]
    first = np.ones(len(identity), dtype=bool)
    first[1:] = (identity[1:] != identity[:-1]) | (revision[1:] != revision[:-1])
    row = {name: values[first] for name, values in sorted_rows.items()}
    identity = row["id"]
    until = np.full(len(identity), int(NEVER), dtype=np.int64)
    # from the highest revision down: the least known day of what is above, within an id
    last = np.ones(len(identity), dtype=bool)
    last[:-1] = identity[:-1] != identity[1:]
    pending = np.flatnonzero(~last)
    known = row["known"].astype(np.int64)
    for at in pending[::-1]:
        until[at] = min(known[at + 1], until[at + 1])
    ended = np.where(row["ended"] == NEVER, int(NEVER), np.maximum(row["ended"], row["ended_known"]))
    keep = ~row["withdrawn"].astype(bool)
    found = {name: row[name][keep] for name in ("kind", "cell", "occurred", "known", "amount")}
    return found | {"until": until[keep], "ended": ended[keep]}
