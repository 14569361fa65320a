"""EARS C1, C2 and C3: a count compared with a short baseline.

The Early Aberration Reporting System compares each count with mean and standard deviation of a short moving baseline (Hutwagner et
al., 2003, "The bioterrorism preparedness and response Early Aberration Reporting System (EARS)"):

- **C1**: the baseline is the 7 days just before.
- **C2**: two days lie between the baseline and the day, so that an outbreak of several days does not raise its own baseline.
- **C3**: the excess of the two days before is added to that of C2, so that small increases over three days add up.

The conventions are those of R's ``surveillance`` 1.20.3, with whose results the tests compare: the bound is the ``1 - alpha`` quantile
of the standard normal distribution in standard deviations, and the standard deviation divides by ``baseline - 1``. Counts are
``[group, day]``; a day may be any period.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.given_values import Described
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.detection.detector import LARGEST_COUNT, Counts, Detector, check_alpha, detection
from riskmodel.detection.judgement import Detection, Verdict

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["C1", "C2", "C3"]
GAPS: dict[Method, int] = {"C1": 0, "C2": 2, "C3": 2}
"""Days between the baseline and the day, by method."""


@dataclass(frozen=True, eq=False, repr=False)
class EarsResult(HtmlCard):
    """Expected count, upper bound and alarm of each group and day.

    Parameters
    ----------
    expected
        Mean of the baseline, NaN where it is too short.
    upper
        Bound of a usual count, NaN where the baseline is too short or, for C3, where a constant baseline leaves its statistic
        undefined.
    alarm
        Whether the count is above the bound; False where that is NaN.
    """

    expected: Float64[np.ndarray, "group day"]
    upper: Float64[np.ndarray, "group day"]
    alarm: Bool[np.ndarray, "group day"]

    def __repr__(self) -> str:
        groups, days = self.alarm.shape
        return f"<EarsResult: {counted(groups, 'group')} x {counted(days, 'day')}, {counted(int(self.alarm.sum()), 'alarm')}>"

    def frame(self) -> pd.DataFrame:
        """Return one row per group and day.

        Columns are group and day (numbers from 0), expected, upper and alarm.
        """
        import pandas as pd

        groups, days = self.alarm.shape
        return pd.DataFrame(
            {
                "group": np.repeat(np.arange(groups), days),
                "day": np.tile(np.arange(days), groups),
                "expected": self.expected.ravel(),
                "upper": self.upper.ravel(),
                "alarm": self.alarm.ravel(),
            }
        )


def baseline_moments(
    counts: Int64[np.ndarray, "group day"], baseline: int, lag: int
) -> tuple[Float64[np.ndarray, "group day"], Float64[np.ndarray, "group day"]]:
    """Mean and standard deviation of the baseline before each day.

    Sums are exact and deviations are taken from the mean, so the standard deviation of a constant baseline is exactly 0.

    Parameters
    ----------
    counts
        Whole numbers ``[group, day]`` from 0 to :data:`~riskmodel.detection.detector.LARGEST_COUNT`.
    baseline
        Number of days, at least 2.
    lag
        Number of days between the baseline and the day, at least 0.

    Returns
    -------
    tuple
        Mean and standard deviation ``[group, day]``, NaN where there are too few days before.

    Raises
    ------
    UsageError
        If an argument is out of range.
    """
    if counts.ndim != 2 or counts.dtype.kind not in "iu":
        raise bad_argument(
            "counts", "ears", "a matrix of whole numbers [group, day]", Described(f"{counts.dtype} of shape {counts.shape}")
        )
    if baseline < 2 or lag < 0:
        raise bad_argument("baseline", "ears", "at least 2, with a lag of at least 0", (baseline, lag))
    if counts.size and (counts.min() < 0 or counts.max() > LARGEST_COUNT):
        raise bad_argument(
            "counts", "ears", f"from 0 to {LARGEST_COUNT:,}", int(counts.min() if counts.min() < 0 else counts.max())
        )
    return _moments(counts.astype(np.float64), baseline, lag)


@checked()
def ears(counts: Int64[np.ndarray, "group day"], method: Method, *, alpha: float = 0.001, baseline: int = 7) -> EarsResult:
    """Compare every day of every group with its baseline.

    Parameters
    ----------
    counts
        Integers ``[group, day]``.
    method
        ``"C1"``, ``"C2"`` or ``"C3"``, as described in the module.
    alpha
        Probability of an alarm in a normal distribution.
    baseline
        Number of days of the baseline.

    Returns
    -------
    EarsResult
        Statistic and alarm, each ``[group, day]``.

    Raises
    ------
    UsageError
        If an argument is out of range.

    Examples
    --------
    >>> counts = np.array([[2, 3, 2, 1, 2, 3, 2, 2, 9]])
    >>> ears(counts, "C1").alarm[0, -2:]
    array([False,  True])
    """
    if method not in GAPS:
        raise bad_argument("method", "ears", "'C1', 'C2' or 'C3'", method)
    if not 0 < alpha < 1:
        raise bad_argument("alpha", "ears", "between 0 and 1", alpha)
    z = NormalDist().inv_cdf(1 - alpha)
    expected, deviation = baseline_moments(counts, baseline, GAPS[method])
    if method == "C3":
        upper = _cumulated_bound(counts, expected, deviation, z)
    else:
        upper = expected + z * deviation
    return EarsResult(expected, upper, counts > upper)


def _cumulated_bound(
    counts: Int64[np.ndarray, "group day"],
    expected: Float64[np.ndarray, "group day"],
    deviation: Float64[np.ndarray, "group day"],
    z: float,
) -> Float64[np.ndarray, "group day"]:
    """Bound of C3, where the sum of three excesses reaches ``z``.

    The excess of a day is its standardised count less 1, at least 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.maximum(0.0, counts + deviation * (z - _excess_before(counts, expected, deviation)))


