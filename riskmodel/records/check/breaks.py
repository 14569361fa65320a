"""Sudden breaks: days on which the level of a kind shifts.

Monthly counts are taken as log(x + 1/2). With three years or more the season is subtracted: for each month of the year, the median
distance from the level around it (at first the running median of 13 months, which preserves a step). At each month the median of
the six months before is compared with that of the six months (at least three) from it on. The clearest shift is a break if it
reaches :data:`SIGMAS` times its standard error and changes the count by a factor of :data:`FACTOR` or more
(:data:`FACTOR_UNSEASONED` with less than three years, where a season and a break look alike). The standard error follows from
the noise: 1.4826 times the median absolute difference of neighbouring months over sqrt 2, and not less than that of Poisson counts.
Then the season is estimated again around the levels found, and the next clearest shift is sought. The day of a break is where two
Poisson levels, times the season, fit the half-years on both sides best.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.base.days import to_iso
from riskmodel.base.months import month_begin, month_of

SIGMAS = 5.0
FACTOR = 1.5
FACTOR_UNSEASONED = 2.5
WINDOW = 6
LEAST = 3
"""Months of a window, and of one that the end cuts off; breaks are further apart than a window."""
MOST = 12
"""Most breaks of a kind that are reported."""
_SEASONED = 36
_MEDIAN_ERROR = 1.2533
"""Standard error of a median over that of a mean, for normal noise."""


@dataclass(frozen=True)
class Break:
    """A shift of the level of a kind.

    The level shifts on ``day`` from ``before`` to ``after``: counts per month, medians of windows without the season.
    """

    kind: str
    day: str
    before: float
    after: float

    @property
    def rising(self) -> bool:
        """Whether the level is higher from then on."""
        return self.after > self.before


def find_breaks(kind: str, counts: Int64[np.ndarray, " day"], first: int) -> tuple[Break, ...]:
    """Return the breaks of a kind, the earliest first.

    ``counts`` are daily, from day ``first`` on.
    """
    edges = _months(first, len(counts))
    months = np.diff(np.concatenate([[0], np.cumsum(counts)])[edges])
    if len(months) < WINDOW + LEAST:
        return ()
    logs = np.log(months + 0.5)
    seasoned = len(months) >= _SEASONED
    season = _season(logs, _running(logs)) if seasoned else np.zeros(len(months))
    ends = [0, len(months)]
    while len(ends) < MOST + 2:
        at = _clearest(logs - season, months, ends, FACTOR if seasoned else FACTOR_UNSEASONED)
        if at is None:
            break
        ends = sorted([*ends, at])
        if seasoned:
            season = _season(logs, _levels(logs - season, ends))
    return tuple(
        Break(kind, to_iso(first + _day(counts, edges, season, at)), *map(_count, _sides(logs - season, before, at, after)))
        for before, at, after in zip(ends[:-2], ends[1:-1], ends[2:], strict=True)
    )


def _months(first: int, days: int) -> Int64[np.ndarray, " edge"]:
    """Return where whole months begin, and where the last one ends.

    Both in days from ``first``.
    """
    edges = month_begin(np.arange(month_of(first), month_of(first + days) + 1)) - first
    return edges[(edges >= 0) & (edges <= days)]


def _running(logs: Float64[np.ndarray, " month"]) -> Float64[np.ndarray, " month"]:
    """Return the running median of 13 months; NaN near both ends."""
    level = np.full(len(logs), np.nan)
    level[6:-6] = np.median(np.lib.stride_tricks.sliding_window_view(logs, 13), axis=1)
    return level


def _season(logs: Float64[np.ndarray, " month"], level: Float64[np.ndarray, " month"]) -> Float64[np.ndarray, " month"]:
    """Return the season of every month: its typical distance from the level."""
    # a level of zero has no season
    apart = np.where(level > 0, logs - level, np.nan)
    seen = [apart[month::12][~np.isnan(apart[month::12])] for month in range(12)]
    season = np.array([np.median(one) if len(one) else 0.0 for one in seen])
    return (season - np.mean(season))[np.arange(len(logs)) % 12]


def _levels(apart: Float64[np.ndarray, " month"], ends: list[int]) -> Float64[np.ndarray, " month"]:
    """Return the median between each two breaks."""
    return np.concatenate([np.full(b - a, np.median(apart[a:b])) for a, b in pairwise(ends)])


def _clearest(
    apart: Float64[np.ndarray, " month"], months: Int64[np.ndarray, " month"], ends: list[int], factor: float
) -> int | None:
    """Return the month at which the clearest break lies, or None."""
    rough = 1.4826 * float(np.median(np.abs(np.diff(apart)))) / np.sqrt(2)
    found: tuple[float, float, int] | None = None
    for begin, end in pairwise(ends):
        for at in range(begin + WINDOW, end - (LEAST if end == len(months) else WINDOW) + 1):
            low, high = max(begin, at - WINDOW), min(end, at + WINDOW)
            left, right = _sides(apart, begin, at, end)
            noise = max(rough, 1 / np.sqrt(float(np.mean(months[low:high])) + 0.5))
            clear = abs(right - left) / (noise * _MEDIAN_ERROR * np.sqrt(1 / (at - low) + 1 / (high - at)))
            one, other = sorted((_count(left), _count(right)))
            if clear >= SIGMAS and other > one and other >= factor * one:
                # a median is the same for some months around a break; means distinguish them
                step = abs(float(np.mean(apart[at:high]) - np.mean(apart[low:at])))
                found = max(found or (0.0, 0.0, 0), (round(clear, 6), step, at))
    return None if found is None else found[2]


def _sides(apart: Float64[np.ndarray, " month"], begin: int, at: int, end: int) -> tuple[float, float]:
    """Return the medians of the windows before and after a month.

    The windows stay between the two other breaks ``begin`` and ``end``.
    """
    return float(np.median(apart[max(begin, at - WINDOW) : at])), float(np.median(apart[at : min(end, at + WINDOW)]))


def _count(level: float) -> float:
    """Return the monthly count of a level, 0 below half a record."""
    count = float(np.exp(level)) - 0.5
    return round(count, 1) if count >= 0.5 else 0.0


def _day(
    counts: Int64[np.ndarray, " day"], edges: Int64[np.ndarray, " edge"], season: Float64[np.ndarray, " month"], month: int
) -> int:
    """Return the day at which two Poisson levels fit best.

    It lies within 92 days of the beginning of a month; the levels are fitted to the half-years on both sides.
    """
    at = int(edges[month])
    low, high = max(int(edges[0]), at - 183), min(int(edges[-1]), at + 183)
    weight = np.repeat(np.exp(season), np.diff(edges))[low - edges[0] : high - edges[0]]
    total, share = (np.concatenate([[0.0], np.cumsum(part)]) for part in (counts[low:high], weight))
    days = np.arange(max(at - 92, low + 1), min(at + 93, high))
    before, usual = total[days - low], share[days - low]
    after, rest = total[-1] - before, share[-1] - usual
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = np.nan_to_num(before * np.log(before / usual)) + np.nan_to_num(after * np.log(after / rest))
    return int(days[np.argmax(fit)])
