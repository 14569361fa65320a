"""Renamed sources, and kinds and cells that the project no longer has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.part_table import names_in
from riskmodel.records.places import Places
from riskmodel.records.store import HistoryStore, missing_from_project, stored_history


def refuse_removed(store: HistoryStore, manifest: Mapping[str, Any], project: Project, places: Places) -> None:
    """Refuse a project that lacks a kind or cell of stored records.

    Raises
    ------
    UsageError
        Naming it; nothing was written.
    """
    if manifest["places"] is None or not manifest["parts"]:
        return
    kinds = {name for name, _ in manifest["kinds"]} - set(project.table.kinds)
    changed = manifest["places"]["fingerprint"] != places.fingerprint()
    if not kinds and not changed:
        return
    if not store.holds_places(manifest["places"]) or not all(map(store.is_intact, manifest["parts"])):
        _refuse_named(store, manifest, set(project.table.kinds), set(places.ids))
        return
    cells = set(store.places(manifest).ids) - set(places.ids) if changed else set()
    if not kinds and not cells:
        return
    history = stored_history(store)
    used = {
        "kind": sorted(kinds & {list(history.kinds)[i] for i in np.unique(history.kind)}),
        "cell": sorted(cells & {history.places.ids[i] for i in np.unique(history.cell)}),
    }
    for what, names in used.items():
        if names:
            raise missing_from_project(what, names)


def _refuse_named(store: HistoryStore, manifest: Mapping[str, Any], kinds: set[str], cells: set[str]) -> None:
    """Refuse kinds or cells that undamaged parts name and the project lacks.

    So a damaged snapshot of places does not keep an ingest from writing it again.
    """
    tables = [store.read_table(part) for part in manifest["parts"] if store.is_intact(part)]
    for what, there in (("kind", kinds), ("cell", cells)):
        gone = sorted({name for table in tables for name in names_in(table, what)} - there)
        if gone:
            raise missing_from_project(what, gone)


def rename_entries(manifest: dict[str, Any], source: Source) -> None:
    """Move entries under former names of a source to its name."""
    for old in source.formerly:
        for room in ("sources", "quarantine", "coverage"):
            entries = dict(manifest[room])
            entry = entries.pop(old, None)
            if entry is not None:
                entries.setdefault(source.name, entry)
            manifest[room] = entries
        manifest["parts"] = [{**part, "source": source.name} if part["source"] == old else part for part in manifest["parts"]]


def refuse_renamed(request: SourceRequest, table: RawTable, rows: RecordRows) -> None:
    """Refuse a new source whose rows are stored under another name.

    The project has no source of that name. A source is new if none of its rows are stored.

    Parameters
    ----------
    rows
        The rows of ``table`` as records.

    Raises
    ------
    UsageError
        Naming both; nothing of the source was written.
    """
    if any(part["source"] == request.name for part in request.manifest["parts"]):
        return
    there = {name for one in request.project.table.sources for name in one.names}
    parts: dict[str, list[dict[str, Any]]] = {}
    for part in request.manifest["parts"]:
        if part["source"] not in there:
            parts.setdefault(part["source"], []).append(part)
    for name, entries in parts.items():
        other = request.clean(table, request.source.model_copy(update={"formerly": (name,)}))
        stored = np.concatenate([request.store.read_table(entry)["id"].to_numpy() for entry in entries])
        if rows.good.any() and 2 * int(np.isin(other.id[rows.good], stored).sum()) >= int(rows.good.sum()):
            raise UsageError(
                f"The rows of the source {request.name!r} are in the history already, as those of {name!r}, which the project no "
                f"longer has. If it was renamed, set formerly = [{name!r}] in the source; its rows would count twice."
            )
