"""Bayes: predictive bound from counts of the same weeks of past years.

Under a Poisson model with the prior of Jeffreys, the next count is negative binomial with size ``sum + 1/2`` and probability
``n / (n + 1)``, where ``n`` reference values have this sum (Riebler, 2004; Höhle, 2007, "surveillance: An R package for the monitoring
of infectious diseases"). As in R's ``algo.bayes`` (1.20.3), a count above the ``1 - alpha`` quantile is an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskmodel.counts.quantiles import quantile
from riskmodel.counts.tails import at_least
from riskmodel.detection.detector import YEAR, Counts, Detector, check_alpha, detection
from riskmodel.detection.judgement import Detection
from riskmodel.detection.reference_values import ReferenceWindow, check_window, reference_moments


@dataclass(frozen=True)
class Bayes(Detector):
    """Bayes detector.

    Parameters
    ----------
    years
        Years back (``b``).
    half_width
        Weeks on each side (``w``).
    this_year
        Whether the weeks just before are used too (``actY``).
    alpha
        Nominal level.
    season
        Periods of a year.
    """

    years: int = 0
    half_width: int = 6
    this_year: bool = True
    alpha: float = 0.05
    season: int = YEAR

    def __post_init__(self) -> None:
        check_alpha(self.alpha, "Bayes")
        check_window(self.window, "Bayes")

    @property
    def window(self) -> ReferenceWindow:
        """The reference values."""
        return ReferenceWindow(self.years, self.half_width, self.this_year, self.season)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        found = reference_moments(counts, first, self.window, with_squares=False)
        n = self.window.length
        known = ~np.isnan(found.total)
        sums, place = np.unique(found.total[known], return_inverse=True)
        upper = np.full(found.total.shape, np.nan)
        size = sums + 0.5
        upper[known] = quantile(1 - self.alpha, size / n, 1 / size)[place] if len(sums) else 0.0
        observed = counts[:, first:]
        seen = known & ~np.isnan(observed)
        p_value = np.full(upper.shape, np.nan)
        total = found.total[seen] + 0.5
        p_value[seen] = at_least(observed[seen], total / n, 1 / total)
        return detection(
            counts, first, expected=found.total / n, upper=upper, statistic=observed - upper, p_value=p_value,
            alarm=observed > upper, reason=found.reason,
        )  # fmt: skip
