"""Columns of counts as rows, for tables in other forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from riskmodel.base.digit_groups import group_sign
from riskmodel.starter.column_words import free_name, rank
from riskmodel.starter.date_evidence import DateEvidence, date_evidence
from riskmodel.starter.kept_versions import KeptVersions
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues


class NewRows(NamedTuple):
    """New columns, what was done, left out and doubtful, and all versions."""

    columns: dict[str, list[str | None]]
    why: str
    left_out: tuple[tuple[str, str], ...] = ()
    doubt: str = ""
    versions: KeptVersions | None = None


def stacked(table: ReadTable, kept: Iterable[str], names: list[str], label: str, amount: str) -> dict[str, list[str | None]]:
    """Return one row for each row and column of counts."""
    columns: dict[str, list[str | None]] = {name: np.repeat(table.columns[name].texts(), len(names)).tolist() for name in kept}
    columns[free_name(label, columns)] = list[str | None](names * table.rows)
    columns[free_name(amount, columns)] = np.column_stack([table.columns[name].texts() for name in names]).ravel().tolist()
    return columns


def as_counts(table: ReadTable, names: Iterable[str]) -> list[TextValues]:
    """Return columns of numbers of events that are written alike."""
    wanted = list(names)
    sign = group_sign({text for name in wanted for text in table.columns[name].values})
    return [table.columns[name].as_counts(sign) for name in wanted]


def holds_counts(column: TextValues) -> bool:
    """Return whether a column holds whole numbers that are not negative."""
    found = column.as_counts()
    return found.is_numeric and found.is_whole


def only_date(table: ReadTable, form: str | None, today: int | None, stated: str | None = None) -> DateEvidence | None:
    """Return the column of dates, if there is exactly one.

    A stated one is it. Of several, so is the one whose name says when it happened, where the others say when it became known.
    """
    found = []
    for name, column in table.columns.items():
        named = name == stated or max(rank(name, role) for role in ("date", "known")) >= 1
        if (stated is None or name == stated) and (named or not column.is_numeric):
            found.append(date_evidence(column, today, form, named))
    dates = [one for one in found if one is not None and one.known.all()]
    happened = [one for one in dates if rank(one.column, "known") < 2] if len(dates) > 1 else dates
    return happened[0] if len(happened) == 1 else None
