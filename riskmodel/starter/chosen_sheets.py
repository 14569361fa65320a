"""Sheets of a workbook that hold the table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.errors import empty_table, refused
from riskmodel.base.personal_data.personal_texts import is_personal_name
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.table_request import first_places
from riskmodel.records.intake.readers.workbook_sheets import SheetRows, hidden_sheets, sheet_names, sheet_rows, shown_sheets
from riskmodel.starter.column_words import free_name, is_chinese, rank
from riskmodel.starter.part_names import are_parts, named_month
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

COPIED = 0.5
"""Share of the rows of a hidden sheet that stand in a shown one, from which it is an older copy."""
LEAST_MONTHS = 6
"""Columns named by months from which the name of a single sheet may say of which year."""
SMALL = 0.02
"""A sheet that is not read is a limit if it has more than this share of the rows; a smaller one may be a list of codes."""

_YEAR = re.compile(r"\D*?(?P<year>(?:19|20)\d\d)(?!\d)(?:\s*[-_/.年]?\s*(?P<month>0?[1-9]|1[0-2])(?!\d))?\D*")
"""Names of sheets that say a year, and perhaps a month, in digits."""


@dataclass(frozen=True)
class TableSheet:
    """A sheet with names of columns, below some rows of titles."""

    sheet: SheetRows
    titles: int
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows below the names."""
        return len(self.sheet.rows) - self.titles - 1

    @property
    def filled_names(self) -> frozenset[str]:
        """Names of the columns that have one."""
        return frozenset(filter(None, self.names))

    def places(self, columns: Iterable[str]) -> dict[str, int]:
        """Return where columns stand in this sheet."""
        there = first_places(self.names)
        return {column: there[column] for column in columns if column in there}


@dataclass(frozen=True)
class ChosenSheets:
    """The sheets of a workbook that hold its table.

    Parameters
    ----------
    sheets
        Names of the sheets whose rows are the table.
    alone
        Whether the workbook has no other sheet.
    labels
        Columns with the name of the sheet of each row, or with the year, and perhaps the month, that it says; none where they are other parts of
        the year or there is one sheet.
    titles
        Rows above the names of the columns.
    rows
        All rows of the table, with the names first.
    parts
        The sheets as they were read.
    left
        Sheets with rows that are not read, and the number of their rows.
    copies
        Those that are hidden, and of which most rows stand in the sheets that are read.
    hidden
        Those that are hidden and read.
    further
        Columns that only some of the sheets have.
    """

    sheets: tuple[str, ...]
    alone: bool
    labels: tuple[str, ...]
    titles: int
    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    parts: tuple[TableSheet, ...]
    left: tuple[tuple[str, int], ...]
    further: tuple[str, ...]
    copies: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()

    def in_words(self) -> Iterator[str]:
        """Yield what was done to the rows of the sheets."""
        if len(self.sheets) == 1 and self.labels:
            yield "the name of the sheet says the year"
        if len(self.sheets) > 1:
            shown = shown_sheets(list(self.sheets))
            word = "column" if len(self.labels) == 1 else "columns"
            named = f"; their names are the {word} {' and '.join(map(repr, self.labels))}" if self.labels else ""
            yield f"{len(self.sheets)} sheets with the same columns are one table ({', '.join(shown[:6])}{', …' if len(shown) > 6 else ''}){named}"
        if self.titles:
            yield f"the names of the columns stand below {counted(self.titles, 'row')} of titles"

    def left_in_words(self) -> Iterator[tuple[str, str, bool]]:
        """Yield what is not read, why, and if large."""
        for name in self.further:
            yield name, "only some of the sheets have it", False
        for name, rows in self.left:
            shown = f"sheet {name!r}" if shown_sheets([name]) else "a sheet"
            yield shown, f"not read: its {counted(rows, 'row')} lack the columns of the others", rows > SMALL * len(self.rows)
        for name, rows in self.copies:
            shown = f"hidden sheet {name!r}" if shown_sheets([name]) else "hidden sheet"
            yield shown, f"not read: most of its {counted(rows, 'row')} stand in the other sheets, so it is an older copy", False

    def hidden_in_words(self, workbook: str) -> Iterator[str]:
        """Yield what is hidden and read."""
        if self.hidden:
            yield f"{counted(len(self.hidden), 'sheet')} of {workbook!r} hidden from view, and read like all others."
        if hidden := sum(part.sheet.hidden for part in self.parts):
            yield f"{counted(hidden, 'row')} of {workbook!r} are hidden, perhaps by a filter. They are read like all others."


