"""Tables with months as columns beside a year, or years beside months."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.date_parts import date_part
from riskmodel.base.digit_groups import group_sign
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import free_name, is_chinese, rank
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.part_names import named_month
from riskmodel.starter.summed_counts import is_total
from riskmodel.starter.table_columns import ReadTable

LEAST_MONTHS, LEAST_YEARS = 6, 2
"""Columns named by months, or by years, from which a table has one column for each."""
MOST_MONTHS = 100
"""Different texts up to which a column may name months: twelve, spelt in a few ways, and a total."""


class _Periods(NamedTuple):
    """Columns of counts by month or year, and the other by row."""

    columns: dict[str, int]
    beside: str
    rows: Any
    named_by: str

    def text(self, row: float, column: int) -> str:
        """Return the month of a row and a column."""
        if row != row:
            return ""
        year, month = (int(row), column) if self.named_by == "months" else (column, int(row))
        return f"{year}-{month:02d}"


def month_columns(table: ReadTable) -> NewRows | None:
    """Return one row for each row and column of a period.

    Raises
    ------
    UsageError
        If the months begin in the middle of a year, so that nothing tells to which year the later ones belong.
    """
    found = _months_beside_a_year(table) or _years_beside_a_month(table)
    if found is None:
        return None
    sign = group_sign({text for name in found.columns for text in table.columns[name].values})
    counts = [table.columns[name].as_counts(sign) for name in found.columns]
    if not all(column.is_numeric or not column.filled for column in counts):
        return None
    _refuse_other_years(table.shown, found)
    sums = np.nan_to_num(np.array([column.row_numbers() for column in counts])).sum(axis=0)
    others = [name for name in table.columns if name not in (found.beside, *found.columns)]
    totals = [
        name for name in others if is_total(name) or bool((table.columns[name].as_counts(sign).row_numbers() == sums).all())
    ]
    kept = [name for name in others if name not in totals]
    named = [table.columns[name].texts() for name in (found.beside, *kept)]
    rows = np.flatnonzero([not any(is_total(str(text)) for text in texts) for texts in zip(*named, strict=True)])
    left = tuple((name, f"it adds up the {found.named_by}") for name in totals)
    if len(rows) < table.rows:
        left += (("rows of totals", f"{counted(table.rows - len(rows), 'row')} with the sum of the others"),)
    other = "year" if found.named_by == "months" else "month"
    return NewRows(
        _stacked(table, found, kept, rows),
        f"{counted(len(found.columns), 'column')} named by {found.named_by} beside a {other}: one row per row and {found.named_by[:-1]}",
        left,
    )


def _stacked(table: ReadTable, found: _Periods, kept: list[str], rows: Any) -> dict[str, list[str | None]]:
    """Return one row for each of some rows and each period."""
    date, amount = ("日期", "数量") if is_chinese([*kept, *found.columns]) else ("date", "count")
    columns: dict[str, list[str | None]] = {
        name: np.repeat(table.columns[name].texts()[rows], len(found.columns)).tolist() for name in kept
    }
    texts: list[str | None] = [found.text(one, period) for one in found.rows[rows] for period in found.columns.values()]
    columns[free_name(date, columns)] = texts
    counts = np.column_stack([table.columns[name].texts()[rows] for name in found.columns]).ravel().tolist()
    columns[free_name(amount, columns)] = counts
    counted_in = [text for text, count in zip(texts, counts, strict=True) if text and count not in (None, "")]
    # months before the first number and after the last are not counted yet, or are not of the table
    first, last = min(counted_in, default=""), max(counted_in, default="")
    within = [not text or not counted_in or first <= text <= last for text in texts]
    return {name: [one for one, kept in zip(values, within, strict=True) if kept] for name, values in columns.items()}


def _months_beside_a_year(table: ReadTable) -> _Periods | None:
    year, years = next(
        ((name, one) for name, column in table.columns.items() if rank(name, "year") == 3 and (one := column.as_date_parts())),
        (None, None),
    )
    months = {name: number for name in table.columns if name != year and (number := named_month(name)) is not None}
    if year is None or years is None or len(months) < LEAST_MONTHS or len(set(months.values())) < len(months):
        return None
    return _Periods(months, year, years.row_numbers(), "months")


def _years_beside_a_month(table: ReadTable) -> _Periods | None:
    years = {name: int(name[:4]) for name in table.columns if re.fullmatch(r"(?:19|20)\d\d[年년]?", name)}
    if len(years) < LEAST_YEARS:
        return None
    for name, column in table.columns.items():
        if name in years or len(column.values) > MOST_MONTHS or not (rank(name, "month") == 3 or not column.is_numeric):
            continue
        numbers = np.array([*(_month_or_none(date_part(text)) for text in column.values), np.nan])
        if np.isfinite(numbers).sum() >= max(LEAST_MONTHS, len(column.values) - 1):
            return _Periods(years, name, numbers[column.codes], "years")
    return None


def _month_or_none(number: int | None) -> float:
    """Return the number of a month; NaN if it is none."""
    return float(number) if number is not None and 1 <= number <= 12 else np.nan


def _refuse_other_years(shown: str, found: _Periods) -> None:
    """Refuse months of which the first is another than January."""
    order = list(found.columns.values())
    first = order.index(min(order))
    if found.named_by == "months" and first and order == sorted(order)[-first:] + sorted(order)[:-first]:
        names = list(found.columns)
        raise UsageError(
            f"The columns of months of {shown!r} begin with {names[0]!r}, so {found.beside!r} may count years that begin then: nothing tells to which year of the calendar "
            f"{names[first]!r} belongs. Write the year with each month, such as 2024-01, then run the same command again."
        )
