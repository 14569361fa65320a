"""Theft at several speeds: what lasts, what is new, and how the cell stands beside its village and its neighbours."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Group, Relative, ShrunkenRate

THEFT = Group("all_theft", ("theft", "ebike_theft"), zh="盗窃", en="theft")

FEATURES = (
    ShrunkenRate(THEFT, 14, "village", 2.0),
    ShrunkenRate(THEFT, 56, "village", 2.0),
    ShrunkenRate(THEFT, 728, "village", 2.0),
    ShrunkenRate("theft", 14, "village", 2.0),
    ShrunkenRate("theft", 56, "village", 2.0),
    ShrunkenRate("theft", 182, "village", 2.0),
    ShrunkenRate("theft", 728, "village", 2.0),
    ShrunkenRate("ebike_theft", 14, "village", 2.0),
    ShrunkenRate("ebike_theft", 56, "village", 2.0),
    ShrunkenRate("ebike_theft", 182, "village", 2.0),
    ShrunkenRate("ebike_theft", 728, "village", 2.0),
    Relative(Decay(THEFT, 7), "village"),
    Relative(Decay(THEFT, 30), "village"),
    Relative(Decay(THEFT, 120), "village"),
    Relative(Decay(THEFT, 730), "village"),
    Decay(THEFT, 7, over="village"),
    Decay(THEFT, 30, over="village"),
    Decay(THEFT, 120, over="village"),
    Decay(THEFT, 730, over="village"),
    Decay(THEFT, 7, over=NEIGHBOURS),
    Decay(THEFT, 30, over=NEIGHBOURS),
    Decay(THEFT, 120, over=NEIGHBOURS),
    Decay(THEFT, 730, over=NEIGHBOURS),
    Count("patrol_stop", 28),
    Decay("patrol_stop", 60),
    Decay("patrol_stop", 365),
)
