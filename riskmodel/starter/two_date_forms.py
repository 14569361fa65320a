"""Columns whose dates have two orders of day and month."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.date_forms import date_form
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.likely_causes import LIKELY_FORMS
from riskmodel.starter.text_values import TextValues

LEAST_READ = 0.9
"""Share of the rows that a form must read."""
MORE_THAN_SLIPS = ((5, 0.008), (2, 0.02))
"""Dates that only the other order of day and month can read, and their share of those that only one can: as many are more than slips.

Most of the rows may have a day up to 12, which both orders read.
"""
_PAIRS = (
    ("m/d/yyyy", "d/m/yyyy"),
    ("m-d-yyyy", "d-m-yyyy"),
    ("m.d.yyyy", "d.m.yyyy"),
    ("m/d/yy", "d/m/yy"),
    ("m-d-yy", "d-m-yy"),
)
LEAST_TOLD = 2
"""Dates in the other order that are told."""


def refuse_two_forms(column: TextValues, names: list[str | None], chosen: str | None = None) -> None:
    """Refuse dates in two orders of day and month.

    Parameters
    ----------
    names
        Forms that may be read.
    chosen
        The form that reads most; None if no form reads enough.

    Raises
    ------
    UsageError
        If one form reads what another does not: it would read the days up to 12 of the other wrongly.
    """
    for one, other in _PAIRS:
        if one not in names or other not in names or (chosen is not None and chosen not in (one, other)):
            continue
        forms = [date_form(name) for name in (one, other)]
        probe = column.values[:: max(1, len(column.values) // 200)]
        if 2 * sum(any(form.read(text) is not None for form in forms) for text in probe) < len(probe):
            continue
        *only, readable = _read_by(column, one, other)
        enough = readable >= LEAST_READ * column.stated
        if enough and any(min(only) >= max(least, share * sum(only)) for least, share in MORE_THAN_SLIPS):
            raise UsageError(
                f"The column {column.name!r} has dates in two forms: {only[0]:,} can only be {LIKELY_FORMS[one]}, {only[1]:,} only {LIKELY_FORMS[other]}, and those with a day up to 12 can be "
                "both. Write all dates in one form, or the parts as tables of their own, then run the same command again."
            )


def few_in_other_order(column: TextValues, form: str | None) -> str:
    """Return a doubt about a few dates in the other order.

    Empty if there are none, or if nothing tells that the others are as the form says.
    """
    other = dict([*_PAIRS, *((two, one) for one, two in _PAIRS)]).get(str(form))
    if form is None or other is None:
        return ""
    ours, others, _ = _read_by(column.without_times(), form, other)
    if others < LEAST_TOLD or others >= ours:
        return ""
    return (
        f"{others:,} dates in {column.name!r} can only be {LIKELY_FORMS[other]}, {ours:,} only {LIKELY_FORMS[form]}. The first go to quarantine. Others that are written like them "
        "and have a day up to 12 count in a wrong month: write all dates in one form, then run init again."
    )


def _read_by(column: TextValues, one: str, other: str) -> tuple[int, int, int]:
    """Return how many rows either form alone reads, and any."""
    zone = ZoneInfo("UTC")
    read = np.array(
        [[form.read(text, zone) is not None for text in column.values] for form in (date_form(one), date_form(other))]
    )
    only = [int(column.counts[read[at] & ~read[1 - at]].sum()) for at in (0, 1)]
    return only[0], only[1], int(column.counts[read.any(axis=0)].sum())
