"""Weekly complaints by segment (borough, precinct, offense, law)."""

from riskmodel.asof.vocabulary import COUNTY, Count, Decay, SameSeason, TimeSince, Trend

FEATURES = (
    Count("complaint", 7),
    Count("complaint", 7, lag=7),
    Count("complaint", 28),
    Count("complaint", 56),
    Count("complaint", 182),
    Count("complaint", 364),
    Count("complaint", 728),
    Decay("complaint", 10),
    Decay("complaint", 30),
    Decay("complaint", 120),
    Decay("complaint", 500),
    SameSeason("complaint", 7),
    SameSeason("complaint", 28, 2),
    TimeSince("complaint", 364),
    Trend("complaint", 28, 182),
    Trend("complaint", 28, 364, over="offense"),
    Trend("complaint", 28, 364, over="precinct"),
    Trend("complaint", 14, 91, over=COUNTY),
    Count("complaint", 28, over="offense"),
    Count("complaint", 28, over="precinct"),
)
