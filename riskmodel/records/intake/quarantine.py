"""The quarantine as a person reads it: reasons, remedies and examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import unknown_name
from riskmodel.base.personal_data.safe_texts import without_hash
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.shown_texts import HIDDEN, shown
from riskmodel.records.intake.rows.quarantine_reasons import REMEDIES
from riskmodel.records.store import HistoryStore

if TYPE_CHECKING:
    import pyarrow as pa


MOST_VALUES = 5
"""Faulty texts that are listed per reason."""


@dataclass(frozen=True)
class QuarantineReason:
    """A reason for quarantine of rows of one source.

    Parameters
    ----------
    rows
        Number of the rows.
    remedy
        What to do.
    examples
        The first of the rows: column to text, and ``row`` to the row number.
    different
        Number of different texts that are the fault: kinds, cells or addresses; 0 for other reasons.
    values
        The most frequent of them, each with its number of rows.
    """

    source: str
    reason: str
    rows: int
    remedy: str
    examples: tuple[dict[str, str], ...]
    different: int = 0
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Quarantine:
    """The quarantined rows by source and reason, the most frequent first."""

    reasons: tuple[QuarantineReason, ...]

    @property
    def rows(self) -> int:
        """Total number of rows."""
        return sum(reason.rows for reason in self.reasons)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"rows": self.rows, "reasons": [{**asdict(one), "examples": list(one.examples)} for one in self.reasons]}

    def __repr__(self) -> str:
        if not self.reasons:
            return "Nothing is in quarantine."
        lines = [f"{counted(self.rows, 'row')} in quarantine"]
        for one in self.reasons:
            lines.append(f"  {one.source}: {one.reason}, {counted(one.rows, 'row')}. What to do: {one.remedy}.")
            lines += [f"    {_values(one)}"] if one.values else []
            for example in one.examples:
                lines.append(f"    row {example['row']}: {_example(example)}")
        lines.append("Correct the mapping or the export; the next 'riskmodel ingest' accepts the same rows, once.")
        return "\n".join(lines)


def _values(one: QuarantineReason) -> str:
    """Return the different faulty texts of a reason as one line."""
    listed = ", ".join(f"{shown(text)} ({counted(rows, 'row')})" for text, rows in one.values)
    return f"{counted(one.different, 'different value')}: {listed}{', …' if one.different > len(one.values) else ''}"


def _example(example: dict[str, str]) -> str:
    """Return the values of a row as one line."""
    texts = {name: text for name, text in example.items() if name != "row"}
    hidden = [name for name, text in texts.items() if HIDDEN.search(text)]
    line = ", ".join(f"{name} {shown(text)}" for name, text in texts.items()) or "not kept"
    return line + (f" (hidden signs in {', '.join(hidden)})" if hidden else "")


def read_quarantine(project: Project, source: str | None = None, examples: int = 3) -> Quarantine:
    """Return the project's quarantine, of one source or all.

    Parameters
    ----------
    examples
        Largest number of rows shown per reason.

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
            found += _reasons(name, store.read_table(entries[name]), examples, _faulty_columns(project, name))
    return Quarantine(tuple(found))


def _faulty_columns(project: Project, source: str) -> dict[str, str]:
    """Return reason to the column whose text is the fault."""
    of_layers = [one for layer in project.table.layers.values() for one in layer.sources]
    for one in (*project.table.sources, *of_layers):
        if one.name == source:
            cell = one.columns.cell if isinstance(one.columns.cell, str) else None
            columns = {"unknown kind": one.columns.kind, "unknown cell": cell, "unknown address": one.columns.address}
            return {reason: column for reason, column in columns.items() if column is not None}
    return {}


def _reasons(source: str, kept: pa.Table, examples: int, faulty: dict[str, str]) -> list[QuarantineReason]:
    """Return the reasons for which rows of a source are in quarantine."""
    import pyarrow as pa

    reasons = np.array(kept["reason"].to_pylist(), dtype=object)
    names, counts = np.unique(reasons, return_counts=True)
    found = []
    for name, count in sorted(zip(names.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])):
        rows = kept.take(np.flatnonzero(reasons == name)[:examples]).drop_columns(["reason"]).to_pylist()
        texts = tuple({key: without_hash(str(value)) for key, value in row.items() if value is not None} for row in rows)
        column = faulty.get(name)
        texts_there = kept[column].filter(pa.array(reasons == name)).to_pylist() if column in kept.column_names else []
        values = Counter(text for text in texts_there if text is not None)
        frequent = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
        listed = tuple((without_hash(text), rows) for text, rows in frequent) if examples else ()
        found.append(QuarantineReason(source, name, count, REMEDIES.get(name, "correct the export"), texts, len(values), listed))
    return found
