"""Weekdays, public holidays, and weekends worked in compensation."""

from riskmodel.asof.vocabulary import HolidayDays, SinceHoliday, ToHoliday, Weekday, WorkedWeekends

FEATURES = (
    Weekday(),
    HolidayDays("CN", 28),
    WorkedWeekends("CN", 28),
    ToHoliday("CN", 3, 60),
    SinceHoliday("CN", 3, 60),
)
