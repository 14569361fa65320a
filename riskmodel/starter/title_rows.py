"""Rows of titles above the names of the columns."""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError
from riskmodel.base.personal_data.personal_texts import is_personal_name
from riskmodel.records.intake.readers.csv_file import opened, unpacked
from riskmodel.records.intake.readers.table_request import first_places
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa

LOOKED_AT = 40
"""Rows from which the row of names is found."""
MOST_TITLES = 20
LEAST_PERIODS = 3
"""Numbers that must be years, months or days one after another, to be names of columns."""
_FILLED = 0.8
"""Share of the columns that the row of names fills."""
_DATA = re.compile(r"[-+]?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4}([ T]00:00:00)?)?|\d{1,2}[-/.]\d{4}|(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})\s*[-–~/至到]\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
)
_SPAN = re.compile(
    r"(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})\s*[-–~/至到]\s*(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})"
)
"""A span of days, whose digits are no number of a person."""
LEAST_NUMBERED = 12
"""Numbers from 0 or 1 on, each one more, that are names of columns: hours, days or months."""


def is_data(row: Sequence[Any]) -> bool:
    """Return whether a row holds data, so no names of columns.

    Dates behind a first name are names: those of a table with one column per date.

    Examples
    --------
    >>> is_data(["ward", "2024-01-01", "2024-01-08"]), is_data(["7", "Smith", "theft"]), is_data(["", "day", "ward"])
    (False, True, False)
    >>> is_data(["ward", "202401", "202402", "202403"]), is_data(["East", "202401", "7", "202403"])
    (False, True)
    >>> is_data(["ward", "20190108", "20190116", "20190124"]), is_data(["ward", "312555012"])
    (False, True)
    >>> is_data(["ward", *map(str, range(24))]), is_data(["ward", *map(str, range(2, 24))])
    (False, True)
    """
    texts = ["" if value is None else str(value).strip() for value in row]
    data = [text for text in texts if _DATA.fullmatch(text)]
    # days in order, such as 20190108, are no numbers of persons, nor are spans of days
    periods = set(data) if _are_periods(data) else set[str]()
    if any(is_personal_name(text) for text in texts if text not in periods and not _SPAN.fullmatch(text)):
        return True
    if texts and not _DATA.fullmatch(texts[0]) and (sum(_DATE.fullmatch(text) is not None for text in texts) >= 2 or periods):
        return False
    return any(_DATA.fullmatch(text) for text in texts)


