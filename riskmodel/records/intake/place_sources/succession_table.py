"""The project's table of successions of cells."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, SuccessionsTable
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_days
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
    table = read_table(project.path(stated.path), tuple(dict.fromkeys(columns)), stated.encoding)
    zone = ZoneInfo(project.table.time_zone)
    date = read_days(table.columns[stated.date], zone)
    known = date if stated.known is None else read_days(table.columns[stated.known], zone)
    known = np.where(known == EMPTY, date, known)
    if len(table.broken) or np.any(date >= UNREADABLE) or np.any(known == UNREADABLE):
        raise UsageError("The table of successions has a row with a broken or unreadable date. Write dates as YYYY-MM-DD.")
    share = None
    if stated.share is not None:
        try:
            share = table.columns[stated.share].map(float, np.nan, np.float64)
        except ValueError:
            raise UsageError("The table of successions has a share that is not a number. Correct it.") from None
    old, new = (table.columns[name].map(lambda v: v, "", object).tolist() for name in (stated.old, stated.new))
    return replace(places, successions=successions(places.ids, old, new, date, known, share))
