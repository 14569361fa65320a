"""Tables that do not say where: why, and what to do."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.event_places import LEAST_POINTS, LEAST_ROWS, MOST_CELLS, has_too_many, is_degrees
from riskmodel.starter.other_words import is_circumstance, is_figure, is_other_number
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.unknown_points import known_points
from riskmodel.starter.wide_places import is_wide

_H3 = re.compile(r"8[0-9a-f]{14}")
"""A cell of H3 in hexadecimal digits."""
LEAST_AGAIN = 4
"""Different values from which a column may be one of places."""
_OTHERS = ("date", "known", "ended", "changed", "year", "month", "week", "day", "amount")
"""Roles by whose words a column is no place."""
_ADDRESS = re.compile(r"\b(address|addr|street|block|adresse|anschrift|direccion|indirizzo|endereco)\b|地址|住址|地点|位置")
"""Names of columns of addresses."""


def no_place(table: ReadTable, taken: set[str]) -> UsageError:
    """Return the error for a table that does not say where."""
    found = _bad_coordinates(table) or _too_many(table, taken)
    if found:
        return UsageError(found)
    return UsageError(
        f"No column of {table.shown!r} says where. Columns: {table.columns_in_words()}. Name a column of cells with --cell, or two of coordinates "
        f"with --x and --y.{_hint(table, taken)} If all rows are about one place, add a column with its name, such as 'area'."
    )


def _bad_coordinates(table: ReadTable) -> str:
    """Return why columns called coordinates tell no places."""
    named = {name: c for name, c in table.columns.items() if max(rank(name, "x"), rank(name, "y")) >= 2 and c.filled}
    texts = [name for name, column in named.items() if not column.is_numeric]
    whole = [name for name, column in named.items() if _are_whole_degrees(column)]
    if texts:
        return (
            f"{' and '.join(map(repr, texts[:2]))} of {table.shown!r} should hold coordinates, but nearly all values there are no plain numbers: perhaps "
            "they have signs between thousands (1.234.567,8) or degrees with minutes and seconds. Write plain numbers (1234567.8 or 39.9042), then run "
            "the same command again."
        )
    if len(whole) > 1:
        return (
            f"{' and '.join(map(repr, whole[:2]))} of {table.shown!r} hold whole numbers only. Whole degrees are a hundred kilometres apart and tell no place: write at least three "
            "decimals, or add a column with the name of the area, then run the same command again."
        )
    return _few_coordinates(table)


def _few_coordinates(table: ReadTable) -> str:
    """Return that fewer than half of the rows have coordinates."""
    best = {
        role: max(
            ((rank(name, role), name) for name, c in table.columns.items() if rank(name, role) >= 2 and c.is_numeric),
            default=None,
        )
        for role in ("x", "y")
    }
    if best["x"] is None or best["y"] is None or best["x"][1] == best["y"][1]:
        return ""
    x, y = best["x"][1], best["y"][1]
    points, _ = known_points(np.column_stack([table.columns[name].row_numbers() for name in (x, y)]), x, y, True)
    there = int(np.isfinite(points).all(axis=1).sum())
    if not 0 < there < LEAST_POINTS * table.rows:
        return ""
    return (
        f"{x!r} and {y!r} of {table.shown!r} hold coordinates in {there:,} of {table.rows:,} rows; in the others they are empty, 0 or a number such as 999 that stands for an unknown place. "
        f"To use these rows only, state --x {x!r} --y {y!r}: the others go to quarantine, counted. Else name a column of areas with --cell."
    )


def _are_whole_degrees(column: TextValues) -> bool:
    numbers = column.numbers[np.isfinite(column.numbers)]
    return column.is_numeric and is_degrees(column) and bool((numbers == np.rint(numbers)).all())


def _too_many(table: ReadTable, taken: set[str]) -> str:
    """Return that a column called a place has too many values."""
    for name, column in table.columns.items():
        many = len(column.values)
        if name not in taken and rank(name, "cell") >= 2 and has_too_many(table, column):
            return (
                f"{name!r} of {table.shown!r} is called a place, but has {many:,} different values in {table.rows:,} rows. At most {MOST_CELLS:,} cells are read, and each needs more than "
                f"a row: {_coarser(column)}add a column with larger areas, or two of coordinates, then run the same command again."
            )
    return ""


def _coarser(column: TextValues) -> str:
    """Return how codes of small cells become larger ones."""
    codes = sum(_H3.fullmatch(text.strip().lower()) is not None for text in column.values)
    return (
        "these are small cells of H3: write larger ones (h3.cell_to_parent(cell, 8)), or " if codes == len(column.values) else ""
    )


def _may_name_places(name: str, column: TextValues) -> bool:
    """Return whether a column may be one of places."""
    if is_wide(name):
        return True
    other = is_circumstance(name) or is_other_number(name) or is_figure(name) or max(rank(name, role) for role in _OTHERS) >= 2
    return not other and (not column.is_numeric or column.is_whole)


def _hint(table: ReadTable, taken: set[str]) -> str:
    """Return which columns hold addresses, or values that come again and again."""
    if any(name in table.columns and name not in taken for name in ("sheet", "工作表")):
        sheet = "sheet" if "sheet" in table.columns else "工作表"
        return f" If each sheet of the workbook is a place, state --cell {sheet}."
    if table.parts:
        return " If each file is a place, add a column with its name to each."
    many = {
        name: len(column.values) for name, column in table.columns.items() if name not in taken and _may_name_places(name, column)
    }
    often = [
        name for name, count in many.items() if LEAST_AGAIN <= count <= min(MOST_CELLS, table.columns[name].filled / LEAST_ROWS)
    ]
    address = next((name for name in table.columns if name not in (*taken, *often) and _ADDRESS.search(plain_name(name))), None)
    if address is not None:
        return f" {address!r} seems to hold addresses, which are not looked up: write the name of the area or the coordinates into each row."
    likely = sorted(often, key=lambda name: (not is_wide(name), table.columns[name].is_numeric, -many[name]))[:3]
    return f" Perhaps {' or '.join(f'{name!r} ({many[name]:,} different values)' for name in likely)}." if likely else ""
