"""Configured values that never occur, with the nearest that do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskmodel.base.nearest_names import nearest_names
from riskmodel.base.plurals import counted
from riskmodel.base.project import Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.privacy import forbidden

NEAR = 0.5
"""Least likeness of a value that occurs to one that does not."""
MOST_NEAR = 3
MOST_COMPARED = 5_000


@dataclass(frozen=True)
class UnseenValue:
    """A value of the project file that never occurs in its column.

    Parameters
    ----------
    key
        ``kinds``, ``withdrawn`` or ``only`` of the source.
    near
        The nearest values that occur and are not configured.
    rows
        Number of rows with one of these.
    """

    key: str
    column: str
    value: str
    near: tuple[str, ...] = ()
    rows: int = 0

    def __str__(self) -> str:
        nearest = f" Nearest: {', '.join(map(repr, self.near))} ({counted(self.rows, 'row')})." if self.near else ""
        return f"{self.value!r} of {self.key} never occurs in the column {self.column!r}.{nearest}"


def unseen_values(source: Source, table: RawTable, before: Sequence[UnseenValue] | None) -> tuple[UnseenValue, ...]:
    """Return the configured values that never occur.

    Parameters
    ----------
    table
        All rows that were read of the source, those of other sources of its table included.
    before
        Those of the last ingest, if only later rows were read now; a value that occurred then is not among them.
    """
    still = None if before is None else {(one.key, one.column, one.value) for one in before}
    found = []
    for key, name, values in _configured(source):
        column = table.columns[name]
        occurring = _counts(column)
        configured = frozenset(values)
        others = [text for text in occurring if text not in configured and forbidden(text) is None]
        for value in values:
            if value not in occurring and (still is None or (key, name, value) in still):
                near = tuple(nearest_names(value, others[:MOST_COMPARED], MOST_NEAR, NEAR))
                found.append(UnseenValue(key, name, value, near, sum(occurring[text] for text in near)))
    return tuple(found)


def unseen_to_json(found: Sequence[UnseenValue]) -> list[dict[str, Any]]:
    """Return plain values for a manifest."""
    return [{**asdict(one), "near": list(one.near)} for one in found]


def unseen_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[UnseenValue, ...]:
    """Return the unseen values that a manifest states."""
    return tuple(UnseenValue(**{**one, "near": tuple(one["near"])}) for one in stored)


def _configured(source: Source) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield key, column and values that are configured."""
    if source.answers:
        return
    if source.columns.kind is not None:
        yield "kinds", source.columns.kind, source.kinds
    if source.columns.status is not None:
        yield "withdrawn", source.columns.status, source.withdrawn
    for name, values in source.only.items():
        yield "only", name, values


def _counts(column: Column) -> dict[str, int]:
    """Return how often each value occurs; hidden ones are left out."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values)).tolist()
    found: dict[str, int] = {}
    for code, (text, count) in enumerate(zip(column.values, counts, strict=True)):
        if count and code not in column.alike:
            found[text] = found.get(text, 0) + count
    return dict(sorted(found.items()))
