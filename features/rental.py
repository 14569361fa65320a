"""Rental housing: the register, inspections and fire hazards."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Log1p, PlaceFigure, Ratio, Share, State, StateAge, TimeSince

HAZARDS = ("wiring_hazard", "blocked_passage", "charging_hazard", "gas_hazard")

FEATURES = (
    State("registered_rooms"),
    State(HAZARDS),
    State("wiring_hazard"),
    State("charging_hazard"),
    State("gas_hazard"),
    State(HAZARDS, NEIGHBOURS),
    StateAge(HAZARDS),
    Count(HAZARDS, 91),
    Decay(HAZARDS, 365),
    Decay(HAZARDS, 365, over="village"),
    Share(HAZARDS, "inspected_rooms", 364),
    Count("inspected_rooms", 91),
    TimeSince("inspected_rooms", 365),
    Ratio(State(HAZARDS), State("registered_rooms")),
    Log1p(PlaceFigure("rental_rooms")),
)
