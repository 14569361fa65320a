"""First and last days, weeks or months that are not complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

END_SPANS, BEFORE = (28, 14, 7), 91
"""Days at the end that are compared with the days before them."""
END_RATIO, END_ERRORS = 0.6, 5.0
"""Ratio of the rows at the end, and standard errors below 1, from which the end is taken for incomplete."""
COMPARED, LEAST_COMPARED = 12, 6
"""Weeks or months that the first or the last one is compared with, and how few may be."""
PERIOD_RATIO, PERIOD_ERRORS = 0.7, 4.0
"""The same as for days, of one week or month."""
LEAST_LACKING = 20
"""Events that weeks or months at the end lack, from which it is no chance that they have none."""


def incomplete_ends(table: ReadTable, roles: ColumnRoles, through: int) -> Iterator[str]:
    """Yield that the first or the last days may be incomplete.

    Parameters
    ----------
    through
        Last day of the history.
    """
    days = roles.date.days
    known = roles.date.known & (days <= through)
    counted = np.ones(table.rows) if roles.amount is None else np.nan_to_num(table.columns[roles.amount].row_numbers())
    if roles.period != "day":
        yield from _incomplete_periods(table, roles.period, days[known], counted[known])
    elif roles.known is None:
        yield from _incomplete_days(table, days[known], counted[known], through, "rows" if roles.amount is None else "events")


def _incomplete_days(table: ReadTable, days: Any, counted: Any, through: int, what: str) -> Iterator[str]:
    """Yield that the last days have too few rows, or events."""
    late = days > through - BEFORE - max(END_SPANS)
    counts = np.bincount(through - days[late], weights=counted[late], minlength=BEFORE + max(END_SPANS))
    if len(days) == 0 or through - int(days.min()) < BEFORE + max(END_SPANS):
        return
    for span in END_SPANS:
        before = counts[span : span + BEFORE]
        usual = before.mean()
        if usual <= 0:
            continue
        spread = max(1.0, float(before.var() / usual))
        seen, expected = float(counts[:span].sum()), float(usual * span)
        if seen < END_RATIO * expected and expected - seen > END_ERRORS * np.sqrt(expected * spread):
            yield (
                f"The last {span} days of {table.shown!r} have {seen:,.0f} {what} where the {BEFORE} days before let {expected:,.0f} be expected. If records still "
                "come in for them, forecasts of the last days come out too low, and a backtest does not show it. A column with the day of knowledge "
                "(--known) or a delay of the source (delay in riskmodel.toml) puts that right."
            )
            return


def _incomplete_periods(table: ReadTable, period: str, days: Any, counted: Any) -> Iterator[str]:
    """Yield that weeks or months at an end have few events."""
    begins, at = np.unique(days, return_inverse=True)
    sums = np.bincount(at, weights=counted)
    if len(sums) <= LEAST_COMPARED or not sums.any():
        return
    blank = len(sums) - 1 - int(np.flatnonzero(sums)[-1])
    if blank > 1:
        usual = float(sums[: len(sums) - blank][-COMPARED:].mean())
        if usual * blank > LEAST_LACKING:
            yield (
                f"The last {blank} {period}s of {table.shown!r}, from {to_iso(int(begins[-blank]))} on, have no event at all, where the {period}s before have {usual:,.0f} on average. If their numbers "
                "are still to come, remove them from the table, then run init again: else they are learned as none."
            )
        return
    for which, seen, others, begin, harm in (
        ("last", sums[-1], sums[-1 - COMPARED : -1], begins[-1], "the next forecasts come out too low"),
        ("first", sums[0], sums[1 : 1 + COMPARED], begins[0], "a rise is learned that there was not"),
    ):
        usual = float(others.mean())
        spread = max(1.0, float(others.var() / usual)) if usual > 0 else 1.0
        if seen < PERIOD_RATIO * usual and usual - seen > PERIOD_ERRORS * np.sqrt(usual * spread):
            yield (
                f"The {which} {period} of {table.shown!r}, from {to_iso(int(begin))} on, has {seen:,.0f} events where the {len(others)} {period}s "
                f"{'before' if which == 'last' else 'after'} let {usual:,.0f} be expected. If the table holds only a part of it, {harm}: remove its rows, then run init again."
            )
