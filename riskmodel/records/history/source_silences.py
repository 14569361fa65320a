"""Places of a history that fell silent."""

from __future__ import annotations

import numpy as np

from riskmodel.base.days import NEVER, DateLike, day_argument
from riskmodel.records.history.history import History
from riskmodel.records.history.silent_cells import SilentCell, silent_cells


def silent_places(history: History, source: str, as_of: DateLike) -> tuple[SilentCell, ...]:
    """Return the places from which a source has no events any more.

    Cells that are shown together count as the one under which they are shown. States such as rented rooms are no events.

    Parameters
    ----------
    as_of
        Only what was known before this date counts, and only cells that exist then.

    Raises
    ------
    UsageError
        If the date cannot be read.

    Examples
    --------
    >>> silent_places(history, "frame", "2023-10-29")
    ()
    """
    day = day_argument(as_of, "as_of", "silent_places")
    seen = history.relocated
    numbers = [
        seen.kind_number[kind] for kind in history.sources[source].kinds if kind in seen.kinds and not seen.kinds[kind].state
    ]
    shown = history.places.shown_as(day)[seen.cell]
    mine = np.isin(seen.kind, numbers) & (seen.known < day) & ((seen.until >= day) | (seen.until == NEVER)) & (shown >= 0)
    mine &= seen.occurred < day
    return silent_cells(shown[mine], seen.occurred[mine], day - 1)
