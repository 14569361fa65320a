"""Level of the last mature dates, followed between fits.

A fit knows the level of its training rows. Between two fits the level drifts, and all cells with it. Where an experiment says ``calibrate = "level"``,
each forecast is multiplied by what the last mature dates say: events over forecasts, with weights that halve every four weeks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Threads
from riskmodel.asof.period_ends import period_age
from riskmodel.asof.target import Target, labels, mature
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import Days
from riskmodel.counts.bursts import usual_rows
from riskmodel.counts.distribution import CountDistribution, Rows
from riskmodel.forecasts.burst_dates import burst_dates
from riskmodel.forecasts.calibration import Calibration
from riskmodel.forecasts.forecasters import FittedForecaster
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.records.history import History

HALF_LIFE = 28
"""Days after which a date has half the weight; a longer horizon takes its place."""

HALF_LIVES = 3
"""Half-lives of dates that are used."""

LEAST_DATES = 3
"""Mature dates from which a level is followed."""

LEAST_EVENTS = 20
"""Events, observed or expected, from which a level is followed."""

SHARE = 0.75
"""Share of a certain deviation that is followed, since part of it will have passed."""

LARGEST_SHIFT = float(np.log(3.0))
"""Largest shift of the log mean, either way.

Real levels shift by half or double within months; what leaves a factor of three is a source that was down, or a dump."""

MOST_ROWS = 200_000
"""Approximate largest number of rows that a level is found on; of more, whole dates are left out evenly."""

FEWEST = 6
"""Dates that are kept in any case."""


@dataclass(frozen=True, eq=False)
class DateTotals:
    """Events and expected events of mature as-of dates ``[date]``."""

    as_of: Days
    events: Rows
    expected: Rows


def recent_dates(day: int, first: int, step: int, horizon: int, cells: int) -> Days:
    """Return the as-of dates whose level is followed on a day.

    They lie whole steps before the day, end a horizon before it, and go back :data:`HALF_LIVES` half-lives, at most to ``first``.

    Examples
    --------
    >>> len(recent_dates(1000, 0, 7, 7, 77)), len(recent_dates(1000, 0, 7, 7, 100_000))
    (12, 6)
    """
    reach = horizon + HALF_LIVES * max(HALF_LIFE, horizon)
    found = np.arange(day - step, max(first, day - reach) - 1, -step, dtype=np.int32)
    found = found[(found <= day - horizon) & (found > day - reach)]
    every = -(-len(found) * cells // MOST_ROWS)
    every = max(1, min(every, len(found) // FEWEST))
    return found[::every][::-1]


def followed_shift(totals: DateTotals, day: int, horizon: int) -> float:
    """Return the shift of the log mean that the last dates support.

    Events over forecasts, weighted by age, differ from 1 by ``z`` standard errors. The share ``z**2 / (1 + z**2)`` of the difference counts as real, and
    :data:`SHARE` of that is followed, up to :data:`LARGEST_SHIFT`. The standard error comes from the spread between dates, is at least that of a Poisson count, and is larger
    where horizons overlap.

    Examples
    --------
    >>> days, quiet = np.arange(0, 84, 7, dtype=np.int32), np.full(12, 100.0)
    >>> round(followed_shift(DateTotals(days, 0.8 * quiet, quiet), 84, 7), 3), followed_shift(DateTotals(days, quiet, quiet), 84, 7)
    (-0.163, 0.0)
    """
    if len(totals.as_of) < LEAST_DATES or max(totals.events.sum(), totals.expected.sum()) < LEAST_EVENTS:
        return 0.0
    weight = 0.5 ** ((day - horizon - totals.as_of) / max(HALF_LIFE, horizon))
    events, expected = float(weight @ totals.events), float(weight @ totals.expected)
    ratio = (events + 0.5) / (expected + 0.5)
    spread = np.maximum((totals.events - ratio * totals.expected) ** 2, np.maximum(totals.events, ratio * totals.expected))
    overlap = max(1.0, horizon / float(np.median(np.diff(totals.as_of))))
    error = float(np.sqrt(overlap * (weight**2 @ spread))) / (events + 0.5)
    shift = float(np.log(ratio))
    followed = SHARE * shift**3 / (shift**2 + error**2) if shift else 0.0
    return float(np.clip(followed, -LARGEST_SHIFT, LARGEST_SHIFT))


@dataclass(frozen=True, eq=False)
class LevelFollower:
    """A calibrated fit whose level follows the last mature dates.

    Parameters
    ----------
    fitted, calibration
        The fit and its calibration.
    first, step
        First as-of date of the experiment, and days between dates.
    cells
        Number of cells.
    """

    fitted: FittedForecaster
    calibration: Calibration
    first: int
    step: int
    cells: int

    def dates(self, day: int, horizon: int) -> Days:
        """As-of dates whose level is followed on a day."""
        return recent_dates(day, self.first, self.step, horizon, self.cells)

    def shift_on(self, day: int, history: History, features: tuple[Feature, ...], target: Target, threads: int) -> float:
        """Compute features of past dates, and the shift on a day.

        Between two counts of weeks or months it is that of the day on which the last one was known.
        """
        known = history.known_by(day)
        news = day - period_age(known, target.kinds, day)
        dates = self.dates(news, target.horizon)
        if not len(dates):
            return 0.0
        past = design(known, dates, features, target, now=day, engine=Threads.in_memory(threads))
        return self.shift(past.take(past.at_risk), known, news)

    def shift(self, past: Design, history: History, day: int) -> float:
        """Return the shift of the log mean on a day.

        Parameters
        ----------
        past
            Rows of the dates of :meth:`dates`; others, and those whose labels are not mature on the day, are left out.
        history
            Records as known on the day.
        """
        return self._shift(past, self._expected(past), history, day)

    def forecast(self, past: Design, history: History, ahead: Design) -> CountDistribution:
        """Forecast rows of several dates, each at the level followed then.

        Parameters
        ----------
        past
            Rows of earlier dates, from which each date takes its own.
        history
            All records; each date uses those known then.
        ahead
            Rows to forecast.
        """
        raw, expected = self.fitted.predict(ahead), self._expected(past)
        mean, dispersion = np.empty(len(ahead)), np.empty(len(ahead))
        for day in np.unique(ahead.as_of).tolist():
            rows = np.flatnonzero(ahead.as_of == day)
            shift = self._shift(past, expected, history.known_by(day), day)
            found = self.calibration.shifted(shift).apply(raw.take(rows))
            mean[rows], dispersion[rows] = found.mean, found.dispersion
        return CountDistribution(mean, dispersion)

    def _expected(self, past: Design) -> Rows:
        """Expected events of each row, before any level is followed."""
        forecast = self.calibration.apply(self.fitted.predict(past))
        return target_of(past).outcome.distribution(forecast).mean

    def _shift(self, past: Design, expected: Rows, history: History, day: int) -> float:
        """Return the shift of a day from rows with expected events."""
        target = target_of(past)
        dates = self.dates(day, target.horizon)
        dates = dates[np.isin(dates, past.as_of)]
        dates = dates[mature(history, target, dates, day)] if len(dates) else dates
        dates = dates[~burst_dates(history, target, dates)]
        if len(dates) < LEAST_DATES:
            return 0.0
        rows = np.flatnonzero(np.isin(past.as_of, dates) & past.at_risk)
        at = np.searchsorted(dates, past.as_of[rows])
        y = labels(history, target, dates)[past.cell[rows], at]
        usual = usual_rows(past.as_of[rows], y)
        rows, at, y = rows[usual], at[usual], y[usual]
        there = np.unique(at)
        totals = DateTotals(
            dates[there], np.bincount(at, y, len(dates))[there], np.bincount(at, expected[rows], len(dates))[there]
        )
        return followed_shift(totals, day, target.horizon)
