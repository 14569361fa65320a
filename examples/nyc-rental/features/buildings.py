"""Violations, complaints and litigation of each rental building, and its figures.

In 2015, two buildings of five have other violations of once or twice the number of dwellings, which says almost nothing about hazards. So
counts are split into a multiple of the dwellings and the remainder, and other violations without a remainder do not count.
"""

from riskmodel.asof.vocabulary import Among, Count, Difference, Modulo, PlaceFigure, Rate, Ratio, Relative, State

SERIOUS, OTHER, SUIT, CALL = "serious_violation", "other_violation", "litigation", "tenant_complaint"
YEAR = 365

BLOCK_DWELLINGS = Difference(State("rental_units", "block"), State("rental_units"))
TEN_DWELLINGS = Difference(State("rental_units", "tenblocks"), State("rental_units"))

UNITS = PlaceFigure("units")
OTHERS = Count(OTHER, YEAR)
OTHERS_BEFORE = Count(OTHER, YEAR, lag=YEAR)
LEFT = Modulo(OTHERS, UNITS)
LEFT_BEFORE = Modulo(OTHERS_BEFORE, UNITS)
# 1 where there is a remainder, and missing where there is none
ANY_LEFT = Ratio(LEFT, LEFT)
ANY_LEFT_BEFORE = Ratio(LEFT_BEFORE, LEFT_BEFORE)

FEATURES = (
    Count(SERIOUS, YEAR),
    Count(SERIOUS, YEAR, lag=YEAR),
    Rate(SERIOUS, YEAR, "units", 1),
    Relative(Rate(SERIOUS, YEAR, "units", 1)),
    Relative(Count(SERIOUS, YEAR)),
    Relative(Count(SERIOUS, YEAR, lag=YEAR)),
    LEFT,
    LEFT_BEFORE,
    Ratio(
        LEFT,
        UNITS,
        called="other_violation_left_per_unit",
        zh="近365天每套住宅有整倍之外的其他违规{value}起（平常{usual}起）",
        en="Modulo its dwellings it had {value} other violations per dwelling in the last year (usually {usual})",
    ),
    Ratio(
        OTHERS,
        ANY_LEFT,
        called="other_violation_unless_whole",
        zh="近365天其他违规{value}起，且不是住宅套数的整倍（平常{usual}起）",
        en="It had {value} other violations in the last year, not a multiple of its dwellings (usually {usual})",
    ),
    Ratio(
        Ratio(OTHERS, ANY_LEFT),
        UNITS,
        called="other_violation_unless_whole_per_unit",
        zh="近365天每套住宅有其他违规{value}起，且不是住宅套数的整倍（平常{usual}起）",
        en="It had {value} other violations per dwelling in the last year, not a multiple of its dwellings (usually {usual})",
    ),
    Ratio(
        LEFT_BEFORE,
        UNITS,
        called="other_violation_left_per_unit_lag365d",
        zh="前一年每套住宅有整倍之外的其他违规{value}起（平常{usual}起）",
        en="Modulo its dwellings it had {value} other violations per dwelling in the year before the last (usually {usual})",
    ),
    Ratio(
        OTHERS_BEFORE,
        ANY_LEFT_BEFORE,
        called="other_violation_unless_whole_lag365d",
        zh="前一年其他违规{value}起，且不是住宅套数的整倍（平常{usual}起）",
        en="It had {value} other violations in the year before the last, not a multiple of its dwellings (usually {usual})",
    ),
    Ratio(
        Ratio(OTHERS_BEFORE, ANY_LEFT_BEFORE),
        UNITS,
        called="other_violation_unless_whole_per_unit_lag365d",
        zh="前一年每套住宅有其他违规{value}起，且不是住宅套数的整倍（平常{usual}起）",
        en="It had {value} other violations per dwelling in the year before the last, not a multiple of its dwellings (usually {usual})",
    ),
    Modulo(Count(SERIOUS, YEAR), UNITS),
    Ratio(
        Difference(Count(SERIOUS, YEAR), Modulo(Count(SERIOUS, YEAR), UNITS)),
        UNITS,
        called="serious_violation_whole_per_unit",
        zh="近365天严重违规为住宅套数的{value}整倍（平常{usual}）",
        en="Its serious violations of the last year were {value} times its dwellings, rounded down (usually {usual})",
    ),
    Modulo(Count(SERIOUS, YEAR, lag=YEAR), UNITS),
    Ratio(
        Difference(Count(SERIOUS, YEAR, lag=YEAR), Modulo(Count(SERIOUS, YEAR, lag=YEAR), UNITS)),
        UNITS,
        called="serious_violation_whole_per_unit_lag365d",
        zh="前一年严重违规为住宅套数的{value}整倍（平常{usual}）",
        en="Its serious violations of the year before the last were {value} times its dwellings, rounded down (usually {usual})",
    ),
    Modulo(Count(CALL, YEAR), UNITS),
    Ratio(
        Difference(Count(CALL, YEAR), Modulo(Count(CALL, YEAR), UNITS)),
        UNITS,
        called="tenant_complaint_whole_per_unit",
        zh="近365天租户投诉为住宅套数的{value}整倍（平常{usual}）",
        en="Its tenant complaints of the last year were {value} times its dwellings, rounded down (usually {usual})",
    ),
    Count(SUIT, YEAR),
    Count(SUIT, YEAR, lag=YEAR),
    Relative(Rate(CALL, YEAR, "units", 1)),
    Relative(Count(CALL, YEAR)),
    Relative(Ratio(Difference(Count(SERIOUS, YEAR, over="block"), Count(SERIOUS, YEAR)), BLOCK_DWELLINGS)),
    Relative(Among(LEFT, "block", "share")),
    Relative(Ratio(Difference(Count(CALL, YEAR, over="block"), Count(CALL, YEAR)), BLOCK_DWELLINGS)),
    Relative(Ratio(Difference(Count(SERIOUS, YEAR, over="tenblocks"), Count(SERIOUS, YEAR)), TEN_DWELLINGS)),
    Relative(Among(LEFT, "tenblocks", "share")),
    Relative(Ratio(Difference(Count(CALL, YEAR, over="tenblocks"), Count(CALL, YEAR)), TEN_DWELLINGS)),
    Relative(Ratio(Count(SERIOUS, YEAR, over="cd"), State("rental_units", "cd"))),
    Relative(Among(LEFT, "cd", "share")),
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
        en="The assessed value is {value} per dwelling (usually {usual})",
    ),
)
