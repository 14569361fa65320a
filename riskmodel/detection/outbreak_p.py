"""outbreakP: likelihood ratio of a rising mean against a constant one.

Semiparametric and free of a baseline (Frisén, Andersson and Schiöler, 2009, "Robust outbreak surveillance of epidemics in Sweden"): the
whole series up to the period is fitted by a non-decreasing mean (pool adjacent violators) and by its overall mean; the statistic is the
ratio of their Poisson likelihoods. The ratio is computed on the log scale, so long series neither overflow nor underflow on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskmodel.base.errors import bad_argument
from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.detection.detector import Counts, Detector, detection
from riskmodel.detection.judgement import Detection, Verdict


@dataclass(frozen=True)
class OutbreakP(Detector):
    """outbreakP detector.

    Parameters
    ----------
    threshold
        Likelihood ratio (``k``) above which there is an alarm.
    """

    threshold: float = 100.0

    def __post_init__(self) -> None:
        if not self.threshold > 0:
            raise bad_argument("threshold", "OutbreakP", "above 0", self.threshold)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        watched = np.ascontiguousarray(counts[:, first:])
        log_ratio, expected = np.empty(watched.shape), np.empty(watched.shape)
        in_blocks(lambda low, high: rising_ratios(watched, low, high, log_ratio, expected), len(watched), threads)
        with np.errstate(over="ignore"):
            ratio = np.exp(log_ratio)
        return detection(
            counts, first, expected=expected, upper=ratio, statistic=ratio, p_value=np.nan,
            alarm=ratio > self.threshold, reason=Verdict.JUDGED,
        )  # fmt: skip


@kernel
def rising_ratios(counts, low, high, log_ratio, expected):  # pragma: no cover - compiled
    """Write log ratios and overall means; missing counts are left out."""
    periods = counts.shape[1]
    total, weight, before = np.empty(periods + 1), np.empty(periods + 1), np.empty(periods + 1)
    for s in range(low, high):
        blocks, everything, n, likelihood = 0, 0.0, 0.0, 0.0
        for i in range(periods):
            x = counts[s, i]
            if not np.isnan(x):
                everything += x
                n += 1.0
                t, w = x, 1.0
                while blocks > 0 and t / w <= total[blocks - 1] / weight[blocks - 1]:
                    blocks -= 1
                    t += total[blocks]
                    w += weight[blocks]
                    likelihood = before[blocks]
                total[blocks], weight[blocks], before[blocks] = t, w, likelihood
                if t > 0:
                    likelihood += t * np.log(t / w)
                blocks += 1
            flat = everything * np.log(everything / n) if everything > 0 else 0.0
            log_ratio[s, i] = max(likelihood - flat, 0.0)
            expected[s, i] = everything / n if n > 0 else 0.0
