"""Requests for the columns of a table, the same for every reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from riskmodel.base.errors import UsageError, missing_columns
from riskmodel.base.personal_data.personal_texts import are_personal_names

RowProgress = Callable[[int, int], None]
"""Progress callback: rows read so far and the estimated total (0 if unknown). It may be called from another thread."""


def no_row_progress(_rows: int, _total: int) -> None:
    """Report no progress."""


def first_places(names: Sequence[str]) -> dict[str, int]:
    """Return where each name stands first in a header.

    Examples
    --------
    >>> first_places(["day", "cell", "day"])
    {'day': 0, 'cell': 1}
    """
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        found.setdefault(name, at)
    return found


@dataclass(frozen=True)
class TableRequest:
    """The columns wanted of a table, and how to read them.

    Parameters
    ----------
    name
        Name of the table in messages.
    columns
        The wanted columns.
    time_zone
        Time zone of the days of timestamps that carry a zone.
    ids
        Those of the columns that hold ids (see :mod:`riskmodel.records.intake.privacy`).
    may_be_empty
        Whether the table may have no rows.
    progress
        Callback for the rows read.
    separator
        Sign between the fields of a CSV.
    amounts
        Those of the columns that hold numbers of events.
    zones
        Columns with a time zone of their own.
    """

    name: str
    columns: tuple[str, ...]
    time_zone: str = "UTC"
    ids: Collection[str] = ()
    may_be_empty: bool = False
    progress: RowProgress = no_row_progress
    separator: str = ","
    amounts: Collection[str] = ()
    zones: Mapping[str, str] = field(default_factory=dict)

    def zone_of(self, column: str) -> str:
        """Return the time zone of the days of a column."""
        return self.zones.get(column, self.time_zone)

    def check_header(self, there: Iterable[str]) -> None:
        """Refuse a table that lacks a wanted column or has one twice.

        Raises
        ------
        UsageError
            Naming the columns.
        """
        names = list(there)
        self.check_once(names)
        self.check_present(names)

    def check_once(self, there: list[str]) -> None:
        """Refuse a table in which a wanted column occurs more than once."""
        times = Counter(there)
        twice = [column for column in self.columns if times[column] > 1]
        if twice:
            raise UsageError(
                f"The table {self.name!r} has the mapped column {twice[0]!r} more than once. Rename one in the export."
            )

    def check_present(self, there: list[str], also: tuple[str, ...] = ()) -> None:
        """Refuse a table that lacks a wanted column (or one of ``also``)."""
        names = frozenset(there)
        missing = [column for column in (*self.columns, *also) if column not in names]
        if missing:
            raise missing_columns(self.name, missing, there, hidden=are_personal_names(there))
