"""Tables in files, read according to the ending of the file name."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.plurals import counted, listed_rows
from riskmodel.records.intake.columns.raw_table import NO_ROWS, RawTable
from riskmodel.records.intake.privacy import check_columns
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.csv_table import read_csv
from riskmodel.records.intake.readers.file_content import refuse_other_content, unknown_ending
from riskmodel.records.intake.readers.parquet_file import read_parquet
from riskmodel.records.intake.readers.spreadsheet import read_xlsx
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.workbook_sheets import SPREADSHEETS

_CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")
_PARQUET = (".parquet", ".pq")
"""Endings of file names, in lower case."""


def read_table(
    path: Path, columns: tuple[str, ...], time_zone: str, encoding: str = "utf-8", figures: tuple[str, ...] = ()
) -> RawTable:
    """Return columns of a table that is not a source.

    Such a table has no quarantine: every row must be whole.

    Parameters
    ----------
    time_zone
        Time zone of the days of timestamps that carry a zone.
    figures
        Those of the columns that hold numbers.

    Raises
    ------
    UsageError
        As :func:`read_file` does, or if a row has a wrong number of fields.
    """
    table = read_file(path, TableRequest(path.name, columns, time_zone, amounts=figures), encoding)
    if len(table.broken):
        raise UsageError(
            f"The table {path.name!r} has {counted(len(table.broken), 'row')} with a wrong number of fields "
            f"({listed_rows(table.broken)}), counted from 1 below the header. Correct the export; no row may be left out unseen."
        )
    return table


def read_file(path: Path, request: TableRequest, encoding: str = "utf-8", sheet: str | None = None) -> RawTable:
    """Return the wanted columns of a table in a file.

    Parameters
    ----------
    path
        A CSV (``.csv``, ``.csv.gz``), Parquet (``.parquet``) or spreadsheet (``.xlsx``) file; capitals in its ending do not
        matter.
    encoding
        Encoding of a CSV file.
    sheet
        Sheet of a spreadsheet; default: its first, unless another has the same columns.

    Raises
    ------
    UsageError
        If the file is missing, empty, of another kind, wrongly encoded, or lacks a column or has one twice.
    RefusedError
        If a column may not pass.
    """
    check_columns(request.name, request.columns)
    refuse_other_content(path)
    if not path.is_file():
        raise missing_file("source table", path, "Correct its path in riskmodel.toml, or provide the export.")
    broken, numbers = NO_ROWS, None
    name = path.name.lower()
    if name.endswith(_PARQUET):
        table = read_parquet(path, request)
    elif name.endswith(_CSV):
        table, broken = read_csv(path, request, encoding)
    elif name.endswith(SPREADSHEETS):
        table, numbers = read_xlsx(path, request, sheet)
    else:
        raise unknown_ending(path, (*_CSV, *_PARQUET, *SPREADSHEETS))
    request.progress(table.num_rows, table.num_rows)
    return from_arrow(request, table, broken, numbers)
