"""Tables of cells and neighbours: read into places, and written from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float64, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.digit_groups import group_sign
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.given_values import Described
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.native_frames import frame_argument
from riskmodel.base.personal_data.frame_values import refuse_personal_names
from riskmodel.base.personal_data.safe_texts import unknown_text
from riskmodel.base.plain_values import is_missing, value_text
from riskmodel.base.shown_texts import CONTROLS, HIDDEN, is_blank, shown, visible
from riskmodel.records.column_schema import Array
from riskmodel.records.frame_days import days_of
from riskmodel.records.frame_texts import texts_of
from riskmodel.records.places.cell_geometries import NOWHERE, PlaceColumns, cell_shapes, pairs_within, rings_of
from riskmodel.records.places.cell_versions import VERSIONS
from riskmodel.records.places.shapes import Ring

if TYPE_CHECKING:
    import pandas as pd


NO_GROUP = "(empty)"
"""Name of the group of the cells whose group is blank."""


@dataclass(frozen=True)
class Grouping:
    """A division of the cells into groups.

    ``labels`` are the names of the groups in sorted order, ``codes`` each version's index into them.
    """

    labels: tuple[str, ...]
    codes: Int32[np.ndarray, " version"]


class CellColumns(NamedTuple):
    """The columns of a table of cells: id, figures and dates.

    ``groupings``, ``exposures`` and ``attributes`` map a name to its column; a sequence gives columns that are named alike.
    """

    id: str
    groupings: Mapping[str, str] | Sequence[str] = ()
    exposures: Mapping[str, str] | Sequence[str] = ()
    attributes: Mapping[str, str] | Sequence[str] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    known: str | None = None
    name: str | None = None


def read_cell_frame(
    cells: Any,
    columns: CellColumns,
    neighbours: Any | None,
    where: PlaceColumns = NOWHERE,
    shapes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the fields of ``Places`` that tables of cells and neighbours hold.

    Parameters
    ----------
    cells
        The table of cells (pandas, polars or pyarrow), one row per version of a cell.
    columns
        The columns that are read.
    neighbours
        A table of two columns, one row per pair of adjacent cells, or how far apart their shapes may be.
    where, shapes
        Columns of points or polygons, or the shapes of the cells by id.

    Raises
    ------
    UsageError
        If columns, ids or numbers are faulty; the message names which.
    """
    table = frame_argument(cells, "cells", "Places.from_frame")
    groupings, exposures, attributes = map(_mapping, (columns.groupings, columns.exposures, columns.attributes))
    _check_columns(table, columns, [*groupings.values(), *exposures.values(), *attributes.values()])
    names = _ids(table, columns.id)
    ids = tuple(sorted(set(names)))
    index = {name: i for i, name in enumerate(ids)}
    versions = {
        "cell": np.array([index[name] for name in names], dtype=np.int32),
        "valid_from": _dates(table, columns.valid_from, ALWAYS),
        "valid_to": _dates(table, columns.valid_to, NEVER),
        "known": _dates(table, columns.known, ALWAYS),
    }
    order = _order(versions, ids)
    drawn = _shapes(shapes, cell_shapes(cells, table, names, where))
    if isinstance(neighbours, (int, float)):
        neighbours = _within(neighbours, drawn, ids)
    start, cells_of = _adjacency(neighbours, index)
    return {
        "outlines": None if drawn is None else tuple(tuple(drawn.get(name, ())) for name in ids),
        "ids": ids,
        **{name: values[order] for name, values in versions.items()},
        "names": None if columns.name is None else _names(table, columns.name, order),
        "groupings": {name: _grouping(table, column, order) for name, column in groupings.items()},
        "exposures": {name: _numbers(table, column)[order] for name, column in exposures.items()},
        "attributes": {name: _numbers(table, column, signed=True)[order] for name, column in attributes.items()},
        "neighbour_start": start,
        "neighbour_cells": cells_of,
    }


def _shapes(stated: Mapping[str, Any] | None, read: dict[str, list[Ring]] | None) -> dict[str, list[Ring]] | None:
    """Return the rings of each cell, stated or read."""
    if stated is None:
        return read
    if not isinstance(stated, Mapping):
        raise bad_argument(
            "shapes", "Places.from_frame", "a mapping of cell ids to rings or polygons", Described(type(stated).__name__)
        )
    return {value_text(name): rings_of(shape) for name, shape in stated.items()}


def _within(distance: float, shapes: dict[str, list[Ring]] | None, ids: Sequence[str]) -> Any:
    """Return the pairs of cells that are at most so far apart."""
    if shapes is None:
        raise UsageError(
            "neighbours= is a distance, but the cells have no shapes. Name their columns with x= and y=, or geometry=."
        )
    if not 0 <= distance < np.inf:
        raise bad_argument("neighbours", "Places.from_frame", "a table of pairs, or a number of metres from 0", distance)
    return pairs_within(distance, shapes, ids)


def cell_frame(
    ids: Sequence[str], version: Int32[np.ndarray, " cell"], groupings: Mapping[str, Grouping], figures: Mapping[str, Array]
) -> pd.DataFrame:
    """Return one row per cell that has a version (not -1)."""
    import pandas as pd

    there = np.flatnonzero(version >= 0)
    version = version[there]
    columns: dict[str, Any] = {"cell": np.array(ids, dtype=object)[there]}
    for name, grouping in groupings.items():
        columns[name] = np.array(grouping.labels, dtype=object)[grouping.codes[version]]
    return pd.DataFrame(columns | {name: values[version] for name, values in figures.items()})


