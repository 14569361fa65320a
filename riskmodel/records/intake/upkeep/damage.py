"""Damaged files of a source, rebuilt from its table.

A damaged part is written again as it was where the source still holds its rows: its digest proves that. Otherwise its rows are
accepted again under today's mapping, if the source holds all of them: the known ids of the part say which they are. The quarantine is
read again with the table, and statements are stated again from the table of exports. What cannot be rebuilt is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64

from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.rows.acceptance import accept_rows
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.intake.statements import repeats_statements
from riskmodel.records.known_ids import KnownRows
from riskmodel.records.store import lost_rows, lost_statements

if TYPE_CHECKING:
    import pyarrow as pa

Entry = Mapping[str, Any]
PartRows = Callable[[SourceRequest, RecordRows, Int64[np.ndarray, " row"], int], "pa.Table"]
"""Returns chosen rows of a table as a part that was ingested on a day."""


@dataclass(frozen=True)
class Damage:
    """The damaged files of a source, as entries of the manifest."""

    parts: Sequence[Entry] = ()
    quarantine: Entry | None = None
    statements: Sequence[Entry] = ()

    def __bool__(self) -> bool:
        return bool(self.parts) or self.quarantine is not None or bool(self.statements)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the damaged files."""
        return tuple(entry["file"] for entry in (*self.parts, self.quarantine, *self.statements) if entry is not None)


def find_damage(request: SourceRequest) -> Damage:
    """Return the files of a source that are missing or damaged."""
    manifest, name = request.manifest, request.name
    parts = [part for part in manifest["parts"] if part["source"] == name]
    waiting = [entry for source, entry in manifest["quarantine"].items() if source == name]
    older = manifest["coverage"].get(name, {"older": []})["older"]
    damaged = request.ingest.damaged
    parts, waiting, older = ([one for one in each if one["file"] in damaged] for each in (parts, waiting, older))
    return Damage(parts, next(iter(waiting), None), older)


def without_damaged(request: SourceRequest, damage: Damage, last: dict[str, Any]) -> dict[str, Any]:
    """Leave damaged files out of the manifest.

    Returns the entry of the source. Without mark and cursor it says that the whole table must be read.

    Raises
    ------
    RiskmodelError
        If statements are lost that the table of exports does not repeat.
    """
    manifest, name = request.manifest, request.name
    last = {key: value for key, value in last.items() if key not in ("mark", "cursor")}
    manifest["parts"] = [part for part in manifest["parts"] if part not in damage.parts]
    if damage.quarantine is not None:
        manifest["quarantine"] = {key: entry for key, entry in manifest["quarantine"].items() if key != name}
    if damage.statements:
        stated = request.ingest.stated.get(name)
        if stated is None or not repeats_statements(request.source, stated, last.get("stated")):
            raise lost_statements(damage.statements[0]["file"], name)
        manifest["coverage"] = {key: entry for key, entry in manifest["coverage"].items() if key != name}
        last["stated"] = None
    return last


def restore_parts(request: SourceRequest, damage: Damage, rows: RecordRows, part_rows: PartRows, before: Sequence[Entry]) -> None:
    """Write damaged parts again, or check that ``rows`` hold all their rows.

    Parameters
    ----------
    rows
        All rows of the source.
    before
        The parts of the manifest before any was left out.

    Raises
    ------
    RiskmodelError
        If rows of a damaged part are lost.
    """
    if not damage.parts:
        return
    for part in damage.parts:
        stored = request.store.known_rows(part)
        if not _restored(request, part, stored, rows, part_rows, before):
            _check_rows(request, part, stored, rows)
    kept = {part["sha256"] for part in request.manifest["parts"]} | {
        part["sha256"] for part in damage.parts if request.store.is_intact(part)
    }
    request.manifest["parts"] = [part for part in before if part["sha256"] in kept]


def _restored(
    request: SourceRequest, part: Entry, stored: KnownRows | None, rows: RecordRows, part_rows: PartRows, before: Sequence[Entry]
) -> bool:
    """Write a part again if its rows give the same bytes."""
    earlier = [one for one in before[: list(before).index(part)] if one["source"] == request.name]
    there = [one for one in earlier if request.store.is_intact(one)]
    chosen = np.flatnonzero(rows.good if stored is None else rows.good & np.isin(rows.id, stored["id"]))
    mine = rows.take(chosen)
    accepted = accept_rows(mine, lambda ids: request.store.stored_rows({"parts": there}, request.name, ids))
    for order in (accepted.order, accepted.order[mine.known[accepted.order] <= part["ingested"]]):
        if len(order) == part["rows"] and request.store.restore_table(part, part_rows(request, mine, order, part["ingested"])):
            return True
    return False


def _check_rows(request: SourceRequest, part: Entry, stored: KnownRows | None, rows: RecordRows) -> None:
    """Raise if the source lacks rows of a damaged part."""
    if stored is None:
        raise lost_rows(part["file"], request.name, part["rows"], "nobody can know whether it still holds all")
    there = {*zip(rows.id[rows.good].tolist(), rows.revision[rows.good].tolist(), strict=True)}
    other = request.store.stored_rows(request.manifest, request.name, np.unique(stored["id"]))
    there |= {*zip(other["id"].tolist(), other["revision"].tolist(), strict=True)}
    lost = sum(pair not in there for pair in zip(stored["id"].tolist(), stored["revision"].tolist(), strict=True))
    if lost:
        raise lost_rows(part["file"], request.name, part["rows"], f"it no longer holds {lost:,}")
