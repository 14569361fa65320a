"""Very many records of a kind on one day.

A day has a burst of a kind if it has :data:`BURST_LEAST` records and :data:`BURST_TIMES` times as many as the sixth busiest
other day of the year around it. Where days hardly differ, as sums delivered by the week do, :data:`STEADY_TIMES` as many are enough if the day lies
above the sixth busiest by :data:`STEADY_SPREADS` times what that one lies above the median of the days with records. Kinds that are delivered by the month
or year are not judged.

Bursts that come again and hold much of the events are none: they are how events are delivered, as sums of a quarter that stand on its last day. A model that
never saw them would be sure that nothing happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import to_day, to_iso

BURST_LEAST, BURST_TIMES, BURST_RANK, BURST_REACH = 30, 5, 6, 183
STEADY_TIMES, STEADY_SPREADS = 3, 10
QUARTER, RECURRING, DELIVERED = 91, 4, 0.15
"""Days of a quarter; quarters with bursts, and share of all events in them, from which they are how events are delivered."""


@dataclass(frozen=True)
class Burst:
    """Very many records of a kind on one day.

    ``usual`` is the number on the sixth busiest other day of the year around it.
    """

    kind: str
    day: str
    records: int
    usual: int


@dataclass(frozen=True)
class Delivery:
    """Days on which a kind's events are delivered together.

    ``days`` is their number and ``day`` the last of them; on them stand ``records``, ``share`` of all.
    """

    kind: str
    days: int
    day: str
    records: int
    share: float


def can_burst(counts: Int64[np.ndarray, " day"]) -> bool:
    """Return whether a kind is delivered daily, not by the month."""
    # the first and the last day have records, so that 14 months lie within the days of 13
    return int((counts > 0).sum()) > max(12, len(counts) / 30 + 1)


def find_bursts(
    kind: str, counts: Int64[np.ndarray, " day"], first: int, within: tuple[int, int] | None = None
) -> tuple[Burst, ...]:
    """Return the bursts of a kind.

    Parameters
    ----------
    counts
        Events of each day, from day ``first`` on.
    within
        First day to judge, and the day after the last one; all days by default. They are compared with days outside as well.
    """
    begin, end = within or (first, first + len(counts))
    found = _standing_out(kind, counts, first, (begin, end))
    if found and _delivery(found if within is None else _standing_out(kind, counts, first, (first, first + len(counts))), counts):
        return ()
    return found


def bursts_or_delivery(kind: str, counts: Int64[np.ndarray, " day"], first: int) -> tuple[Burst | Delivery, ...]:
    """Return the bursts of a kind, or the days of its deliveries.

    Parameters
    ----------
    counts
        Events of each day, from day ``first`` on.
    """
    found = _standing_out(kind, counts, first, (first, first + len(counts)))
    together = _delivery(found, counts)
    return found if together is None else (together,)


def _delivery(found: tuple[Burst, ...], counts: Int64[np.ndarray, " day"]) -> Delivery | None:
    """Return the delivery, if bursts come again and hold much."""
    quarters = {to_day(one.day) // QUARTER for one in found}
    records, total = sum(one.records for one in found), int(counts.sum())
    if len(quarters) < RECURRING or records <= DELIVERED * total:
        return None
    return Delivery(found[-1].kind, len(found), found[-1].day, records, records / total)


def _standing_out(kind: str, counts: Int64[np.ndarray, " day"], first: int, within: tuple[int, int]) -> tuple[Burst, ...]:
    """Return the days of ``within`` that have very many events."""
    if not can_burst(counts):
        return ()
    found = []
    begin, end = within
    days = first + np.arange(len(counts))
    for at in np.flatnonzero((counts >= BURST_LEAST) & (days >= begin) & (days < end)):
        near = np.delete(counts[max(0, at - BURST_REACH) : at + BURST_REACH + 1], min(at, BURST_REACH))
        usual = int(np.partition(near, -BURST_RANK)[-BURST_RANK]) if len(near) >= BURST_RANK else 0
        if _stands_out(int(counts[at]), max(usual, 1), near):
            found.append(Burst(kind, to_iso(first + int(at)), int(counts[at]), usual))
    return tuple(found)


def _stands_out(count: int, usual: int, near: Int64[np.ndarray, " day"]) -> bool:
    """Return whether a count is far above the usual busy days."""
    if count >= BURST_TIMES * usual:
        return True
    if count < STEADY_TIMES * usual:
        return False
    spread = usual - float(np.median(near[near > 0]))
    return count - usual >= STEADY_SPREADS * max(spread, 1.0)
