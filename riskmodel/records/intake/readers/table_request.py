"""Requests for tables: the columns wanted, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Cursor = list[Any]
"""How far a source was read, as JSON values; every kind of source has its own."""
Tell = Callable[[int, int], None]
"""Progress callback: rows read so far and the estimated total (0 if unknown). It may be called from another thread."""


def no_tell(_rows: int, _total: int) -> None:
    """Report no progress."""
