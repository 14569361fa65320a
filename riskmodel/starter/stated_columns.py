"""Columns and settings that the caller states, in place of a decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from zoneinfo import available_timezones

from riskmodel.base.errors import bad_argument


@dataclass(frozen=True)
class StatedColumns:
    """Columns and settings that are stated and so not looked for.

    Parameters
    ----------
    date, known, kind, id, cell, x, y, amount
        Columns: the day on which it happened, the day on which it became known, the kind, the id, the cell, the two coordinates
        and the number of events.
    dates
        Form of the dates, such as ``m/d/yyyy``.
    crs
        Reference system of the coordinates, such as ``EPSG:2913``.
    time_zone
        IANA name of the time zone in which days are counted.
    """

    date: str | None = None
    known: str | None = None
    kind: str | None = None
    id: str | None = None
    cell: str | None = None
    x: str | None = None
    y: str | None = None
    amount: str | None = None
    dates: str | None = None
    crs: str | None = None
    time_zone: str | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None and not isinstance(value, str):
                raise bad_argument(one.name, "init", "a text, such as the name of a column", value)
        if self.time_zone is not None and self.time_zone not in available_timezones():
            raise bad_argument("time_zone", "init", "a time zone such as 'Asia/Shanghai'", self.time_zone)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Return role and column of every column that is stated."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None and one.name not in ("dates", "crs", "time_zone"):
                yield one.name, value
