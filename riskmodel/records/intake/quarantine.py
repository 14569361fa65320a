"""Quarantine: the rows that were not taken in, kept with their number, their reason and what may be shown of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import unknown_name
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.text_column import Column, RawTable
from riskmodel.records.intake.columns.text_hashes import text_hash, withheld
from riskmodel.records.intake.privacy.value_check import forbidden
from riskmodel.records.intake.rows.record_rows import REASONS, TOO_LATE
from riskmodel.records.intake.source_reader import wanted_columns
from riskmodel.records.store import HistoryStore

if TYPE_CHECKING:
    import pyarrow as pa

BROKEN = "wrong number of fields"

_REMEDIES = {
    "unknown kind": "map it in the source's kinds",
    "unknown cell": "add the cell to the table of cells, or correct the export",
    "unknown address": "add the address to the register, or correct the export",
    "unreadable coordinates": "correct the export",
    "outside all cells": "check the reference system (crs), or leave them",
    "unreadable date": "correct the export, or the source's period",
    "unreadable known date": "correct the export",
    "unreadable end date": "correct the export",
    "amount is not a whole number": "map a column of whole numbers, or correct the export",
    "negative amount": "correct the export",
    "unreadable revision": "map a column of whole numbers, or correct the export",
    "no id": "map columns that identify a row",
    TOO_LATE: "nothing: a later ingest takes them",
    "ends before it begins": "correct the export",
    BROKEN: "correct the export",
    "conflicting revision": "give a corrected row a higher revision",
}


def quarantined_rows(source: Source, table: RawTable, reason: Any) -> pa.Table | None:
    """The quarantined rows of ``table`` as they came (mapped columns only), with row number and reason; None if there are none."""
    import pyarrow as pa

    bad = np.flatnonzero(reason > 0)
    lost = len(table.broken)
    if not len(bad) and not lost:
        return None
    columns: dict[str, Any] = {
        "reason": [REASONS[i] for i in reason[bad]] + [BROKEN] * lost,
        "row": np.concatenate([table.row_numbers()[bad], table.broken]),
    }
    for name in wanted_columns(source):
        columns[name] = pa.array(table.columns[name].shown(bad) + [None] * lost, pa.string())
    return pa.table(columns)


def rows_to_retry(source: Source, kept: pa.Table) -> RawTable | None:
    """Rows of the quarantine as a source table; None if there are none, or they lack a column that is mapped now."""
    import pyarrow.compute as pc

    wanted = wanted_columns(source)
    kept = kept.filter(pc.not_equal(kept["reason"], BROKEN))  # pyright: ignore[reportAttributeAccessIssue]
    if not len(kept) or set(wanted) - set(kept.column_names):
        return None
    columns = {}
    for name in wanted:
        encoded = kept[name].combine_chunks().dictionary_encode()
        columns[name] = Column(
            encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary.to_pylist()
        )
    return RawTable(len(kept), columns, numbers=kept["row"].to_numpy().astype(np.int64))


@dataclass(frozen=True)
class QuarantineReason:
    """Why rows of a source are in quarantine: how many, what to do, and the first of them as (row number, column to text)."""

    source: str
    reason: str
    rows: int
    remedy: str
    examples: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Quarantine:
    """What is in quarantine, by source and reason, the most rows first."""

    reasons: tuple[QuarantineReason, ...]

    @property
    def rows(self) -> int:
        """Rows in all."""
        return sum(reason.rows for reason in self.reasons)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        from dataclasses import asdict

        return {"rows": self.rows, "reasons": [{**asdict(one), "examples": list(one.examples)} for one in self.reasons]}

    def __repr__(self) -> str:
        if not self.reasons:
            return "Nothing is in quarantine."
        lines = [f"{self.rows:,} rows in quarantine"]
        for one in self.reasons:
            lines.append(f"  {one.source}: {one.reason}, {one.rows:,} rows. What to do: {one.remedy}.")
            for example in one.examples:
                said = ", ".join(f"{name} {text}" for name, text in example.items() if name != "row")
                lines.append(f"    row {example['row']}: {said or 'not kept'}")
        lines.append("After a mapping or an export is mended, 'riskmodel ingest' takes the same rows in, once.")
        return "\n".join(lines)


def read_quarantine(project: Project, source: str | None = None, examples: int = 3) -> Quarantine:
    """What is in the project's quarantine, of one source or all, with up to ``examples`` rows of each reason.

    Raises
    ------
    UsageError
        If there is no such source.
    RiskmodelError
        If a file of the history is missing or damaged.
    """
    store = HistoryStore(project.path(project.table.history))
    entries = store.manifest()["quarantine"]
    named = {one.name for one in project.table.sources} | set(entries)
    if source is not None and source not in named:
        raise unknown_name("source", source, named)
    found = []
    for name in sorted(entries):
        if source is None or name == source:
            found += _reasons(name, store.read_table(entries[name]), examples)
    return Quarantine(tuple(found))


def _reasons(source: str, kept: pa.Table, examples: int) -> list[QuarantineReason]:
    reasons = np.array(kept["reason"].to_pylist(), dtype=object)
    names, counts = np.unique(reasons, return_counts=True)
    found = []
    for name, count in sorted(zip(names.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])):
        rows = kept.take(np.flatnonzero(reasons == name)[:examples]).drop_columns(["reason"]).to_pylist()
        shown = tuple({key: _shown(value) for key, value in row.items() if value is not None} for row in rows)
        found.append(QuarantineReason(source, name, count, _REMEDIES.get(name, "correct the export"), shown))
    return found


def _shown(value: Any) -> str:
    text = str(value)
    return withheld(text_hash(text)) if forbidden(text) is not None else text
