"""Which features have integer values and are compared without tolerance."""

from __future__ import annotations

from riskmodel.asof.vocabulary import (
    AboveUsual,
    Clip,
    Closed,
    Count,
    Difference,
    Feature,
    HolidayDays,
    Modulo,
    MonthDays,
    NamedHoliday,
    OpenSince,
    PlaceFigure,
    SinceHoliday,
    State,
    TimeSince,
    ToHoliday,
    Weekday,
    WorkedWeekends,
)

WHOLE = (
    AboveUsual,
    Closed,
    Count,
    HolidayDays,
    MonthDays,
    NamedHoliday,
    OpenSince,
    PlaceFigure,
    SinceHoliday,
    State,
    TimeSince,
    ToHoliday,
    Weekday,
    WorkedWeekends,
)


def whole(feature: Feature) -> bool:
    """Whether the values of a feature are integers."""
    parts = [value for value in vars(feature).values() if isinstance(value, Feature)]
    return isinstance(feature, WHOLE) or (isinstance(feature, (Clip, Difference, Modulo)) and all(map(whole, parts)))
