"""The history on disk: append-only Parquet parts and a manifest that is swapped at once.

Layout of the folder: ``parts/`` (rows taken in, one file a source and ingest), ``quarantine/`` (rows that were not, one
file a source), ``coverage/`` (how far sources were complete), ``places/`` (snapshots), ``manifests/<id>.json`` and ``current``,
which holds the id of the manifest in force. Of these files are only ever added; whoever holds a manifest id can load exactly
what was there. ``seen/`` holds what can be made again at any time: see :mod:`riskmodel.records.seen`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import canonical_json, sha256, write_bytes, write_json
from riskmodel.base.periods import ALWAYS, to_iso
from riskmodel.base.project import Kind, Project
from riskmodel.records import places_file, seen
from riskmodel.records.believing import RECORD, believed, labels, merged, records
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 2
MOST_PARTS = 16
"""Parts of a source above which its small ones are merged."""
FULL = 2**19
"""Rows from which on a part is merged no more, so that no night has to write much more than that anew."""
MOST_STATEMENTS = 32
"""Statements about a source that a manifest holds itself; older ones are in a file."""
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
            raise nothing_there()
        if manifest is not None:
            self.refuse_past(content, manifest)
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
        return from_columns(places, kinds, coverage=tuple(self.coverage(content)), **found)

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

    def clear_seen(self, manifest: Mapping[str, Any]) -> None:
        """Remove what helps to look up parts that ``manifest`` no longer names."""
        needed = {self._seen_file(part).name for part in manifest["parts"]}
        for path in (self.folder / "seen").glob("*"):
            if path.name not in needed:
                path.unlink(missing_ok=True)

    def coverage(self, manifest: Mapping[str, Any]) -> Iterator[Coverage]:
        """What was known of the completeness of every source of ``manifest``."""
        for source, stated in manifest["coverage"].items():
            for row in self._statements(stated):
                plain = {name: value for name, value in row.items() if name != "batch"}
                yield Coverage(source=source, **{**plain, "kinds": tuple(row["kinds"])})

    def _statements(self, stated: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The statements about a source: of those known on one day, the ones that were made together last."""
        older = json.loads(self._checked(stated["older"]).read_bytes()) if stated["older"] else []
        rows = [*older, *stated["rows"]]
        last = {row["known"]: row["batch"] for row in rows}
        return [row for row in rows if last[row["known"]] == row["batch"]]

    def state_coverage(self, manifest: dict[str, Any], source: str, statements: Sequence[Mapping[str, Any]]) -> None:
        """Add statements about ``source`` to ``manifest``; they take the place of earlier ones that were known on the same days."""
        stated = manifest["coverage"].get(source, {"older": None, "rows": [], "count": 0})
        rows = [*stated["rows"], *({**one, "batch": stated["count"]} for one in statements)]
        older = stated["older"]
        if len(rows) > MOST_STATEMENTS:
            content = canonical_json(self._statements({"older": older, "rows": rows}))
            digest = sha256(content)
            path = self.folder / "coverage" / f"{source}-{digest[:16]}.json"
            if not path.is_file():
                write_bytes(path, content)
            older, rows = {"file": f"coverage/{path.name}", "sha256": digest}, []
        entry = {"older": older, "rows": rows, "count": stated["count"] + len(statements)}
        manifest["coverage"] = {**manifest["coverage"], source: entry}

    def files(self, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Every file that ``manifest`` needs, by its path in the folder, with its sha256."""
        entries = [*manifest["parts"], *manifest["quarantine"].values(), manifest["places"]]
        entries += [stated["older"] for stated in manifest["coverage"].values()]
        for entry in entries:
            if entry is not None:
                yield entry["file"], entry["sha256"]

    def refuse_past(self, manifest: Mapping[str, Any], identity: str) -> None:
        """Refuse to replay a manifest whose rows were all taken in before a day from which one of its sources keeps rows now.

        Raises
        ------
        UsageError
            Naming the source and the day; files that only such manifests need may be gone.
        """
        if identity == self.manifest_id or not manifest["parts"]:
            return
        newest = max(part["ingested"] for part in manifest["parts"])
        for source, entry in self.manifest()["sources"].items():
            limit = entry.get("limit", int(ALWAYS))
            if newest < limit and any(part["source"] == source for part in manifest["parts"]):
                raise UsageError(
                    f"The manifest {identity[:12]!r} is of {to_iso(newest)}; the source {source!r} keeps its rows from {to_iso(limit)} "
                    "on (keep_days), and what was there before cannot be replayed. Choose a later night."
                )

    def is_past(self, manifest: Mapping[str, Any], identity: str) -> bool:
        """Whether :meth:`refuse_past` refuses a manifest."""
        try:
            self.refuse_past(manifest, identity)
        except UsageError:
            return True
        return False

    def clear_past(self) -> None:
        """Remove the files that only manifests need that :meth:`refuse_past` refuses."""
        needed: set[str] = set()
        past: set[str] = set()
        for identity in self.manifest_ids():
            manifest = self.manifest(identity)
            (past if self.is_past(manifest, identity) else needed).update(file for file, _ in self.files(manifest))
        for file in sorted(past - needed):
            (self.folder / file).unlink(missing_ok=True)

    def merge_parts(self, manifest: dict[str, Any], source: str, most: int = MOST_PARTS) -> None:
        """Merge the small last parts of a source in ``manifest`` once there are more than ``most`` small ones.

        A merged part holds the last row taken in of every id and revision, which is what counts; the files of the parts stay,
        so that earlier manifests can be replayed. The parts that remain grow in size by half from the last to the first until
        they are full, so that nights cost the same after ten years as at the start.
        """
        mine = [i for i, part in enumerate(manifest["parts"]) if part["source"] == source and part["rows"] < FULL]
        if len(mine) <= most:
            return
        sizes = [manifest["parts"][i]["rows"] for i in mine]
        first = len(mine) - 2
        total = sizes[-1] + sizes[-2]
        while first > 0 and sizes[first - 1] <= 2 * total:
            first -= 1
            total += sizes[first]
        self.replace_parts(manifest, source, mine[first:], None)

    def replace_parts(self, manifest: dict[str, Any], source: str, chosen: Sequence[int], limit: int | None) -> int:
        """Put one part in the place of the ``chosen`` ones, without ids that are only about days before ``limit``.

        How many rows are gone because of ``limit`` comes back.
        """
        parts = [manifest["parts"][i] for i in chosen]
        tables = [self.read_table(part) for part in parts]
        whole = merged(tables, limit)
        gone = len(merged(tables)) - len(whole) if limit is not None else 0
        left: list[dict[str, Any]] = []
        if len(whole):
            left.append({"source": source, "ingested": parts[-1]["ingested"], **self.write_part(source, whole)})
        taken = set(chosen)
        rest: list[dict[str, Any]] = []
        for i, part in enumerate(manifest["parts"]):
            rest += left if i == chosen[-1] else [] if i in taken else [part]
        manifest["parts"] = rest
        return gone

    def write_part(self, source: str, rows: pa.Table) -> dict[str, Any]:
        """Write rows of a source; what a manifest says of the part comes back, with the first day that a row of it is about."""
        return {**self.write_table("parts", source, rows), "oldest": int(rows["last"].to_numpy().min())}


def load_history(project: Project, manifest: str | None = None) -> History:
    """The stored history of a project; see :meth:`HistoryStore.load`."""
    return HistoryStore(project.path(project.table.history)).load(project, manifest)


def nothing_there() -> UsageError:
    """Nothing was ingested yet."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def gone(what: str, names: Sequence[str]) -> UsageError:
    """The history has records of a kind or cell that the project no longer has."""
    more = f" ({len(names)} in all)" if len(names) > 1 else ""
    return UsageError(
        f"The history names the {what} {names[0]!r}{more}, which the project no longer has. "
        f"Put it back into the project's {'kinds' if what == 'kind' else 'table of cells'}."
    )
