"""Months that were delivered twice under other ids.

Records that agree in all but the id form groups. Among counts without copies, at most half of the groups have an even number of
records, and at most a third a multiple of three: for a Poisson number with mean m the even share is (1 - exp(-m)) / 2. Where a table
was delivered twice, all groups are even. A month is copied if :data:`COPIED_SHARE` of its groups, at least :data:`COPIED_GROUPS`, are.
It is not measured against other months of the source: where every month is doubled, the usual one is doubled as well.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int64

COPIED_SHARE, COPIED_GROUPS = 0.85, 30


def copied_months(sizes: Int64[np.ndarray, " record"], month: Int64[np.ndarray, " record"]) -> Bool[np.ndarray, " month"]:
    """Return which months hold copies.

    Parameters
    ----------
    sizes
        Sizes of the groups of believed records.
    month
        The month of each, from 0 on.
    """
    count = int(month.max()) + 1 if len(month) else 0
    groups = np.bincount(month, weights=1 / sizes, minlength=count)
    found = np.zeros(count, dtype=bool)
    for times in (2, 3):
        copied = np.bincount(month, weights=(sizes % times == 0) / sizes, minlength=count)
        share = copied / np.maximum(groups, 1)
        found |= (share >= COPIED_SHARE) & (groups >= COPIED_GROUPS)
        # months with few groups are judged together
        if groups.sum() >= COPIED_GROUPS and copied.sum() >= COPIED_SHARE * groups.sum():
            found |= copied > 0
    return found
