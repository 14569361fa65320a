"""Whether a level that was off could have been known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters.training_rows import YEAR_DAYS

RATIOS = (0.9, 1.1)
"""Forecasts over events within which a level needs no word."""

LEAST_EVENTS = 500
"""Events of a window from which its ratio is judged."""


class EarlierDates(NamedTuple):
    """Events of the as-of dates before the window ``[date]``.

    ``days`` are those that the window's last fit learned from.
    """

    as_of: Any
    events: Any
    days: int

    @classmethod
    def of(cls, rows: Design, days: int) -> EarlierDates:
        """Sum the labels of rows by date."""
        dates, at = np.unique(rows.as_of, return_inverse=True)
        return cls(dates, np.bincount(at, rows.y, len(dates)), days)


def level_drift(as_of: Any, y: Any, mean: Rows, lag: int, earlier: EarlierDates) -> Text | None:
    """Say of a level that was off whether it was known.

    The forecasts of each date are also compared with the events of the last date whose horizon had passed by then, in the window or before it. If
    they agree with these, the level changed within the horizon; if they are off by less than half as much, most of it did. With less than a year
    to learn from, the season could not be known either.

    Parameters
    ----------
    as_of
        As-of day of each row.
    y, mean
        Events and forecasts ``[row]``.
    lag
        Days from an as-of date until its label is final.
    earlier
        What was known before the window.

    Returns
    -------
    Text or None
        None if the forecasts sum to the events within :data:`RATIOS`, or there are fewer than :data:`LEAST_EVENTS` of them.
    """
    dates, at = np.unique(as_of, return_inverse=True)
    events, expected = np.bincount(at, y), np.bincount(at, mean)
    total = float(events.sum())
    if total < LEAST_EVENTS or RATIOS[0] <= expected.sum() / total <= RATIOS[1]:
        return None
    ratio = float(expected.sum()) / total
    all_dates, all_events = np.concatenate([earlier.as_of, dates]), np.concatenate([earlier.events, events])
    last = np.searchsorted(all_dates, dates - lag, side="right") - 1
    there = last >= 0
    head = Text(
        zh=f"在检验期内，预测合计为{total:,.0f}起事件的{ratio:.2f}倍",
        en=f"its forecasts sum to {ratio:.2f} of the {total:,.0f} events of the window",
    )
    said = _known(ratio, float(expected[there].sum()), float(all_events[last[there]].sum()))
    end = Text(zh="", en="")
    if earlier.days < YEAR_DAYS:
        end = Text(
            zh="学习数据不足一年，季节影响无法得知。", en=" It learned from less than a year, so the season could not be known."
        )
    return Text(zh=head.zh + said.zh + end.zh, en=head.en + said.en + end.en)


def _known(ratio: float, expected: float, known: float) -> Text:
    """Compare forecasts with the last counts known on their dates."""
    if known == 0:
        return Text(
            zh="；检验期太短，无法判断总体水平是否可以预知。",
            en="; the window is too short to say whether the level could be known.",
        )
    before = expected / known
    if RATIOS[0] <= before <= RATIOS[1]:
        return Text(
            zh=f"，而为预测时最新已知数量的{before:.2f}倍：总体水平在预测期内改变，事先无法得知。",
            en=f", and to {before:.2f} of the last counts known by then: the level changed within the horizon, unknown to any forecast.",
        )
    if before > 0 and (np.log(before) > 0) == (np.log(ratio) > 0) and abs(np.log(before)) < abs(np.log(ratio)) / 2:
        return Text(
            zh=f"，而为预测时最新已知数量的{before:.2f}倍：总体水平的变化大部分发生在预测期内，事先无法得知，其余部分当时已知。",
            en=f", and to {before:.2f} of the last counts known by then: most of the change came within the horizon, unknown to any forecast; the rest was known.",
        )
    return Text(
        zh=f"，也为预测时最新已知数量的{before:.2f}倍：与当时已知的水平同样不符。",
        en=f", and to {before:.2f} of the last counts known by then: they were off the level that was known as well.",
    )
