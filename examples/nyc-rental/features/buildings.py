"""What each rental building had in the last years, also per dwelling and beside all others, and what the building is."""

from riskmodel.asof.vocabulary import Count, Difference, PlaceFigure, Rate, Ratio, Relative, State

SERIOUS, OTHER, SUIT, CALL = "serious_violation", "other_violation", "litigation", "tenant_complaint"
YEAR = 365

BLOCK_DWELLINGS = Difference(State("rental_units", "block"), State("rental_units"))
TEN_DWELLINGS = Difference(State("rental_units", "tenblocks"), State("rental_units"))

FEATURES = (
    Count(SERIOUS, YEAR),
    Count(SERIOUS, YEAR, lag=YEAR),
    Rate(SERIOUS, YEAR, "units", 1),
    Relative(Rate(SERIOUS, YEAR, "units", 1)),
    Relative(Count(SERIOUS, YEAR)),
    Relative(Count(SERIOUS, YEAR, lag=YEAR)),
    Relative(Rate(OTHER, YEAR, "units", 1)),
    Relative(Count(OTHER, YEAR)),
    Relative(Count(OTHER, YEAR, lag=YEAR)),
    Count(SUIT, YEAR),
    Count(SUIT, YEAR, lag=YEAR),
    Relative(Rate(CALL, YEAR, "units", 1)),
    Relative(Count(CALL, YEAR)),
    Relative(Ratio(Difference(Count(SERIOUS, YEAR, over="block"), Count(SERIOUS, YEAR)), BLOCK_DWELLINGS)),
    Relative(Ratio(Difference(Count(OTHER, YEAR, over="block"), Count(OTHER, YEAR)), BLOCK_DWELLINGS)),
    Relative(Ratio(Difference(Count(CALL, YEAR, over="block"), Count(CALL, YEAR)), BLOCK_DWELLINGS)),
    Relative(Ratio(Difference(Count(SERIOUS, YEAR, over="tenblocks"), Count(SERIOUS, YEAR)), TEN_DWELLINGS)),
    Relative(Ratio(Difference(Count(OTHER, YEAR, over="tenblocks"), Count(OTHER, YEAR)), TEN_DWELLINGS)),
    Relative(Ratio(Difference(Count(CALL, YEAR, over="tenblocks"), Count(CALL, YEAR)), TEN_DWELLINGS)),
    Relative(Ratio(Count(SERIOUS, YEAR, over="cd"), State("rental_units", "cd"))),
    Relative(Ratio(Count(OTHER, YEAR, over="cd"), State("rental_units", "cd"))),
    Relative(Ratio(Count(CALL, YEAR, over="cd"), State("rental_units", "cd"))),
    Relative(Ratio(Count(SERIOUS, YEAR, over="class"), State("rental_units", "class"))),
    Relative(Ratio(Count(SERIOUS, YEAR, over="zoning"), State("rental_units", "zoning"))),
    State("rental_units", "cd"),
    State("rental_units", "block"),
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
    Ratio(
        PlaceFigure("value"),
        PlaceFigure("units"),
        called="value_per_dwelling",
        zh="每套住宅估值{value}（平常{usual}）",
        en="The assessed value is {value} a dwelling (usually {usual})",
    ),
)
