"""Dates whose day and month stand in the other order.

Where day and month of a text can be read the other way round, a spreadsheet program takes it for a date of its own (5 March for 3 May), and leaves all others as text.
An export that changes the order has days that the stated form cannot read; it would read the days up to 12 in a wrong month.
"""

from __future__ import annotations

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.date_forms import NUMBERED, DateForm, date_form
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.intake.columns.date_column import UNREADABLE, plain_days, without_times
from riskmodel.records.intake.columns.text_column import Column

LEAST = 10
"""Different dates of each form that are too many for chance."""
SLIPS = 0.01
"""Share of the rows up to which dates in the other order are slips."""
_IN_DIGITS = r"^(?P<date>[^0-9]*(?P<one>[0-9]{1,2})[^0-9]+(?P<two>[0-9]{1,2})[^0-9]+[0-9]{2,4})(?:[^0-9]|$)"
"""A date in digits at the begin of a text, and its first two numbers."""


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
    suspects, dates = _may_be_other(texts, form)
    in_other = {text: other.read(text) for text in dict.fromkeys(dates) if form.read(text) is None}
    found = {at: day for at, text in zip(suspects, dates, strict=True) if (day := in_other.get(text)) is not None}
    days = set(found.values())
    if len(days) >= LEAST and rows[list(found)].sum() > SLIPS * rows.sum():
        raise UsageError(
            f"The column {name!r} holds {len(days):,} different dates that are not {form.text}, as stated, but {other.text}: those with a day up to 12 would count in a wrong month. If the "
            f"export has changed, write all dates as {form.text} again, or all as {other.text} and set dates = {other.text!r} of the source."
        )


def _may_be_other(texts: list[str], form: DateForm) -> tuple[list[int], list[str]]:
    """Return texts that only the other order may read.

    Of two numbers the one where the month should stand is no month, and the other is one. Each text is returned without what follows the date,
    which may be a time with a zone, and may differ in every row.
    """
    import pyarrow as pa

    pc = arrow_compute()
    given = pa.array(texts, pa.string())
    parts = pc.extract_regex(given, _IN_DIGITS)
    one, two = (pc.cast(pc.struct_field(parts, [at]), pa.int64()) for at in (1, 2))
    month, day = (one, two) if form.text.lower().index("m") < form.text.lower().index("d") else (two, one)
    other = pc.and_(pc.greater(month, 12), pc.less_equal(day, 12))
    # what is not in digits is read by the forms themselves
    chosen = pc.indices_nonzero(pc.fill_null(other, True))
    dates = pc.coalesce(pc.struct_field(parts, [0]), given)
    return chosen.to_pylist(), dates.take(chosen).to_pylist()


def _day_of_month(days: np.ndarray) -> np.ndarray:
    """Return the day of the month of day numbers."""
    return days - month_begin(month_of(days)) + 1
