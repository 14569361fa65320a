"""Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError, missing_columns
from riskmodel.records.intake.readers.arrow_columns import check_once

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    """The ``wanted`` columns.

    Raises
    ------
    UsageError
        If it is no Parquet file, or lacks a wanted column or has one twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = pq.read_schema(path).names
        check_once(path.name, wanted, there)
        lacking = [column for column in wanted if column not in there]
        if lacking:
            raise missing_columns(path.name, lacking, there)
        return pq.read_table(path, columns=list(wanted))
    except (pa.ArrowInvalid, OSError):
        raise UsageError(f"The source table {path.name!r} is not a Parquet file. Export it again.") from None
