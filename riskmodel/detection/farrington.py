"""Farrington's method: counts against the same time of past years.

The original (Farrington et al., 1996, "A statistical algorithm for the early detection of outbreaks of infectious disease") fits the weeks
around the same week of past years, the flexible one (Noufaily et al., 2013, "An improved algorithm for outbreak detection in multiple
surveillance systems") all weeks, in parts of the year. Both are quasi-Poisson regressions with a trend, refitted with less weight on
past outbreaks. Conventions are those of R's ``algo.farrington`` and ``farringtonFlexible``: docs/detection.md lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.base.errors import bad_argument
from riskmodel.counts.quantiles import quantile
from riskmodel.counts.tails import at_least
from riskmodel.detection.compiled import in_blocks
from riskmodel.detection.detector import LARGEST_COUNT, YEAR, Counts, Detector, check_alpha, detection
from riskmodel.detection.judgement import Detection, Verdict
from riskmodel.detection.quasipoisson import (
    DIVERGED,
    LEAST_MEAN,
    MISSING_LEVEL,
    SHORT,
    FitResults,
    FitRules,
    WindowShape,
    fit_windows,
)

Threshold = Literal["delta", "nbplugin", "muan"]


@dataclass(frozen=True)
class FarringtonFlexible(Detector):
    """Flexible method of Farrington and Noufaily.

    Parameters
    ----------
    years, half_width
        Years back (``b``) and weeks on each side of the same week (``w``).
    parts
        Parts of the year (``noPeriods``); 1 uses the weeks around the same week only.
    skipped
        Weeks before the judged one that are not used (``pastWeeksNotIncluded``).
    weights_threshold
        Standardised residual from which a past week has less weight.
    trend, trend_level
        Whether a trend may be fitted, and the p-value below which it is kept (``pThresholdTrend``).
    threshold
        ``"delta"`` (normal on the 2/3-power scale), ``"nbplugin"`` (negative binomial at the mean) or ``"muan"`` (at the upper bound of
        the mean).
    alpha
        Nominal level, one-sided.
    fewest
        Fewest events in the last periods, this one included, for an alarm: (events, periods) (``limit54``).
    reweight
        Whether past outbreaks have less weight.
    season
        Periods of a year.
    """

    years: int = 5
    half_width: int = 3
    parts: int = 10
    skipped: int = 26
    weights_threshold: float = 2.58
    trend: bool = True
    trend_level: float = 1.0
    threshold: Threshold = "delta"
    alpha: float = 0.05
    fewest: tuple[int, int] = (5, 4)
    reweight: bool = True
    season: int = YEAR

    def __post_init__(self) -> None:
        _check(self, "FarringtonFlexible")
        if self.threshold not in ("delta", "nbplugin", "muan"):
            raise bad_argument("threshold", "FarringtonFlexible", "'delta', 'nbplugin' or 'muan'", self.threshold)
        between = self.season - 2 * self.half_width - 1
        if not 1 <= self.parts <= between + 1 or not 0 <= self.skipped < self.season:
            expected = f"from 1 to {between + 1}, with fewer skipped periods than a season has"
            raise bad_argument("parts", "FarringtonFlexible", expected, (self.parts, self.skipped))

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        rules = FitRules(
            self.reweight, self.weights_threshold, self.trend and self.years >= 3,
            _critical(self.trend_level, self.years * self.season + self.half_width), True,
        )  # fmt: skip
        fit, reason = _fit(counts, first, flexible_window(self), rules, threads)
        few, gap = _too_few(counts, first, self.fewest)
        judged = reason == Verdict.JUDGED
        reason[judged & few] = Verdict.FEW_EVENTS
        reason[judged & gap] = Verdict.GAP
        fit.eta[reason != Verdict.JUDGED] = np.nan
        mean = np.exp(fit.eta)
        x = counts[:, first:]
        if self.threshold == "delta":
            upper, p_value = _power_bound(x, mean, fit.error, fit.phi, self.alpha)
        else:
            level = mean
            if self.threshold == "muan":
                with np.errstate(over="ignore"):
                    level = np.exp(fit.eta + normal_quantile(1 - self.alpha) * fit.error)
            boundless = level > LARGEST_COUNT
            reason[boundless] = Verdict.NO_FIT
            mean, level = np.where(boundless, np.nan, mean), np.where(boundless, np.nan, level)
            upper, p_value = _count_bound(x, level, fit.phi, self.alpha)
        return detection(
            counts, first, expected=mean, upper=upper, statistic=_score(x, mean, upper), p_value=p_value,
            alarm=(x > upper) & (x > 0), reason=reason,
        )  # fmt: skip


@dataclass(frozen=True)
class FarringtonOriginal(Detector):
    """Original method of Farrington.

    Parameters
    ----------
    years, half_width
        Years back (``b``) and weeks on each side of the same week (``w``).
    trend
        Whether a trend may be fitted; it is kept at p < 0.05.
    alpha
        Nominal level, two-sided: the bound is the ``1 - alpha / 2`` quantile.
    fewest
        Fewest events in the last periods, this one included, for an alarm; with fewer the bound is 0, as in R.
    reweight
        Whether past outbreaks have less weight.
    season
        Periods of a year.
    """

    years: int = 3
    half_width: int = 3
    trend: bool = True
    alpha: float = 0.05
    fewest: tuple[int, int] = (5, 4)
    reweight: bool = True
    season: int = YEAR

    def __post_init__(self) -> None:
        _check(self, "FarringtonOriginal")

    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        w = self.half_width
        offsets = np.concatenate([np.arange(-w, w + 1) - year * self.season for year in range(self.years, 0, -1)])
        shape = WindowShape(offsets, np.zeros(len(offsets), dtype=np.int64), 1, True)
        rules = FitRules(self.reweight, 1.0, self.trend and self.years >= 3, _critical(0.05, len(offsets)), False)
        fit, reason = _fit(counts, first, shape, rules, threads)
        few, gap = _too_few(counts, first, self.fewest)
        judged = reason == Verdict.JUDGED
        reason[judged & few] = Verdict.FEW_EVENTS
        reason[judged & gap] = Verdict.GAP
        mean = np.exp(fit.eta)
        x = counts[:, first:]
        upper, p_value = _power_bound(x, mean, fit.error, fit.phi, self.alpha / 2)
        statistic = _score(x, mean, upper)
        fewer = reason == Verdict.FEW_EVENTS
        upper[fewer], statistic[fewer], p_value[fewer] = 0.0, 0.0, np.nan
        upper[reason == Verdict.GAP] = np.nan
        alarm = (x > upper) & ~fewer
        return detection(
            counts, first, expected=mean, upper=upper, statistic=statistic, p_value=p_value, alarm=alarm, reason=reason
        )


def flexible_window(settings: FarringtonFlexible) -> WindowShape:
    """Periods and parts of the year of the flexible method.

    The weeks around each anniversary are the last part; the weeks between two of them are divided into the others, the first ones being
    longer where it does not divide evenly.
    """
    w, season, parts = settings.half_width, settings.season, settings.parts
    part_of: dict[int, int] = {}
    for year in range(1, settings.years + 1):
        anniversary = -year * season
        part_of.update(dict.fromkeys(range(anniversary - w, anniversary + w + 1), parts - 1))
        if parts > 1:
            length, rest = divmod(season - 2 * w - 1, parts - 1)
            lengths = [length + (part < rest) for part in range(parts - 1)]
            between = np.repeat(np.arange(parts - 1), lengths)
            part_of.update({anniversary + w + 1 + i: int(part) for i, part in enumerate(between)})
    kept = sorted(offset for offset in part_of if offset < -settings.skipped and offset < -w * (parts == 1))
    return WindowShape(np.array(kept), np.array([part_of[offset] for offset in kept]), parts, False)


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)


def _check(settings: FarringtonFlexible | FarringtonOriginal, owner: str) -> None:
    """Refuse settings that no window can have."""
    check_alpha(settings.alpha, owner)
    if settings.years < 1 or settings.half_width < 0 or settings.season < 2 * settings.half_width + 1:
        expected = "at least one year, with a window that fits into a season"
        raise bad_argument("years", owner, expected, (settings.years, settings.half_width, settings.season))
    if settings.fewest[0] < 0 or settings.fewest[1] < 1:
        raise bad_argument("fewest", owner, "at least 0 events in at least 1 period", settings.fewest)


def _critical(level: float, size: int) -> Float64[np.ndarray, " df"]:
    """Absolute t value of a significant trend, by degrees of freedom."""
    from scipy.stats import t

    df = np.arange(1, size + 1)
    return np.concatenate([[np.inf], t.ppf(1 - level / 2, df) if level < 1 else np.zeros(size)])


def _fit(counts: Counts, first: int, shape: WindowShape, rules: FitRules, threads: int) -> tuple[FitResults, np.ndarray]:
    """Fit all windows; return results, NaN where there are none, and reasons."""
    size = (counts.shape[0], counts.shape[1] - first)
    eta, error, phi = np.full((3, *size), np.nan)
    results = FitResults(eta, error, phi, np.zeros(size, dtype=np.int64))
    in_blocks(lambda low, high: fit_windows(counts, low, high, first, shape, rules, results), size[0], threads)
    reason = np.full(size, Verdict.JUDGED, dtype=np.int8)
    for outcome, why in ((SHORT, Verdict.TOO_SHORT), (MISSING_LEVEL, Verdict.GAP), (DIVERGED, Verdict.NO_FIT)):
        reason[results.outcome == outcome] = why
    return results, reason


def _too_few(counts: Counts, first: int, fewest: tuple[int, int]) -> tuple[Bool[np.ndarray, "s p"], Bool[np.ndarray, "s p"]]:
    """Whether the last periods hold too few events, or a gap."""
    events, periods = fewest
    recent = np.zeros((counts.shape[0], counts.shape[1] - first))
    for back in range(periods):
        start = first - back
        recent[:, max(-start, 0) :] += counts[:, max(start, 0) : counts.shape[1] - back]
    return recent < events, np.isnan(recent)


def _score(x: Counts, mean: Counts, upper: Counts) -> Counts:
    """Exceedance score: 1 where a count reaches its bound."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (x - mean) / (upper - mean)


def _power_bound(x: Counts, mean: Counts, log_error: Counts, phi: Counts, alpha: float) -> tuple[Counts, Counts]:
    """Bound and p-value from a normal distribution on the 2/3-power scale."""
    from scipy.special import ndtr

    mean = np.maximum(mean, LEAST_MEAN)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(4 / 9 * np.cbrt(mean) * (phi + log_error**2 * mean))
        root = np.cbrt(mean) ** 2
        upper = (root + normal_quantile(1 - alpha) * spread) ** 1.5
        return upper, ndtr((root - np.cbrt(x) ** 2) / spread)


def _count_bound(x: Counts, mean: Counts, phi: Counts, alpha: float) -> tuple[Counts, Counts]:
    """Bound and p-value from a negative binomial, or Poisson without dispersion."""
    upper, p_value = np.full((2, *mean.shape), np.nan)
    known = np.isfinite(mean) & np.isfinite(phi)
    m = mean[known]
    psi = (phi[known] - 1) / m
    upper[known] = quantile(1 - alpha, m, psi)
    seen = known & ~np.isnan(x)
    p_value[seen] = at_least(x[seen], mean[seen], (phi[seen] - 1) / mean[seen])
    return upper, p_value