def _excess_before(counts: Counts, expected: Counts, deviation: Counts) -> Counts:
    """Sum of the excesses of the two days before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum(0.0, (counts - expected) / deviation - 1)
    before = np.full_like(excess, np.nan)
    before[:, 2:] = excess[:, 1:-1] + excess[:, :-2]
    return before


def _moments(counts: Counts, baseline: int, lag: int) -> tuple[Counts, Counts]:
    """Mean and standard deviation of the baseline, NaN if incomplete."""
    groups, days = counts.shape
    mean, deviation = np.full((2, groups, days), np.nan)
    first = baseline + lag
    if days > first:
        windows = [counts[:, back : days - first + back] for back in range(baseline)]
        total = np.zeros((groups, days - first))
        for window in windows:
            total += window
        squares = np.zeros_like(total)
        middle = total / baseline
        for window in windows:
            squares += (window - middle) ** 2
        mean[:, first:] = middle
        deviation[:, first:] = np.sqrt(squares / (baseline - 1))
    return mean, deviation


@dataclass(frozen=True)
class Ears(Detector):
    """EARS detector, with a statistic and nominal p-value.

    Parameters
    ----------
    method
        ``"C1"``, ``"C2"`` or ``"C3"``.
    alpha
        Nominal level.
    baseline
        Periods of the baseline.
    """

    method: Method = "C2"
    alpha: float = 0.001
    baseline: int = 7

    def __post_init__(self) -> None:
        if self.method not in GAPS:
            raise bad_argument("method", "Ears", "'C1', 'C2' or 'C3'", self.method)
        check_alpha(self.alpha, "Ears")
        if self.baseline < 2:
            raise bad_argument("baseline", "Ears", "at least 2", self.baseline)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        from scipy.special import ndtr

        needed = self.baseline + GAPS[self.method] + 2 * (self.method == "C3")
        start = max(first - needed, 0)
        recent = counts[:, start:]
        mean, deviation = _moments(recent, self.baseline, GAPS[self.method])
        z = NormalDist().inv_cdf(1 - self.alpha)
        reason = np.where(np.isnan(mean), Verdict.GAP, Verdict.JUDGED).astype(np.int8)
        if self.method == "C3":
            upper = _cumulated_bound(recent, mean, deviation, z)
            statistic = _excess_before(recent, mean, deviation)
            reason[(reason == Verdict.JUDGED) & np.isnan(upper)] = Verdict.NO_SPREAD
            reason[(reason == Verdict.NO_SPREAD) & _gap_before(recent, mean)] = Verdict.GAP
        else:
            upper = mean + z * deviation
            with np.errstate(divide="ignore", invalid="ignore"):
                statistic = (recent - mean) / deviation
            statistic[(deviation == 0) & (recent == mean)] = 0.0
        reason[:, : max(needed - start, 0)] = Verdict.TOO_SHORT
        unknown = (reason != Verdict.JUDGED) | np.isnan(upper)
        upper[unknown] = statistic[unknown] = np.nan
        later = np.s_[:, first - start :]
        return detection(
            counts, first, expected=mean[later], upper=upper[later], statistic=statistic[later], p_value=ndtr(-statistic[later]),
            alarm=(recent > upper)[later], reason=reason[later],
        )  # fmt: skip


def _gap_before(counts: Counts, mean: Counts) -> np.ndarray:
    """Whether a count or baseline of the two days before is missing."""
    unknown = np.isnan(counts) | np.isnan(mean)
    gap = np.ones_like(unknown)
    gap[:, 2:] = unknown[:, 1:-1] | unknown[:, :-2]
    return gap
