"""Weekly complaints by precinct."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, PlaceFigure, Rate, SameSeason, Share, Trend

FEATURES = (
    Count("disputes", 7),
    Count("disputes", 28),
    Count("disputes", 91),
    Count("disputes", 364),
    Decay("disputes", 14),
    Decay("disputes", 60),
    SameSeason("disputes", 7),
    SameSeason("disputes", 28, 3),
    Trend("disputes", 28, 364),
    Rate("disputes", 364, "population"),
    Count("disputes", 28, over=NEIGHBOURS),
    Count("disputes", 28, over="borough"),
    Share("assault", "disputes", 182),
    Count("violent", 28),
    Count("shooting", 91),
    Count("theft", 28),
    Count("burglary", 28),
    Count("auto_theft", 28),
    Count("auto_theft_points", 91),
    Count("damage", 28),
    Count("trespass", 91),
    Count("arson", 182),
    Count("drugs", 28),
    Count("public_order", 28),
    Count("eviction", 91),
    Trend("property_crime", 28, 364),
    Trend("violent_crime", 28, 364),
    PlaceFigure("population"),
)
