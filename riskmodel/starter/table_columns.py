"""Tables as columns of text that passed the privacy door."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError, missing_file
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.privacy import is_forbidden_name
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.csv_table import read_csv
from riskmodel.records.intake.readers.file_content import refuse_other_content
from riskmodel.records.intake.readers.frames import read_frame
from riskmodel.records.intake.readers.parquet_file import read_parquet
from riskmodel.records.intake.readers.spreadsheet import read_xlsx
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.starter.column_words import looks_like_id
from riskmodel.starter.text_files import TextForm, text_form

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm")
"""Endings of tables, in lower case."""


@dataclass(frozen=True, eq=False)
class TextValues:
    """A column: its different texts, and the text of each row.

    ``codes`` holds -1 for empty fields.
    """

    name: str
    values: list[str]
    codes: Any

    @cached_property
    def counts(self) -> Any:
        """Number of rows of every different text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @property
    def filled(self) -> int:
        """Number of rows that are not empty."""
        return int((self.codes >= 0).sum())

    @cached_property
    def numbers(self) -> Any:
        """Every different text as a number; NaN for other texts."""
        return np.array([_number(text) for text in self.values], dtype=np.float64)

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all rows hold numbers."""
        return self.filled > 0 and float(self.counts[np.isfinite(self.numbers)].sum()) >= 0.97 * self.filled

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are whole and none is negative."""
        numbers = self.numbers[np.isfinite(self.numbers)]
        return bool(((numbers >= 0) & (numbers == np.rint(numbers))).all())

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers are written with a decimal comma."""
        return any("," in text for text, number in zip(self.values, self.numbers, strict=True) if np.isfinite(number))

    def row_numbers(self) -> Any:
        """Return the number of every row; NaN for other texts."""
        return np.append(self.numbers, np.nan)[self.codes]

    @classmethod
    def of(cls, name: str, column: Column) -> TextValues:
        """Return a text column with each different text once."""
        import pandas as pd

        texts = column.values
        codes, unique = pd.factorize(np.array([*texts, ""], dtype=object))
        unique = [str(text) for text in unique]
        found = codes[column.codes]
        if "" in unique:
            found = np.where(found == unique.index(""), -1, found)
        used, back = np.unique(found[found >= 0], return_inverse=True)
        rows = np.full(len(found), -1, dtype=np.int64)
        rows[found >= 0] = back
        return cls(name, [unique[at] for at in used], rows)


def _number(text: str) -> float:
    plain = text.replace(",", ".") if re.fullmatch(r"[-+]?\d+,\d+", text) else text
    try:
        return float(plain) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", plain) else float("nan")
    except ValueError:
        return float("nan")


@dataclass(eq=False)
class ReadTable:
    """A table with the columns that may be looked at.

    Parameters
    ----------
    name
        Short name of the source.
    path
        File of the table; None for a frame.
    columns
        Columns that passed the privacy door.
    refused
        Other columns, each with the reason. Columns whose names speak of persons were never read.
    form
        How a text file is written; None for others.
    zoned
        Columns of instants with a time zone.
    """

    name: str
    path: Path | None
    rows: int
    columns: dict[str, TextValues]
    refused: dict[str, str]
    form: TextForm | None = None
    zoned: tuple[str, ...] = ()
    frame: Any = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Name of the table in messages."""
        return self.path.name if self.path is not None else "the frame"


