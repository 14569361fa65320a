"""The stored history as a :class:`~riskmodel.records.history.History`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import ALWAYS
from riskmodel.base.project import Kind, Project
from riskmodel.records.belief import believed
from riskmodel.records.history import History, from_columns
from riskmodel.records.history.staleness import stale
from riskmodel.records.part_table import joined_rows, names_in, part_rows
from riskmodel.records.places import Places
from riskmodel.records.store.completeness import stated_coverage
from riskmodel.records.store.expiry import refuse_expired
from riskmodel.records.store.faults import empty_history, missing_from_project
from riskmodel.records.store.history_store import HistoryStore


@checked(project="Project")
def load_history(project: Project, manifest: str | None = None) -> History:
    """Return the stored history of a project; see :func:`stored_history`.

    Parameters
    ----------
    project
        The project.
    manifest
        Id of a manifest; default: the current one.

    Returns
    -------
    History
        Everything that was ever believed, with places and coverage.

    Raises
    ------
    UsageError
        If nothing was ingested, or the manifest is expired.
    RiskmodelError
        If a file is missing or damaged.

    Examples
    --------
    >>> rm.load_history(project)
    <History: 600 records of 4 kinds (frame 600)
      occurred 2023-01-03 to 2023-10-28; known after 0 days (median), 0 (95 %)
      0 corrected or withdrawn; 10 cells
      complete through: frame 2023-10-28>
    """
    return stored_history(HistoryStore(project.path(project.table.history)), manifest)


def stored_history(store: HistoryStore, manifest: str | None = None) -> History:
    """Return the history of a manifest, with its places, kinds and coverage.

    Parameters
    ----------
    manifest
        The id of a manifest; the current one by default.

    Raises
    ------
    UsageError
        If nothing was ingested, or the manifest is expired.
    RiskmodelError
        If a file is missing or damaged.
    """
    content = store.manifest(manifest)
    if content["places"] is None:
        raise empty_history()
    if manifest is not None:
        refuse_expired(store, content, manifest)
    places = store.places(content)
    kinds = {name: Kind.model_validate(kind) for name, kind in content["kinds"]}
    columns = _records(store, content, kinds, places)
    return from_columns(places, kinds, coverage=tuple(stated_coverage(store, content)), **columns)


def stale_sources(store: HistoryStore, day: int) -> dict[str, int | None]:
    """Return the current manifest's stale sources, as :meth:`History.stale` does.

    Records are read only if a source has no statement that was known then.
    """
    coverage = tuple(stated_coverage(store, store.manifest(), since=day))
    stated = {one.source for one in coverage if one.known < day and one.through > ALWAYS}
    if any(one.source not in stated for one in coverage):
        return stored_history(store).stale(day)
    return stale(coverage, day, lambda _source: None)


def _records(store: HistoryStore, content: Mapping[str, Any], kinds: Mapping[str, Kind], places: Places) -> dict[str, Any]:
    """Return the columns of all records that were ever believed."""
    limits = {name: entry.get("limit", int(ALWAYS)) for name, entry in content["sources"].items()}
    parts = [
        part_rows(store.read_table(part), kinds, places, number, limits.get(part["source"], int(ALWAYS)))
        for number, part in enumerate(content["parts"])
    ]
    found = believed(joined_rows(parts))
    _check_names(store, content, found, {"kind": set(kinds), "cell": set(places.ids)})
    identity, stated = found.pop("id"), found.pop("successor")
    if len(places.successions):
        found["successor"] = places.successions.successors(places.ids, found["cell"], stated, identity)
    return found


def _check_names(
    store: HistoryStore, content: Mapping[str, Any], found: Mapping[str, Any], there: Mapping[str, set[str]]
) -> None:
    """Raise if the project lacks the kind or cell of a record."""
    for what, names in there.items():
        if np.any(found[what] < 0):
            stored = {name for part in content["parts"] for name in names_in(store.read_table(part), what)}
            raise missing_from_project(what, sorted(stored - names))
