"""Rental housing: the register, inspections and fire hazards."""

from riskmodel.asof.vocabulary import (
    NEIGHBOURS,
    Count,
    Decay,
    Group,
    Log1p,
    PlaceFigure,
    Ratio,
    Share,
    State,
    StateAge,
    TimeSince,
    UnsearchedDays,
)

HAZARDS = Group(
    "fire_hazards",
    ("wiring_hazard", "blocked_passage", "charging_hazard", "gas_hazard"),
    zh="出租房消防隐患",
    en="fire hazards in rented rooms",
)

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
    UnsearchedDays("inspected_rooms", "rental_rooms"),
    Ratio(
        State(HAZARDS),
        State("registered_rooms"),
        called="open_hazards_per_room",
        zh="本网格平均每间在册出租房有未整改隐患{value}处（平常{usual}处）",
        en="This cell has {value} open hazards per registered rented room (usually {usual})",
    ),
    Log1p(PlaceFigure("rental_rooms")),
)
