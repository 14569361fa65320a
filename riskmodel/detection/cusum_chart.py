"""CUSUM: cumulated excess of standardised counts over a reference value.

Page's chart on transformed counts (Rossi, Lampugnani and Marchi, 1999, "An approximate CUSUM procedure for surveillance of health
events"), as R's ``algo.cusum``: the chart starts at 0 at the first judged period, is not reset by an alarm, and the mean is that of the
periods before it, or a seasonal regression on them. The upper bound is the count at which the chart would reach its threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64, Int8

from riskmodel.base.errors import bad_argument
from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.detection.detector import YEAR, Counts, Detector, detection
from riskmodel.detection.judgement import Detection, Verdict
from riskmodel.detection.seasonal_mean import seasonal_mean


@dataclass(frozen=True)
class CusumChart(Detector):
    """CUSUM of standardised counts.

    Parameters
    ----------
    reference
        Reference value (``k``) in standard deviations.
    threshold
        Threshold of the chart (``h``).
    transformation
        ``"standard"``, or ``"rossi"`` (better for small means).
    mean
        ``"constant"`` or ``"seasonal"`` (a Poisson regression with one harmonic), from the periods before the first judged one.
    season
        Periods of a year.
    """

    reference: float = 1.04
    threshold: float = 2.26
    transformation: Literal["standard", "rossi"] = "standard"
    mean: Literal["constant", "seasonal"] = "constant"
    season: int = YEAR

    def __post_init__(self) -> None:
        if self.transformation not in ("standard", "rossi"):
            raise bad_argument("transformation", "CusumChart", "'standard' or 'rossi'", self.transformation)
        if self.mean not in ("constant", "seasonal"):
            raise bad_argument("mean", "CusumChart", "'constant' or 'seasonal'", self.mean)
        if not (self.threshold > 0 and np.isfinite(self.reference)):
            raise bad_argument("threshold", "CusumChart", "above 0, with a finite reference", (self.reference, self.threshold))

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        mean, reason = self._means(counts, first, threads)
        x = counts[:, first:]
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.transformation == "rossi":
                excess = (x - 3 * mean + 2 * np.sqrt(x * mean)) / (2 * np.sqrt(mean))
            else:
                excess = (x - mean) / np.sqrt(mean)
        before, chart = np.full((2, *x.shape), np.nan)
        in_blocks(lambda low, high: cumulated(excess, low, high, self.reference, before, chart), len(x), threads)
        upper = self._bound(mean, before)
        return detection(
            counts,
            first,
            expected=mean,
            upper=upper,
            statistic=chart,
            p_value=np.nan,
            alarm=chart >= self.threshold,
            reason=reason,
        )

    def _means(self, counts: Counts, first: int, threads: int) -> tuple[Float64[np.ndarray, "s p"], Int8[np.ndarray, "s p"]]:
        """Mean of each judged period, NaN where there is none, and why."""
        if self.mean == "seasonal":
            found = seasonal_mean(counts, first, self.season, False, threads)
            return found.mean, found.reason()
        known = ~np.isnan(counts[:, :first])
        level = np.nansum(counts[:, :first], axis=1) / np.maximum(known.sum(axis=1), 1)
        level[level == 0] = np.nan
        mean = np.repeat(level[:, None], counts.shape[1] - first, axis=1)
        empty = np.where(np.isnan(mean), Verdict.NO_EVENTS, Verdict.JUDGED)
        return mean, (empty if first else np.full_like(empty, Verdict.TOO_SHORT)).astype(np.int8)

    def _bound(self, mean: Float64[np.ndarray, "s p"], before: Float64[np.ndarray, "s p"]) -> Float64[np.ndarray, "s p"]:
        """Count at which the chart reaches its threshold, at least 0."""
        m, root, h, k = mean, np.sqrt(mean), self.threshold, self.reference
        if self.transformation == "standard":
            upper = np.ceil(root * (h + k - before) + m)
        else:
            with np.errstate(invalid="ignore"):
                inner = np.sqrt(4 * m**2 + 2 * m * root * (h + k - before))
                upper = 2 * root * (h + k - before) + 5 * m - 2 * inner
            upper[np.isnan(upper) & ~np.isnan(before)] = 0.0
        return np.maximum(upper, 0.0)


@kernel
def cumulated(excess, low, high, reference, before, chart):  # pragma: no cover - compiled
    """Write the chart before and after each period.

    It does not move where a count is missing.
    """
    for s in range(low, high):
        total = 0.0
        for t in range(excess.shape[1]):
            if not np.isnan(excess[s, t]):
                before[s, t] = total
                total = max(0.0, total + (excess[s, t] - reference))
                chart[s, t] = total
