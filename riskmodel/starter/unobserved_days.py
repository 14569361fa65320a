"""Days without rows, although many are usual, are left out.

Whether a source was down or nothing happened, a table does not say. Days without rows would count as days without events, and models would
learn from them that nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from riskmodel.asof.vocabulary.public_holidays import long_holidays
from riskmodel.base.days import to_iso
from riskmodel.base.months import month_end
from riskmodel.base.plurals import counted
from riskmodel.forecasts.record_gaps import Gap, find_gaps
from riskmodel.forecasts.source_spans import span_lines
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.project_plan import PlannedSource, UnobservedDays
from riskmodel.starter.schedule import LEAST_DATES, Schedule

MOST = 20
"""Gaps of a table that are left out; a table with more of them has other faults."""

MOST_OF_SPAN = 0.5
"""Largest share of a table's days that is left out."""

LONG_HOLIDAY = 3
"""Days off in a row that may close a source."""


def unobserved_days(
    sources: Iterable[PlannedSource], country: str | None, dates: Schedule, decisions: Decisions
) -> tuple[UnobservedDays, ...]:
    """Return the gaps of all tables that the experiment leaves out.

    Gaps are those of :func:`~riskmodel.forecasts.record_gaps.find_gaps`. A gap that is a long public holiday stays, since a source may be closed on it. So do
    all gaps of a table that has many, and of all tables where too few dates would be left to learn from or to test. These are named as limits.
    """
    planned = tuple(sources)
    found = tuple(one for source in planned for one in _of_source(source, country))
    if not _enough_dates(found, dates):
        found = ()
    for one in found:
        length = counted(one.last - one.first + 1, "day")
        decisions.leave_out(
            f"{to_iso(one.first)} to {to_iso(one.last)}",
            f"no row on {length}, as many usual days have about {one.missing:,.0f}: taken for days on which nothing was recorded. If nothing happened then, remove "
            f"them from 'ignore' in experiments/main.toml",
            one.source,
        )
    left = {source.table.name: [(one.first, one.last) for one in found if one.source == source.table.name] for source in planned}
    for line in span_lines({source.table.name: source.days for source in planned}, left):
        decisions.limit(line)
    return found


def _of_source(source: PlannedSource, country: str | None) -> Iterator[UnobservedDays]:
    """Yield the gaps of a table that may be left out."""
    gaps = [_between_periods(gap, source.roles.period) for gap in find_gaps(source.days, amounts=source.amounts)]
    gaps = [gap for gap in gaps if gap.first <= gap.last and not _closed(gap, country)]
    if len(gaps) > MOST or sum(gap.last - gap.first + 1 for gap in gaps) > MOST_OF_SPAN * (source.through - source.since + 1):
        return
    for gap in gaps:
        yield UnobservedDays(source.table.name, *gap)


def _between_periods(gap: Gap, period: str) -> Gap:
    """Return a gap without the days of the count before it."""
    if period == "month":
        return gap._replace(first=int(month_end(gap.first - 1)) + 1)
    return gap._replace(first=gap.first + 6) if period == "week" else gap


def _closed(gap: Gap, country: str | None) -> bool:
    """Return whether most days of a gap are a long holiday."""
    return country is not None and bool(long_holidays(country, LONG_HOLIDAY, gap.first, gap.last + 1).mean() > 0.5)


def _enough_dates(found: tuple[UnobservedDays, ...], dates: Schedule) -> bool:
    """Return whether dates are left to learn from and to test."""
    as_of = np.arange(dates.first, dates.test_to, dates.step)
    lost = np.zeros(len(as_of), dtype=bool)
    for one in found:
        lost |= (as_of <= one.last) & (as_of + dates.horizon > one.first)
    tested = as_of >= dates.test_from
    learned = as_of + dates.horizon <= dates.test_from
    return all(int((part & ~lost).sum()) >= min(least, int(part.sum())) for part, least in ((tested, 3), (learned, LEAST_DATES)))
