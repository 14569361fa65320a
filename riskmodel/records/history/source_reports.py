"""What the days of a source's events and reports tell of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool

from riskmodel.base.days import DateLike, day_argument
from riskmodel.base.equal_runs import run_of
from riskmodel.records.history.bulk_entries import BulkEntry, bulk_entry
from riskmodel.records.history.default_days import DefaultDay, default_day
from riskmodel.records.history.history import History
from riskmodel.records.history.late_reports import LABEL_DAYS, LateReports, late_reports
from riskmodel.records.history.record_columns import without_later


def source_reports(
    history: History, source: str, as_of: DateLike, horizon: int = LABEL_DAYS, kinds: Iterable[str] = ()
) -> LateReports:
    """Return what labels of a source lack that are taken too early.

    States such as rented rooms are no events and do not count.

    Parameters
    ----------
    as_of
        Only what was known before this date counts.
    horizon
        Days of the label.
    kinds
        Only events of these kinds count; none: all of the source.

    Raises
    ------
    UsageError
        If the date cannot be read.

    Examples
    --------
    >>> source_reports(history, "frame", "2023-10-01").days
    0
    """
    day = day_argument(as_of, "as_of", "source_reports")
    mine = _events_of(history, source, kinds, day)
    columns = {name: getattr(history, name)[mine] for name in ("occurred", "known", "until", "amount")}
    return late_reports(columns, day - 1, horizon)


def source_entry(history: History, source: str, as_of: DateLike, kinds: Iterable[str] = ()) -> BulkEntry | None:
    """Return a source's last entry of old events, or None.

    Parameters
    ----------
    as_of
        Only what was known before this date counts.
    kinds
        Only events of these kinds count; none: all of the source.

    Raises
    ------
    UsageError
        If the date cannot be read.

    Examples
    --------
    >>> source_entry(history, "frame", "2023-10-01") is None
    True
    """
    day = day_argument(as_of, "as_of", "source_entry")
    mine = _events_of(history, source, kinds, day)
    return bulk_entry(history.occurred[mine], history.known[mine], without_later(history.until[mine], day))


def source_default_day(history: History, source: str, as_of: DateLike, kinds: Iterable[str] = ()) -> DefaultDay | None:
    """Return the day that stands for unknown ones, or None.

    Parameters
    ----------
    as_of
        Only what was known before this date counts, without what was corrected or withdrawn by then.
    kinds
        Only events of these kinds count; none: all of the source.

    Raises
    ------
    UsageError
        If the date cannot be read.

    Examples
    --------
    >>> source_default_day(history, "frame", "2023-10-01") is None
    True
    """
    day = day_argument(as_of, "as_of", "source_default_day")
    mine = _events_of(history, source, kinds, day) & (history.until >= day)
    return default_day(history.occurred[mine])


def _events_of(history: History, source: str, kinds: Iterable[str], day: int) -> Bool[np.ndarray, " record"]:
    """Return which records are events of a source, known before a day.

    If several sources deliver a kind, each has the events of the days for which it is complete.
    """
    one, wanted = history.sources[source], frozenset(kinds)
    mine = np.zeros(len(history), dtype=bool)
    for kind in (wanted & set(one.kinds)) if wanted else one.kinds:
        if kind in history.kind_number and not history.kinds[kind].state:
            # records are sorted by kind
            rows = run_of(history.kind, history.kind_number[kind])
            occurred, shared = history.occurred[rows], len(history.sources_of([kind])) > 1
            mine[rows] = (occurred >= one.since) & (occurred <= one.through) if shared else True
    return mine & (history.known < day)
