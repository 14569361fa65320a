"""Weekly complaints by precinct."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, PlaceFigure, Rate, SameSeason, Share, Trend

DISPUTE = ("assault", "harassment")
VIOLENCE = ("violent", "shooting")
PROPERTY = ("theft", "burglary", "auto_theft", "damage")

FEATURES = (
    Count(DISPUTE, 7),
    Count(DISPUTE, 28),
    Count(DISPUTE, 91),
    Count(DISPUTE, 364),
    Decay(DISPUTE, 14),
    Decay(DISPUTE, 60),
    SameSeason(DISPUTE, 7),
    SameSeason(DISPUTE, 28, 3),
    Trend(DISPUTE, 28, 364),
    Rate(DISPUTE, 364, "population"),
    Count(DISPUTE, 28, over=NEIGHBOURS),
    Count(DISPUTE, 28, over="borough"),
    Share("assault", DISPUTE, 182),
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
    Trend(PROPERTY, 28, 364),
    Trend(VIOLENCE, 28, 364),
    PlaceFigure("population"),
)
