"""Reference values of Bayes and RKI: same weeks of past years."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int8

from riskmodel.base.errors import bad_argument
from riskmodel.detection.detector import Counts
from riskmodel.detection.judgement import Verdict


class ReferenceWindow(NamedTuple):
    """Periods before the judged one: ``years`` back, ``half_width`` on each side.

    With ``this_year`` the ``half_width`` periods just before are used too.
    """

    years: int
    half_width: int
    this_year: bool
    season: int

    @property
    def length(self) -> int:
        """Number of reference values."""
        return self.years * (2 * self.half_width + 1) + self.half_width * self.this_year

    def spans(self) -> list[tuple[int, int]]:
        """Return the first and last offset of each stretch."""
        w = self.half_width
        now = [(-w, -1)] if self.this_year else []
        return now + [(-year * self.season - w, -year * self.season + w) for year in range(1, self.years + 1)]


class ReferenceMoments(NamedTuple):
    """Sum and squared deviations of the reference values, and reasons."""

    total: Float64[np.ndarray, "series period"]
    squares: Float64[np.ndarray, "series period"]
    reason: Int8[np.ndarray, "series period"]


def reference_moments(counts: Counts, first: int, window: ReferenceWindow, with_squares: bool = True) -> ReferenceMoments:
    """Return moments of the reference values of each period from ``first`` on.

    Sums are exact, since they are sums of whole numbers. Deviations are taken from the mean, one offset after the other; ``with_squares`` asks for
    them.
    """
    periods = counts.shape[1]
    judged = np.arange(first, periods)
    shape = (counts.shape[0], len(judged))
    total, squares = np.zeros(shape), np.zeros(shape)
    offsets = [offset for low, high in window.spans() for offset in range(low, high + 1)]
    enough = judged + min(offsets, default=0) >= 0
    for offset in offsets:
        total[:, enough] += counts[:, judged[enough] + offset]
    mean = total / max(window.length, 1)
    for offset in offsets if with_squares else ():
        squares[:, enough] += (counts[:, judged[enough] + offset] - mean[:, enough]) ** 2
    reason = np.full(shape, Verdict.JUDGED, dtype=np.int8)
    reason[np.isnan(total)] = Verdict.GAP
    reason[:, ~enough] = Verdict.TOO_SHORT
    total[:, ~enough] = squares[:, ~enough] = np.nan
    return ReferenceMoments(total, squares, reason)


def check_window(window: ReferenceWindow, owner: str) -> None:
    """Refuse a window without reference values."""
    if window.years < 0 or window.half_width < 0 or window.length < 1 or window.season < 2 * window.half_width + 1:
        expected = "a window of at least one reference value that fits into a season"
        raise bad_argument("half_width", owner, expected, tuple(window))
