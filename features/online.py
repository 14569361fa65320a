"""Online complaints (网情)."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Trend

FEATURES = (
    Count("fire_complaint", 28),
    Count("fire_complaint", 91),
    Decay("fire_complaint", 180),
    Count("fire_complaint", 91, over=NEIGHBOURS),
    Count("noise_complaint", 28),
    Count("property_complaint", 91),
    Count("wage_complaint", 91),
    Count("sanitation_complaint", 91),
    Decay(("noise_complaint", "property_complaint", "wage_complaint"), 60),
    Trend(("fire_complaint", "property_complaint"), 28, 182),
)
