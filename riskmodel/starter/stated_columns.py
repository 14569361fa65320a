"""Columns and settings that the caller states, in place of a decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from zoneinfo import available_timezones

import numpy as np

from riskmodel.base.digit_groups import SIGNS
from riskmodel.base.errors import bad_argument
from riskmodel.base.number_arguments import whole_number
from riskmodel.forecasts.experiment.experiment_tables import LONGEST_HORIZON
from riskmodel.records.intake.columns.whole_numbers import number_of


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
    scale
        Number by which the coordinates were multiplied, such as ``1000000``.
    thousands
        Sign between groups of three digits in the numbers of events; empty if there is none.
    time_zone
        IANA name of the time zone in which days are counted.
    target
        Kinds that are forecast, as the table or the project calls them; one, or several that count together.
    horizon
        Days ahead of the forecast.
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
    scale: str | None = None
    thousands: str | None = None
    time_zone: str | None = None
    target: tuple[str, ...] = ()
    horizon: int | None = None

    def __post_init__(self) -> None:
        for one in self._texts():
            value = getattr(self, one)
            if value is not None and not isinstance(value, str):
                raise bad_argument(one, "init", "a text, such as the name of a column", value)
        given = (self.target,) if isinstance(self.target, str) else () if self.target is None else self.target
        if (
            not isinstance(given, (list, tuple))
            or self.target == []
            or not all(isinstance(one, str) and one.strip() for one in given)
        ):
            raise bad_argument("target", "init", "the name of a kind, or several", self.target)
        object.__setattr__(self, "target", tuple(given))
        if self.horizon is not None:
            horizon = whole_number(self.horizon, "horizon", "init", 1, "days")
            if horizon > LONGEST_HORIZON:
                raise bad_argument("horizon", "init", f"at most {LONGEST_HORIZON} days", horizon)
            object.__setattr__(self, "horizon", horizon)
        if self.scale is not None and not 0 < number_of(self.scale) < np.inf:
            raise bad_argument("scale", "init", "a number above 0, such as '1000000'", self.scale)
        if self.thousands not in (None, "", *SIGNS):
            raise bad_argument("thousands", "init", "'', '.', ',', a space or an apostrophe", self.thousands)
        if self.time_zone is not None and self.time_zone not in available_timezones():
            raise bad_argument("time_zone", "init", "a time zone such as 'Asia/Shanghai'", self.time_zone)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Return role and column of every column that is stated."""
        for one in self._texts():
            value = getattr(self, one)
            if value is not None and one not in ("dates", "crs", "scale", "thousands", "time_zone"):
                yield one, value

    def _texts(self) -> list[str]:
        return [one.name for one in fields(self) if one.name not in ("target", "horizon")]
