"""Tables in other forms, as one row per event or count.

A reshaped table is read from a copy in the project, because its file cannot be read row by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import refused
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import free_name, is_chinese, looks_like_id, plain_name, rank
from riskmodel.starter.crossed_names import places_and_kinds
from riskmodel.starter.date_evidence import date_evidence
from riskmodel.starter.epidemiological_weeks import EPIDEMIOLOGICAL, epidemiological_week
from riskmodel.starter.event_numbers import holds_minutes
from riskmodel.starter.filled_blocks import filled_blocks
from riskmodel.starter.hidden_signs import same_looks
from riskmodel.starter.kind_columns import counted_kinds, marked_kinds
from riskmodel.starter.month_columns import month_columns
from riskmodel.starter.new_rows import NewRows, as_counts, holds_counts, only_date, stacked
from riskmodel.starter.newest_versions import newest_versions
from riskmodel.starter.numbered_columns import day_columns, hour_columns, weekday_columns
from riskmodel.starter.other_words import is_circumstance, is_figure, is_other_number
from riskmodel.starter.parted_dates import parted_dates
from riskmodel.starter.person_groups import without_person_groups
from riskmodel.starter.point_texts import point_columns
from riskmodel.starter.revised_counts import revised_counts
from riskmodel.starter.rows_below import without_rows_below
from riskmodel.starter.summed_counts import LEAST_SUMS, is_total
from riskmodel.starter.table_columns import ReadTable, read_frame_table
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.written_digits import plain_digits

LEAST_DATED = 2
"""Columns named by dates from which a table has one column per date."""
_EPIDEMIOLOGICAL = re.compile(r"\b(epi|epiweek|mmwr|mmwrweek|cdc|epidemiolog\w*)\b")
"""Names of weeks that begin on Sunday."""


def reshaped(
    table: ReadTable, form: str | None = None, today: int | None = None, stated: Mapping[str, str] | None = None
) -> ReadTable:
    """Return a table as one row per event or count.

    A table that is one is returned as it is. Blank rows of a block have the value of its first row. Of several versions of a record the newest is kept. One column per date, one per cell or one per kind become rows; a column of points becomes two of coordinates; a year and a week
    become one column.

    Parameters
    ----------
    form
        Form of the dates, where it is stated.
    stated
        Columns by role that are stated. A change that would take one of them away is not made.
    """
    stated = {} if stated is None else stated
    whole, table = table, without_rows_below(table)
    changes: tuple[Callable[[], NewRows | None], ...] = (
        lambda: same_looks(table),
        lambda: plain_digits(table),
        lambda: filled_blocks(table),
        lambda: parted_dates(table),
        lambda: newest_versions(table, form, today),
        lambda: without_person_groups(table),
        lambda: hour_columns(table),
        lambda: day_columns(table),
        lambda: weekday_columns(table, form, today),
        lambda: month_columns(table),
        lambda: _dated_columns(table, form, today),
        lambda: point_columns(table),
        lambda: _weeks(table),
        lambda: _cells(table, form, today),
        lambda: counted_kinds(table, form, today, stated),
        lambda: marked_kinds(table),
        lambda: revised_counts(table, form, today),
    )
    for change in changes:
        rows = change()
        if rows is not None and all(name in rows.columns for name in stated.values() if name in table.columns):
            table = _replaced(table, rows)
    # a table that is read where it is keeps its rows: an ingest counts them
    return whole if table.reshaped == whole.reshaped else table


def _replaced(table: ReadTable, rows: NewRows) -> ReadTable:
    import pyarrow as pa

    found = read_frame_table(pa.table({name: pa.array(values, pa.string()) for name, values in rows.columns.items()}), table.name)
    _refuse_names(table, found)
    found.path, found.form, found.epoch = table.path, table.form, table.epoch
    found.refused = {**table.refused, **found.refused}
    found.zoned = {name: zone for name, zone in table.zoned.items() if name in found.columns}
    found.reshaped = (*table.reshaped, rows.why)
    found.removed = (*table.removed, *rows.left_out)
    found.doubts = (*table.doubts, *([rows.doubt] if rows.doubt else []))
    found.versions = rows.versions
    return found


def _refuse_names(table: ReadTable, found: ReadTable) -> None:
    """Refuse names of columns that are those of persons.

    Raises
    ------
    RefusedError
        With what to write if they are places or kinds.
    """
    for name, why in found.refused.items():
        if name not in table.columns:
            what = "place" if name in ("cell", "网格") else "kind"
            told = re.sub(r"of its ([\d,]+) different values", r"of \1", why.partition(": ")[2]).replace("a value of it", "one")
            raise refused(
                f"{table.shown!r} with a column of counts for each {what}",
                f"of the names of these columns, {told}",
                f"Forecasts are of places, never of persons. If each is a {what}, let its name say so (such as Ward Baker, Baker Street or 王家村), then run the same command again.",
            )


def _dated_columns(table: ReadTable, form: str | None, today: int | None) -> NewRows | None:
    """Return one row for each row and column of a date."""
    names = list(table.columns)
    dated = _dated(names, form, today)
    if len(dated) < LEAST_DATED or 2 * len(dated) < len(names) or len(dated) == len(names):
        return None
    counts = as_counts(table, dated)
    if not all(column.is_numeric or not column.filled for column in counts):
        return None
    kept = [name for name in names if name not in dated]
    total = _say_total(table, kept) | _sums(np.array([column.row_numbers() for column in counts]).T)
    rows = np.flatnonzero(~total)
    chinese = is_chinese(kept)
    date, amount = ("日期", "数量") if chinese else ("date", "count")
    columns: dict[str, list[str | None]] = {
        name: np.repeat(table.columns[name].texts()[rows], len(dated)).tolist() for name in kept
    }
    if any(head for head, _ in dated.values()):
        columns[free_name("类别" if chinese else "kind", kept)] = [head for head, _ in dated.values()] * len(rows)
    columns[free_name(date, columns)] = [re.sub(r"[ T]00:00:00$", "", text) for _, text in dated.values()] * len(rows)
    columns[free_name(amount, columns)] = np.column_stack([table.columns[name].texts()[rows] for name in dated]).ravel().tolist()
    left = (("rows of totals", f"{counted(int(total.sum()), 'row')} with the sum of the others"),) if total.any() else ()
    kinds = " and kinds" if any(head for head, _ in dated.values()) else ""
    return NewRows(
        columns,
        f"{counted(len(dated), 'column')} named by dates{kinds}, such as {next(iter(dated))}: one row per row and date",
        left,
    )


def _say_total(table: ReadTable, names: list[str]) -> np.ndarray:
    """Return which rows say in a column that they are totals."""
    found = np.zeros(table.rows, dtype=bool)
    for name in names:
        named = np.array([is_total(text) for text in table.columns[name].texts()])
        # a column that says so in every row says nothing of the others
        found |= named & (not named.all())
    return found


def _sums(rows: np.ndarray) -> np.ndarray:
    """Return which rows are the sum of all others, on enough dates."""
    counts = np.nan_to_num(rows)
    others = counts.sum(axis=0) - counts
    return (counts == others).all(axis=1) & (counts.sum(axis=1) > 0) & (counts.shape[0] >= 3 and counts.shape[1] >= LEAST_SUMS)


def _dated(names: list[str], form: str | None, today: int | None) -> dict[str, tuple[str, str]]:
    """Return the names that are dates, weeks or months, and these.

    Each has its kind before it, where the names are those of two rows: ``theft 2024-01``.
    """
    like = [name for name in names if re.search(r"\d{2}", name) and not re.fullmatch(r"\d{1,4}", name)]
    if len(like) < LEAST_DATED:
        return {}
    for texts in (like, _without_prefix(like), [re.sub(r"^((?:19|20)\d\d) (\d{1,2})$", r"\1-\2", name) for name in like]):
        found = date_evidence(_column("the names of the columns", texts), today, form, True)
        if found is not None:
            return {name: ("", text) for name, text, known in zip(like, texts, found.known.tolist(), strict=True) if known}
    for halves in _halves(like):
        found = date_evidence(_column("the names of the columns", [text for _, text in halves]), today, form, True)
        if found is not None and found.known.all():
            return dict(zip(like, halves, strict=True))
    return {}


def _halves(names: list[str]) -> Iterator[list[tuple[str, str]]]:
    """Yield names as kinds and what may be their dates."""
    for pattern in (
        r"(?P<kind>.+?)\s+(?P<date>\S+)",
        r"(?P<kind>.+?)\s+(?P<date>\S+\s\S+)",
        r"(?P<date>\S+)\s+(?P<kind>.+)",
        r"(?P<date>\S+\s\S+)\s+(?P<kind>.+)",
    ):
        found = [re.fullmatch(pattern, name) for name in names]
        halves = [(one["kind"].strip(), one["date"]) for one in found if one is not None]
        kinds, dates = ({half[at] for half in halves} for at in (0, 1))
        whole = len(halves) == len(names) == len(set(halves)) == len(kinds) * len(dates)
        if (
            whole
            and len(kinds) > 1
            and not any(is_total(kind) or is_figure(kind) or is_other_number(kind) or is_circumstance(kind) for kind in kinds)
        ):
            yield halves


def _without_prefix(names: list[str]) -> list[str]:
    """Return names without the letters that all begin with: ``X2024.01``."""
    heads = {re.split(r"\d", name, maxsplit=1)[0] for name in names}
    head = heads.pop() if len(heads) == 1 else ""
    return [name.removeprefix(head) for name in names]


def _column(name: str, texts: Iterable[str]) -> TextValues:
    values, codes = np.unique(np.array(list(texts), dtype=object).astype(str), return_inverse=True)
    return TextValues(name, values.tolist(), codes)


def _weeks(table: ReadTable) -> NewRows | None:
    """Return the table with years and numbers of weeks joined."""
    year = next((n for n, c in table.columns.items() if rank(n, "year") == 3 and c.is_numeric), None)
    week = next((n for n, c in table.columns.items() if rank(n, "week") == 3 and c.is_numeric), None)
    if year is None or week is None:
        return None
    weeks = table.columns[week]
    if not all(number != number or (number == round(number) and 1 <= number <= 53) for number in weeks.numbers.tolist()):
        return None
    pairs = zip(table.columns[year].row_numbers().tolist(), weeks.row_numbers().tolist(), strict=True)
    columns = {name: one.texts().tolist() for name, one in table.columns.items() if name not in (year, week)}
    epidemiological = _EPIDEMIOLOGICAL.search(without_accents(plain_name(week))) is not None
    text = cache(epidemiological_week if epidemiological else _iso_week)
    columns[week] = [text(int(a), int(b)) if a == a and b == b else "" for a, b in pairs]
    system = EPIDEMIOLOGICAL if epidemiological else "weeks of the year (ISO 8601, Monday to Sunday)"
    return NewRows(columns, f"{year} and {week} together name {system}")


def _iso_week(year: int, week: int) -> str:
    return f"{year}-W{week:02d}"


def _cells(table: ReadTable, form: str | None, today: int | None) -> NewRows | None:
    """Return one row for each date and column of a cell."""
    if sum(not holds_counts(column) for column in table.columns.values()) > 1:
        # to read dates takes longest
        return None
    date = only_date(table, form, today)
    if date is None or len(table.columns[date.column].values) < table.rows or holds_minutes(table.columns[date.column]):
        # a row that names its minute is an event
        return None
    names = [name for name in table.columns if name != date.column and not is_total(name)]
    if len(names) < 2 or not all(holds_counts(table.columns[name]) for name in names):
        return None
    sums = _sums(np.array([column.row_numbers() for column in as_counts(table, names)]))
    names = [name for name, adds_up in zip(names, sums.tolist(), strict=True) if not adds_up]
    if any(
        max(rank(name, role) for role in ("x", "y", "cell", "amount")) == 3 or is_figure(name) or looks_like_id(name)
        for name in names
    ):
        return None
    left = tuple((name, "it adds up the other columns") for name in table.columns if name not in (date.column, *names))
    cell, amount = ("网格", "数量") if is_chinese(names) else ("cell", "count")
    columns = stacked(table, [date.column], names, cell, amount)
    halves = places_and_kinds(names)
    if halves is not None:
        columns[cell] = [place for place, _ in halves] * table.rows
        columns[free_name("类别" if is_chinese(names) else "kind", columns)] = [kind for _, kind in halves] * table.rows
        why = f"{counted(len(names), 'column')} of counts beside one of dates name a place and a kind, such as {names[0]}: one row per date, place and kind"
        return NewRows(columns, why, left)
    return NewRows(
        columns,
        f"{counted(len(names), 'column')} of counts beside one of dates: one row per date and column, which is a cell",
        left,
        f"The columns of counts ({', '.join(names[:4])}{', …' if len(names) > 4 else ''}) are taken for places. If they are kinds of event, write one row "
        "per date and kind, with a column for the place, and run the same init into another folder.",
    )
