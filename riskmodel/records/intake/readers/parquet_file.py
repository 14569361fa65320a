"""Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.table_request import TableRequest

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, request: TableRequest) -> pa.Table:
    """Return the wanted columns of a Parquet file.

    Raises
    ------
    UsageError
        If it is no Parquet file, or lacks a wanted column or has one twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        request.check_header(pq.read_schema(path).names)
        return pq.read_table(path, columns=list(request.columns))
    # the names of a damaged file may be no text
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
        raise UsageError(f"The source table {path.name!r} is not a Parquet file. Export it again.") from None
