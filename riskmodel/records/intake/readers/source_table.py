"""The rows read of a source, and how far it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from riskmodel.records.intake.columns.raw_table import RawTable

Cursor = list[Any]
"""How far a source was read, as JSON values; every kind of source has its own."""


def nothing_to_finish() -> None:
    """Do nothing: no temporary files were made."""


@dataclass(frozen=True)
class SourceTable:
    """Rows of a source.

    Parameters
    ----------
    cursor
        How far the source was read; None if all its rows were.
    finish
        Removes temporary files; called once the rows are stored.
    """

    table: RawTable
    cursor: Cursor | None = None
    finish: Callable[[], None] = nothing_to_finish
