"""Sheets of a workbook that hold the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.errors import empty_table, refused
from riskmodel.base.personal_data.personal_texts import is_personal_name
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.workbook_sheets import SheetRows, sheet_names, sheet_rows, shown_sheets
from riskmodel.starter.column_words import free_name, is_chinese
from riskmodel.starter.part_names import are_parts
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

SMALL = 0.02
"""A sheet that is not read is a limit if it has more than this share of the rows; a smaller one may be a list of codes."""


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

    def places(self, columns: Iterable[str]) -> dict[str, int]:
        """Return where columns stand in this sheet."""
        return {column: self.names.index(column) for column in columns if column in self.names}


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
    further
        Columns that only some of the sheets have.
    """

    sheets: tuple[str, ...]
    alone: bool
    label: str
    titles: int
    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    parts: tuple[TableSheet, ...]
    left: tuple[tuple[str, int], ...]
    further: tuple[str, ...]

    def in_words(self) -> Iterator[str]:
        """Yield what was done to the rows of the sheets."""
        if len(self.sheets) > 1:
            shown = shown_sheets(list(self.sheets))
            named = f"; their names are the column {self.label!r}" if self.label else ""
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
    groups: dict[frozenset[str], list[TableSheet]] = defaultdict(list)
    for one in sheets:
        read = _read(one)
        if read is not None:
            groups[frozenset(filter(None, read.names))].append(read)
    if not groups:
        raise no_names(path.name)
    wanted = max(groups, key=lambda names: sum(one.rows for one in groups[names]))
    first = groups[wanted][0]
    # in the order of the workbook; further columns are left out
    chosen = [one for group in groups.items() if group[0] >= wanted for one in group[1]]
    chosen.sort(key=lambda one: names.index(one.sheet.name))
    own = tuple(one.sheet.name for one in chosen)
    if len(names) > 1 and any(map(is_personal_name, own)):
        raise refused(
            f"The workbook {path.name!r}",
            "the name of a sheet looks like a number of a person (it is not repeated here)",
            "Rename the sheet after what it holds, then run the same command again.",
        )
    label = "" if are_parts(list(own)) else free_name("工作表" if is_chinese(list(first.names)) else "sheet", first.names)
    left = tuple((one.name, len(one.rows)) for one in sheets if one.name not in own)
    return ChosenSheets(
        own,
        len(names) == 1,
        label,
        first.titles,
        (*first.names, *([label] if label else [])),
        list(_rows(chosen, label)),
        tuple(chosen),
        left,
        tuple(sorted(frozenset().union(*(one.names for one in chosen)) - wanted - {""})),
    )


def _read(sheet: SheetRows) -> TableSheet | None:
    """Return a sheet as a table; None if it has no names."""
    values = [row for _, row in sheet.rows]
    titles = header_row(values)
    names = header_names(values, titles)
    return None if is_data(names) else TableSheet(sheet, titles, tuple(names))


def _rows(sheets: list[TableSheet], label: str) -> Iterator[tuple[Any, ...]]:
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
        same = one.names == first.names
        place = [one.names.index(name) if name else at for at, name in enumerate(first.names)]
        for _, row in one.sheet.rows[one.titles + 1 :]:
            yield row if same else tuple(row[at] if at < len(row) else None for at in place)
