"""Tables as the bytes of Parquet files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from riskmodel.records.part_table import HASHES

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
