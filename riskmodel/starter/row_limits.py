"""Tables with as many rows as portals hand out at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from riskmodel.starter.table_columns import ReadTable

ROW_LIMITS = frozenset(
    (500, 1_000, 2_000, 5_000, 10_000, 25_000, 32_000, 50_000, 65_535, 65_536, 100_000, 200_000, 250_000, 500_000, 1_000_000, 1_048_575, 1_048_576)
)  # fmt: skip
"""Rows that Socrata, ArcGIS, CKAN, OpenDataSoft, databases' consoles and spreadsheets give at once."""
PAGE = 1_000
"""Rows of a page of most portals: several whole pages may lack those that follow."""


def row_limit(table: ReadTable) -> Iterator[str]:
    """Yield that a table may have been cut at a limit."""
    if len(table.parts) < 2 and (why := _why(table.rows)):
        yield (
            f"{table.shown!r} has exactly {table.rows:,} rows, {why}. If it was cut there, days, cells or kinds are missing from it: "
            "compare with the number of rows that its source states, and ask for all of them."
        )


def cut_parts(tables: Sequence[ReadTable]) -> tuple[str, ...]:
    """Return that files of a table may have been cut."""
    found = [table for table in tables if _why(table.rows)]
    if not found:
        return ()
    shown = ", ".join(f"{table.shown!r} ({table.rows:,})" for table in found[:3]) + (", …" if len(found) > 3 else "")
    return (
        f"{len(found)} of {len(tables)} files have exactly as many rows as some portals and programs hand out at once: {shown}. If one was cut there, days, cells or kinds are missing from it: compare "
        "with the number of rows that its source states, and ask for all of them. If they are pages of one export, all is well.",
    )


def _why(rows: int) -> str:
    """Return why so many rows may be a limit.

    Examples
    --------
    >>> _why(1_048_575), _why(24_000), _why(24_001)
    ('as many as some portals and programs hand out at once', 'whole pages of 1,000, as portals hand out', '')
    """
    if rows in ROW_LIMITS:
        return "as many as some portals and programs hand out at once"
    return f"whole pages of {PAGE:,}, as portals hand out" if rows >= PAGE and rows % PAGE == 0 else ""
