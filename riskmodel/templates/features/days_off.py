"""Days off: weekdays, public holidays and school terms. Renew the school terms every year from the county's own notice."""

from riskmodel.asof.vocabulary import HolidayDays, SchoolTerm, SinceHoliday, ToHoliday, Weekday

SCHOOL_TERMS = (
    ("2020-09-01", "2021-01-29"),
    ("2021-02-22", "2021-07-02"),
    ("2021-09-01", "2022-01-14"),
    ("2022-02-14", "2022-07-01"),
    ("2022-09-01", "2023-01-06"),
    ("2023-02-06", "2023-06-30"),
    ("2023-09-01", "2024-01-26"),
    ("2024-02-19", "2024-07-05"),
    ("2024-09-02", "2025-01-17"),
    ("2025-02-10", "2025-07-04"),
    ("2025-09-01", "2026-01-30"),
    ("2026-03-02", "2026-07-10"),
)

FEATURES = (
    Weekday(),
    HolidayDays("CN", 28),
    ToHoliday("CN", 3, 60),
    SinceHoliday("CN", 3, 60),
    SchoolTerm(SCHOOL_TERMS, 28),
)
