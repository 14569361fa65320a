"""Records with the same content, as a doubled table leaves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER
from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.months import month_name, month_of
from riskmodel.records.copied_months import copied_months
from riskmodel.records.history import History


@dataclass(frozen=True)
class Copies:
    """Records that were probably delivered twice.

    They occurred in months in which most agree with another one in all but the id.
    ``share`` is that of the source's believed records, ``months`` of ``of`` months with records are concerned, from ``first`` to ``last``.
    """

    records: int
    share: float
    months: int
    of: int
    first: str
    last: str


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


def find_copies(occurred: Int64[np.ndarray, " record"], sizes: Int64[np.ndarray, " record"]) -> Copies | None:
    """Return the records that were probably delivered twice.

    Parameters
    ----------
    sizes
        How many believed records agree with each (:func:`group_sizes`).
    """
    believed = sizes > 0
    if not believed.any():
        return None
    month, sizes = month_of(occurred[believed]), sizes[believed]
    start = int(month.min())
    copied = copied_months(sizes, month - start)
    if not copied.any():
        return None
    months, mine = np.flatnonzero(copied) + start, copied[month - start] & (sizes > 1)
    first, last = map(month_name, (months[0], months[-1]))
    return Copies(int(mine.sum()), float(mine.mean()), len(months), len(np.unique(month)), first, last)
