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
from riskmodel.records.intake.readers.table_request import first_places
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
    first, chosen = _with_most_rows(path.name, sheets)
    own = tuple(one.sheet.name for one in chosen)
    if len(names) > 1 and any(map(is_personal_name, own)):
        raise refused(
            f"The workbook {path.name!r}",
            "the name of a sheet looks like a number of a person (it is not repeated here)",
            "Rename the sheet after what it holds, then run the same command again.",
        )
    label = "" if are_parts(list(own)) else free_name("工作表" if is_chinese(list(first.names)) else "sheet", first.names)
    return ChosenSheets(
        own,
        alone=len(names) == 1,
        label=label,
        titles=first.titles,
        names=(*first.names, *([label] if label else [])),
        rows=list(_rows(chosen, label)),
        parts=tuple(chosen),
        left=tuple((one.name, len(one.rows)) for one in sheets if one.name not in own),
        further=tuple(sorted({name for one in chosen for name in one.names} - {*first.names, ""})),
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
        groups[one.filled_names].append(one)
    wanted = max(groups, key=lambda names: sum(one.rows for one in groups[names]))
    return groups[wanted][0], [one for one in read if one.filled_names >= wanted]


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
    names = sheets[0].names
    yield (*names, label) if label else names
    for one in sheets:
        as_it_is, there = one.names == names and not label, first_places(one.names)
        place = [there[name] if name else at for at, name in enumerate(names)]
        for _, row in one.sheet.rows[one.titles + 1 :]:
            whole = row if as_it_is else tuple(row[at] if at < len(row) else None for at in place)
            filled = any(value not in (None, "") for value in whole)
            yield (*whole, one.sheet.name if filled else None) if label else whole
