"""Dates of the first experiment, within what its target's sources hold."""

from __future__ import annotations

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.records.history import begun_on
from riskmodel.records.intake.columns.date_column import UNREADABLE
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.project_plan import PlannedSource
from riskmodel.starter.schedule import Schedule, least_days, schedule
from riskmodel.starter.target_kinds import TargetKinds


def _days_of(source: PlannedSource, target: TargetKinds) -> np.ndarray:
    """Return the days of the target's events in a source."""
    date, kind = source.roles.date, source.roles.kind
    mine = date.known & (date.days >= source.since) & (date.days <= source.through)
    if kind is not None and len(source.kinds) > 1:
        column = source.table.columns[kind]
        values = {value for one in source.kinds if one.key in target.keys for value in one.values}
        named = np.array([value in values for value in column.values] + [False])
        mine = mine & named[column.codes]
    return date.days[mine]


def experiment_dates(
    sources: tuple[PlannedSource, ...], target: TargetKinds, horizon: int | None, decisions: Decisions
) -> Schedule:
    """Return the dates of the experiment, within the target's sources.

    Parameters
    ----------
    horizon
        Days ahead, if they are stated.

    Raises
    ------
    UsageError
        If the sources have no day in common, or too few for a backtest.
    """
    of = [one for one in sources if not {kind.key for kind in one.kinds}.isdisjoint(target.keys)]
    through = min(one.through for one in of)
    periods = {one.roles.period for one in of}
    period = "month" if "month" in periods else "week" if "week" in periods else "day"
    since = _since(of, target, through, decisions)
    decisions.add("history", f"{to_iso(since)} to {to_iso(through)}", f"{through - since + 1:,} days with records of the target")
    settled = through - max(one.label_delay for one in of)
    begin = max(one.begin for one in sources)  # features of other sources begin then, too
    found = schedule(since, settled, period, begin, horizon)
    if found is not None:
        return found
    needs = "needs at least six dates: a week of daily records, six weeks of weekly counts or six months of monthly counts. Give a longer table."
    # a list of open cases is short for that reason
    doubt = "".join(f" {text}" for text in decisions.doubts[:1])
    raise _too_short(target.key, (since, through), (needs if horizon is None else _needs(period, horizon)) + doubt)


def rescheduled(dates: Schedule, kinds: str, horizon: int) -> Schedule:
    """Return the dates for another horizon, within the same days.

    Raises
    ------
    UsageError
        If the days are too few, or the horizon holds no whole periods of the table.
    """
    found = schedule(dates.since, dates.through, dates.period, dates.begin, horizon)
    if found is None:
        raise _too_short(kinds, (dates.since, dates.through), _needs(dates.period, horizon))
    return found


def _needs(period: str, horizon: int) -> str:
    days = counted(least_days(period, horizon), "day")
    return f"of a horizon of {counted(horizon, 'day')} needs at least {days}. State a shorter horizon, or give a longer table."


def _too_short(kinds: str, span: tuple[int, int], needs: str) -> UsageError:
    since, through = span
    return UsageError(
        f"The records of {kinds!r} cover {counted(through - since + 1, 'day')} ({to_iso(since)} to {to_iso(through)}). A backtest {needs}"
    )


def _since(of: list[PlannedSource], target: TargetKinds, through: int, decisions: Decisions) -> int:
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
