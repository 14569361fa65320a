"""Sheets of a workbook that hold the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.errors import empty_table
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.workbook_sheets import SheetRows, sheet_names, sheet_rows, shown_sheets
from riskmodel.starter.column_words import free_name, is_chinese
from riskmodel.starter.part_names import are_parts
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

SMALL = 0.02
"""A sheet that is not read is a limit if it has more than this share of the rows; a smaller one may be a list of codes."""


@dataclass(frozen=True)
class _TableSheet:
    """A sheet with names of columns, below some rows of titles."""

    sheet: SheetRows
    titles: int
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows below the names."""
        return len(self.sheet.rows) - self.titles - 1


@dataclass(frozen=True)
class ChosenSheets:
    """The sheets of a workbook that hold its table.

    Parameters
    ----------
    sheets
        Names of the sheets whose rows are the table.
    alone
        Whether the workbook has no other sheet.
    label
        Column with the name of the sheet of each row; empty where they are parts of the year or there is one sheet.
    titles
        Rows above the names of the columns.
    rows
        All rows of the table, with the names first.
    parts
        The sheets as they were read.
    left
        Sheets with rows that are not read, and the number of their rows.
    """

    sheets: tuple[str, ...]
    alone: bool
    label: str
    titles: int
    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    parts: tuple[SheetRows, ...]
    left: tuple[tuple[str, int], ...]

    def in_words(self) -> Iterator[str]:
        """Yield what was done to the rows of the sheets."""
        if len(self.sheets) > 1:
            shown = shown_sheets(list(self.sheets))
            named = f"; their names are the column {self.label!r}" if self.label else ""
            yield f"{len(self.sheets)} sheets with the same columns are one table ({', '.join(shown[:6])}{', …' if len(shown) > 6 else ''}){named}"
        if self.titles:
            yield f"the names of the columns stand below {counted(self.titles, 'row')} of titles"

    def left_in_words(self) -> Iterator[tuple[str, str, bool]]:
        """Yield sheets that are not read, why, and if large."""
        for name, rows in self.left:
            shown = f"sheet {name!r}" if shown_sheets([name]) else "a sheet"
            yield shown, f"not read: its {counted(rows, 'row')} lack the columns of the others", rows > SMALL * len(self.rows)


def chosen_sheets(path: Path) -> ChosenSheets:
    """Return the sheets with the most rows under the same names.

    Raises
    ------
    UsageError
        If it is no workbook, or no sheet has names of columns.
    """
    names = sheet_names(path)
    sheets = [found for name in names if (found := sheet_rows(path, name)).rows]
    if not sheets:
        raise empty_table(path.name)
    groups: dict[tuple[str, ...], list[_TableSheet]] = defaultdict(list)
    for one in sheets:
        read = _read(one)
        if read is not None:
            groups[tuple(name for name in read.names if name)].append(read)
    if not groups:
        raise no_names(path.name)
    chosen = max(groups.values(), key=lambda group: sum(one.rows for one in group))
    first = chosen[0]
    own = tuple(one.sheet.name for one in chosen)
    label = "" if are_parts(list(own)) else free_name("工作表" if is_chinese(list(first.names)) else "sheet", first.names)
    left = tuple((one.name, len(one.rows)) for one in sheets if one.name not in own)
    return ChosenSheets(
        own,
        len(names) == 1,
        label,
        first.titles,
        (*first.names, *([label] if label else [])),
        list(_rows(chosen, label)),
        tuple(one.sheet for one in chosen),
        left,
    )


def _read(sheet: SheetRows) -> _TableSheet | None:
    """Return a sheet as a table; None if it has no names."""
    values = [row for _, row in sheet.rows]
    titles = header_row(values)
    names = header_names(values, titles)
    return None if is_data(names) else _TableSheet(sheet, titles, tuple(names))


def _rows(sheets: list[_TableSheet], label: str) -> Iterator[tuple[Any, ...]]:
    """Yield the names, and the rows of all sheets below them.

    With a label each row ends with the name of its sheet.
    """
    first = sheets[0]
    if label:
        yield (*first.names, label)
        for one in sheets:
            place = [one.names.index(name) if name else at for at, name in enumerate(first.names)]
            for _, row in one.sheet.rows[one.titles + 1 :]:
                whole = tuple(row[at] if at < len(row) else None for at in place)
                yield (*whole, one.sheet.name if any(value not in (None, "") for value in whole) else None)
        return
    yield first.names
    for one in sheets:
        place = [one.names.index(name) if name else at for at, name in enumerate(first.names)]
        for _, row in one.sheet.rows[one.titles + 1 :]:
            yield row if one is first else tuple(row[at] if at < len(row) else None for at in place)
