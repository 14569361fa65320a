"""Days off: weekdays, public holidays, and weekends that are worked in their stead."""

from riskmodel.asof.vocabulary import HolidayDays, SinceHoliday, ToHoliday, Weekday, WorkedWeekends

FEATURES = (
    Weekday(),
    HolidayDays("CN", 28),
    WorkedWeekends("CN", 28),
    ToHoliday("CN", 3, 60),
    SinceHoliday("CN", 3, 60),
)
