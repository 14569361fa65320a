"""Years that begin in another month than January."""

from __future__ import annotations

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

LEAST_MONTHS, LEAST_YEARS = 6, 2
"""Months of a year that stand in an order, and such years."""


def refuse_fiscal_months(table: ReadTable, roles: ColumnRoles) -> None:
    """Refuse years whose months run over December in the table.

    The months of each year run from July to June, for example, so the year beside them is none of the calendar.

    Raises
    ------
    UsageError
        If all years with some months stand in such an order.
    """
    if not isinstance(roles.occurred, tuple) or roles.period != "month":
        return
    days = roles.date.days[roles.date.known].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    there, first = np.unique(days, return_index=True)
    ordered = there[np.argsort(first)]
    years = [(ordered[ordered // 12 == year] % 12).tolist() for year in np.unique(ordered // 12)]
    years = [months for months in years if len(months) >= LEAST_MONTHS]
    begins = {_begin(months) for months in years}
    if len(years) >= LEAST_YEARS and len(begins) == 1 and 0 not in begins:
        raise UsageError(
            f"The months of each year of {table.shown!r} stand in an order that does not begin with January, so {roles.occurred[0]!r} may count years that begin in another month: nothing tells to "
            "which year of the calendar a month belongs. Write the year of the calendar with each month, such as 2024-01, or sort the rows by date if it stands there, then run the same command again."
        )


def _begin(months: list[int]) -> int:
    """Return the first of months that run over December; 0 for others."""
    start = months[0]
    turned = [(month - start) % 12 for month in months]
    return start if turned == sorted(turned) and months != sorted(months) else 0
