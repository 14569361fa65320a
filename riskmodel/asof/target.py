"""Targets: the number of events in the days from an as-of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Bool, Int32

from riskmodel.asof.period_ends import months_ahead
from riskmodel.base.argument_types import checked
from riskmodel.base.days import ALWAYS, NEVER, DateLike, Days, to_day
from riskmodel.base.errors import bad_argument
from riskmodel.base.months import month_begin, month_of
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.number_arguments import whole_number
from riskmodel.base.plurals import counted
from riskmodel.counts.outcome import Outcome, outcome_of
from riskmodel.records.history import Coverage, History, ignored_days, ignored_spans


@checked()
@dataclass(frozen=True, init=False)
class Target:
    """Events of ``kinds`` that occur in ``[as_of, as_of + horizon)``.

    Parameters
    ----------
    kinds
        A kind of event, or several.
    horizon
        Length of the horizon in days.
    at_least_one
        Whether the label is 1 where there is any event and else 0, instead of their number.

    Raises
    ------
    UsageError
        If a parameter is invalid.

    Examples
    --------
    >>> Target("theft", 7)
    Target(kinds=('theft',), horizon=7, at_least_one=False)
    >>> Target(["theft", "ebike_theft"], horizon=14).kinds
    ('theft', 'ebike_theft')
    """

    kinds: tuple[str, ...]
    horizon: int
    at_least_one: bool = False

    def __init__(self, kinds: str | Iterable[str], horizon: SupportsIndex, at_least_one: bool = False) -> None:
        names = names_argument(kinds, "kinds", "Target")
        if not names or len(set(names)) != len(names):
            raise bad_argument("kinds", "Target", "a kind, or several without repetition", kinds)
        days = whole_number(horizon, "horizon", "Target", unit="days")
        if not isinstance(at_least_one, bool):
            raise bad_argument("at_least_one", "Target", "true or false", at_least_one)
        for name, value in (("kinds", names), ("horizon", days), ("at_least_one", at_least_one)):
            object.__setattr__(self, name, value)

    @property
    def outcome(self) -> Outcome:
        """Whether events are counted, or their presence observed."""
        return outcome_of(self.at_least_one)


def last_knowledge(history: History) -> int:
    """Return the day after the latest knowledge date in the history."""
    stated = [c.known for c in history.latest_coverage() if c.through != NEVER and c.known > ALWAYS]
    if stated:
        return max(stated) + 1
    return int(history.known.max()) + 1 if len(history) else 0


def labels(history: History, target: Target, as_of: Days, through: int | None = None) -> Int32[np.ndarray, "cell date"]:
    """Return the target's counts, or whether there is any, as last believed.

    Shape ``[cell, date]``, by day of occurrence. Events after the day ``through``, if one is given, are left out. Where all kinds are counted by months, the counts are
    those of as many months as the horizon is long, also from dates from which it holds one end of a month more (decision 0070).
    """
    cells, dates = len(history.places), len(as_of)
    change = np.zeros((cells, dates + 1), dtype=np.int64)
    record, cell, after, last = history.pieces()
    counts = (history.until == NEVER) & np.isin(history.kind, history.numbers(target.kinds))
    if through is not None:
        counts &= history.occurred <= through
    mine = counts[record]
    record, cell, after, last = record[mine], cell[mine], after[mine], last[mine]
    occurred, amount = history.occurred[record].astype(np.int64), history.amount[record]
    # o in [t, t + h) for exactly the dates t with o - h < t <= o; where cells have successors, in the cell of that date
    after = np.maximum(occurred - target.horizon, after)
    if months := months_ahead(history, target.kinds, target.horizon):
        after = np.maximum(after, month_begin(month_of(occurred) + 1 - months) - 1)
    low = np.searchsorted(as_of, after, side="right")
    high = np.maximum(np.searchsorted(as_of, np.minimum(occurred, last), side="right"), low)
    np.add.at(change, (cell, low), amount)
    np.subtract.at(change, (cell, high), amount)
    counts = np.cumsum(change[:, :dates], axis=1)
    return target.outcome.observed(counts).astype(np.int32)


def last_to_begin(history: History, kinds: Sequence[str]) -> Coverage | None:
    """Return the source with which all kinds are known; None without any.

    Of each kind the source that began first counts, since another may join it later.
    """
    sources = ([history.sources[source] for source in history.sources_of((kind,))] for kind in kinds)
    first = [min(own, key=lambda one: one.since) for own in sources if own]
    return max(first, key=lambda one: one.since, default=None)


def last_complete_day(history: History, target: Target, day: int) -> int:
    """Return the last day whose events are complete on a day.

    The reporting delay has passed since, and the sources of the target are complete that far.
    """
    last = day - 1 - history.label_delay(target.kinds)
    at: Any = np.array([day], dtype=np.int32)
    for source in history.sources_of(target.kinds):
        last = min(last, int(history.through_at(source, at)[0]))
    return last


def mature(history: History, target: Target, as_of: Days, now: DateLike | None = None) -> Bool[np.ndarray, " date"]:
    """Return which dates have final labels at ``now``.

    By default ``now`` is the last knowledge. A label is final when the horizon and the reporting delay have passed and the
    sources of the target are complete that far. It never is if its horizon begins before any source of one of the kinds did, or holds an
    ignored day.
    """
    last = last_complete_day(history, target, last_knowledge(history) if now is None else to_day(now))
    start = as_of.astype(np.int64)
    begun = last_to_begin(history, target.kinds)
    final = (start >= (ALWAYS if begun is None else begun.since)) & (start + target.horizon - 1 <= last)
    spans = ignored_spans(history.sources, set(target.kinds))
    return final & (ignored_days(spans, start, start + target.horizon) == 0) if spans else final


def events_text(
    target: Target, y: Int32[np.ndarray, " row"], mature: Bool[np.ndarray, " row"], at_risk: Bool[np.ndarray, " row"]
) -> str:
    """Return the events of rows in words, as far as known."""
    if not mature.any():
        return "; events not known yet"
    later = f", not known yet in {counted(int((~mature).sum()), 'row')}" if not mature.all() else ""
    return f"; {counted(int(y[mature & at_risk].sum()), 'event')} in {counted(target.horizon, 'day')}{later}"
