"""Likely causes of many rows in quarantine, and their remedies.

A cause is named only if the rows would be good with it: nothing is guessed silently, and no value of the table is repeated.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Int8

from riskmodel.base.date_forms import date_form
from riskmodel.base.digit_groups import UNCLEAR, group_sign
from riskmodel.base.plurals import counted
from riskmodel.base.project import Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.place_causes import place_causes
from riskmodel.records.intake.quarantined_rows import FIXED, QuarantinedRows, share
from riskmodel.records.intake.readers.csv_file import opened
from riskmodel.records.intake.readers.table_parts import table_parts
from riskmodel.records.intake.readers.workbook_sheets import SPREADSHEETS, counts_from_1904
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS
from riskmodel.records.intake.upkeep.retries import RowBatch

SAMPLE = 2_000
"""Most rows with which a cause is tried."""
LIKELY_FORMS = {
    "m/d/yyyy": "month/day/year",
    "d/m/yyyy": "day/month/year",
    "m-d-yyyy": "month-day-year",
    "d-m-yyyy": "day-month-year",
    "m.d.yyyy": "month.day.year",
    "d.m.yyyy": "day.month.year",
    "m/d/yy": "month/day/year",
    "d/m/yy": "day/month/year",
    "yy/m/d": "year/month/day",
    "d.m.yy": "day.month.year",
    "yy.m.d": "year.month.day",
    "m-d-yy": "month-day-year",
    "d-m-yy": "day-month-year",
    "yy-m-d": "year-month-day",
    "d-mmm-yyyy": "day-month-year with names of months",
    "d-mmm-yy": "day-month-year with names of months",
    "d mmm yyyy": "day month year with names of months",
    "d mmm yy": "day month year with names of months",
    "mmm d, yyyy": "month day, year with names of months",
    "yyyy mmm d": "year month day with names of months",
    "yyyy-d-m": "year-day-month",
    "yyyy/d/m": "year/day/month",
}
"""Forms of dates that are tried, and what they are called."""
_ALL_DATES = 0.95
"""Share of texts that a form must read."""
_NUMBERS = (
    (re.compile(r"[2-6]\d{4}(\.\d+)?"), "day numbers of a spreadsheet", "excel"),
    (re.compile(r"1\d{9}(\.\d+)?"), "seconds since 1970", "unix"),
    (re.compile(r"1\d{12}"), "milliseconds since 1970", "unix"),
)


Guess = Callable[[QuarantinedRows], Iterator[str]]


def likely_cause(request: SourceRequest, batch: RowBatch, reason: Int8[np.ndarray, " row"]) -> str:
    """Return the likely cause of rows in quarantine, and what to do.

    It is that of the most frequent reason, in one or two sentences; empty if none is found.

    Parameters
    ----------
    reason
        Reason for quarantine of every row that is not broken (0: none).
    """
    counts = np.bincount(reason, minlength=len(QUARANTINE_REASONS))
    counts[0] = 0
    if len(batch.table.broken) > counts.max():
        return "Do texts contain the separator? Export them in quotation marks."
    if not counts.max():
        return ""
    why = QUARANTINE_REASONS[int(counts.argmax())]
    chosen = np.zeros(len(reason), dtype=bool)
    rows = np.flatnonzero(reason == counts.argmax())
    chosen[rows[:: max(1, len(rows) // SAMPLE)]] = True
    table = batch.table.take(chosen)
    sample = QuarantinedRows(request, RawTable(table.whole, table.columns))
    return next((found for guess in _GUESSES.get(why, ()) for found in guess(sample)), "")


def _dates(role: str) -> Guess:
    """Return the guess about the dates of ``role`` in columns."""

    def guess(rows: QuarantinedRows) -> Iterator[str]:
        column = getattr(rows.source.columns, role)
        if not isinstance(column, str) or column not in rows.table.columns:
            return
        texts = sorted(set(rows.texts(column)))
        forms = [form for form in LIKELY_FORMS if share(date_form(form).read(text) is not None for text in texts) >= _ALL_DATES]
        if len(forms) == 1:
            yield f"The dates in the column {column!r} look like {LIKELY_FORMS[forms[0]]}: set dates = {forms[0]!r} of the source."
        if len(forms) > 1:
            named = " or ".join(LIKELY_FORMS[form] for form in forms)
            keys = " or ".join(f"dates = {form!r}" for form in forms)
            yield (
                f"The dates in the column {column!r} can be {named}, which nothing in the table decides. Ask how they are written, then "
                f"set {keys} of the source."
            )
        for pattern, what, form in _NUMBERS:
            if texts and share(pattern.fullmatch(text) is not None for text in texts) >= _ALL_DATES:
                form = _counted_form(rows.source, rows.request) if form == "excel" else repr(form)
                yield f"The column {column!r} looks like {what}: set dates = {form} of the source."

    return guess


def _counted_form(source: Source, request: SourceRequest) -> str:
    """Return the form of a spreadsheet's day numbers, as riskmodel.toml states it."""
    workbook = source.path is not None and source.path.lower().endswith(SPREADSHEETS) and request.ingest.frame is None
    if not workbook:
        return "'excel' (or 'excel1904', if the program counted from 1904)"
    (path, *_) = table_parts(request.project.path(str(source.path)))
    return "'excel1904'" if counts_from_1904(path) else "'excel'"


