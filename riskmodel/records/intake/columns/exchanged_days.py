"""Dates whose day and month a spreadsheet program exchanged.

Where day and month of a text can be read the other way round, such a program takes it for a date of its own (5 March for 3 May), and leaves all others as text.
"""

from __future__ import annotations

import numpy as np

from riskmodel.base.date_forms import DateForm
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.columns.date_column import UNREADABLE, plain_days
from riskmodel.records.intake.columns.text_column import Column

LEAST = 10
"""Different dates of each form that are too many for chance."""


def refuse_exchanged(name: str, column: Column, form: DateForm | None) -> None:
    """Refuse dates whose day and month were exchanged.

    Parameters
    ----------
    form
        Form of the texts; dates that begin with the year are those of the program.

    Raises
    ------
    UsageError
        If no text has a day up to 12, and every date that begins with the year has one.
    """
    if form is None or form.year_first:
        return
    plain, days = plain_days(column)
    own = np.unique(days[plain & (days < UNREADABLE)])
    if len(own) < LEAST or _day_of_month(own).max() > 12:
        return
    texts = {date for at in np.flatnonzero(~plain).tolist() if (date := form.read(column.values[at])) is not None}
    if len(texts) >= LEAST and min(date.day for date in texts) > 12:
        raise UsageError(
            f"The column {name!r} holds {len(texts):,} different dates written as {form.text}, all with a day above 12, and {len(own):,} that begin with the year, "
            "all with a day up to 12: a spreadsheet program exchanged day and month of these. Import the original table again with this column as "
            "text, and save that."
        )


def _day_of_month(days: np.ndarray) -> np.ndarray:
    """Return the day of the month of day numbers."""
    dates = days.astype("datetime64[D]")
    return (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
