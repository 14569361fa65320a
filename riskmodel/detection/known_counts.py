"""Counts for detectors, as known at an as-of date.

The last period is never fully reported: some of its records become known later. Each earlier period is therefore counted as it was known equally
long after its own end, so all periods lack the same share on average and no delay has to be estimated. A period on which a source had not begun or was stale is
missing, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument, frame_dates, to_iso
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.number_arguments import whole_number
from riskmodel.base.plurals import counted
from riskmodel.detection.joint.levels import MapLevel, levels_of
from riskmodel.detection.unusual_groups import complete_stop
from riskmodel.records.history import History

if TYPE_CHECKING:
    import pandas as pd

MATURE_DAYS = 56
"""Days after its end from which a period counts as fully reported."""

GAP = "a source had not begun or was not up to date"
"""Why a period is missing."""


@dataclass(frozen=True, eq=False, repr=False)
class KnownCounts(HtmlCard):
    """Counts of each place and period, equally well reported.

    Parameters
    ----------
    counts
        Whole numbers ``[place, period]``, the current period last; NaN where a source was not there to count.
    names
        Name of each place.
    last_day
        Last day of each period.
    delay
        Days from the end of a period to the date at which it is counted.
    reported
        Share of the records of older periods that were known after this delay; NaN where there are none.
    reason
        Why each period is missing; empty where it is not.
    """

    counts: Float64[np.ndarray, "place period"]
    names: tuple[str, ...]
    last_day: Int32[np.ndarray, " period"]
    delay: int
    reported: float
    reason: tuple[str, ...]

    def __repr__(self) -> str:
        places, periods = self.counts.shape
        missing = sum(1 for why in self.reason if why)
        share = "" if np.isnan(self.reported) else f", {100 * self.reported:.0f} % reported by then"
        return (
            f"<KnownCounts: {counted(places, 'place')} x {counted(periods, 'period')} to {to_iso(int(self.last_day[-1]))}, "
            f"{np.nansum(self.counts):,.0f} records, counted {counted(self.delay, 'day')} after each period{share}, {missing} missing>"
        )

    def frame(self) -> pd.DataFrame:
        """Return one row per place and period.

        Columns are place, last_day, count (NaN where missing) and reason.
        """
        import pandas as pd

        places, periods = self.counts.shape
        days = frame_dates(self.last_day)
        return pd.DataFrame(
            {
                "place": np.repeat(np.array(self.names, dtype=object), periods),
                "last_day": np.tile(days, places),
                "count": self.counts.ravel(),
                "reason": np.tile(np.array(self.reason, dtype=object), places),
            }
        )


@checked(history="History")
def known_counts(
    history: History, as_of: DateLike, kinds: str | Sequence[str], *, level: str = "cell", periods: int = 520, length: int = 7
) -> KnownCounts:
    """Count records by place and period as known at an as-of date.

    The last period ends where all sources of ``kinds`` are known to be complete, at most the day before ``as_of``.
    ``rm.detect(known.counts, "recent_excess_2w", first=known.counts.shape[1] - 1)`` judges the last period.

    Parameters
    ----------
    history
        Records and places.
    as_of
        As-of date.
    kinds
        A kind, or several that are counted together.
    level
        ``"cell"`` or a grouping. Disclosure control applies: cells with too few households count in the cell that stands for them.
    periods, length
        Number of periods, and days of each.

    Returns
    -------
    KnownCounts
        Counts ``[place, period]``, with the names of the places and the last day of each period; ``frame()`` is the same as a table.

    Raises
    ------
    UsageError
        If a kind or level is unknown, or a number is below 1.

    Examples
    --------
    >>> known = rm.known_counts(history, "2023-10-29", ("theft",), periods=20)
    >>> known.counts.shape, rm.to_iso(int(known.last_day[-1]))
    ((10, 20), '2023-10-28')
    """
    day, names = day_argument(as_of, "as_of", "known_counts"), names_argument(kinds, "kinds", "known_counts")
    for name in names:
        if name not in history.kinds:
            raise unknown_name("kind", name, history.kinds)
    if not names:
        raise bad_argument("kinds", "known_counts", "one kind or more", names)
    periods, length = whole_number(periods, "periods", "known_counts"), whole_number(length, "length", "known_counts")
    levels = {found.name: found for found in levels_of(history.places, day)}
    if level not in levels:
        raise unknown_name("level", level, levels)
    stale = history.stale(day)
    stop = complete_stop(history, [source for source in history.sources_of(names) if source not in stale], day)
    dates = (day - length * np.arange(periods)[::-1]).astype(np.int32)
    missing = history.missing(names, day - stop + length, dates)
    counts, reported = _totals(history, names, levels[level], (day, stop, periods, length))
    counts[:, missing] = np.nan
    ends = stop - 1 - length * np.arange(periods, dtype=np.int32)[::-1]
    reason = tuple(GAP if gap else "" for gap in missing)
    return KnownCounts(counts, levels[level].labels, ends, day - stop, reported, reason)


def _totals(
    history: History, kinds: Sequence[str], level: MapLevel, frame: tuple[int, int, int, int]
) -> tuple[Float64[np.ndarray, "place period"], float]:
    """Return counts and the share that was reported in time.

    A period that ended ``k`` periods before the last one is counted as of ``k`` periods before the as-of date.
    """
    day, stop, periods, length = frame
    moved = history.relocated
    age = stop - 1 - moved.occurred.astype(np.int64)
    place = level.of_cell[moved.cell]
    keep = np.isin(moved.kind, history.numbers(kinds)) & (age >= 0) & (age < periods * length) & (place >= 0)
    back, known, until, amount = age[keep] // length, moved.known[keep], moved.until[keep], moved.amount[keep]
    date = day - length * back
    in_time = (known < date) & (until >= date)
    found = np.zeros((len(level), periods))
    np.add.at(found, (place[keep][in_time], periods - 1 - back[in_time]), amount[in_time])
    mature = (back * length >= MATURE_DAYS) & (until >= day) & (known < day)
    total = amount[mature].sum()
    return found, float(amount[mature & in_time].sum() / total) if total else np.nan
