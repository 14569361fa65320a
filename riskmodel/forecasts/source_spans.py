"""Spans of sources: gaps, late begins and early ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.forecasts.record_gaps import find_gaps
from riskmodel.records.history import History

Spans = Sequence[tuple[int, int]]

LEAST_ROWS = 20
"""Fewest rows that as many usual days have as a gap that is named."""
LATER, EARLIER = 90, 28
"""Days by which a source begins after others or ends before them."""
MOST_GAPS = 5
"""Gaps of a source that are named one by one."""


def span_lines(occurred: Mapping[str, Any], left_out: Mapping[str, Spans] | None = None) -> tuple[str, ...]:
    """Return a sentence for each gap, late begin and early end.

    The begin and the end of a source are compared with the middle one of the other sources, so that a register with very old rows counts as
    one.

    Parameters
    ----------
    occurred
        Days of the rows of each source, in any order; rows without a day are left out.
    left_out
        First and last days of spans of each source that need no sentence.

    Examples
    --------
    >>> days = np.arange(400)
    >>> print(span_lines({"calls": np.repeat(days[(days < 200) | (days >= 214)], 3)})[0])
    calls: no row from 1970-07-20 to 1970-08-02 (14 days; as many usual days have about 42).
    """
    found = {name: np.asarray(days) for name, days in occurred.items() if len(days)}
    known: Mapping[str, Spans] = left_out or {}
    return tuple(line for name in found for line in (*_gaps(name, found[name], known.get(name, ())), *_ends(name, found)))


def history_spans(history: History, left_out: Collection[str] = ()) -> tuple[str, ...]:
    """Return the sentences of a history, by its sources.

    Parameters
    ----------
    left_out
        Names of sources that nobody expects to be regular, such as answers.
    """
    occurred = {}
    for name, source in history.sources.items():
        if name in left_out:
            continue
        days = history.occurred[np.isin(history.kind, history.numbers(source.kinds))]
        occurred[name] = days[days >= source.since]
    return span_lines(occurred)


def _gaps(name: str, days: Any, left_out: Spans) -> Iterator[str]:
    gaps = find_gaps(days, left_out, least_missing=LEAST_ROWS)
    for gap in gaps[:MOST_GAPS]:
        length = counted(gap.last - gap.first + 1, "day")
        yield f"{name}: no row from {to_iso(gap.first)} to {to_iso(gap.last)} ({length}; as many usual days have about {gap.missing:,.0f})."
    if len(gaps) > MOST_GAPS:
        yield f"{name}: {counted(len(gaps) - MOST_GAPS, 'further gap')} until {to_iso(gaps[-1].last)}."


def _ends(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    others = [days for other, days in found.items() if other != name]
    if not others:
        return
    days, usual = found[name], _usual_distance(found[name])
    begins, ends = (int(np.median([edge(one) for one in others])) for edge in (np.min, np.max))
    first, last = int(days.min()), int(days.max())
    if first - begins >= LATER:
        yield f"{name}: it begins on {to_iso(first)}, {counted(first - begins, 'day')} after the other sources; nothing is known of it before."
    if ends - last >= max(EARLIER, usual):
        yield f"{name}: it ends on {to_iso(last)}, {counted(ends - last, 'day')} before the other sources."


def _usual_distance(days: Any) -> float:
    """Return three times a long usual distance between days with rows."""
    there = np.unique(days)
    return 3 * float(np.quantile(np.diff(there), 0.98)) if len(there) > 1 else 0.0