def _mapping(columns: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    if isinstance(columns, Mapping):
        return dict(columns)
    return {column: column for column in names_argument(columns, "groupings, exposures or attributes", "Places.from_frame")}


def _check_columns(table: Any, columns: CellColumns, figures: Sequence[str]) -> None:
    """Raise if a column is missing or the table has no rows."""
    dates = [column for column in (columns.valid_from, columns.valid_to, columns.known, columns.name) if column is not None]
    for column in (columns.id, *figures, *dates):
        if column not in table.columns:
            error = unknown_name("column of the table of cells", column, table.columns)
            raise UsageError(f"{error} Name the column of their ids with id=.") if column == columns.id else error
    if len(table) == 0:
        raise UsageError("The table of cells has no rows. Expected a row for every cell; check the export.")


def _ids(table: Any, column: str) -> list[str]:
    names = texts_of(table[column].to_list(), column, "the table of cells")
    blank = {name for name in set(names) if is_blank(name)}
    if blank:
        empty = next(row for row, name in enumerate(names, 1) if name in blank)
        raise UsageError(f"The column {column!r} of the table of cells has an empty id (row {empty}). Give every cell an id.")
    _check_seen(column, names)
    return names


def _check_seen(column: str, names: Sequence[str]) -> None:
    """Refuse names of persons, hidden signs and names that look alike."""
    refuse_personal_names("the table of cells", column, tuple(dict.fromkeys(names)))
    seen: dict[str, str] = {}
    for name in dict.fromkeys(names):
        row = names.index(name) + 1 if HIDDEN.search(name) else 0
        if CONTROLS.search(name):
            raise UsageError(
                f"Row {row} of the column {column!r} of the table of cells holds a control character or a line break: '{shown(name)}'. "
                "Remove it in the export."
            )
        other = seen.setdefault(visible(name) if row else name, name)
        if other != name:
            raise UsageError(
                f"Two names in the column {column!r} of the table of cells look the same: '{shown(other)}' and '{shown(name)}' differ only in "
                "invisible characters. Spell them the same way, or remove those characters."
            )


def _order(versions: Mapping[str, Array], ids: Sequence[str]) -> Int64[np.ndarray, " version"]:
    """Return the order of versions by cell, ``known`` and ``valid_from``.

    Raises
    ------
    UsageError
        If a version ends before it begins, or two versions of a cell have the same dates.
    """
    cell, start, stop, known = (versions[name] for name in VERSIONS)
    if np.any(stop < start):
        ends = ids[int(cell[np.flatnonzero(stop < start)[0]])]
        raise UsageError(f"The cell {ends!r} is valid to a day before the day it is valid from. Correct its dates.")
    order = np.lexsort((start, known, cell))
    same = (np.diff(cell[order]) == 0) & (np.diff(known[order]) == 0) & (np.diff(start[order]) == 0)
    if same.any():
        twice = ids[int(cell[order][1:][same][0])]
        raise UsageError(
            f"The cell {twice!r} stands twice in the table of cells with the same validity and knowledge dates. "
            "Keep one row, or map valid_from or known."
        )
    return order


def _dates(table: Any, column: str | None, default: np.int32) -> Int32[np.ndarray, " version"]:
    if column is None:
        return np.full(len(table), default, dtype=np.int32)
    return days_of(table[column], int(default), column, "the table of cells")


def _grouping(table: Any, column: str, order: Any) -> Grouping:
    names = texts_of(table[column].to_list(), column, "the table of cells")
    blank = {name for name in set(names) if is_blank(name)}
    values = [NO_GROUP if name in blank else name for name in names]
    _check_seen(column, values)
    labels = tuple(sorted(set(values)))
    number = {label: i for i, label in enumerate(labels)}
    return Grouping(labels, np.array([number[value] for value in values], dtype=np.int32)[order])


def _names(table: Any, column: str, order: Any) -> Grouping:
    """Return the names of cells, empty where there is none."""
    found = _grouping(table, column, order)
    return Grouping(tuple("" if label == NO_GROUP else label for label in found.labels), found.codes)


def _numbers(table: Any, column: str, signed: bool = False) -> Float64[np.ndarray, " version"]:
    values, given = [], table[column].to_list()
    if group_sign({value for value in given if isinstance(value, str)}, whole=False):
        raise UsageError(
            f"The column {column!r} of the table of cells has signs between groups of three digits (2.000 for two thousand). Write its numbers without "
            "them, and decimals behind a point."
        )
    for row, value in enumerate(given):
        try:
            number = np.nan if is_missing(value) else float(value)
            if np.isnan(number) and not is_missing(value):
                raise ValueError
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
    """Return both directions of every pair as compressed rows.

    Starts ``[cell + 1]`` and neighbour numbers ``[pair]``: the neighbours of ``c`` are ``cells[starts[c]:starts[c + 1]]``.
    """
    count = len(index)
    if pairs is None:
        return np.zeros(count + 1, dtype=np.int32), np.zeros(0, dtype=np.int32)
    table = frame_argument(pairs, "neighbours", "Places.from_frame", index=False)
    if len(table.columns) != 2:
        raise UsageError(f"The table of neighbours has {len(table.columns)} columns. Expected two: cell and neighbour.")
    sides = []
    for column in table.columns:
        names = texts_of(table[column].to_list(), column, "the table of neighbours")
        for row, name in enumerate(names):
            if not name:
                raise UsageError(
                    f"Row {row + 1} of the table of neighbours has no cell in the column {column!r}. Correct it, or remove the row."
                )
            if name not in index:
                raise unknown_text("cell (named in the table of neighbours)", name, index, row + 1)
        sides.append(np.array([index[name] for name in names], dtype=np.int64))
    one, other = np.concatenate(sides), np.concatenate(sides[::-1])
    unique = np.unique(one[one != other] * count + other[one != other])
    start = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(unique // count, minlength=count), out=start[1:])
    return start, (unique % count).astype(np.int32)
