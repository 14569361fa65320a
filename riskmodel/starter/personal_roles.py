"""Columns about persons that were stated, or taken, for kinds or cells."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.personal_data.number_columns import may_be_personal_number
from riskmodel.base.personal_data.person_columns import is_about_persons
from riskmodel.base.personal_data.personal_names import name_forms
from riskmodel.base.plurals import counted
from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells, check_chosen_kinds
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

_MOST_LONG, _LONG = 0.2, 8
"""Share of the cells up to which those with as many digits as numbers of persons have are not the codes of the others."""


def places_among(cells: list[str], decisions: Decisions) -> list[str]:
    """Return cells without single numbers in the form of a person's.

    They stay where many cells are long numbers, which are then the codes of places.
    """
    left = numbers_of_persons(cells)
    if left:
        decisions.limit(
            f"{counted(len(left), 'value')} of the column of cells may be a telephone or identity number, unlike the others. It is no cell, and its rows go to quarantine, counted. Write the place "
            "at the source."
        )
    return [cell for cell in cells if cell not in left]


def numbers_of_persons(cells: Sequence[str]) -> frozenset[str]:
    """Return single cells that have the form of a person's number."""
    long = [cell for cell in cells if sum(c.isdecimal() for c in cell) >= _LONG]
    few = len(long) <= max(1.0, _MOST_LONG * len(cells)) and 2 * len(long) < len(cells)
    return frozenset(filter(may_be_personal_number, long)) if few else frozenset()


def refuse_personal(table: ReadTable, roles: ColumnRoles, decisions: Decisions) -> None:
    """Refuse kinds and cells whose values speak of persons.

    Kinds that only have the form of names are a limit: in many languages every word of a kind has a capital letter.

    Raises
    ------
    RefusedError
        Naming the column, how many values it has and what to state instead; never a value.
    """
    if roles.kind is not None:
        column = table.columns[roles.kind]
        check_chosen_kinds(table.shown, roles.kind, column.values, column.filled, is_about_persons(roles.kind))
        if name_forms(column.values):
            decisions.limit(
                f"Most of the {len(column.values):,} values of {roles.kind!r} have the form of personal names: two to four words with capitals, none of them known. If they are names, state "
                "another column with --kind, for kinds stand in riskmodel.toml and on lists."
            )
    if roles.cell is not None:
        column = table.columns[roles.cell]
        check_chosen_cells(table.shown, roles.cell, column.values, column.filled, is_about_persons(roles.cell))
