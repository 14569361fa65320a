"""What each rental building had in the last years, also per dwelling and beside all others, and what the building is."""

from riskmodel.asof.vocabulary import Count, PlaceFigure, Rate, Ratio, Relative, State

SERIOUS, OTHER, SUIT, CALL = "serious_violation", "other_violation", "litigation", "tenant_complaint"
YEAR = 365

FEATURES = (
    Count(SERIOUS, YEAR),
    Count(SERIOUS, YEAR, lag=YEAR),
    Rate(SERIOUS, YEAR, "units", 1),
    Relative(Rate(SERIOUS, YEAR, "units", 1)),
    Relative(Count(SERIOUS, YEAR)),
    Relative(Count(SERIOUS, YEAR, lag=YEAR)),
    Count(OTHER, YEAR),
    Count(OTHER, YEAR, lag=YEAR),
    Rate(OTHER, YEAR, "units", 1),
    Relative(Rate(OTHER, YEAR, "units", 1)),
    Relative(Count(OTHER, YEAR)),
    Relative(Count(OTHER, YEAR, lag=YEAR)),
    Count(SUIT, YEAR),
    Count(SUIT, YEAR, lag=YEAR),
    Count(CALL, YEAR),
    Rate(CALL, YEAR, "units", 1),
    Relative(Rate(CALL, YEAR, "units", 1)),
    Relative(Count(CALL, YEAR)),
    Ratio(Count(SERIOUS, YEAR, over="cd"), State("rental_units", "cd")),
    Ratio(Count(OTHER, YEAR, over="cd"), State("rental_units", "cd")),
    Ratio(Count(CALL, YEAR, over="cd"), State("rental_units", "cd")),
    Ratio(Count(SERIOUS, YEAR, over="class"), State("rental_units", "class")),
    Ratio(Count(SERIOUS, YEAR, over="zoning"), State("rental_units", "zoning")),
    State("rental_units", "cd"),
    PlaceFigure("units"),
    PlaceFigure("value"),
    PlaceFigure("lot_area"),
    PlaceFigure("residential_area"),
    PlaceFigure("dwelling_area"),
    PlaceFigure("floors"),
    PlaceFigure("buildings"),
    PlaceFigure("other_units"),
    PlaceFigure("built_year"),
    PlaceFigure("basement"),
    Ratio(PlaceFigure("value"), PlaceFigure("units"), called="value_per_dwelling", zh="每套住宅估值{value}（平常{usual}）", en="The assessed value is {value} a dwelling (usually {usual})"),
)
