"""Four types of crime in Chicago's community areas: how many, how lately, around them, and the day of the week."""

from riskmodel.asof.vocabulary import COUNTY, NEIGHBOURS, Count, Decay, HolidayDays, Trend, Weekday

CRIMES = ("theft", "battery", "damage", "assault")

FEATURES = (
    Count("theft", 7),
    Count("theft", 1, lag=6),
    Count("theft", 28),
    Decay("theft", 30),
    Decay("theft", 120),
    Count("theft", 28, over=NEIGHBOURS),
    Trend("theft", 14, 91, COUNTY),
    Count("battery", 7),
    Count("battery", 28),
    Decay("battery", 30),
    Decay("battery", 120),
    Count("battery", 28, over=NEIGHBOURS),
    Trend("battery", 14, 91, COUNTY),
    Count("damage", 7),
    Count("damage", 28),
    Decay("damage", 30),
    Decay("damage", 120),
    Count("damage", 28, over=NEIGHBOURS),
    Trend("damage", 14, 91, COUNTY),
    Count("assault", 7),
    Count("assault", 28),
    Decay("assault", 30),
    Decay("assault", 120),
    Count("assault", 28, over=NEIGHBOURS),
    Trend("assault", 14, 91, COUNTY),
    Count(CRIMES, 7, over="side"),
    Decay(CRIMES, 120),
    Weekday(),
    HolidayDays("US", 1),
    HolidayDays("US", 7),
    Count(CRIMES, 1, over=COUNTY),
)
