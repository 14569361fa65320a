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
LEAST_TWO, TWO_FORMS = 5, 0.005
"""Dates that only the other order of day and month can read, and their share of the rows: as many are more than slips."""


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
    for one, other in (
        ("m/d/yyyy", "d/m/yyyy"),
        ("m-d-yyyy", "d-m-yyyy"),
        ("m.d.yyyy", "d.m.yyyy"),
        ("m/d/yy", "d/m/yy"),
        ("m-d-yy", "d-m-yy"),
    ):
        if one not in names or other not in names or (chosen is not None and chosen not in (one, other)):
            continue
        forms = [date_form(name) for name in (one, other)]
        probe = column.values[:: max(1, len(column.values) // 200)]
        if 2 * sum(any(form.read(text) is not None for form in forms) for text in probe) < len(probe):
            continue
        zone = ZoneInfo("UTC")
        read = np.array([[form.read(text, zone) is not None for text in column.values] for form in forms])
        only = [int(column.counts[read[at] & ~read[1 - at]].sum()) for at in (0, 1)]
        enough = int(column.counts[read.any(axis=0)].sum()) >= LEAST_READ * column.stated
        if enough and min(only) >= max(LEAST_TWO, TWO_FORMS * column.stated):
            raise UsageError(
                f"The column {column.name!r} has dates in two forms: {only[0]:,} can only be {LIKELY_FORMS[one]}, {only[1]:,} only {LIKELY_FORMS[other]}, and those with a day up to 12 can be "
                "both. Write all dates in one form, or the parts as tables of their own, then run the same command again."
            )
