"""Tables with a year in each row and months as columns."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.base.digit_groups import group_sign
from riskmodel.base.month_names import month_number
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import free_name, is_chinese, rank
from riskmodel.starter.summed_counts import is_total
from riskmodel.starter.table_columns import ReadTable

LEAST_MONTHS = 6
"""Columns named by months from which a table has one column per month."""


def month_columns(table: ReadTable) -> tuple[dict[str, list[str | None]], str, tuple[tuple[str, str], ...]] | None:
    """Return one row for each row and month of a table.

    These are its columns, what was done, and what is left out with the reason.
    """
    year = next((name for name, column in table.columns.items() if rank(name, "year") == 3 and column.is_numeric), None)
    months = {name: number for name in table.columns if name != year and (number := _month(name)) is not None}
    if year is None or len(months) < LEAST_MONTHS or len(set(months.values())) < len(months):
        return None
    sign = group_sign({text for name in months for text in table.columns[name].values})
    counts = [table.columns[name].as_counts(sign) for name in months]
    if not all(column.is_numeric or not column.filled for column in counts):
        return None
    sums = np.nan_to_num(np.array([column.row_numbers() for column in counts])).sum(axis=0)
    others = [name for name in table.columns if name not in (year, *months)]
    totals = [
        name for name in others if is_total(name) or bool((table.columns[name].as_counts(sign).row_numbers() == sums).all())
    ]
    kept = [name for name in others if name not in totals]
    rows = (
        np.flatnonzero(
            [
                not any(is_total(str(text)) for text in texts)
                for texts in zip(*(table.columns[name].texts() for name in kept), strict=True)
            ]
        )
        if kept
        else np.arange(table.rows)
    )
    date, amount = ("日期", "数量") if is_chinese([*kept, *months]) else ("date", "count")
    columns: dict[str, list[str | None]] = {
        name: np.repeat(table.columns[name].texts()[rows], len(months)).tolist() for name in kept
    }
    years = table.columns[year].row_numbers()[rows]
    columns[free_name(date, columns)] = [
        f"{int(one)}-{month:02d}" if one == one else "" for one in years for month in months.values()
    ]
    columns[free_name(amount, columns)] = np.column_stack([table.columns[name].texts()[rows] for name in months]).ravel().tolist()
    left = tuple((name, "it adds up the months") for name in totals)
    if len(rows) < table.rows:
        left += (("rows of totals", f"{counted(table.rows - len(rows), 'row')} with the sum of the others"),)
    return columns, f"{counted(len(months), 'column')} named by months beside a year: one row per row and month", left


def _month(name: str) -> int | None:
    """Return the month that a name of a column is."""
    number = re.fullmatch(r"(\d{1,2})月份?", name.strip())
    if number is not None:
        return int(number[1]) if 1 <= int(number[1]) <= 12 else None
    return month_number(name.strip(" ."))
