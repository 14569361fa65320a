"""Forecast excess: counts against the forecast that was made for them.

Residuals of a good model need no baseline of their own: level, season, trend and neighbours are in the forecast. The p-value is the tail
probability of the sum of the last periods under their forecasts, whose variances add up; as mid-p, or randomised, which is exactly uniform
when the forecast is right.

The sequential form is an e-detector (:mod:`~riskmodel.detection.e_detector`; Shin, Ramdas and Rinaldo, 2023, "E-detectors: a nonparametric
framework for sequential change detection"). The likelihood ratio of a raised mean is an e-value: its expectation given the past is at most 1
if the forecast is right or too high. So the mean time to the first false alarm at a threshold of ``between_alarms`` is at least that many
periods, however the periods depend on each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Int8

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import SMALLEST_MEAN
from riskmodel.detection.detector import LARGEST_COUNT, Counts, Detector, check_alpha, detection
from riskmodel.detection.e_detector import e_chart
from riskmodel.detection.excess_evidence import LEAST_P, PredictedSums, excess_p, largest_usual, recent_sums
from riskmodel.detection.judgement import Detection, Verdict

LARGEST_DISPERSION = 10_000
"""Largest dispersion whose tails are computed."""


@checked(mean="ndarray", dispersion="ndarray | float | int")
@dataclass(frozen=True, eq=False)
class ForecastExcess(Detector):
    """Excess over the predictive distributions given before.

    Parameters
    ----------
    mean, dispersion
        Forecast of each count ``[series, period]``, aligned with the counts: variance = mean + dispersion x mean^2. NaN where there
        was none; columns before the first judged period may be NaN.
    spans
        Periods that are added up, the judged one included; in the sequential form the longest run that is considered.
    combined
        Whether sums of 1, 2, ... ``spans`` periods are combined, instead of the longest one alone.
    alpha
        Nominal level, one-sided.
    between_alarms
        Least mean number of periods between false alarms; with it the sequential form decides instead of ``alpha``.
    p_value
        ``"mid"``, or ``"randomised"`` by ``seed``.
    seed
        Seed of the randomised p-values.

    Examples
    --------
    >>> series = rm.forecast_series(result)
    >>> found = rm.detect(series.counts, rm.ForecastExcess(series.mean, series.dispersion), first=0)
    >>> found.alarm.shape, int(found.alarm.sum())
    ((10, 8), 1)
    """

    in_chunks = False

    mean: Counts
    dispersion: Counts
    spans: int = 1
    combined: bool = False
    alpha: float = 0.01
    between_alarms: float | None = None
    p_value: Literal["mid", "randomised"] = "mid"
    seed: int = 0

    def __post_init__(self) -> None:
        check_alpha(self.alpha, "ForecastExcess")
        for name in ("mean", "dispersion"):
            values = np.asarray(getattr(self, name), dtype=np.float64)
            if values.ndim != 2 or values.shape != np.shape(self.mean):
                expected = "a matrix [series, period] of the same shape as the mean"
                raise bad_argument(name, "ForecastExcess", expected, np.shape(getattr(self, name)))
            largest = LARGEST_COUNT if name == "mean" else LARGEST_DISPERSION
            wrong = np.isinf(values) | (values < 0) | (values > largest)
            if wrong.any():
                numbers = f"numbers from 0 to {largest:,}, NaN where there is no forecast"
                expected = f"{numbers}; a target of whether there is any event has no counts"
                raise bad_argument(name, "ForecastExcess", expected, float(values[wrong][0]))
            object.__setattr__(self, name, values)
        if self.spans < 1:
            raise bad_argument("spans", "ForecastExcess", "at least 1", self.spans)
        if self.between_alarms is not None and not self.between_alarms > 1:
            raise bad_argument("between_alarms", "ForecastExcess", "above 1 period", self.between_alarms)
        if self.p_value not in ("mid", "randomised"):
            raise bad_argument("p_value", "ForecastExcess", "'mid' or 'randomised'", self.p_value)

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        if counts.shape != self.mean.shape:
            raise bad_argument("counts", "ForecastExcess", f"the shape of the forecasts, {self.mean.shape}", counts.shape)
        mean = np.where(np.isnan(self.dispersion), np.nan, np.maximum(self.mean, SMALLEST_MEAN))
        if self.between_alarms is not None:
            return self._sequential(counts, mean, first, self.between_alarms)
        predicted, reason = self._predicted(counts, mean, first)
        at = (reason == Verdict.JUDGED) & ~np.isnan(counts[:, first:])
        rows = PredictedSums(*(values[at] for values in predicted))
        p_value, upper = np.full((2, *reason.shape), np.nan)
        uniform = self._uniform(counts.shape, first)
        share = 0.5 if uniform is None else uniform[at][:, None]
        p_value[at], upper[at] = excess_p(counts[:, first:][at], rows, share), largest_usual(rows, self.alpha)
        above = counts[:, first:] > upper
        return detection(
            counts, first, expected=mean[:, first:], upper=upper, statistic=-np.log(np.maximum(p_value, LEAST_P)),
            p_value=p_value, alarm=above if uniform is None else p_value < self.alpha, reason=reason,
        )  # fmt: skip

    def _sequential(self, counts: Counts, mean: Counts, first: int, threshold: float) -> Detection:
        """Judge by the e-detector, which has no p-value."""
        found = e_chart(counts[:, first:], mean[:, first:], self.dispersion[:, first:], self.spans, threshold)
        reason = np.where(np.isnan(mean[:, first:]), Verdict.NO_FORECAST, Verdict.JUDGED)
        return detection(
            counts, first, expected=mean[:, first:], upper=found.upper, statistic=found.chart, p_value=np.nan,
            alarm=found.chart >= threshold, reason=reason,
        )  # fmt: skip

    def _predicted(self, counts: Counts, mean: Counts, first: int) -> tuple[PredictedSums, Int8[np.ndarray, "series period"]]:
        """Return the distributions ``[series, period, span]``, and reasons for none."""
        extra = self.dispersion * mean**2
        before = recent_sums(counts, first, self.spans)
        total = mean[:, first:, None] + recent_sums(mean, first, self.spans)
        more = extra[:, first:, None] + recent_sums(extra, first, self.spans)
        reason = np.full(before.shape[:2], Verdict.JUDGED, dtype=np.int8)
        reason[np.isnan(before[:, :, -1] + total[:, :, -1])] = Verdict.GAP
        reason[:, : max(self.spans - 1 - first, 0)] = Verdict.TOO_SHORT
        reason[np.isnan(mean[:, first:])] = Verdict.NO_FORECAST
        kept = np.s_[:, :, :] if self.combined else np.s_[:, :, -1:]
        return PredictedSums(before[kept], total[kept], (more / total**2)[kept], mean[:, first:]), reason

    def _uniform(self, shape: tuple[int, ...], first: int) -> Counts | None:
        """Uniform draws ``[series, period]``; None for mid-p."""
        if self.p_value == "mid":
            return None
        return np.column_stack([np.random.default_rng([self.seed, t]).random(shape[0]) for t in range(first, shape[1])])
