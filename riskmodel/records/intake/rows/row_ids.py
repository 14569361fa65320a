"""Ids of rows: hashes of their id columns, and occurrence numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import UInt64

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.project import Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_hashes import mix, text_hash


def row_ids(source: Source, table: RawTable) -> UInt64[np.ndarray, " row"]:
    """Return the hash of every row's id.

    The first name of the source is part of it. Some columns of an id may be empty.
    """
    key = np.full(table.whole, np.uint64(text_hash(source.names[0])), dtype=np.uint64)
    for column in source.columns.ids():
        key = mix(key, table.columns[column].hashes())
    return key


def numbered_ids(key: UInt64[np.ndarray, " row"], *columns: Any) -> UInt64[np.ndarray, " row"]:
    """Return the ids of rows of which several may share ``key``.

    The occurrence number of a row among those with its key, in the order of ``columns``, is mixed in. It does not depend on the
    order of the table.
    """
    order = np.lexsort((*reversed(columns), key))
    at = np.arange(len(key))
    new = first_of_runs(key[order])
    count = np.empty(len(key), dtype=np.uint64)
    count[order] = at - np.maximum.accumulate(np.where(new, at, 0))
    return mix(key, count)
