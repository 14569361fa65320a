"""Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.tables import check_once

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    """The ``wanted`` columns that the file has.

    Raises
    ------
    UsageError
        If it is no Parquet file or has a wanted column twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = pq.read_schema(path).names
        check_once(path.name, wanted, there)
        return pq.read_table(path, columns=[column for column in wanted if column in there] or there[:1])
    except (pa.ArrowInvalid, OSError):
        raise UsageError(f"The source table {path.name!r} is not a Parquet file. Export it again.") from None
