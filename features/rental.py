"""Rental housing: the register, inspections and fire hazards."""

from riskmodel.asof.vocabulary import (
    NEIGHBOURS,
    Count,
    Decay,
    Log1p,
    PlaceFigure,
    Ratio,
    Share,
    State,
    StateAge,
    TimeSince,
    UnsearchedDays,
)

FEATURES = (
    State("registered_rooms"),
    State("fire_hazards"),
    State("wiring_hazard"),
    State("charging_hazard"),
    State("gas_hazard"),
    State("fire_hazards", NEIGHBOURS),
    StateAge("fire_hazards"),
    Count("fire_hazards", 91),
    Decay("fire_hazards", 365),
    Decay("fire_hazards", 365, over="village"),
    Share("fire_hazards", "inspected_rooms", 364),
    Count("inspected_rooms", 91),
    TimeSince("inspected_rooms", 365),
    UnsearchedDays("inspected_rooms", "rental_rooms"),
    Ratio(
        State("fire_hazards"),
        State("registered_rooms"),
        called="open_hazards_per_room",
        zh="本网格平均每间在册出租房有未整改隐患{value}处（平常{usual}处）",
        en="This cell has {value} open hazards per registered rented room (usually {usual})",
    ),
    Log1p(PlaceFigure("rental_rooms")),
)
