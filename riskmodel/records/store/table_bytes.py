"""Tables as the bytes of Parquet files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from riskmodel.base.errors import RiskmodelError
from riskmodel.records.part_table import HASHES, LABELS

if TYPE_CHECKING:
    import pyarrow as pa


def table_bytes(table: pa.Table) -> bytes:
    """Return a table as the content of a Parquet file."""
    import pyarrow.parquet as pq

    content = io.BytesIO()
    # hashes have no pattern that a dictionary or compression could use
    plain = [name for name in table.column_names if name in HASHES]
    packed = [name for name in table.column_names if name not in HASHES]
    pq.write_table(
        table,
        content,
        use_dictionary=packed,  # pyright: ignore[reportArgumentType]
        compression={**dict.fromkeys(packed, "zstd"), **dict.fromkeys(plain, "none")},  # pyright: ignore[reportArgumentType]
        write_statistics=False,
    )
    return content.getvalue()


def present_table(file: str, table: pa.Table) -> pa.Table:
    """Return the table of a file whose columns this version reads.

    Raises
    ------
    RiskmodelError
        If an early version wrote the part, as its manifest does not tell.
    """
    if file.startswith("parts/") and not set(LABELS) <= set(table.column_names):
        raise RiskmodelError(
            f"The file {file!r} of the history was written by an early version of riskmodel, and this version cannot read it. Nothing was changed. "
            "Move the folder of the history away and run 'riskmodel ingest' again, which reads the source tables. What they no longer hold stays in the folder that you moved."
        )
    return table
