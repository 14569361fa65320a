"""Dates of the first experiment, within what its target's sources hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_end
from riskmodel.base.plurals import counted
from riskmodel.records.history import begun_on
from riskmodel.records.intake.columns.date_column import UNREADABLE
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.named_kinds import NamedKind
from riskmodel.starter.project_plan import PlannedSource
from riskmodel.starter.schedule import Schedule, schedule


def _days_of(source: PlannedSource, target: NamedKind) -> np.ndarray:
    """Return the days of the target's events in a source."""
    date, kind = source.roles.date, source.roles.kind
    mine = date.known & (date.days >= source.since) & (date.days <= source.through)
    if kind is not None and len(source.kinds) > 1:
        column = source.table.columns[kind]
        values = {value for one in source.kinds if one.key == target.key for value in one.values}
        named = np.array([value in values for value in column.values] + [False])
        mine = mine & named[column.codes]
    return date.days[mine]


def experiment_dates(sources: tuple[PlannedSource, ...], target: NamedKind, decisions: Decisions) -> Schedule | None:
    """Return the dates of the experiment, within the target's sources.

    Raises
    ------
    UsageError
        If the sources have no day in common, or too few for a backtest.
    """
    of = [one for one in sources if target.key in {kind.key for kind in one.kinds}]
    through = min(one.through for one in of)
    periods = {one.roles.period for one in of}
    period = "month" if "month" in periods else "week" if "week" in periods else "day"
    since = _since(of, target, through, decisions)
    decisions.add("history", f"{to_iso(since)} to {to_iso(through)}", f"{through - since + 1:,} days with records of the target")
    # counts of a period stand on its last day
    settled = through - max(one.label_delay for one in of)
    begin = max(one.begin for one in sources)  # features of other sources begin then, too
    found = schedule(month_end(since) if period == "month" else since + (6 if period == "week" else 0), settled, period, begin)
    if found is None:
        raise UsageError(
            f"The records of {target.key!r} cover {counted(through - since + 1, 'day')} ({to_iso(since)} to {to_iso(through)}). A backtest needs at least "
            "six dates: a week of daily records, six weeks of weekly counts or six months of monthly counts. Give a longer table."
        )
    return replace(found, since=since)


def _since(of: list[PlannedSource], target: NamedKind, through: int, decisions: Decisions) -> int:
    """Return the first day on which the target was recorded.

    A few early rows of its sources do not count, nor do the days on which only other kinds were recorded.
    """
    since = max(one.since for one in of)
    if since > through:
        spans = "; ".join(f"{one.table.shown}: {to_iso(one.since)} to {to_iso(one.through)}" for one in of)
        raise UsageError(
            f"The tables with {target.key!r} have no day in common ({spans}). If they are parts of one table, give them the same columns, one encoding and one separator, and names that differ "
            "by a number only, such as calls_2023.csv and calls_2024.csv, or put them into one file; if one is outdated, leave it out."
        )
    days = np.concatenate([one.roles.date.days[one.roles.date.known] for one in of])
    early = int(np.quantile(days[days < UNREADABLE], 0.001))
    if early - since > 365:
        decisions.add("history from", to_iso(early), f"hardly any record lies between {to_iso(since)} and then")
        since = early
    own = np.concatenate([_days_of(one, target) for one in of])
    begun = begun_on(own[own >= since], since) if (own >= since).any() else since
    if begun > since:
        why = f"no record of {target.key} in the {counted(begun - since, 'day')} before, although other kinds have some: those days do not count as days without events"
        decisions.add("history from", to_iso(begun), why)
    return begun
