"""How far a database was read by a column that only grows.

Rows can be written behind the last value that was read: without a value, by a clock that was set back, or by a transaction that began
earlier. So empty values are always read; the rows behind the last value are counted, and all rows are read again if there are more than
before; and all rows are read again from time to time, since rows removed at the same time would hide new ones from the count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from riskmodel.base.errors import UsageError, refused
from riskmodel.base.personal_data.safe_texts import may_be_kept
from riskmodel.records.intake.readers.source_table import Cursor

_READERS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal, "plain": lambda value: value}
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_FRACTION = re.compile(r"\.0+$")


class Position(NamedTuple):
    """How far a database was read.

    Parameters
    ----------
    last
        The last value of the increment.
    behind
        Number of rows with an earlier value.
    whole
        Day of the ingest that last read all rows.
    """

    last: Any
    behind: int
    whole: int


def from_cursor(cursor: Cursor | None) -> Position | None:
    """Return the position in a cursor; None to read all rows."""
    if cursor is None or len(cursor) != 4:
        return None
    kind, value, behind, whole = cursor
    return Position(_READERS[kind](value), behind, whole)


def to_cursor(name: str, position: Position) -> Cursor:
    """Return a position as a cursor.

    Raises
    ------
    UsageError
        If the increment is neither a number nor text nor a time.
    RefusedError
        If it is a text that may not be kept.
    """
    value, rest = position.last, [position.behind, position.whole]
    if isinstance(value, str) and not may_be_kept(value):
        raise refused(
            f"The sql.increment of the source {name!r}",
            "its last value may be a name or a number of a person, and an ingest keeps the last value",
            "Name a column with numbers, times or codes.",
        )
    if isinstance(value, datetime):
        return ["datetime", value.isoformat(), *rest]
    if isinstance(value, date):
        return ["date", value.isoformat(), *rest]
    if isinstance(value, Decimal) and value.is_finite():
        return ["decimal", str(value), *rest]
    if isinstance(value, (int, float, str)) and not isinstance(value, bool) and value == value:
        return ["plain", value, *rest]
    raise UsageError(
        f"The sql.increment of the source {name!r} has the type {type(value).__name__}. Expected numbers, text or times."
    )


@dataclass(frozen=True)
class ValueOrder:
    """What was read of an increment, in the order of the database.

    Parameters
    ----------
    source, column
        Names of the source and of the increment, for messages.
    last
        The last value; None if there is none.
    at_last
        Number of rows with the last value.
    rows
        Number of rows with a value.
    form
        The form of texts (see :func:`sorting_form`), or the type of other values.
    """

    source: str
    column: str
    last: Any = None
    at_last: int = 0
    rows: int = 0
    form: str | None = None

    def then(self, values: Sequence[Any]) -> ValueOrder:
        """Return what was read, with further values in order.

        Raises
        ------
        UsageError
            If their order is not that of what they mean: texts of several forms (``9`` comes after ``10``), or several types.
        """
        there = [value for value in values if value is not None]
        if not there:
            return self
        forms = {sorting_form(value) if isinstance(value, str) else _type(value) for value in there}
        if self.form is not None:
            forms.add(self.form)
        if len(forms) > 1:
            raise UsageError(
                f"The column {self.column!r}, the sql.increment of the source {self.source!r}, holds texts of several forms or values of "
                "several types, which a database does not sort by what they mean ('10' comes before '9'). Set sql.increment to a column "
                "of numbers or times, or convert it in sql.select: CAST(… AS INTEGER)."
            )
        last = there[-1]
        at_last = sum(value == last for value in there) + (self.at_last if self.last is not None and last == self.last else 0)
        return replace(self, last=last, at_last=at_last, rows=self.rows + len(there), form=forms.pop())


def sorting_form(text: str) -> str:
    """Return the form of a text; within one, texts sort well.

    Every letter or digit becomes a 0; a fraction at the end does not count, and the offset of a time does.

    Examples
    --------
    >>> [sorting_form(text) for text in ("9", "10", "2024-01-31 08:00:00", "2024-02-01 09:30:00.125")]
    ['0', '00', '0000-00-00 00:00:00', '0000-00-00 00:00:00']
    """
    offset = _OFFSET.search(text) if ":" in text else None
    body = text if offset is None else text[: offset.start()]
    return _FRACTION.sub("", re.sub(r"[^\W_]", "0", body)) + (offset[0] if offset is not None else "")


def _type(value: Any) -> str:
    """Return the type of a value; all numbers are of one."""
    return "number" if isinstance(value, (int, float, Decimal)) else "date and time" if isinstance(value, datetime) else "date"
