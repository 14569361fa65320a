"""Columns about persons that were stated, or taken, for kinds or cells."""

from __future__ import annotations

from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells, check_chosen_kinds
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.other_words import is_about_persons
from riskmodel.starter.table_columns import ReadTable


def refuse_personal(table: ReadTable, roles: ColumnRoles) -> None:
    """Refuse kinds and cells whose values speak of persons.

    Raises
    ------
    RefusedError
        Naming the column, how many values it has and what to state instead; never a value.
    """
    if roles.kind is not None:
        column = table.columns[roles.kind]
        check_chosen_kinds(table.shown, roles.kind, column.values, column.filled, is_about_persons(roles.kind))
    if roles.cell is not None:
        column = table.columns[roles.cell]
        check_chosen_cells(table.shown, roles.cell, column.values, column.filled, is_about_persons(roles.cell))
