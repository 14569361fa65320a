"""Residents' own reports and sentiment (民情)."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Share

FEATURES = (
    Count("safety_report", 28),
    Count("safety_report", 91),
    Decay("safety_report", 180),
    Count("safety_report", 91, over=NEIGHBOURS),
    Count("neighbour_report", 28),
    Decay("neighbour_report", 60),
    Count("neighbour_report", 28, over="village"),
    Count("help_request", 91),
    Count("broken_facility", 91),
    Share("good_feedback", "reported_needs", 182),
)
