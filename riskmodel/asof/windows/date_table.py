"""From days to as-of dates: the dates at which a record counts."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import Days

ENDLESS = 2**30
"""Window length that covers the whole history, in days."""


def day_table(as_of: Days) -> tuple[int, Int32[np.ndarray, " day"]]:
    """Return the origin and the table that map days to as-of dates.

    Entry ``d - origin`` is the index of the first as-of date at or after day ``d``. The origin is the first date; one more
    entry follows that of the last date and serves all later days.
    """
    origin = int(as_of[0])
    days = np.arange(origin, int(as_of[-1]) + 2, dtype=np.int64)
    return origin, np.searchsorted(as_of, days, side="left").astype(np.int32)
