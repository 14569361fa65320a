"""Weeks with a public holiday, each holiday by itself: a week with Thanksgiving is not one with Labor Day."""

from riskmodel.asof.vocabulary import HolidayDays, MonthDays, NamedHoliday

FEATURES = (
    HolidayDays("US", 7),
    MonthDays("first", 1, 7),
    NamedHoliday("US", "New Year's Day", 7),
    NamedHoliday("US", "Martin Luther King Jr. Day", 7),
    NamedHoliday("US", "Washington's Birthday", 7),
    NamedHoliday("US", "Memorial Day", 7),
    NamedHoliday("US", "Independence Day", 7),
    NamedHoliday("US", "Labor Day", 7),
    NamedHoliday("US", "Thanksgiving Day", 7),
    NamedHoliday("US", "Christmas Day", 7),
)
