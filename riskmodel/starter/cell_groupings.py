"""Groupings of the cells, from columns in which cells have one value.

The street of each grid, or the district of each beat, stands in every row of a table, so that no other table has to say which cells belong together.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from riskmodel.starter.decisions import Decisions
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.whole_cell_names import are_local, area_columns

MOST_GROUPS = 30
"""Groups above which a list for each is no help."""
LEAST_CELLS = 2
"""Cells that a group has on average, at least."""


def cell_groupings(tables: Iterable[tuple[ReadTable, ColumnRoles]], cells: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the group of every cell by grouping, the finest grouping first.

    A column is a grouping if it is called like an area, and each cell has exactly one value there in all tables. Of columns that divide the cells alike, the
    first with words is taken.
    """
    found: dict[str, dict[str, str]] = {}
    unclear: set[str] = set()
    for table, roles in tables:
        for name in area_columns(table):
            if name in (roles.cell, roles.kind) or name.casefold() == "cell" or _is_local(table, roles, name):
                continue
            groups = _groups(table, str(roles.cell), name)
            known = found.setdefault(name, {})
            if groups is None or any(known.get(cell, group) != group for cell, group in groups.items()):
                unclear.add(name)
            known |= groups or {}
    good = {name: groups for name, groups in found.items() if name not in unclear and _divides(groups, cells)}
    alike: dict[tuple[int, ...], str] = {}
    for name in sorted(good, key=lambda name: all(group.isdecimal() for group in good[name].values())):
        _, numbers = np.unique([good[name][cell] for cell in cells], return_inverse=True)
        alike.setdefault(_in_order(numbers.tolist()), name)
    return {name: good[name] for name in sorted(alike.values(), key=lambda name: -len(set(good[name].values())))}


def explain_lists(groupings: dict[str, dict[str, str]], decisions: Decisions) -> None:
    """Add the groupings of the cells, and who gets a list."""
    if not groupings:
        decisions.add("lists", "one, for all cells", "no grouping of the cells is known")
        return
    many = {name: len(set(groups.values())) for name, groups in groupings.items()}
    shown = ", ".join(f"{name} ({count} groups)" for name, count in many.items())
    decisions.add("groupings", shown, "columns of areas in which each cell has exactly one value; places/cells.csv holds them")
    last = list(groupings)[-1]
    decisions.add(
        "lists",
        f"one for each of the {many[last]} groups of {last}",
        "the coarsest grouping of the cells (grouping in [warnings] names another)",
    )
    decisions.left_out = [one for one in decisions.left_out if one.subject not in groupings]


def _is_local(table: ReadTable, roles: ColumnRoles, name: str) -> bool:
    """Return whether the names of a part start again elsewhere."""
    others = [other for other in roles.cells if other != name]
    return name in roles.cells and any(are_local(table.columns[name], table.columns[other]) for other in others)


def _groups(table: ReadTable, cell: str, name: str) -> dict[str, str] | None:
    """Return the group of each cell; None if one has several."""
    cells, groups = table.columns[cell], table.columns[name]
    there = (cells.codes >= 0) & (groups.codes >= 0)
    pairs = np.unique(np.column_stack([cells.codes[there], groups.codes[there]]), axis=0)
    if len(np.unique(pairs[:, 0])) < len(pairs):
        return None
    return {cells.values[at]: groups.values[to] for at, to in pairs.tolist()}


def _divides(groups: dict[str, str], cells: tuple[str, ...]) -> bool:
    """Return whether all cells have one of a few groups."""
    many = len({groups[cell] for cell in cells}) if set(cells) <= set(groups) else 0
    return 2 <= many <= min(MOST_GROUPS, len(cells) // LEAST_CELLS)


def _in_order(numbers: list[int]) -> tuple[int, ...]:
    """Return numbers in the order in which they first occur."""
    first: dict[int, int] = {}
    return tuple(first.setdefault(one, len(first)) for one in numbers)
