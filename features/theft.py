"""Theft at several speeds, and relative to the village and the neighbours."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Relative, ShrunkenRate

FEATURES = (
    ShrunkenRate("all_theft", 14, "village", 2.0),
    ShrunkenRate("all_theft", 56, "village", 2.0),
    ShrunkenRate("all_theft", 728, "village", 2.0),
    ShrunkenRate("theft", 14, "village", 2.0),
    ShrunkenRate("theft", 56, "village", 2.0),
    ShrunkenRate("theft", 182, "village", 2.0),
    ShrunkenRate("theft", 728, "village", 2.0),
    ShrunkenRate("ebike_theft", 14, "village", 2.0),
    ShrunkenRate("ebike_theft", 56, "village", 2.0),
    ShrunkenRate("ebike_theft", 182, "village", 2.0),
    ShrunkenRate("ebike_theft", 728, "village", 2.0),
    Relative(Decay("all_theft", 7), "village"),
    Relative(Decay("all_theft", 30), "village"),
    Relative(Decay("all_theft", 120), "village"),
    Relative(Decay("all_theft", 730), "village"),
    Decay("all_theft", 7, over="village"),
    Decay("all_theft", 30, over="village"),
    Decay("all_theft", 120, over="village"),
    Decay("all_theft", 730, over="village"),
    Decay("all_theft", 7, over=NEIGHBOURS),
    Decay("all_theft", 30, over=NEIGHBOURS),
    Decay("all_theft", 120, over=NEIGHBOURS),
    Decay("all_theft", 730, over=NEIGHBOURS),
    Count("patrol_stop", 28),
    Decay("patrol_stop", 60),
    Decay("patrol_stop", 365),
)
