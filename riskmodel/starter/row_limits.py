"""Tables with as many rows as portals hand out at once."""

from __future__ import annotations

from collections.abc import Iterator

from riskmodel.starter.table_columns import ReadTable

ROW_LIMITS = frozenset(
    (500, 1_000, 2_000, 5_000, 10_000, 25_000, 32_000, 50_000, 65_535, 65_536, 100_000, 200_000, 250_000, 500_000, 1_000_000, 1_048_575, 1_048_576)
)  # fmt: skip
"""Rows that Socrata, ArcGIS, CKAN, OpenDataSoft, databases' consoles and spreadsheets give at once."""


def row_limit(table: ReadTable) -> Iterator[str]:
    """Yield that a table may have been cut at a limit.

    Examples
    --------
    >>> 1_048_575 in ROW_LIMITS, 24_000 in ROW_LIMITS
    (True, False)
    """
    if table.rows in ROW_LIMITS and len(table.parts) < 2:
        yield (
            f"{table.shown!r} has exactly {table.rows:,} rows, as many as some portals and programs hand out at once. If it was cut there, days, cells or kinds are missing from it: "
            "compare with the number of rows that its source states, and ask for all of them."
        )
