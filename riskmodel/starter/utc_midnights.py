"""Dates that a program wrote as midnights of UTC.

In a zone west of Greenwich such an instant is the evening before, so that every event would count a day too early.
"""

from __future__ import annotations

import numpy as np

from riskmodel.records.intake.date_doubts import LEAST_DAYS, LEAST_SHARE, MIDNIGHT
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.table_columns import ReadTable

_DAY = 86_400


def are_utc_midnights(table: ReadTable, date: DateEvidence) -> bool:
    """Return whether nearly all instants of a column are midnights of UTC."""
    column = table.columns.get(date.column)
    if column is None or date.period != "day" or len(column.values) < LEAST_DAYS:
        return False
    if date.form == "unix":
        numbers = np.where(column.numbers > 1e11, column.numbers / 1000, column.numbers)
        midnight = numbers % _DAY == 0
    elif date.zoned:
        midnight = np.array([MIDNIGHT.fullmatch(text) is not None for text in column.values])
    else:
        return False
    return bool(column.counts[midnight].sum() >= LEAST_SHARE * column.filled)
