"""Recent excess: the last periods together against season and trend.

An outbreak raises more than one period, so the sum of the last two is compared with what a robust seasonal regression expects
(:mod:`~riskmodel.detection.seasonal_trend`). Sums are negative binomial with ``variance = phi x mean``, to which the uncertainty of the mean
is added; the p-value is a mid-p. With ``combined`` the sums of the last 1, 2, ... periods are combined by their normal scores (Stouffer,
1949), whose correlation follows from the overlap, so a sudden excess is seen in its first period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskmodel.base.errors import bad_argument
from riskmodel.detection.detector import LARGEST_COUNT, YEAR, Counts, Detector, check_alpha, detection
from riskmodel.detection.excess_evidence import (
    LEAST_P,
    PredictedSums,
    Spans,
    excess_p,
    largest_usual,
    recent_sums,
)
from riskmodel.detection.judgement import Detection, Verdict
from riskmodel.detection.seasonal_trend import FAILED, SHORT, RecentMeans, recent_means, seasonal_trend


@dataclass(frozen=True)
class RecentExcess(Detector):
    """Excess of the last periods over a robust seasonal regression.

    An alarm needs a p-value below ``alpha`` and a count above the usual one in the judged period itself.

    Parameters
    ----------
    spans
        Periods that are added up, the judged one included.
    combined
        Whether sums of 1, 2, ... ``spans`` periods are combined, instead of the longest one alone.
    alpha
        Nominal level, one-sided.
    years
        Years before the judged period that are used; one year of counts is needed, and three for a trend.
    harmonics
        Harmonics of the year.
    skipped
        Periods before the judged one that are not fitted.
    half_life
        Years after which a period has half the weight.
    outlier
        Standardised residual above which a past period has less weight.
    season
        Periods of a year.
    """

    spans: int = 2
    combined: bool = False
    alpha: float = 0.01
    years: int = 10
    harmonics: int = 2
    skipped: int = 8
    half_life: float = 5.0
    outlier: float = 2.58
    season: int = YEAR

    def __post_init__(self) -> None:
        check_alpha(self.alpha, "RecentExcess")
        if not 1 <= self.spans <= self.season:
            raise bad_argument("spans", "RecentExcess", "from 1 to the periods of a year", self.spans)
        if self.years < 2 or not 0 <= self.skipped < self.season or not 0 <= 2 * self.harmonics < self.season:
            expected = "at least 2 years, with fewer skipped periods and harmonics than a year has room for"
            raise bad_argument("years", "RecentExcess", expected, (self.years, self.skipped, self.harmonics, self.season))
        if not (self.half_life > 0 and self.outlier > 0):
            raise bad_argument("half_life", "RecentExcess", "above 0, with an outlier above 0", (self.half_life, self.outlier))

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        model = seasonal_trend(self.season, self.years, self.harmonics, self.skipped, self.half_life, self.outlier)
        found = recent_means(counts, first, model, self.spans, threads)
        before = recent_sums(counts, first, self.spans)
        reason = np.full(found.outcome.shape, Verdict.JUDGED, dtype=np.int8)
        reason[found.outcome == SHORT] = Verdict.TOO_SHORT
        reason[(found.outcome == FAILED) | (found.mean[:, :, -1] > LARGEST_COUNT)] = Verdict.NO_FIT
        reason[(reason == Verdict.JUDGED) & np.isnan(before[:, :, -1])] = Verdict.GAP
        at = (reason == Verdict.JUDGED) & ~np.isnan(counts[:, first:])
        predicted = self._predicted(before[at], RecentMeans(*(values[at] for values in found)))
        p_value, upper, expected = np.full((3, *reason.shape), np.nan)
        p_value[at], upper[at] = excess_p(counts[:, first:][at], predicted), largest_usual(predicted, self.alpha)
        expected[at] = predicted.expected
        return detection(
            counts, first, expected=expected, upper=upper, statistic=-np.log(np.maximum(p_value, LEAST_P)), p_value=p_value,
            alarm=counts[:, first:] > upper, reason=reason,
        )  # fmt: skip

    def _predicted(self, before: Spans, usual: RecentMeans) -> PredictedSums:
        """Return the distributions of the sums that are compared."""
        dispersion = (usual.phi[:, None] - 1) / usual.mean + usual.error2
        kept = np.s_[:, :] if self.combined else np.s_[:, -1:]
        return PredictedSums(before[kept], usual.mean[kept], dispersion[kept], usual.mean[:, 0])