def chosen_sheets(path: Path) -> ChosenSheets:
    """Return the sheets with the most rows under the same names.

    Their order may differ, and some may have further columns.

    Raises
    ------
    UsageError
        If it is no workbook, or no sheet has names of columns.
    RefusedError
        If the name of a sheet that is to be read looks like a number of a person.
    """
    names = sheet_names(path)
    sheets = [found for name in names if (found := sheet_rows(path, name)).rows]
    if not sheets:
        raise empty_table(path.name)
    first, having = _with_most_rows(path.name, sheets)
    hidden = hidden_sheets(path)
    chosen = _without_copies(having, hidden)
    own = tuple(one.sheet.name for one in chosen)
    copies = tuple((one.sheet.name, one.rows) for one in having if one.sheet.name not in own)
    if len(names) > 1 and any(map(is_personal_name, own)):
        raise refused(
            f"The workbook {path.name!r}",
            "the name of a sheet looks like a number of a person (it is not repeated here)",
            "Rename the sheet after what it holds, then run the same command again.",
        )
    labels = _labels(own, first.names)
    return ChosenSheets(
        own,
        alone=len(names) == 1,
        labels=tuple(labels),
        titles=first.titles,
        names=(*first.names, *labels),
        rows=list(_rows(chosen, labels)),
        parts=tuple(chosen),
        left=tuple((one.name, len(one.rows)) for one in sheets if one.name not in (*own, *(name for name, _ in copies))),
        further=tuple(sorted({name for one in chosen for name in one.names} - {*first.names, ""})),
        copies=copies,
        hidden=tuple(name for name in own if name in hidden and len(own) > 1),
    )


def _with_most_rows(workbook: str, sheets: list[SheetRows]) -> tuple[TableSheet, list[TableSheet]]:
    """Return the first of the sheets with most rows, and all.

    They are those with its columns, in the order of the workbook; further columns are left out.
    """
    read = [found for one in sheets if (found := _read(one)) is not None]
    if not read:
        raise no_names(workbook)
    groups: dict[frozenset[str], list[TableSheet]] = defaultdict(list)
    for one in read:
        groups[_without_months(one.filled_names)].append(one)
    wanted = max(groups, key=lambda names: sum(one.rows for one in groups[names]))
    widest = max(groups[wanted], key=lambda one: len(one.filled_names))
    return widest, [one for one in read if _without_months(one.filled_names) >= wanted]


def _without_months(names: frozenset[str]) -> frozenset[str]:
    """Return names of columns without months.

    The last year has fewer. A single one stays.
    """
    months = frozenset(name for name in names if named_month(name) is not None)
    return (names - months) | {"\0"} if len(months) > 1 else names


def _read(sheet: SheetRows) -> TableSheet | None:
    """Return a sheet as a table; None if it has no names."""
    values = [row for _, row in sheet.rows]
    titles = header_row(values)
    names = header_names(values, titles)
    return None if is_data(names) else TableSheet(sheet, titles, tuple(names))


def _without_copies(sheets: list[TableSheet], hidden: frozenset[str]) -> list[TableSheet]:
    """Return sheets without hidden ones that repeat those that are shown."""
    there = {tuple(map(str, row)) for one in sheets if one.sheet.name not in hidden for _, row in one.sheet.rows}
    return [one for one in sheets if one.sheet.name not in hidden or not there or not _is_copy(one, there)]


def _is_copy(sheet: TableSheet, there: set[tuple[str, ...]]) -> bool:
    """Return whether most rows below the names stand elsewhere, too."""
    rows = [tuple(map(str, row)) for _, row in sheet.sheet.rows[sheet.titles + 1 :]]
    return bool(rows) and sum(row in there for row in rows) > COPIED * len(rows)


def _labels(sheets: tuple[str, ...], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return columns that the names of sheets add, with their texts.

    Years, and perhaps months, are added unless the sheets have such a column.
    """
    taken = list(names)
    if len(sheets) < 2 and sum(named_month(name) is not None for name in taken) < LEAST_MONTHS:
        return {}
    if not are_parts(list(sheets)):
        return {free_name("工作表" if is_chinese(taken) else "sheet", taken): sheets}
    if any(rank(name, "year") == 3 for name in taken):
        return {}
    found = [_YEAR.fullmatch(name) for name in sheets]
    if not all(one is not None and (one["month"] is None or 1 <= int(one["month"]) <= 12) for one in found):
        return {}
    said = [(one["year"], one["month"]) for one in found if one is not None]
    chinese = is_chinese(taken)
    labels = {free_name("年" if chinese else "year", taken): tuple(year for year, _ in said)}
    if all(month for _, month in said) and not any(rank(name, "month") == 3 for name in taken):
        labels[free_name("月" if chinese else "month", taken)] = tuple(month for _, month in said)
    return labels


def _rows(sheets: list[TableSheet], labels: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield the names, and the rows of all sheets below them.

    With labels each row ends with what the name of its sheet says.
    """
    names = sheets[0].names
    yield (*names, *labels)
    for at, one in enumerate(sheets):
        as_it_is, there = one.names == names and not labels, first_places(one.names)
        place = [there.get(name) if name else column for column, name in enumerate(names)]
        said = [texts[at] for texts in labels.values()]
        for _, row in one.sheet.rows[one.titles + 1 :]:
            whole = row if as_it_is else tuple(None if column is None or column >= len(row) else row[column] for column in place)
            filled = any(value not in (None, "") for value in whole)
            yield (*whole, *(said if filled else [None] * len(said)))
