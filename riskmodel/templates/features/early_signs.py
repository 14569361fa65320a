"""Early signs: what is unusual, lasting, ahead of others or around the cell, from all five families."""

from riskmodel.asof.vocabulary import (
    NEIGHBOURS,
    RING2,
    AboveUsual,
    Among,
    Closed,
    Count,
    Cusum,
    Decay,
    Excess,
    Group,
    Lead,
    Nearby,
    Nowcast,
    OpenSince,
    Relative,
    Share,
    State,
    Surprise,
    TimeSince,
)

THEFT = Group("all_theft", ("theft", "ebike_theft"), zh="盗窃", en="theft")
FIRE = Group("all_fire", ("rental_fire", "other_fire"), zh="火灾", en="fire")
VIOLENCE = Group("violence", ("fight", "injury"), zh="打架伤人", en="violence")
SERVICE = Group("housing_complaints", ("fire_complaint", "property_complaint"), zh="网上房屋投诉", en="online housing complaints")
HAZARDS = Group(
    "fire_hazards",
    ("wiring_hazard", "blocked_passage", "charging_hazard", "gas_hazard"),
    zh="出租房消防隐患",
    en="fire hazards in rented rooms",
)
CASES = Group(
    "dispute_cases",
    ("neighbour_dispute", "rental_dispute", "labour_dispute", "family_dispute", "property_dispute"),
    zh="矛盾纠纷",
    en="disputes",
)

FEATURES = (
    Surprise(THEFT, 7, 182),
    Surprise("fire_complaint", 28, 336),
    Surprise("safety_report", 28, 336),
    Surprise("wage_complaint", 28, 336, "village"),
    Cusum(THEFT, 7, 8, 182),
    Cusum("noise_call", 7, 8, 182),
    Excess("family_call", 7),
    Excess(VIOLENCE, 7, over="village"),
    AboveUsual(THEFT, 7, 8, 182),
    AboveUsual("neighbour_report", 28, 4, 224),
    Nowcast(THEFT, 7),
    Nowcast("safety_report", 28),
    Nowcast(HAZARDS, 28),
    Lead(SERVICE, FIRE, 28, 336),
    Lead("neighbour_report", "family_call", 28, 336),
    Lead("wage_complaint", "labour_dispute", 28, 336, "village"),
    Closed(HAZARDS, 91),
    Closed(CASES, 91),
    OpenSince(HAZARDS),
    OpenSince(CASES),
    Relative(Decay(THEFT, 60), "town"),
    Relative(State(HAZARDS), "village"),
    Relative(State(CASES), "town"),
    Share(HAZARDS, "inspected_rooms", 364, "village"),
    Among(State(HAZARDS), "village", "share"),
    Among(TimeSince(FIRE, 364), NEIGHBOURS, "least"),
    Nearby(Decay(FIRE, 365)),
    Nearby(State(HAZARDS)),
    Count(THEFT, 28, over=RING2),
    Count(FIRE, 364, over=RING2),
)
