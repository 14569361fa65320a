"""RKI: bound from the mean of the same weeks of past years.

The system of the Robert Koch Institute (Altmann, 2003; Höhle, 2007). Up to a mean of 20 the bound is the upper limit of the 95 %
confidence interval of a Poisson mean by Crow and Gardner (1959, "Confidence intervals for the expectation of a Poisson variable") at the
mean rounded down; above 20 it is the mean plus two standard deviations. Both are the conventions of R's ``algo.rki``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskmodel.detection.detector import YEAR, Counts, Detector, detection
from riskmodel.detection.judgement import Detection
from riskmodel.detection.reference_values import ReferenceWindow, check_window, reference_moments

CROW_GARDNER = np.array(
    [
        3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.05, 20.335, 21.364, 22.945, 23.762, 25.4,
        26.306, 27.735, 28.966, 30.017,
    ]
)  # fmt: skip
"""Upper limits of the 95 % interval at counts of 0 to 20; a test computes them again."""


@dataclass(frozen=True)
class Rki(Detector):
    """RKI detector; systems 1, 2 and 3 differ in their reference values.

    Parameters
    ----------
    years
        Years back (``b``).
    half_width
        Weeks on each side (``w``).
    this_year
        Whether the weeks just before are used too (``actY``).
    season
        Periods of a year.
    """

    years: int = 2
    half_width: int = 4
    this_year: bool = False
    season: int = YEAR

    def __post_init__(self) -> None:
        check_window(self.window, "Rki")

    @property
    def window(self) -> ReferenceWindow:
        """The reference values."""
        return ReferenceWindow(self.years, self.half_width, self.this_year, self.season)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        found = reference_moments(counts, first, self.window)
        n = self.window.length
        mean = found.total / n
        low = CROW_GARDNER[np.minimum(np.nan_to_num(mean), len(CROW_GARDNER) - 1).astype(np.int64)]
        upper = np.where(mean > len(CROW_GARDNER) - 1, mean + 2 * np.sqrt(found.squares / max(n - 1, 1)), low)
        upper[np.isnan(mean)] = np.nan
        observed = counts[:, first:]
        return detection(
            counts, first, expected=mean, upper=upper, statistic=observed - upper, p_value=np.nan,
            alarm=observed > upper, reason=found.reason,
        )  # fmt: skip
