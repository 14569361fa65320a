"""Online complaints (网情)."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Group, Trend

NUISANCE = Group(
    "nuisance", ("noise_complaint", "property_complaint", "wage_complaint"), zh="网上生活投诉", en="online complaints"
)
SERVICE = Group("housing_complaints", ("fire_complaint", "property_complaint"), zh="网上房屋投诉", en="online housing complaints")

FEATURES = (
    Count("fire_complaint", 28),
    Count("fire_complaint", 91),
    Decay("fire_complaint", 180),
    Count("fire_complaint", 91, over=NEIGHBOURS),
    Count("noise_complaint", 28),
    Count("property_complaint", 91),
    Count("wage_complaint", 91),
    Count("sanitation_complaint", 91),
    Decay(NUISANCE, 60),
    Trend(SERVICE, 28, 182),
)
