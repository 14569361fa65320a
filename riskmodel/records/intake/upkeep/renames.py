"""What the history calls sources, kinds and cells, and what the project calls them now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.places import Places
from riskmodel.records.store import HistoryStore, missing_from_project, stored_history


def refuse_gone(store: HistoryStore, manifest: Mapping[str, Any], project: Project, places: Places) -> None:
    """Refuse a project without a kind or cell that records of the history are of.

    Raises
    ------
    UsageError
        Naming it; nothing was written.
    """
    if manifest["places"] is None or not manifest["parts"]:
        return
    kinds = {name for name, _ in manifest["kinds"]} - set(project.table.kinds)
    moved = manifest["places"]["fingerprint"] != places.fingerprint()
    cells = set(store.places(manifest).ids) - set(places.ids) if moved else set()
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


def rename(manifest: dict[str, Any], source: Source) -> None:
    """Put what the manifest says of the source under its former names under its name."""
    for old in source.formerly:
        for room in ("sources", "quarantine", "coverage"):
            entries = dict(manifest[room])
            entry = entries.pop(old, None)
            if entry is not None:
                entries.setdefault(source.name, entry)
            manifest[room] = entries
        manifest["parts"] = [{**part, "source": source.name} if part["source"] == old else part for part in manifest["parts"]]


def refuse_renamed(
    store: HistoryStore,
    manifest: Mapping[str, Any],
    project: Project,
    source: Source,
    rows: RecordRows,
    clean_as: Callable[[Source], RecordRows],
) -> None:
    """Refuse a source without stored rows whose rows are those of a source that the project no longer has.

    Parameters
    ----------
    clean_as
        Makes the same rows of another source.

    Raises
    ------
    UsageError
        Naming both; nothing of the source was written.
    """
    there = {name for one in project.table.sources for name in one.names}
    parts: dict[str, list[dict[str, Any]]] = {}
    for part in manifest["parts"]:
        if part["source"] not in there:
            parts.setdefault(part["source"], []).append(part)
    good = rows.reason == 0
    for name, entries in parts.items():
        other = clean_as(source.model_copy(update={"formerly": (name,)}))
        stored = np.concatenate([store.read_table(entry)["id"].to_numpy() for entry in entries])
        if good.any() and 2 * int(np.isin(other.id[good], stored).sum()) >= int(good.sum()):
            raise UsageError(
                f"The rows of the source {source.name!r} are in the history already, as those of {name!r}, which the project no "
                f"longer has. If it was renamed, set formerly = [{name!r}] in the source; its rows would count twice."
            )
