"""Check of a refit on its last dates and newest rows.

Slope and variance of a calibration are learned from an early fit and applied to a refit that has learned more. A level from the early fit would
correct a shift that the refit has learned already. So the level of the refit is compared with the events of the last dates before it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.base.texts import Text
from riskmodel.counts.bursts import usual_rows
from riskmodel.counts.distribution import CountDistribution, Rows, log_pmf
from riskmodel.counts.outcome import Outcome
from riskmodel.forecasts.forecasters.divergence import LEAST_EVENTS, SEEN_MULTIPLE, leaves_seen
from riskmodel.forecasts.forecasters.fit_notes import (
    BEYOND_SEEN,
    LAST_DATES_FAILED,
    LEVEL_CORRECTED,
    FitNote,
)
from riskmodel.forecasts.scores import Scores

LEVEL_FACTOR = 1.25
"""A level off by more than this factor, either way, is corrected in full and named.

Forecasts of the last dates by a model that learned from them are within a tenth of the events unless something shifted."""

SIGMAS = 3.0
"""Standard errors, over dates, by which a level must be off as well."""

WORSE_SHARE = 0.05
"""A model fails its last dates if its log score there is worse by this share than that of one rate for all places."""


class RefitCheck(NamedTuple):
    """Shift of the log mean that corrects the level, and notes."""

    shift: float
    notes: tuple[FitNote, ...]


class LevelRatio(NamedTuple):
    """Forecasts over events.

    ``error`` is the standard error of the logarithm, ``dates`` the number of dates.
    """

    ratio: float
    error: float
    dates: int = 2


@dataclass(frozen=True, eq=False)
class LastDates:
    """Last mature dates and newest rows, with the calibrated refit's forecasts.

    Parameters
    ----------
    forecaster
        Its class.
    later
        Rows of the last dates, with labels.
    forecast
        Of these rows, before the distribution of a binary label is formed.
    newest
        Rows without labels yet, and their forecast, if there are any.
    seen, seen_total
        Largest count of a row, and of all rows of a date, in training.
    stands
        Whether the mean must stay as it is.
    """

    forecaster: str
    later: Design
    forecast: CountDistribution
    newest: tuple[Design, CountDistribution] | None
    seen: float
    seen_total: float
    stands: bool

    @property
    def outcome(self) -> Outcome:
        """Outcome of the target."""
        assert self.later.target is not None
        return self.later.target.outcome


def largest_total(design: Design) -> float:
    """Return the largest sum of labels of one as-of date."""
    return float(np.bincount(np.unique(design.as_of, return_inverse=True)[1], design.y).max())


def beyond_total(total: float, seen: float) -> bool:
    """Return whether the events expected leave the most ever seen."""
    return total > SEEN_MULTIPLE * max(seen, LEAST_EVENTS)


def beyond_seen(forecaster: str, outcome: Outcome, scores: Scores, seen: float) -> FitNote | None:
    """Return the note that scores leave what was seen, or None.

    They do where the events expected on a date are more than :data:`SEEN_MULTIPLE` times ``seen``, the most of any training date; 0
    stands for unknown. Scores of a target that could not be scored do not.
    """
    if not seen or scores.design is None:
        return None
    expected = outcome.distribution(scores.distribution).mean
    total = float(np.bincount(np.unique(scores.as_of, return_inverse=True)[1], expected).max(initial=0.0))
    return beyond(forecaster, total, seen) if beyond_total(total, seen) else None


def check_refit(found: LastDates) -> RefitCheck:
    """Compare a calibrated refit with what was seen last.

    Returns
    -------
    RefitCheck
        ``shift`` makes the forecasts sum to the events where they were off by more than :data:`LEVEL_FACTOR` and :data:`SIGMAS` standard errors,
        which a note says. Otherwise it is that shift times ``z**2 / (1 + z**2)`` at ``z`` standard errors, its posterior mean where shifts
        are as large as this one (James and Stein, 1961): the less dates agree on a level, the less of it is followed. It is 0 where the
        mean stands.
    """
    scored = found.outcome.distribution(found.forecast)
    level = level_of(found.later.as_of, found.later.y, scored.mean)
    shift, notes = 0.0 if found.stands else settled_shift(level), list[FitNote]()
    counted = max(found.later.y.sum(), scored.mean.sum())
    if counted >= LEAST_EVENTS and abs(np.log(level.ratio)) > max(np.log(LEVEL_FACTOR), SIGMAS * level.error):
        if found.stands:
            notes.append(_off(found.forecaster, level.ratio))
        else:
            rows = usual_rows(found.later.as_of, found.later.y)
            shift = found.outcome.level(found.later.y[rows], found.forecast.mean[rows])
            notes.append(_corrected(found.forecaster, level.ratio))
    corrected = CountDistribution.of(found.forecast.mean * np.exp(shift), found.forecast.dispersion)
    notes += _failures(found, found.outcome.distribution(corrected), shift)
    return RefitCheck(float(shift), tuple(notes))


def settled_shift(level: LevelRatio) -> float:
    """Return the shift of the log mean that a level supports.

    One date does not show how dates differ, and supports none.

    Examples
    --------
    >>> round(settled_shift(LevelRatio(1.2, 0.05, dates=9)), 3), round(settled_shift(LevelRatio(1.2, 0.5, dates=9)), 3)
    (-0.168, -0.019)
    """
    shift = -float(np.log(level.ratio))
    if shift == 0.0 or level.dates < 2 or not np.isfinite(level.error):
        return 0.0
    return shift**3 / (shift**2 + level.error**2 * level.dates / (level.dates - 1))


def level_of(as_of: Any, y: Any, mean: Rows) -> LevelRatio:
    """Return forecasts over events, without dates of a burst.

    The standard error follows from how dates differ; it is not less than that of Poisson counts.
    """
    rows = usual_rows(as_of, y)
    at = np.unique(as_of[rows], return_inverse=True)[1]
    events, expected = np.bincount(at, y[rows]), np.bincount(at, mean[rows])
    total = float(events.sum())
    if total == 0:
        return LevelRatio(1.0, float("inf"))
    ratio = float(expected.sum()) / total
    spread = float(((events - expected / ratio) ** 2).sum())
    return LevelRatio(ratio, float(np.sqrt(max(spread, total))) / total, len(events))


def _failures(found: LastDates, scored: CountDistribution, shift: float) -> list[FitNote]:
    """Return notes about forecasts that fail."""
    y, notes = found.later.y.astype(np.float64), list[FitNote]()
    events = float(y.sum())
    if events >= LEAST_EVENTS:
        flat = np.full(len(y), events / len(y))
        dispersion = found.outcome.dispersion(y, flat)
        plain = -float(found.outcome.log_likelihood(y, _eta(found.outcome, flat), dispersion).mean())
        own = -float(log_pmf(y, scored.mean, scored.dispersion).mean())
        if own > plain + WORSE_SHARE * abs(plain):
            notes.append(_failed(found.forecaster, own, plain))
    if found.newest is not None and len(found.newest[0]):
        design, forecast = found.newest
        mean = forecast.mean * np.exp(shift)
        gone = leaves_seen(found.forecaster, found.outcome, mean, found.seen)
        if gone is not None:
            notes.append(beyond(found.forecaster, gone.mean, gone.seen))
        expected = found.outcome.distribution(CountDistribution.of(mean, forecast.dispersion)).mean
        total = float(np.bincount(np.unique(design.as_of, return_inverse=True)[1], expected).max())
        if beyond_total(total, found.seen_total):
            notes.append(beyond(found.forecaster, total, found.seen_total))
    return notes


def _eta(outcome: Outcome, rate: Rows) -> Rows:
    """Return the log mean at which labels are expected at these rates."""
    return np.log(-np.log1p(-np.minimum(rate, 1 - 1e-9))) if outcome.binary else np.log(rate)


def _corrected(name: str, ratio: float) -> FitNote:
    return FitNote(
        LEVEL_CORRECTED,
        name,
        Text(
            zh=f"在最近日期上，预测是实际事件数的{ratio:.2f}倍，总体水平已据此修正。",
            en=f"it forecast {ratio:.2f} times the events of its own last dates; the level was corrected to them.",
        ),
    )


def _off(name: str, ratio: float) -> FitNote:
    return FitNote(
        LEVEL_CORRECTED,
        name,
        Text(
            zh=f"在最近日期上，预测是实际事件数的{ratio:.2f}倍；该预测器的均值按设置保持不变。",
            en=f"it forecast {ratio:.2f} times the events of its own last dates; its mean stays as the experiment states.",
        ),
    )


def _failed(name: str, own: float, plain: float) -> FitNote:
    return FitNote(
        LAST_DATES_FAILED,
        name,
        Text(
            zh=f"在最近日期上，它的对数评分（{own:.4g}）劣于所有地点同一水平的预测（{plain:.4g}）。",
            en=f"on its own last dates its log score, {own:.4g}, is worse than that of one rate for all places, {plain:.4g}.",
        ),
        failed=True,
    )


def beyond(name: str, mean: float, seen: float) -> FitNote:
    """Return the note that a forecast leaves what was seen."""
    return FitNote(
        BEYOND_SEEN,
        name,
        Text(
            zh=f"对最新日期的预测达{mean:.3g}起，而训练期最多只有{seen:g}起。",
            en=f"it forecasts {mean:.3g} events on the newest date, where at most {seen:g} were seen.",
        ),
        failed=True,
    )
