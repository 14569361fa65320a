"""Judgement of each series and period, and reasons for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int8

from riskmodel.base.days import frame_dates, to_day
from riskmodel.base.errors import bad_argument
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted

if TYPE_CHECKING:
    import pandas as pd


class Verdict(IntEnum):
    """Why a period could not be judged; 0 where it was."""

    JUDGED = 0
    MISSING = 1
    TOO_SHORT = 2
    GAP = 3
    FEW_EVENTS = 4
    NO_FIT = 5
    NO_SPREAD = 6
    NO_EVENTS = 7
    NO_DISPERSION = 8
    NO_FORECAST = 9


SENTENCES = {
    Verdict.JUDGED: "",
    Verdict.MISSING: "the count of this period is missing",
    Verdict.TOO_SHORT: "there are too few earlier periods",
    Verdict.GAP: "counts that the method needs are missing",
    Verdict.FEW_EVENTS: "there are too few events in the last periods",
    Verdict.NO_FIT: "the model did not converge, or leaves the mean unbounded",
    Verdict.NO_SPREAD: "the baseline is constant, so the statistic is undefined",
    Verdict.NO_EVENTS: "there was no event before the first judged period",
    Verdict.NO_DISPERSION: "the dispersion could not be estimated",
    Verdict.NO_FORECAST: "there is no forecast of this period",
}
"""The reasons in words."""

Judged = Float64[np.ndarray, "series period"]


@dataclass(frozen=True, eq=False, repr=False)
class Detection(HtmlCard):
    """Judgement of each series and period, from ``first`` on.

    Parameters
    ----------
    first
        First judged period, 0-based.
    observed
        Counts of the judged periods, NaN where missing.
    expected
        Usual count, NaN where it is unknown or the method has none.
    upper
        Bound of a usual count. Likelihood-ratio methods have no such bound; they hold their statistic here, as the reference does.
    statistic
        What the method compares with its threshold.
    p_value
        Nominal probability of such a count or more; NaN where the method states none.
    alarm
        Whether the period is unusual; False where it could not be judged.
    reason
        Codes of :class:`Verdict`; 0 where the period was judged.
    """

    first: int
    observed: Judged
    expected: Judged
    upper: Judged
    statistic: Judged
    p_value: Judged
    alarm: Bool[np.ndarray, "series period"]
    reason: Int8[np.ndarray, "series period"]

    def __repr__(self) -> str:
        series, periods = self.alarm.shape
        judged = int((self.reason == Verdict.JUDGED).sum())
        return (
            f"<Detection: {counted(series, 'series', 'series')}, {counted(periods, 'period')} from {self.first} on, "
            f"{counted(int(self.alarm.sum()), 'alarm')}, {judged:,} of {self.alarm.size:,} judged>"
        )

    def frame(self, names: Sequence[str] | None = None, days: Any | None = None) -> pd.DataFrame:
        """Return one row per series and period, with reasons in words.

        Columns are series, period, observed, expected, upper, statistic, p_value, alarm and reason.

        Parameters
        ----------
        names
            Name of each series, such as ``known.names``; default: its number.
        days
            Day number of each period of the counts, such as ``known.last_day``, for a further column ``day``.

        Raises
        ------
        UsageError
            If there is not one name for each series, or one day for each period.
        """
        import pandas as pd

        series, periods = self.alarm.shape
        if names is not None and len(names) != series:
            raise bad_argument("names", "Detection.frame", f"one name for each of the {series:,} series", names)
        if days is not None and len(days) != self.first + periods:
            raise bad_argument("days", "Detection.frame", f"one day for each of the {self.first + periods:,} periods", days)
        last = {} if days is None else {"day": np.tile(frame_dates([to_day(day) for day in days[self.first :]]), series)}
        words = np.array([SENTENCES[reason] for reason in Verdict], dtype=object)
        columns = {
            name: getattr(self, name).ravel() for name in ("observed", "expected", "upper", "statistic", "p_value", "alarm")
        }
        return pd.DataFrame(
            {
                "series": np.repeat(np.arange(series) if names is None else np.array(names, dtype=object), periods),
                "period": np.tile(np.arange(self.first, self.first + periods), series),
                **last,
                **columns,
                "reason": words[self.reason.ravel()],
            }
        )


def joined_detections(parts: Sequence[Detection]) -> Detection:
    """Return the judgements of several groups of series as one."""
    names = ("observed", "expected", "upper", "statistic", "p_value", "alarm", "reason")
    return Detection(parts[0].first, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))
