"""Events so far of as-of dates whose horizon is not over.

A label is mature when its horizon has passed. Weeks or months ahead, the newest labels were therefore forecast long ago, and say little of the level of today. Of the dates
since then a part of the horizon is over. What happened in it says whether a level goes on (decision 0059).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target, labels, last_complete_day, mature
from riskmodel.base.days import NEVER, Days
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.burst_dates import burst_dates
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.records.history import History

MOST_DATES = 12
"""Largest number of dates that are used; of more, they are taken evenly."""


@dataclass(frozen=True, eq=False)
class UnripeRows:
    """Rows at risk of dates whose horizon is not over.

    Parameters
    ----------
    design
        The rows, with the events so far as labels.
    share
        Share of the events of a horizon that lie in the days so far, by past dates ``[row]``.
    """

    design: Design
    share: Rows


def unripe_rows(design: Design, history: History, day: int) -> UnripeRows | None:
    """Return rows of which a part of the label is known.

    None without such a date, and for a binary outcome, of which no part is known.

    Parameters
    ----------
    design
        Rows of all as-of dates.
    history
        Records as known on the day.
    """
    target = target_of(design)
    through, dates = last_complete_day(history, target, day), np.unique(design.as_of)
    found = dates[(dates <= through) & (dates > through + 1 - target.horizon)]
    if target.outcome.binary or not len(found):
        return None
    found = found[[_known(history, target, date, through, day) for date in found.tolist()]]
    past = dates[mature(history, target, dates, day)]
    # with the past dates, since a burst is in most of the last ones
    usual = ~burst_dates(history, target, np.concatenate([past, found]))
    past, found = past[usual[: len(past)]], found[usual[len(past) :]]
    found = found[::-1][:: max(1, -(-len(found) // MOST_DATES))][::-1]
    if not len(found):
        return None
    share = elapsed_shares(history, target, past, through + 1 - found.astype(np.int64))
    rows = design.take(np.isin(design.as_of, found) & design.at_risk)
    at = np.searchsorted(found, rows.as_of)
    y = labels(history, target, found, through)[rows.cell, at]
    return UnripeRows(replace(rows, y=y, mature=np.zeros_like(rows.mature)), share[at])


def elapsed_shares(history: History, target: Target, dates: Days, elapsed: Rows) -> Rows:
    """Return the share of a horizon's events in its first days.

    It is that of past dates, whose weekdays are those of the dates in question. Without an event it is the share of the days.

    Parameters
    ----------
    dates
        As-of dates with mature labels.
    elapsed
        Numbers of days, each below the horizon ``[date]``.
    """
    if not len(dates):
        return elapsed / target.horizon
    total, begin = _running_total(history, target, dates), dates.astype(np.int64) - int(dates[0])
    whole = float((total[begin + target.horizon] - total[begin]).sum())
    if whole == 0:
        return elapsed / target.horizon
    return np.array([float((total[begin + days] - total[begin]).sum()) for days in elapsed.tolist()]) / whole


def _running_total(history: History, target: Target, dates: Days) -> Rows:
    """Return the events before each day, from the first date on."""
    first, length = int(dates[0]), int(dates[-1] - dates[0]) + target.horizon
    mine = np.isin(history.kind, history.numbers(target.kinds)) & (history.until == NEVER)
    after = history.occurred[mine].astype(np.int64) - first
    inside = (after >= 0) & (after < length)
    daily = np.bincount(after[inside], history.amount[mine][inside], minlength=length)
    return np.concatenate([[0.0], np.cumsum(daily)])


def _known(history: History, target: Target, date: int, through: int, day: int) -> bool:
    """Return whether the days from a date so far are known."""
    so_far = replace(target, horizon=through + 1 - date)
    return bool(mature(history, so_far, np.array([date], dtype=np.int32), day)[0])
