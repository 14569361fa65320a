"""A table of cells and a table of neighbours into the columns of places, every fault named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.days import ALWAYS, NEVER, to_day
from riskmodel.base.errors import UsageError, unknown_name

Ring = Float64[np.ndarray, "point 2"]


@dataclass(frozen=True)
class Grouping:
    """A way of grouping cells: ``labels`` in sorted order and each version's index into them."""

    labels: tuple[str, ...]
    codes: Int32[np.ndarray, " version"]


def read_cells(
    cells: Any,
    *,
    id: str,
    groupings: Mapping[str, str] | Sequence[str],
    exposures: Mapping[str, str] | Sequence[str],
    attributes: Mapping[str, str] | Sequence[str],
    valid_from: str | None,
    valid_to: str | None,
    known: str | None,
    neighbours: Any | None,
    shapes: Mapping[str, Sequence[Ring]] | None,
) -> dict[str, Any]:
    """The fields of :class:`riskmodel.records.places.Places` from tables; the arguments are those of ``Places.from_frame``.

    Raises
    ------
    UsageError
        If columns, ids or numbers are faulty; the message names which.
    """
    import narwhals as nw

    table = nw.from_native(cells, eager_only=True)
    groupings, exposures, attributes = _mapping(groupings), _mapping(exposures), _mapping(attributes)
    wanted = [id, *groupings.values(), *exposures.values(), *attributes.values()]
    wanted += [column for column in (valid_from, valid_to, known) if column is not None]
    for column in wanted:
        if column not in table.columns:
            raise unknown_name("column of the table of cells", column, table.columns)
    if len(table) == 0:
        raise UsageError("The table of cells has no rows. Expected a row for every cell; check the export.")
    names = [str(value) for value in table[id].to_list()]
    if any(name in ("", "None", "nan", "<NA>") for name in names):
        raise UsageError(f"The column {id!r} of the table of cells has an empty id. Give every cell an id.")
    ids = tuple(sorted(set(names)))
    index = {name: i for i, name in enumerate(ids)}
    cell = np.array([index[name] for name in names], dtype=np.int32)
    start = _dates(table, valid_from, ALWAYS)
    stop = _dates(table, valid_to, NEVER)
    knew = _dates(table, known, ALWAYS)
    if np.any(stop < start):
        ends = ids[cell[np.flatnonzero(stop < start)[0]]]
        raise UsageError(f"The cell {ends!r} is valid to a day before the day it is valid from. Correct its dates.")
    order = np.lexsort((start, knew, cell))
    same = (np.diff(cell[order]) == 0) & (np.diff(knew[order]) == 0) & (np.diff(start[order]) == 0)
    if same.any():
        twice = ids[cell[order][1:][same][0]]
        raise UsageError(
            f"The cell {twice!r} stands twice in the table of cells with the same validity and knowledge dates. "
            "Keep one row, or map valid_from or known."
        )
    grouped = {}
    for name, column in groupings.items():
        values = ["" if is_empty(value) else str(value) for value in table[column].to_list()]
        labels = tuple(sorted(set(values)))
        number = {label: i for i, label in enumerate(labels)}
        grouped[name] = Grouping(labels, np.array([number[value] for value in values], dtype=np.int32)[order])
    start_of, cells_of = _adjacency(neighbours, index)
    return {
        "ids": ids,
        "cell": cell[order],
        "valid_from": start[order],
        "valid_to": stop[order],
        "known": knew[order],
        "groupings": grouped,
        "exposures": {name: _numbers(table, column)[order] for name, column in exposures.items()},
        "attributes": {name: _numbers(table, column, signed=True)[order] for name, column in attributes.items()},
        "neighbour_start": start_of,
        "neighbour_cells": cells_of,
        "shapes": None if shapes is None else tuple(tuple(shapes.get(name, ())) for name in ids),
    }


def _mapping(columns: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    return dict(columns) if isinstance(columns, Mapping) else {column: column for column in columns}


def _dates(table: Any, column: str | None, default: np.int32) -> Int32[np.ndarray, " version"]:
    if column is None:
        return np.full(len(table), default, dtype=np.int32)
    return np.array([default if is_empty(v) else to_day(v) for v in table[column].to_list()], dtype=np.int32)


def is_empty(value: Any) -> bool:
    """Whether a value of a frame stands for none: None, NaN, NaT, pandas' NA or an empty text."""
    return value is None or (isinstance(value, str) and value == "") or str(value) in ("nan", "NaT", "<NA>")


def _numbers(table: Any, column: str, signed: bool = False) -> Float64[np.ndarray, " version"]:
    values = []
    for row, value in enumerate(table[column].to_list()):
        try:
            number = np.nan if is_empty(value) else float(value)
        except (TypeError, ValueError):
            raise UsageError(
                f"Row {row + 1} of the column {column!r} of the table of cells is not a number. Correct it."
            ) from None
        if np.isinf(number):
            raise UsageError(f"Row {row + 1} of the column {column!r} of the table of cells is infinite. Correct it.")
        if number < 0 and not signed:
            raise UsageError(
                f"Row {row + 1} of the column {column!r} of the table of cells is negative. An exposure is 0 or more."
            )
        values.append(number)
    return np.array(values, dtype=np.float64)


def _adjacency(pairs: Any | None, index: dict[str, int]) -> tuple[Any, Any]:
    """Both directions of every pair as compressed rows: starts ``[cell + 1]`` and neighbour numbers ``[pair]``."""
    count = len(index)
    if pairs is None:
        return np.zeros(count + 1, dtype=np.int32), np.zeros(0, dtype=np.int32)
    import narwhals as nw

    table = nw.from_native(pairs, eager_only=True)
    if len(table.columns) != 2:
        raise UsageError(f"The table of neighbours has {len(table.columns)} columns. Expected two: cell and neighbour.")
    sides = []
    for column in table.columns:
        names = [str(value) for value in table[column].to_list()]
        for name in names:
            if name not in index:
                raise unknown_name("cell (named in the table of neighbours)", name, index)
        sides.append(np.array([index[name] for name in names], dtype=np.int64))
    one, other = np.concatenate(sides), np.concatenate(sides[::-1])
    unique = np.unique(one[one != other] * count + other[one != other])
    start = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(unique // count, minlength=count), out=start[1:])
    return start, (unique % count).astype(np.int32)
