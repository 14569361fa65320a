"""Source tables in files: CSV, Parquet and spreadsheets, by the name of the file."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.records.intake.columns.text_column import NO_ROWS, RawTable
from riskmodel.records.intake.privacy.value_check import check_columns
from riskmodel.records.intake.readers.arrow_columns import from_arrow


def read_table(
    path: Path,
    wanted: tuple[str, ...],
    encoding: str = "utf-8",
    time_zone: str = "UTC",
    codes: Collection[str] = (),
    sheet: str | None = None,
    tell: Callable[[int, int], None] = lambda rows, total: None,
) -> RawTable:
    """The ``wanted`` columns of the table at ``path``: CSV (``.csv``, ``.csv.gz``), Parquet or a spreadsheet (``.xlsx``).

    Parameters
    ----------
    time_zone
        Where the days of timestamps that carry a zone are counted.
    codes
        Those of the columns that hold ids (see :mod:`riskmodel.records.intake.privacy.value_check`).
    sheet
        The sheet of a spreadsheet; its first if None.
    tell
        Called with the rows read so far and about how many there are, perhaps from another thread.

    Raises
    ------
    UsageError
        If the file is missing, empty, of another kind, wrongly encoded, or lacks a column or has one twice.
    RefusedError
        If a column may not come in.
    """
    check_columns(path.name, wanted)
    if not path.is_file():
        raise missing_file("source table", path, "Correct its path in riskmodel.toml, or provide the export.")
    broken = NO_ROWS
    if path.suffix == ".parquet":
        from riskmodel.records.intake.readers.parquet_file import read_parquet

        table = read_parquet(path, wanted)
    elif path.name.endswith((".csv", ".csv.gz")):
        from riskmodel.records.intake.readers.csv_table import read_csv

        table, broken = read_csv(path, wanted, encoding, tell)
    elif path.suffix == ".xlsx":
        from riskmodel.records.intake.readers.spreadsheet import read_xlsx

        table = read_xlsx(path, wanted, sheet)
    else:
        raise UsageError(f"The source table {path.name!r} is of an unknown kind. Expected .csv, .csv.gz, .parquet or .xlsx.")
    tell(table.num_rows, table.num_rows)
    return from_arrow(path.name, table, wanted, broken, time_zone, codes)
