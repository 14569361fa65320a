"""Columns that are to be kinds or cells, judged before they are.

In an export of one day every row may have another cell, and a known one. This look is for whole tables of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.errors import RefusedError, refused
from riskmodel.base.personal_data.disputing_parties import parties_weight
from riskmodel.base.personal_data.home_addresses import are_homes
from riskmodel.base.personal_data.name_weights import CLEAR
from riskmodel.base.personal_data.number_columns import hardly_repeat, numbers_among
from riskmodel.base.personal_data.personal_names import SHARE, name_forms, names_among
from riskmodel.base.personal_data.separators import text_shape

_KINDS_ONCE, _CELLS_ONCE, _HOMES_ONCE = 0.5, 0.8, 0.3
"""Shares of the rows with another value from which on kinds, or cells, hardly repeat, and addresses are those of homes."""
_MOST = 500
"""Values that are judged together, about."""
_SHARE_OF_KINDS = 0.25
"""Weighted share of names from which on kinds are names: places are named after persons, kinds are not."""


def check_chosen_kinds(table: str, column: str, values: Sequence[str], rows: int, about_persons: bool = False) -> None:
    """Refuse different values of a column that cannot be kinds.

    Parameters
    ----------
    rows
        Rows that are filled.
    about_persons
        Whether the column's name says who.

    Raises
    ------
    RefusedError
        Naming the column, not its values.
    """
    once = hardly_repeat(len(values), rows, _KINDS_ONCE)
    why = _numbers(values, once) or _names(values, _SHARE_OF_KINDS, about_persons)
    if why is None and once and len(values) > 2 * rows // 3:
        why = f"hardly any of its {len(values):,} values occurs twice, as names and free text do"
    if why is not None:
        raise _no_use(table, column, why, "kinds")


def check_chosen_cells(table: str, column: str, values: Sequence[str], rows: int, about_persons: bool = False) -> None:
    """Refuse different values of a column that cannot be cells.

    Parameters
    ----------
    rows
        Rows that are filled.
    about_persons
        Whether the column's name says who.

    Raises
    ------
    RefusedError
        Naming the column, not its values.
    """
    once = hardly_repeat(len(values), rows, _CELLS_ONCE)
    why = _numbers(values, once) or _names(values, _SHARE_OF_KINDS if once else SHARE, about_persons)
    if why is None and hardly_repeat(len(values), rows, _HOMES_ONCE) and are_homes(_sample(values)):
        why = f"most of its {len(values):,} values look like addresses of single houses, such as {text_shape(values[0])!r} (# is a digit)"
    if why is not None:
        raise _no_use(table, column, why, "cells")


def _no_use(table: str, column: str, why: str, use: str) -> RefusedError:
    """Return the error for a column without kinds, or cells."""
    return refused(
        f"The column {column!r} of the table {table!r}",
        f"{why}; they are no {use}",
        f"Name a column whose values are {use}, in several rows each.",
    )


def _sample(values: Sequence[str]) -> Sequence[str]:
    """Return values at equal distances."""
    return values[:: max(1, len(values) // _MOST)]


def _numbers(values: Sequence[str], once: bool) -> str | None:
    """Return why values are numbers of persons, if they are."""
    sample = _sample(values)
    what = numbers_among(sample, once)
    if what is None:
        return None
    return f"most of its {len(values):,} values look like {what}, such as {text_shape(sample[0])!r} (# is a digit)"


def _names(values: Sequence[str], share: float, about_persons: bool) -> str | None:
    """Return why values are names of persons, if they are."""
    # a dispute that is named after its parties is left out alone
    sample = [text for text in _sample(values) if parties_weight(text) < CLEAR]
    if names_among(sample, share):
        return f"many of its {len(values):,} values look like personal names"
    if about_persons and name_forms(sample):
        return f"its name says who, and most of its {len(values):,} values have the form of personal names"
    return None