def table_files(paths: list[Path]) -> list[Path]:
    """Return the files of tables; of a folder, all in it.

    Raises
    ------
    UsageError
        If one is missing, or a folder has no table.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.is_file() and one.name.lower().endswith(ENDINGS))
            if not inside:
                raise UsageError(
                    f"The folder {str(path)!r} holds no table ({', '.join(ENDINGS)}). Name another folder, or a file."
                )
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise missing_file("table", path, "Correct the path after --from.")
    return list(dict.fromkeys(one.resolve() for one in found))


def read_table_file(path: Path, name: str) -> ReadTable:
    """Read a table of which nothing is known.

    Raises
    ------
    UsageError
        If it cannot be read, or no column may be read.
    """
    if not path.name.lower().endswith(ENDINGS):
        raise UsageError(
            f"The table {path.name!r} is of an unknown kind. Expected {', '.join(ENDINGS)}; save it as one of these."
        )
    refuse_other_content(path)
    ending = path.name.lower()
    form: TextForm | None = None
    if ending.endswith((".parquet", ".pq")):
        import pyarrow.parquet as pq

        try:
            names = pq.read_schema(path).names
        except (OSError, ValueError):
            raise UsageError(f"The table {path.name!r} is not a Parquet file. Export it again.") from None
        wanted, refused = _by_name(names)
        table = read_parquet(path, TableRequest(path.name, tuple(wanted)))
    elif ending.endswith((".xlsx", ".xlsm")):
        wanted, refused = _by_name(_sheet_names(path))
        table, _ = read_xlsx(path, TableRequest(path.name, tuple(wanted)))
    else:
        form = text_form(path)
        wanted, refused = _by_name(form.names)
        table, _ = read_csv(path, TableRequest(path.name, tuple(wanted), separator=form.separator), form.encoding)
    return _passed(ReadTable(name, path, table.num_rows, {}, refused, form), table)


def read_frame_table(frame: Any, name: str) -> ReadTable:
    """Read a frame (pandas, polars, pyarrow) without any settings.

    Raises
    ------
    UsageError
        If it is no frame, or no column may be read.
    """
    import narwhals as nw

    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError:
        raise UsageError(
            f"The 'tables' parameter of init must be a frame (pandas, polars, pyarrow), a path or a list of paths. Got a value of type "
            f"{type(frame).__name__} instead."
        ) from None
    names = [str(one) for one in table.columns]
    wanted, refused = _by_name(names)
    found = ReadTable(name, None, table.shape[0], {}, refused, frame=frame)
    zoned = []
    for column in wanted:
        zone = getattr(table.schema[column], "time_zone", None)
        zoned += [column] if zone is not None else []
        _pass(found, column, lambda c=column: read_frame(TableRequest("the frame", (c,), ids=_ids(c)), frame).columns[c])
    found.zoned = tuple(zoned)
    return _checked(found)


def _sheet_names(path: Path) -> list[str]:
    """Return the names of the columns of the first sheet."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:
        # openpyxl raises errors of many types for a damaged archive
        raise UsageError(f"The table {path.name!r} is not a readable spreadsheet. Export it again.") from None
    try:
        page: Any = book[book.sheetnames[0]]
        page.reset_dimensions()
        first = next((row for row in page.iter_rows(values_only=True) if any(v not in (None, "") for v in row)), ())
        return ["" if value is None else str(value).strip() for value in first]
    finally:
        book.close()


def _by_name(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the columns that may be read, and those refused by name."""
    refused, wanted = {}, []
    for name in dict.fromkeys(names):
        if not name:
            continue
        if is_forbidden_name(name):
            refused[name] = "never read: its name speaks of persons, accounts or free text"
        elif names.count(name) > 1:
            refused[name] = "not read: two columns have this name"
        else:
            wanted.append(name)
    return wanted, refused


def _passed(found: ReadTable, table: pa.Table) -> ReadTable:
    """Return a table with the columns that pass the privacy door."""
    import pyarrow as pa

    zoned = []
    for name in table.column_names:
        kind = table.schema.field(name).type
        zoned += [name] if pa.types.is_timestamp(kind) and kind.tz is not None else []
        request = TableRequest(found.shown, (name,), ids=_ids(name))
        _pass(found, name, lambda n=name, r=request: from_arrow(r, table.select([n])).columns[n])
    found.zoned = tuple(zoned)
    return _checked(found)


def _ids(name: str) -> tuple[str, ...]:
    return (name,) if looks_like_id(name) else ()


def _pass(found: ReadTable, name: str, read: Any) -> None:
    """Add a column, or the reason why it is refused."""
    try:
        found.columns[name] = TextValues.of(name, read())
    except RefusedError:
        found.refused[name] = "dropped by the privacy door: its values look personal"
    except RiskmodelError:
        found.refused[name] = "not read: its values are neither text nor numbers nor dates"


def _checked(found: ReadTable) -> ReadTable:
    if not found.rows:
        raise UsageError(f"The table {found.shown!r} has no rows. Expected at least one; check the export.")
    if not any(column.filled for column in found.columns.values()):
        raise UsageError(
            f"No column of the table {found.shown!r} may be read: {'; '.join(f'{n!r} {w}' for n, w in found.refused.items())}."
        )
    return found
