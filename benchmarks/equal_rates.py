"""Rates of detectors at equal shares of false alarms, for the benchmarks of detection.

A score is higher where a period is more unusual. Its threshold is set so that a stated share of outbreak-free periods alarms on one half of
the replicates, and the other half is judged; then the halves change places. Intervals are two standard errors over replicates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from riskmodel.detection import Detection

LEVELS = (0.01, 0.05)
MISSED_DAYS = 28
"""Days to detection that count for an outbreak that was missed."""

RATES = ("FPR %", "POD", "sensitivity", "specificity", "PPV", "days", f"days, missed = {MISSED_DAYS}")


class Truth(NamedTuple):
    """Periods with outbreak cases ``[series, period]``, and the replicate of each series."""

    cases: np.ndarray
    replicate: np.ndarray


class Summary(NamedTuple):
    """Mean of each rate, and two standard errors over replicates."""

    mean: np.ndarray
    error: np.ndarray

    def cells(self, rates: tuple[str, ...] = RATES) -> str:
        """Return the chosen rates as cells of a table."""
        digits = {"FPR %": 2, "days": 1, RATES[-1]: 1}
        at = [RATES.index(rate) for rate in rates]
        return " | ".join(f"{self.mean[i]:.{digits.get(RATES[i], 3)}f} ± {self.error[i]:.{digits.get(RATES[i], 3)}f}" for i in at)


def scores(found: Detection) -> np.ndarray:
    """Return how unusual each period is; lowest where it cannot be judged or is not above what is expected."""
    score = found.statistic if np.isnan(found.p_value).all() else -found.p_value
    return np.where(np.isnan(score) | (found.observed <= found.expected), -np.inf, score)


def alarms_at(score: np.ndarray, truth: Truth, level: float) -> np.ndarray:
    """Return alarms at thresholds that were set on the other half of the replicates."""
    alarm = np.zeros(score.shape, dtype=bool)
    odd = truth.replicate % 2 == 1
    for judged in (odd, ~odd):
        free = np.sort(score[~judged][~truth.cases[~judged]])[::-1]
        alarm[judged] = score[judged] > free[int(level * len(free))]
    return alarm


def days_to_detection(alarm: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """Return days from the first period with cases to the first alarm in one; NaN where there is none."""
    hit = alarm & cases
    days = 7.0 * (np.argmax(hit, axis=1) - np.argmax(cases, axis=1))
    return np.where(hit.any(axis=1), days, np.nan)


def summary(alarm: np.ndarray, truth: Truth) -> Summary:
    """Return all rates of the alarms, over replicates."""
    rows = []
    days = days_to_detection(alarm, truth.cases)
    for replicate in np.unique(truth.replicate):
        own = truth.replicate == replicate
        if not truth.cases[own].any() or truth.cases[own].all():
            continue
        a, c, d = alarm[own], truth.cases[own], days[own]
        some = c.any(axis=1)
        false = a[~c].mean()
        rows.append(
            (
                100 * false, np.mean(~np.isnan(d[some])), a[c].mean(), 1 - false, a[c].sum() / max(a.sum(), 1),
                np.nanmean(d[some]) if not np.isnan(d[some]).all() else np.nan, np.where(np.isnan(d), MISSED_DAYS, d)[some].mean(),
            )
        )  # fmt: skip
    table = np.array(rows)
    known = np.maximum((~np.isnan(table)).sum(axis=0), 1)
    mean = np.nansum(table, axis=0) / known
    squares = np.nansum((table - mean) ** 2, axis=0) / np.maximum(known - 1, 1)
    none = np.isnan(table).all(axis=0)
    return Summary(np.where(none, np.nan, mean), np.where(none, np.nan, 2 * np.sqrt(squares / known)))
