"""Lead and lag of families, learned from history with intervals.

Daily counts of each group are compared with the group's share of the map's count on that day, so that season and weekday drop out. The
cross-correlation of two families' residuals over 21 days either way shows which one moves first. The lead is the day at which it is
largest (smoothed over a week); its interval is that of a bootstrap over groups (Bayesian, 200 draws).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64

from riskmodel.base.texts import Text
from riskmodel.detection.joint.levels import CELL, MapLevel
from riskmodel.detection.joint.surge_cluster import EarlySign
from riskmodel.detection.joint.topics import Topic
from riskmodel.detection.joint.weekly_counts import FamilyRecords

if TYPE_CHECKING:
    import pandas as pd

LONGEST, DAYS, DRAWS = 21, 728, 200
"""Longest lead in days, days of history, and bootstrap draws."""

MOST, FEWEST = 2_000, 6
"""Most and fewest groups that are compared; a bootstrap over fewer says nothing about how groups differ."""

SMOOTH = 7
"""Days over which the cross-correlation is averaged, with triangular weights."""

WIDEST = 14
"""Widest interval of a lead that is used as an early sign, in days."""

LOW, HIGH = 5.0, 95.0
"""Percentiles of the interval."""


@dataclass(frozen=True)
class FamilyLead:
    """By how many days one family moves before another.

    Parameters
    ----------
    topic, title
        Group of kinds.
    leader, follower
        Families; the leader moves first.
    days, low, high
        Days from the leader to the follower, with a 90 % interval.
    correlation, correlation_low
        Correlation at that lead, and the lower end of its 90 % interval.
    """

    topic: str
    title: Text
    leader: str
    follower: str
    days: int
    low: int
    high: int
    correlation: float
    correlation_low: float

    @property
    def clear(self) -> bool:
        """Whether the leader surely moves first, within two weeks."""
        return self.low > 0 and self.high - self.low <= WIDEST and self.correlation_low > 0

    @property
    def sign(self) -> EarlySign:
        """The lead as an early sign."""
        return EarlySign(self.leader, self.follower, self.days, self.low, self.high)


def leads(
    topics: Sequence[Topic], records: Mapping[str, Mapping[str, FamilyRecords]], levels: Sequence[MapLevel]
) -> tuple[FamilyLead, ...]:
    """Return the lead of every pair of families of every topic.

    Groups are those of the finest grouping of at most 2,000 groups, else of the coarsest level. There is no lead where fewer than six of them
    have records of both families.
    """
    if not levels:
        return ()
    level = next((level for level in levels if level.name != CELL and len(level) <= MOST), levels[-1])
    found = []
    for topic in topics:
        daily = {family: _residuals(records[topic.name][family], level) for family in topic.kinds}
        for first, second in combinations(topic.kinds, 2):
            x, y = daily[first], daily[second]
            if x is not None and y is not None and np.count_nonzero(x.any(axis=1) & y.any(axis=1)) >= FEWEST:
                found.append(_lead(topic, first, second, x, y))
    return tuple(found)


def lead_frame(found: Sequence[FamilyLead]) -> pd.DataFrame:
    """Return one row per topic and pair of families."""
    import pandas as pd

    columns = ["topic", "leader", "follower", "days", "low", "high", "correlation", "correlation_low", "clear"]
    return pd.DataFrame([[getattr(one, name) for name in columns] for one in found], columns=columns)


def _residuals(records: FamilyRecords, level: MapLevel) -> Float64[np.ndarray, "place day"] | None:
    """Return daily counts less the place's share of the map, scaled.

    None if there is nothing. Counts are those believed now; the last day comes first.
    """
    place = level.of_cell[records.cell]
    keep = (records.age < DAYS) & (place >= 0) & (records.first_night <= 0)
    counts = np.bincount(place[keep] * DAYS + records.age[keep], records.amount[keep], len(level) * DAYS).reshape(
        len(level), DAYS
    )[:, ::-1]
    whole, share = counts.sum(axis=0), counts.sum(axis=1)
    if records.stop is None or not whole.any():
        return None
    usual = share[:, None] / share.sum() * whole[None, :]
    residual = (counts - usual) / np.sqrt(np.maximum(usual, 0.05))
    return residual - residual.mean(axis=1, keepdims=True)


def _lead(
    topic: Topic, first: str, second: str, x: Float64[np.ndarray, "place day"], y: Float64[np.ndarray, "place day"]
) -> FamilyLead:
    lags = np.arange(-LONGEST - SMOOTH // 2, LONGEST + SMOOTH // 2 + 1)
    days = x.shape[1]
    products = np.empty((len(x), len(lags)))
    for i, lag in enumerate(lags):
        # x on a day with y ``lag`` days later
        a, b = (x[:, : days - lag], y[:, lag:]) if lag >= 0 else (x[:, -lag:], y[:, : days + lag])
        products[:, i] = np.einsum("pd,pd->p", a, b)
    scale = np.array([np.einsum("pd,pd->p", x, x), np.einsum("pd,pd->p", y, y)])
    weights = np.random.default_rng(0).standard_exponential((DRAWS + 1, len(x)))
    weights[0] = 1.0
    # sums in a fixed order: no BLAS where bits are promised
    sums = np.einsum("wp,pl->wl", weights, products)
    power = np.sqrt(np.einsum("wp,p->w", weights, scale[0]) * np.einsum("wp,p->w", weights, scale[1]))
    windows = np.lib.stride_tricks.sliding_window_view(sums, SMOOTH, axis=1)
    triangle = 1.0 + SMOOTH // 2 - np.abs(np.arange(SMOOTH) - SMOOTH // 2)
    smooth = np.einsum("wls,s->wl", windows, triangle / triangle.sum()) / np.maximum(power, 1e-12)[:, None]
    best = smooth.argmax(axis=1) - LONGEST
    peaks = smooth.max(axis=1)
    day, low, high = int(best[0]), *(int(round(float(v))) for v in np.percentile(best[1:], [LOW, HIGH], method="nearest"))
    if day < 0:
        first, second, day, low, high = second, first, -day, -high, -low
    return FamilyLead(
        topic.name, topic.title, first, second, day, low, high, float(peaks[0]), float(np.percentile(peaks[1:], LOW))
    )
