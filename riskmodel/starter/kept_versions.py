"""All versions of rows, of which a table shows the newest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class KeptVersions:
    """All versions, which a project reads as revisions.

    Parameters
    ----------
    frame
        Columns of text, with a row for each version.
    known
        Column of the day on which a version became known.
    number
        Column of its number, from 1 on.
    of
        Columns in which the versions of a row agree.
    """

    frame: pa.Table
    known: str
    number: str
    of: frozenset[str]
