"""Parts of the stored history: as tables, merged, and as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from riskmodel.base.arrow_numbers import numbers_of
from riskmodel.base.equal_runs import last_of_runs
from riskmodel.base.project import Kind
from riskmodel.records.belief import changed_ends, within
from riskmodel.records.column_schema import Array, Schema
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = Schema(
    "row",
    {
        "id": np.int64,
        "revision": np.int64,
        "withdrawn": np.bool_,
        "occurred": np.int32,
        "known": np.int32,
        "ended": np.int32,
        "ended_known": np.int32,
        "amount": np.int32,
        "content": np.int64,
        "said": np.int64,
        "last": np.int32,
    },
)
"""The plain columns of a part, in stored order. ``id``, ``content`` and ``said`` are 64-bit hashes."""
READ = tuple(name for name in ROWS if name not in ("content", "said"))
"""The plain columns that a history is computed from."""
HASHES = ("id", "content", "said")
LABELS = ("cell", "heir", "kind")
"""The columns of a part that hold names. ``heir`` (so called since format 2) is the successor cell of a record."""


class Labels(NamedTuple):
    """A column of names: ``names[codes]``."""

    codes: Array
    names: Sequence[str]


def part_table(rows: Mapping[str, Any], cell: Labels, successor: Labels, kind: Labels, day: int) -> pa.Table:
    """Return rows as the table of a part, ingested on ``day``.

    The bytes of the table depend on the rows only: every label is held once, in sorted order.
    """
    import pyarrow as pa

    columns: dict[str, Any] = ROWS.convert(rows)
    columns |= {name: dictionary_column(*labels) for name, labels in zip(LABELS, (cell, successor, kind), strict=True)}
    return pa.table({**columns, "ingested": np.full(len(columns["id"]), day, dtype=np.int32)})


def dictionary_column(codes: Any, names: Sequence[str]) -> pa.Array:
    """Return ``names[codes]`` as a dictionary column with one form.

    It holds each name that occurs once, in sorted order.
    """
    import pyarrow as pa

    used: list[int] = np.flatnonzero(np.bincount(codes)).tolist()
    order = [code for _, code in sorted((str(names[code]), code) for code in used)]
    number = np.zeros(max(used, default=0) + 1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(number[codes]), pa.array([names[code] for code in order], pa.string()))


def names_in(table: pa.Table, column: str) -> list[str]:
    """Return the kinds or cells that a part names."""
    return table[column].combine_chunks().dictionary.to_pylist()


def merged(tables: Sequence[pa.Table], limit: int | None = None) -> pa.Table:
    """Return parts, the earliest first, as one.

    Of each id and revision it has the row ingested last, sorted by both, after earlier ones with an end that was changed. With
    ``limit``, ids all of whose rows are about earlier days are left out.
    """
    import pyarrow as pa

    # parts of earlier versions have revisions of 32 bits
    whole = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()
    identity, revision = (numbers_of(whole[name]) for name in ("id", "revision"))
    order = np.lexsort((revision, identity))
    last = last_of_runs(identity[order], revision[order])
    changed = changed_ends(last, *(numbers_of(whole[name])[order] for name in ("ended", "ended_known")))
    # the row that changes an end says when
    changed[1:] |= changed[:-1]
    order = order[last | changed]
    if limit is not None:
        order = order[within(identity[order], numbers_of(whole["last"])[order], limit)]
    chosen = whole.take(order)
    columns = {}
    for name in chosen.column_names:
        column = chosen[name].combine_chunks()
        columns[name] = dictionary_column(numbers_of(column.indices), column.dictionary.to_pylist()) if name in LABELS else column
    return pa.table(columns)


def part_rows(table: pa.Table, kinds: Mapping[str, Kind], places: Places, number: int, limit: int) -> dict[str, Any]:
    """Return the columns of a part, with kinds and cells as numbers.

    A kind or cell that does not exist (any more) is -1. ``part`` is the ``number`` of the part, counted in the order of ingests;
    ``limit`` the day before which its source keeps nothing.
    """
    columns = {name: numbers_of(table[name]) for name in READ}
    kind_number = {name: i for i, name in enumerate(kinds)}
    for name, numbers in zip(("cell", "successor", "kind"), (places.index, places.index, kind_number), strict=True):
        columns[name] = _numbers(table["heir" if name == "successor" else name], numbers)
    count = len(table)
    columns["ingested"] = numbers_of(table["ingested"])
    return {**columns, "part": np.full(count, number, dtype=np.int64), "limit": np.full(count, limit, dtype=np.int64)}


def joined_rows(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the rows of several parts, one after the other."""
    names = [*READ, "cell", "successor", "kind", "part", "limit", "ingested"]
    return {name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0, np.int64) for name in names}


def _numbers(column: Any, numbers: Mapping[str, int]) -> Any:
    """Return a column of labels as numbers, -1 for labels without one."""
    column = column.combine_chunks()
    found = np.array([*(numbers.get(label, -1) for label in column.dictionary.to_pylist()), -1], dtype=np.int32)
    return found[numbers_of(column.indices)]
