"""Tables from which old cases are removed once they are closed."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.starter.case_states import CaseStates
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

NEW = 28
"""Days at the end whose cases are mostly open still."""
AGES = (91, 182, 364)
"""Ages in days beyond which closed cases may have been removed."""
FEWER, LEAST_SHARE, ERRORS = 0.5, 0.05, 4.0
"""Share of the rows a day that is left then, and how much fewer of them are closed: the least difference, and in standard errors."""
LEAST_ROWS, LEAST_CLOSINGS = 30, 20.0
"""Old and new cases that are compared, and closings that old cases should have had, of which there is none."""


def removed_cases(table: ReadTable, roles: ColumnRoles, states: CaseStates, rows: Any) -> str:
    """Return that old cases were removed once they were closed; else nothing.

    Parameters
    ----------
    states
        States of the chosen rows.
    rows
        Rows with a day of the history, ``[row]``.
    """
    days = roles.date.days[rows]
    if not len(days):
        return ""
    seen = _no_closing(days, roles.ended.days[rows], roles.ended.known[rows]) if roles.ended is not None else ""
    seen = seen or _fewer_closed(days, states)
    if not seen:
        return ""
    return f"Old cases seem to be removed from {table.shown!r} once they are closed: {seen}. Counts seem to rise, and forecasts follow a rise that there was not. Export all cases, then run init again."


def _no_closing(days: Any, ended: Any, closed: Any) -> str:
    """Return that no old case was closed before some day."""
    if not closed.any():
        return ""
    first = int(np.quantile(ended[closed], 0.001, method="lower"))
    old, new = days < first, (days >= first) & (days <= days.max() - NEW)
    if min(old.sum(), new.sum()) < LEAST_ROWS or first - days.min() < NEW:
        return ""
    a_day = old.sum() / (first - days.min()), new.sum() / (days.max() - NEW - first + 1)
    took = np.sort(ended[new & closed] - days[new & closed])
    expected = float(np.searchsorted(took, first - 1 - days[old], side="right").sum() / new.sum())
    if a_day[0] > FEWER * a_day[1] or expected < LEAST_CLOSINGS:
        return ""
    return f"none was closed before {to_iso(first)}, and until then there are {a_day[0]:.3g} rows a day, later {a_day[1]:.3g}; only cases from then on are all there"


def _fewer_closed(days: Any, states: CaseStates) -> str:
    """Return that fewer old cases are closed than new ones.

    Old cases are closed more often, unless they are removed then.
    """
    closed, last = states.closed == 1, int(days.max())
    for age in AGES:
        old, new = days < last - age, (days >= last - age) & (days <= last - NEW)
        if min(old.sum(), new.sum()) < LEAST_ROWS:
            continue
        a_day = float(old.sum() / (last - age - days.min())), float(new.sum() / (age - NEW + 1))
        shares = float(closed[old].mean()), float(closed[new].mean())
        error = np.sqrt(shares[1] * (1 - shares[1]) / new.sum() + shares[0] * (1 - shares[0]) / old.sum())
        if a_day[0] <= FEWER * a_day[1] and shares[0] < shares[1] - max(LEAST_SHARE, ERRORS * error):
            return (
                f"until {age} days before its end there are {a_day[0]:.3g} rows a day, {shares[0]:.0%} of them closed by {states.column!r}; later {a_day[1]:.3g}, "
                f"{shares[1]:.0%} of them closed"
            )
    return ""
