"""Columns that are to be kinds or cells, judged before they are.

In an export of one day every row may have another cell, and a known one. This look is for whole tables of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.errors import refused
from riskmodel.base.personal_data.number_columns import hardly_repeat, numbers_among
from riskmodel.base.personal_data.separators import text_shape

_KINDS_ONCE, _CELLS_ONCE = 0.5, 0.8
"""Shares of the rows with another value from which on kinds, or cells, hardly repeat."""
_MOST_NUMBERS = 500
"""Values that are judged together, about."""


def check_chosen_kinds(table: str, column: str, values: Sequence[str], rows: int) -> None:
    """Refuse different values of a column that cannot be kinds.

    Parameters
    ----------
    rows
        Rows that are filled.

    Raises
    ------
    RefusedError
        Naming the column, not its values.
    """
    _refuse_numbers(table, column, values, hardly_repeat(len(values), rows, _KINDS_ONCE), "kinds")


def check_chosen_cells(table: str, column: str, values: Sequence[str], rows: int) -> None:
    """Refuse different values of a column that cannot be cells.

    Parameters
    ----------
    rows
        Rows that are filled.

    Raises
    ------
    RefusedError
        Naming the column, not its values.
    """
    _refuse_numbers(table, column, values, hardly_repeat(len(values), rows, _CELLS_ONCE), "cells")


def _refuse_numbers(table: str, column: str, values: Sequence[str], once: bool, use: str) -> None:
    """Refuse numbers of persons, whatever their form if they hardly repeat."""
    sample = values[:: max(1, len(values) // _MOST_NUMBERS)]
    what = numbers_among(sample, once)
    if what is not None:
        raise refused(
            f"The column {column!r} of the table {table!r}",
            f"most of its {len(values):,} values look like {what}, such as {text_shape(sample[0])!r} (# is a digit); they are no {use}",
            f"Name a column whose values are {use}, in several rows each.",
        )
