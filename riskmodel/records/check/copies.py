"""Groups of records with the same content."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER
from riskmodel.base.equal_runs import first_of_runs
from riskmodel.records.history import History


def group_sizes(history: History) -> Int64[np.ndarray, " record"]:
    """Return how many believed records agree with each one, itself included.

    They agree in kind, cell, days and amount. 0 for a record that is not believed any more.
    """
    believed = np.flatnonzero(history.until == NEVER)
    sizes = np.zeros(len(history), dtype=np.int64)
    # records that agree are neighbours, since a history is sorted by these columns
    columns = (history.kind, history.cell, history.occurred, history.known, history.ended, history.amount)
    group = np.cumsum(first_of_runs(*(column[believed] for column in columns))) - 1
    sizes[believed] = np.bincount(group)[group]
    return sizes
