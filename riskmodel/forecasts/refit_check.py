"""Check of a refit on its last dates and newest rows.

Slope and variance of a calibration are learned from an early fit and applied to a refit that has learned more. A level from the early fit would
correct a shift that the refit has learned already. So the level of the refit is compared with the events of the last dates before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.base.days import Days
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text
from riskmodel.counts.bursts import usual_rows
from riskmodel.counts.distribution import CountDistribution, Rows, log_pmf
from riskmodel.counts.outcome import Outcome
from riskmodel.forecasts.forecasters.divergence import LEAST_EVENTS, SEEN_MULTIPLE, leaves_seen
from riskmodel.forecasts.forecasters.fit_notes import (
    BEYOND_SEEN,
    LAST_DATES_FAILED,
    LEVEL_CORRECTED,
    LEVEL_HALVED,
    FitNote,
)
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.forecasts.level_ratio import LevelRatio, level_of, one_date_shift, settled_shift
from riskmodel.forecasts.unripe_dates import UnripeRows

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


class MostSeen(NamedTuple):
    """The most events of one as-of date in training, and its rows.

    ``rows`` is 0 where an earlier version trained.
    """

    events: float = 0.0
    rows: int = 0

    def among(self, rows: int) -> float:
        """The most events that were seen in as many rows.

        A register that grew, or another one, has more events without any divergence.

        Examples
        --------
        >>> MostSeen(130.0, 1000).among(120_000), MostSeen(130.0).among(120_000)
        (15600.0, 130.0)
        """
        return self.events * rows / self.rows if self.rows else self.events

    def to_json(self) -> dict[str, float]:
        """Return what a bundle's JSON keeps of it."""
        return {"seen": self.events, **({"seen_rows": self.rows} if self.rows else {})}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> MostSeen:
        """Return what a bundle's JSON keeps."""
        return cls(form.get("seen", 0.0), form.get("seen_rows", 0))


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
    unripe
        Rows of which a part of the label is known, and their forecast, if there are any.
    newest
        Rows without labels yet, and their forecast, if there are any.
    seen, most
        Largest count of a row, and the most events of a date, in training.
    stands
        Whether the mean must stay as it is.
    """

    forecaster: str
    later: Design
    forecast: CountDistribution
    newest: tuple[Design, CountDistribution] | None
    seen: float
    most: MostSeen
    stands: bool
    unripe: tuple[UnripeRows, CountDistribution] | None = None

    @property
    def outcome(self) -> Outcome:
        """Outcome of the target."""
        assert self.later.target is not None
        return self.later.target.outcome


def most_seen(design: Design) -> MostSeen:
    """Return the most events of one as-of date, and its rows."""
    events, rows = _by_date(design.as_of, design.y)
    most = int(events.argmax())
    return MostSeen(float(events[most]), int(rows[most]))


def beyond_seen(forecaster: str, as_of: Days, mean: Rows, seen: MostSeen) -> FitNote | None:
    """Return the note that forecasts leave what was seen, or None.

    They do where the events expected on a date are more than :data:`SEEN_MULTIPLE` times the most of any training date among as many rows.

    Parameters
    ----------
    as_of, mean
        As-of date and expected events of each row.
    seen
        The most events in training; no events in no rows stand for unknown.
    """
    if seen == MostSeen() or not len(mean):
        return None
    expected, rows = _by_date(as_of, mean)
    allowed = [SEEN_MULTIPLE * max(seen.among(number), LEAST_EVENTS) for number in rows.tolist()]
    worst = int(np.argmax(expected / allowed))
    return beyond(forecaster, float(expected[worst]), seen, int(rows[worst])) if expected[worst] > allowed[worst] else None


def _by_date(as_of: Days, values: Any) -> tuple[Any, Any]:
    """Return the sum of values on each date, and its rows."""
    at = np.unique(as_of, return_inverse=True)[1]
    return np.bincount(at, values), np.bincount(at)


def check_refit(found: LastDates) -> RefitCheck:
    """Compare a calibrated refit with what was seen last.

    Returns
    -------
    RefitCheck
        ``shift`` corrects the log of the mean. The whole shift, after which forecasts add up to the events, is taken where forecasts were
        off by more than :data:`LEVEL_FACTOR` and by more than :data:`SIGMAS` standard errors; a note says so. With one date, half of it
        is taken (:func:`~riskmodel.forecasts.level_ratio.one_date_shift`). A smaller one, of ``z`` standard errors, is multiplied by
        ``z**2 / (1 + z**2)``, which gives its posterior mean if shifts are usually as large as this one (James and Stein, 1961): the
        less certain a shift is, the less of it is taken. It is 0 where the mean stands. Of unripe rows the events so far count, and as much of
        their forecasts as belongs to these days (decision 0059).
    """
    as_of, y, forecast = _so_far(found)
    expected = found.outcome.distribution(forecast).mean
    level = level_of(as_of, y, expected, target_of(found.later).horizon)
    shift, notes = 0.0 if found.stands else settled_shift(level), list[FitNote]()
    counted = max(y.sum(), expected.sum())
    if counted >= LEAST_EVENTS and abs(np.log(level.ratio)) > max(np.log(LEVEL_FACTOR), SIGMAS * level.error):
        if found.stands:
            notes.append(_off(found.forecaster, level.ratio))
        else:
            rows = usual_rows(as_of, y)
            shift = found.outcome.level(y[rows], forecast.mean[rows])
            shift = shift if level.blocks > 1 else one_date_shift(shift)
            notes.append(_corrected(found.forecaster, level))
    corrected = CountDistribution.of(found.forecast.mean * np.exp(shift), found.forecast.dispersion)
    notes += _failures(found, found.outcome.distribution(corrected), shift)
    return RefitCheck(float(shift), tuple(notes))


def _so_far(found: LastDates) -> tuple[Days, Rows, CountDistribution]:
    """Return as-of date, events so far and their forecast, of each row."""
    later, forecast = found.later, found.forecast
    if found.unripe is None:
        return later.as_of, later.y, forecast
    unripe, whole = found.unripe
    so_far = CountDistribution(
        np.concatenate([forecast.mean, unripe.share * whole.mean]), np.concatenate([forecast.dispersion, whole.dispersion])
    )
    return np.concatenate([later.as_of, unripe.design.as_of]), np.concatenate([later.y, unripe.design.y]), so_far


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
            notes.append(beyond(found.forecaster, gone.mean, MostSeen(gone.seen)))
        expected = found.outcome.distribution(CountDistribution.of(mean, forecast.dispersion)).mean
        total = beyond_seen(found.forecaster, design.as_of, expected, found.most)
        notes += [] if total is None else [total]
    return notes


def _eta(outcome: Outcome, rate: Rows) -> Rows:
    """Return the log mean at which labels are expected at these rates."""
    return np.log(-np.log1p(-np.minimum(rate, 1 - 1e-9))) if outcome.binary else np.log(rate)


def _corrected(name: str, level: LevelRatio) -> FitNote:
    ratio = level.ratio
    if level.blocks > 1:
        return FitNote(
            LEVEL_CORRECTED,
            name,
            Text(
                zh=f"在最近日期上，预测是实际事件数的{ratio:.2f}倍，总体水平已据此修正。",
                en=f"it forecast {ratio:.2f} times the events of its own last dates; the level was corrected to them.",
            ),
        )
    return FitNote(
        LEVEL_HALVED,
        name,
        Text(
            zh=f"只有一个最近日期可供检查，在该日期上，预测是实际事件数的{ratio:.2f}倍；一个日期无法说明日期之间的差异，总体水平只修正了一半。",
            en=f"it forecast {ratio:.2f} times the events of the one last date it could be checked on; one date does not show how dates differ, so the level was "
            "corrected half of the way.",
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


def beyond(name: str, mean: float, seen: MostSeen, rows: int = 0) -> FitNote:
    """Return the note that a forecast leaves what was seen.

    Where it has another number of rows than the date of the most events, both are stated.
    """
    other = bool(seen.rows) and rows != seen.rows
    zh, en = f"最多只有{seen.events:g}起", f"at most {seen.events:g} were seen"
    if other:
        zh, en = f"{seen.rows}个地点{zh}，现有{rows}个地点", f"{en} at {counted(seen.rows, 'place')}; there are now {rows:,}"
    return FitNote(
        BEYOND_SEEN,
        name,
        Text(
            zh=f"对最新日期的预测达{mean:.3g}起，而训练期{zh}。",
            en=f"it forecasts {mean:.3g} events on the newest date, where {en}.",
        ),
        failed=True,
    )
