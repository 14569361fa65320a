"""Tables that lack closed cases, or open ones.

A list of open cases seems to grow: of old cases only few are left. A list of closed ones seems to end with a fall.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.plurals import counted
from riskmodel.starter.case_states import CaseStates, case_states
from riskmodel.starter.incomplete_ends import incomplete_ends
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.removed_cases import removed_cases
from riskmodel.starter.table_columns import ReadTable

SPANS = (28, 91, 182)
"""Days up to which rows before the end are compared: new, next and earlier ones; older ones are old."""
LEAST_SPAN = 60
"""Days of a table that can show a rise; in one of fewer than all these days and the first again, the days are as many times fewer."""
RISE, STEEP, CLIMB, LEAST_ROWS = 2.0, 5.0, 1.25, 30
"""Rows a day of the last days, as a multiple of older ones, that rise, or rise steeply; the same from span to span; and fewest rows of the last days."""
YEAR, YEARLY = 364, 3.0
"""Length of a year in days. A rise to at least this many times the rows of a year before is not a season."""
MOST_MISSING = 0.1
"""Share of the cases of the last days that may still be open."""
SETTLED = 182
"""Age in days of cases that show how long it takes to close one."""


class _Rates(NamedTuple):
    """Rows a day of new and older cases, and their ages."""

    new: float
    next: float
    earlier: float
    old: float
    until: tuple[int, ...]

    @property
    def shown(self) -> str:
        """The first and the last of them in words."""
        return f"{self.old:.3g} rows a day until {self.until[2]} days before the end, {self.new:.3g} in the last {self.until[0]} days"


def missing_cases(table: ReadTable, roles: ColumnRoles, through: int) -> Iterator[str]:
    """Yield that a table lacks closed cases, or open ones.

    Parameters
    ----------
    through
        Last day of the history.
    """
    if roles.period != "day" or roles.amount is not None:
        return
    rows = roles.date.known & (roles.date.days <= through)
    days, states = roles.date.days[rows], case_states(table, roles)
    if states is not None and states.only(0):
        yield from _open_only(table, states, roles, _rates(days, through))
    elif states is not None and states.only(1):
        yield from _closed_only(table, roles, states, through)
    elif states is not None and (removed := removed_cases(table, roles, states._replace(closed=states.closed[rows]), rows)):
        yield removed
    elif steep := _steep(table, days, through):
        yield steep


def _rates(days: Any, through: int) -> _Rates | None:
    """Return the rows a day of spans before the end."""
    length = through - int(days.min()) + 1 if len(days) else 0
    if length < LEAST_SPAN:
        return None
    scale = min(1.0, length / (SPANS[-1] + SPANS[0]))
    edges = (0, *(round(scale * one) for one in SPANS), length)
    counts = np.histogram(through - days, edges)[0]
    new, following, earlier, old = (counts / np.diff(edges)).tolist()
    return _Rates(new, following, earlier, old, edges[1:4]) if counts[0] >= LEAST_ROWS else None


def _open_only(table: ReadTable, states: CaseStates, roles: ColumnRoles, rates: _Rates | None) -> Iterator[str]:
    """Yield that closed cases are missing."""
    rises = rates is not None and rates.new >= RISE * rates.old
    by_date = roles.ended is None and not len(table.columns[states.column].values)
    if by_date and not rises:
        # a portal may leave the column empty in all rows, closed or not
        return
    said = (
        f"{states.column!r} is empty in every row"
        if by_date
        else f"every row is of an open case, by {states.column!r} ({_shown(table, states)})"
    )
    seen = f", as they do here: {rates.shown}" if rises and rates is not None else ""
    yield (
        f"{table.shown!r} seems to hold open cases only: {said}. Where closed ones are removed, few of the old cases are left, so counts seem to rise toward the end{seen}. Forecasts then follow "
        "a rise that there was not. Export closed cases as well, then run init again."
    )


def _shown(table: ReadTable, states: CaseStates) -> str:
    """Return the most frequent states with their numbers."""
    column = table.columns[states.column]
    order = sorted(range(len(column.values)), key=lambda at: (-column.counts[at], column.values[at]))
    return ", ".join(f"{column.values[at]} {int(column.counts[at]):,}" for at in order[:3])


def _closed_only(table: ReadTable, roles: ColumnRoles, states: CaseStates, through: int) -> Iterator[str]:
    """Yield that open cases are missing at the end."""
    ended, known = roles.ended, roles.known
    if ended is None:
        for text in incomplete_ends(table, roles, through):
            yield (
                f"{text} Every row is of a closed case, by {states.column!r} ({_shown(table, states)}): cases that are still open may be what is missing. Export them as well, then run init again."
            )
        return
    if known is not None and known.column == ended.column:
        return
    lack = _still_open(roles, through)
    if lack is not None and lack > MOST_MISSING:
        yield (
            f"{table.shown!r} seems to hold closed cases only, each with a date in {ended.column!r}. By the time that older cases took, {lack:.0%} of those of its last {SPANS[0]} days are still open "
            f"and missing, so counts seem to fall at the end and the next forecasts come out too low. Export open cases as well, or state --known {shlex.quote(ended.column)}: each case then "
            "counts from the day on which it was closed, and forecasts wait for late ones."
        )


def _still_open(roles: ColumnRoles, through: int) -> float | None:
    """Return the share of the last cases that is still open."""
    assert roles.ended is not None
    both = roles.date.known & roles.ended.known & (roles.date.days <= through)
    days, ended = roles.date.days[both], roles.ended.days[both]
    heard = int(np.quantile(ended, 0.999)) if both.any() else 0
    settled = days <= min(heard, through) - SETTLED
    if settled.sum() < LEAST_ROWS:
        return None
    took = np.sort(ended[settled] - days[settled])
    left = heard - np.arange(through - SPANS[0] + 1, through + 1)
    return 1.0 - float(np.mean(np.searchsorted(took, left, side="right") / len(took)))


def _steep(table: ReadTable, days: Any, through: int) -> str:
    """Return that rows rise toward the end like open cases."""
    rates = _rates(days, through)
    if rates is None or rates.new < max(RISE * rates.next, STEEP * rates.old) or rates.next < CLIMB * rates.earlier:
        return ""
    year, span = through - YEAR, rates.until[0]
    if int(days.min()) <= year - span and rates.new * span < YEARLY * ((days > year - span) & (days <= year)).sum():
        return ""
    return (
        f"The rows of {table.shown!r} rise steeply toward its end: {rates.shown}. So does a list of cases that are still open, from which closed ones are removed. If this is one, export closed cases as well, "
        f"then run init again. If the rise is real, {counted(span, 'day')} of it say little about how it goes on."
    )
