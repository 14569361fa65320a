"""From the rows of parts to what was believed, and from many parts to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import NEVER
from riskmodel.base.project import Kind
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

RECORD = (
    "id",
    "revision",
    "withdrawn",
    "kind",
    "cell",
    "heir",
    "occurred",
    "known",
    "ended",
    "ended_known",
    "amount",
    "last",
    "taken",
    "limit",
)
"""What counts of a row: its columns, the how-manieth part it is of, and the day before which its source keeps nothing."""
LABELS = ("kind", "cell", "heir")


def believed(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a history from the rows taken in: which revision of each id was believed until when.

    A revision is believed from the day after it became known until the first higher revision of its id did; a withdrawal
    only ends. Of rows with one id and revision (a state and, later, its end) the last one taken in counts. An id all of whose
    rows are about days before its source's ``limit`` is left out.
    """
    order = np.lexsort((rows["ended_known"] == NEVER, -rows["taken"], rows["revision"], rows["id"]))
    sorted_rows = {name: np.asarray(values)[order] for name, values in rows.items()}
    identity, revision = sorted_rows["id"], sorted_rows["revision"]
    first = np.ones(len(identity), dtype=bool)
    first[1:] = (identity[1:] != identity[:-1]) | (revision[1:] != revision[:-1])
    row = {name: values[first] for name, values in sorted_rows.items()}
    kept = within(row["id"], row["last"], row["limit"])
    if not kept.all():
        row = {name: values[kept] for name, values in row.items()}
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
    found = {name: row[name][keep] for name in ("id", "kind", "cell", "heir", "occurred", "known", "amount")}
    return found | {"until": until[keep], "ended": ended[keep]}


def within(identity: Any, last: Any, limit: Any) -> Any:
    """Of rows sorted by id, those of ids with a row that is about ``limit`` or a later day.

    An id stays or goes whole: a lower revision is never left without the higher one that replaced it.
    """
    if not len(identity):
        return np.zeros(0, dtype=bool)
    late = last >= limit
    begin = np.flatnonzero(np.concatenate([[True], identity[1:] != identity[:-1]]))
    return np.repeat(np.logical_or.reduceat(late, begin), np.diff(np.append(begin, len(identity))))


def merged(tables: Sequence[pa.Table], limit: int | None = None) -> pa.Table:
    """Parts, the earlier first, as one: of each id and revision the row taken in last, sorted by both.

    With ``limit``, ids all of whose rows are about days before it are left out.
    """
    import pyarrow as pa

    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    identity, revision = (whole[name].to_numpy() for name in ("id", "revision"))
    order = np.lexsort((revision, identity))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (identity[order][1:] != identity[order][:-1]) | (revision[order][1:] != revision[order][:-1])
    order = order[last]
    if limit is not None:
        order = order[within(identity[order], whole["last"].to_numpy()[order], limit)]
    chosen = whole.take(order)
    columns = {}
    for name in chosen.column_names:
        column = chosen[name].combine_chunks()
        columns[name] = labelled(column.indices.to_numpy(), column.dictionary.to_pylist()) if name in LABELS else column
    return pa.table(columns)


def labelled(codes: Any, names: Sequence[str]) -> pa.Array:
    """``names[codes]`` as a column that holds each name that occurs once, in sorted order, so that its bytes have one form."""
    import pyarrow as pa

    used: list[int] = np.unique(codes).tolist()
    order = [code for _, code in sorted((str(names[code]), code) for code in used)]
    number = np.zeros(max(used, default=0) + 1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(number[codes]), pa.array([names[code] for code in order], pa.string()))


def labels(table: pa.Table, name: str) -> list[str]:
    """The kinds or cells that a part names."""
    return table[name].combine_chunks().dictionary.to_pylist()


def records(table: pa.Table, kinds: Mapping[str, Kind], places: Places, taken: int, limit: int) -> dict[str, Any]:
    """Columns of a part with kinds and cells as numbers, -1 for what is gone; ``taken`` says the how-manieth part it is."""
    number = {name: i for i, name in enumerate(kinds)}
    index = places.index
    columns: dict[str, Any] = {
        "taken": np.full(len(table), taken, dtype=np.int64),
        "limit": np.full(len(table), limit, dtype=np.int64),
    }
    for name in RECORD[:-2]:
        column = table[name].combine_chunks()
        if name in LABELS:
            known = number if name == "kind" else index
            numbers = np.array([*(known.get(label, -1) for label in column.dictionary.to_pylist()), -1], dtype=np.int32)
            columns[name] = numbers[column.indices.to_numpy()]
        else:
            columns[name] = column.to_numpy(zero_copy_only=False)
    return columns
