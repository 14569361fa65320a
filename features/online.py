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
    Decay("nuisance", 60),
    Trend("housing_complaints", 28, 182),
)
