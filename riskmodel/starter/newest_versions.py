"""Tables that keep earlier versions of a record beside the newest."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.base.equal_runs import last_of_runs
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import ROW_NUMBERS, looks_like_id, plain_name, rank
from riskmodel.starter.date_evidence import date_evidence
from riskmodel.starter.incident_ids import FEWEST, combined
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.table_columns import ReadTable

OTHER_TIMES = 0.99
"""Share of the rows of records with several that must have a time of change of their own."""
_VERSION = re.compile(r"\b(version|revision|rev)( (no|nr|number|id))?$|版本|修订号|修订次数")
"""Names of numbers that grow with each version of a record."""
_DESCRIBING = ("kind", "cell", "x", "y", "date")
"""Roles in which versions may differ, so that a record would count more than once."""


def newest_versions(table: ReadTable, form: str | None, today: int | None) -> NewRows | None:
    """Return the newest row of each record, by time or number.

    A table is returned only if earlier versions would count as further events.
    """
    numbered = next(
        (name for name, column in table.columns.items() if _VERSION.search(plain_name(name)) and column.is_numeric), None
    )
    changed = numbered or next((name for name in table.columns if rank(name, "changed") >= 2 and rank(name, "known") < 3), None)
    record = next((name for name in table.columns if changed is not None and _names_records(table, name)), None)
    if changed is None or record is None:
        return None
    ids = table.columns[record].codes
    several = table.columns[record].counts[ids] > 1
    if len(np.unique(combined(table, (record, changed))[several])) < OTHER_TIMES * several.sum():
        return None
    describing = [name for name in table.columns if name != changed and max(rank(name, role) for role in _DESCRIBING) >= 2]
    if combined(table, (record, *describing)).max() < len(table.columns[record].values):
        return None
    times = None if numbered else date_evidence(table.columns[changed], today, form, True)
    if times is None and not numbered:
        return None
    rows = _newest(ids, table.columns[changed].row_numbers() if times is None else times.days)
    columns = {name: column.texts()[rows].tolist() for name, column in table.columns.items()}
    older = counted(table.rows - len(rows), "row")
    why = f"rows with the same {record} are versions of one record: the newest by {changed} counts"
    return NewRows(columns, why, (("rows of earlier versions", f"{older} with an earlier {changed}"),))


def _names_records(table: ReadTable, name: str) -> bool:
    """Return whether a column names records, of which some have several rows."""
    column = table.columns[name]
    numbered = looks_like_id(name) and plain_name(name) not in ROW_NUMBERS and rank(name, "cell") < 2
    return numbered and column.filled == table.rows and FEWEST * table.rows <= len(column.values) < table.rows


def _newest(ids: Any, times: Any) -> Any:
    """Return the row of each id with the latest time or number."""
    order = np.lexsort((np.arange(len(ids)), times, ids))
    return np.sort(order[last_of_runs(ids[order])])
