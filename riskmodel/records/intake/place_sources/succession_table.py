"""The project's table of successions of cells."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, SuccessionsTable
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_days
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.whole_numbers import number_of
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.places import Places
from riskmodel.records.successions import successions


def read_successions(project: Project, stated: SuccessionsTable, places: Places) -> Places:
    """Return ``places`` with the successions of the project's table.

    Raises
    ------
    UsageError
        If a row is faulty: an unknown cell, an unreadable date, or a share that is not a number above 0.
    """
    columns = [stated.old, stated.new, stated.date, *(name for name in (stated.known, stated.share) if name is not None)]
    table = read_table(project.path(stated.path), tuple(dict.fromkeys(columns)), project.table.time_zone, stated.encoding)
    zone = ZoneInfo(project.table.time_zone)
    date = read_days(table.columns[stated.date], zone)
    known = date if stated.known is None else read_days(table.columns[stated.known], zone)
    known = np.where(known == EMPTY, date, known)
    for row in np.flatnonzero((date >= UNREADABLE) | (known == UNREADABLE))[:1]:
        raise UsageError(
            f"Row {row + 1} of the table of successions has an unreadable date. Write dates as YYYY-MM-DD, and an offset to UTC as +08:00."
        )
    share = None if stated.share is None else _shares(table.columns[stated.share])
    for name in (stated.old, stated.new):
        for row in np.flatnonzero(table.columns[name].codes < 0)[:1]:
            raise UsageError(
                f"Row {row + 1} of the table of successions has no cell in the column {name!r}. Name it, or remove the row."
            )
    old, new = (table.columns[name].map(lambda v: v, "", object).tolist() for name in (stated.old, stated.new))
    return replace(places, successions=successions(places.ids, old, new, date, known, share))


def _shares(column: Column) -> Float64[np.ndarray, " row"]:
    """Return the shares; NaN where the field is empty.

    Raises
    ------
    UsageError
        If one is not a number, naming the row.
    """
    share = column.spread([number_of(text) for text in column.values], np.nan, np.float64)
    for row in np.flatnonzero((column.codes >= 0) & ~np.isfinite(share))[:1]:
        raise UsageError(f"Row {row + 1} of the table of successions has a share that is not a number. Correct it.")
    return share
