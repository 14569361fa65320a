"""Weeks with a public holiday, each holiday by itself: a week with Thanksgiving is not one with Labor Day."""

from riskmodel.asof.vocabulary import HolidayDays, MonthDays, NamedHoliday

NAMES = (
    "New Year's Day",
    "Martin Luther King Jr. Day",
    "Washington's Birthday",
    "Memorial Day",
    "Independence Day",
    "Labor Day",
    "Thanksgiving Day",
    "Christmas Day",
)

FEATURES = (
    HolidayDays("US", 7),
    MonthDays("first", 1, 7),
    *(NamedHoliday("US", name, 7) for name in NAMES),
)