def _kinds(rows: QuarantinedRows) -> Iterator[str]:
    """Name a wrong encoding, or the column that holds the kinds."""
    source, kinds = rows.source, set(rows.source.kinds)
    if source.columns.kind is None:
        return
    texts = rows.texts(source.columns.kind)
    if _is_utf8_after_all(rows):
        yield "The file looks like UTF-8: set encoding = 'utf-8' of the source."
    for name in _others(rows, source.columns.kind):
        if share(text in kinds for text in rows.texts(name)) >= FIXED:
            yield f"The values of kinds stand in the column {name!r}: set kind = {name!r} in columns."
    different = len(set(texts))
    if not different:
        yield f"The column {source.columns.kind!r} is empty in these rows. Fill it at the source, or let more rows be quarantined (may_quarantine)."
        return
    are, them = ("is", "it") if different == 1 else ("are", "them")
    yield (
        f"{counted(different, 'value')} of the column {source.columns.kind!r} {are} not in kinds. Map {them} there, or name the right "
        "column."
    )


def _cells(rows: QuarantinedRows) -> Iterator[str]:
    """Name the column that holds the cells, or how the ids differ."""
    column, cells = rows.source.columns.cell, rows.request.ingest.locator.cells
    if not isinstance(column, str):
        return
    for name in _others(rows, column):
        if share(text in cells for text in rows.texts(name)) >= FIXED:
            yield f"The ids of cells stand in the column {name!r}: set cell = {name!r} in columns."
    plain = {_plain_id(name) for name in cells}
    if share(_plain_id(text) in plain for text in rows.texts(column)) >= FIXED:
        yield (
            f"The ids in the column {column!r} differ from those of the cells in leading zeros, capitals or signs only. Write both alike."
        )
    yield f"Is {column!r} the column with the ids of cells?"


def _ids_again(_rows: QuarantinedRows) -> Iterator[str]:
    yield "They say something else than before under the same ids. Do the columns of id identify a row?"


def _right_column(role: str) -> Guess:
    """Return the guess that another column is mapped."""

    def guess(rows: QuarantinedRows) -> Iterator[str]:
        yield f"Is {getattr(rows.source.columns, role)!r} the right column for {role}?"

    return guess


def _grouped_digits(rows: QuarantinedRows) -> Iterator[str]:
    """Name the sign between groups of three digits."""
    column = rows.source.columns.amount
    texts = set[str]() if column is None else set(rows.texts(column))
    sign = group_sign(texts)
    if sign is None or rows.source.thousands is not None:
        return
    if sign in ("", UNCLEAR):
        sign = "." if any("." in text for text in texts) else ","
    other = ", or thousands = '' if it is 2" if sign == "." else ""
    yield (
        f"The numbers in the column {column!r} have signs between groups of three digits: set thousands = {sign!r} of the source if 2{sign}000 is two "
        f"thousand{other}."
    )


_GUESSES: dict[str, Sequence[Guess]] = {
    "unknown kind": (_kinds,),
    "unknown cell": (_cells,),
    "unreadable coordinates": (place_causes, _right_column("x")),
    "outside all cells": (place_causes,),
    "unreadable date": (_dates("occurred"), _right_column("occurred")),
    "unreadable known date": (_dates("known"), _right_column("known")),
    "unreadable end date": (_dates("ended"), _dates("ended_known"), _right_column("ended")),
    "amount is not a whole number": (_grouped_digits, _right_column("amount")),
    "unreadable revision": (_right_column("revision"),),
    "no id": (_right_column("id"),),
    "conflicting revision": (_ids_again,),
}
"""What is tried for each reason; the first that is found is named."""


def _others(rows: QuarantinedRows, column: str) -> list[str]:
    """Return the other columns that are read."""
    return [name for name in rows.table.columns if name != column]


def _is_utf8_after_all(rows: QuarantinedRows) -> bool:
    """Return whether a CSV is in UTF-8, though another encoding is set.

    Texts in another encoding are hardly ever UTF-8 by chance.
    """
    source, request = rows.source, rows.request
    if source.path is None or request.ingest.frame is not None or codecs.lookup(source.encoding).name.startswith("utf-8"):
        return False
    contents = list[bytes]()
    for path in table_parts(request.project.path(source.path)):
        with opened(path) as file:
            contents.append(file.read(SAMPLE << 9))
    try:
        for content in contents:
            codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return not all(content.isascii() for content in contents) and not any(b"\0" in content for content in contents)


def _plain_id(text: str) -> str:
    """Return an id without leading zeros, capitals and signs."""
    return re.sub(r"[\W_]+", "", text).lstrip("0").casefold()