def _are_periods(texts: Sequence[str]) -> bool:
    """Return whether numbers are years, months or days in order of time."""
    forms = (r"(?:19|20)\d\d", r"(?:19|20)\d\d(?:0[1-9]|1[0-2])", r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
    if len(texts) >= LEAST_NUMBERED and [text.lstrip("0") or "0" for text in texts] in (
        [str(at + first) for at in range(len(texts))] for first in (0, 1)
    ):
        return True
    ordered = list(texts) in (sorted(set(texts)), sorted(set(texts), reverse=True))
    if len(texts) == 2 and all(re.fullmatch(forms[0], text) for text in texts) and int(texts[1]) - int(texts[0]) == 1:
        return True
    return len(texts) >= LEAST_PERIODS and ordered and any(all(re.fullmatch(form, text) for text in texts) for form in forms)


def no_names(name: str) -> UsageError:
    """Return the error for a table without names of columns."""
    return UsageError(
        f"The first line of {name!r} looks like data, not like names of columns (it is not repeated here). Write the names of "
        "the columns into a first line, then run the same command again."
    )


def side_by_side(name: str) -> UsageError:
    """Return the error for a table whose names all occur twice."""
    return UsageError(
        f"Every name of a column occurs twice in {name!r}, perhaps because two tables stand side by side. Put one below the other, then run "
        "the same command again."
    )


def header_row(rows: Sequence[Sequence[Any]]) -> int:
    """Return the index of the first row as wide as the data.

    A narrower row above data is that of the names, too, as where a table was written with an index or with columns that have no name.

    Examples
    --------
    >>> header_row([["Incidents 2024", ""], ["", ""], ["date", "ward"], ["2024-01-01", "1"], ["2024-01-02", "2"]])
    2
    >>> header_row([["", "day", "ward"], ["0", "2024-01-01", "1"], ["1", "2024-01-02", "2"]])
    0
    """
    filled = [sum(value not in (None, "") for value in row) for row in rows[:LOOKED_AT]]
    there = [count for count in filled if count]
    if len(there) < 3:
        return 0
    usual = statistics.median(there)
    least = max(2, _FILLED * usual)
    found = next((at for at, count in enumerate(filled[:MOST_TITLES]) if count >= least), 0)
    if not is_data(rows[found]):
        return found
    above = range(found - 1, -1, -1)
    return next((at for at in above if filled[at] >= max(2, usual / 2) and not is_data(rows[at])), found)


def header_names(rows: Sequence[Sequence[Any]], at: int) -> list[str]:
    """Return the names of the columns, completed from the rows above.

    Blank and repeated names are joined with the name above them, and so are all others that stand below the same name as a repeated one.

    Examples
    --------
    >>> header_names([["Place", "", "Day"], ["x", "y", ""]], 1)
    ['x', 'y', 'Day']
    >>> header_names([["", "2022", "", "2023"], ["ward", "Jan", "Feb", "Jan"]], 1)
    ['ward', '2022 Jan', '2022 Feb', '2023 Jan']
    """
    names = ["" if value is None else str(value).strip(" \t\r\n\u00a0\ufeff") for value in rows[at]]
    return _completed(names, list(range(len(names))), rows, at)


def _completed(names: list[str], spans: list[int], rows: Sequence[Sequence[Any]], at: int) -> list[str]:
    """Return names of columns, by their spans, completed from above."""
    if not at:
        return names
    above, over, last, span = list[str](), list[int](), "", -1
    # a row ends with its last value, and that may stand over several columns
    row = [*rows[at - 1], *[None] * len(names)][: len(names)]
    for column, value in enumerate(row):
        if value not in (None, ""):
            last, span = str(value).strip(), column
        above.append(last)
        over.append(span)
    if len({one for one in above if one}) < 2:
        # one title over all columns names none of them
        return names
    times = Counter(name for name, _ in set(zip(names, spans, strict=True)))
    joined = {one for name, one in zip(names, over, strict=True) if name and times[name] > 1}
    if joined:
        above = _completed(above, over, rows, at - 1)
    return [
        upper if not name else f"{upper} {name}".strip() if one in joined else name
        for name, upper, one in zip(names, above, over, strict=True)
    ]


def csv_rows(path: Path, encoding: str, separator: str, titles: int, quoting: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of a text file, without empty ones below.

    Parameters
    ----------
    titles
        Rows above the names of the columns, counted as :func:`header_row` counts them.
    quoting
        Options of Python's csv about quotation marks.

    Raises
    ------
    UsageError
        If a sign is not of the encoding.
    """
    try:
        with unpacked(path), opened(path) as file:
            text = file.read().decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError:
        raise UsageError(
            f"The beginning of the table {path.name!r} is {encoding}, but the rest is not. Export it again, as UTF-8."
        ) from None
    rows = [row for row in csv.reader(io.StringIO(text, newline=None), delimiter=separator, **quoting) if row]
    return [row for at, row in enumerate(rows) if at <= titles or any(row)]


def table_below(name: str, rows: Sequence[Sequence[Any]], at: int, wanted: Sequence[str]) -> pa.Table:
    """Return the wanted columns below the row of names, as text."""
    import pyarrow as pa

    places = first_places(header_names(rows, at))
    place = {column: places[column] for column in wanted}
    return pa.table(
        {
            column: value_texts(name, column, [row[index] if index < len(row) else None for row in rows[at + 1 :]])
            for column, index in place.items()
        }
    )
