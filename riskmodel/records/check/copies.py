"""Groups of records with the same content."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER
from riskmodel.records.history import History


def group_sizes(history: History) -> Int64[np.ndarray, " record"]:
    """Return how many believed records agree with each one, itself included.

    They agree in kind, cell, days and amount. 0 for a record that is not believed any more.
    """
    believed = np.flatnonzero(history.until == NEVER)
    sizes = np.zeros(len(history), dtype=np.int64)
    if not len(believed):
        return sizes
    # records that agree are neighbours, since a history is sorted by these columns
    columns = (history.kind, history.cell, history.occurred, history.known, history.ended, history.amount)
    new = np.zeros(len(believed), dtype=bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[believed][1:] != column[believed][:-1]
    group = np.cumsum(new) - 1
    sizes[believed] = np.bincount(group)[group]
    return sizes
