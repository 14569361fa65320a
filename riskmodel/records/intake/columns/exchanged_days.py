"""Dates whose day and month stand in the other order.

Where day and month of a text can be read the other way round, a spreadsheet program takes it for a date of its own (5 March for 3 May), and leaves all others as text.
An export that changes the order has days that the stated form cannot read; it would read the days up to 12 in a wrong month.
"""

from __future__ import annotations

import numpy as np

from riskmodel.base.date_forms import NUMBERED, DateForm, date_form
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.intake.columns.date_column import UNREADABLE, plain_days, without_times
from riskmodel.records.intake.columns.text_column import Column

LEAST = 10
"""Different dates of each form that are too many for chance."""
SLIPS = 0.01
"""Share of the rows up to which dates in the other order are slips."""


def refuse_exchanged(name: str, column: Column, form: DateForm | None) -> None:
    """Refuse dates whose day and month stand in the other order.

    Parameters
    ----------
    form
        Form of the texts; dates that begin with the year are those of the program.

    Raises
    ------
    UsageError
        If no text has a day up to 12, and every date that begins with the year has one; or many texts can be read only with day and
        month the other way round.
    """
    if form is None or form.year_first:
        return
    plain, days = plain_days(column)
    texts, rows = _without_times(column, ~plain, form)
    _refuse_other_order(name, texts, rows, form)
    own = np.unique(days[plain & (days < UNREADABLE)])
    if len(own) < LEAST or _day_of_month(own).max() > 12:
        return
    dates = {date for text in texts if (date := form.read(text)) is not None}
    if len(dates) >= LEAST and min(date.day for date in dates) > 12:
        raise UsageError(
            f"The column {name!r} holds {len(dates):,} different dates written as {form.text}, all with a day above 12, and {len(own):,} that begin with the year, "
            "all with a day up to 12: a spreadsheet program exchanged day and month of these. Import the original table again with this column as "
            "text, and save that."
        )


def _without_times(column: Column, chosen: np.ndarray, form: DateForm) -> tuple[list[str], np.ndarray]:
    """Return chosen texts, each once and without its time, and their rows."""
    import pyarrow as pa

    texts = column.array.take(pa.array(np.flatnonzero(chosen)))
    days = (texts if form.text in NUMBERED else without_times(texts)).dictionary_encode()
    rows = np.bincount(column.codes[column.codes >= 0], minlength=len(chosen))[chosen]
    found = days.dictionary.to_pylist()
    return found, np.bincount(days.indices.to_numpy(), weights=rows, minlength=len(found))


def _refuse_other_order(name: str, texts: list[str], rows: np.ndarray, form: DateForm) -> None:
    """Refuse texts if many rows have the other order."""
    if form.text in NUMBERED or "mmm" in form.text.lower() or "%b" in form.text.lower():
        return
    other = date_form(form.text.translate(str.maketrans("dmDM", "mdMD")))
    found = {at: day for at, text in enumerate(texts) if form.read(text) is None and (day := other.read(text)) is not None}
    days = set(found.values())
    if len(days) >= LEAST and rows[list(found)].sum() > SLIPS * rows.sum():
        raise UsageError(
            f"The column {name!r} holds {len(days):,} different dates that are not {form.text}, as stated, but {other.text}: those with a day up to 12 would count in a wrong month. If the "
            f"export has changed, write all dates as {form.text} again, or all as {other.text} and set dates = {other.text!r} of the source."
        )


def _day_of_month(days: np.ndarray) -> np.ndarray:
    """Return the day of the month of day numbers."""
    return days - month_begin(month_of(days)) + 1
