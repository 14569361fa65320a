"""The calendar, and figures of the place."""

from riskmodel.asof.vocabulary import Elapsed, Harmonic, PlaceFigure

FEATURES = (
    Harmonic("sin", 1, 28),
    Harmonic("cos", 1, 28),
    Harmonic("sin", 2, 28),
    Harmonic("cos", 2, 28),
    Elapsed(),
    PlaceFigure("households"),
    PlaceFigure("rental_rooms"),
    PlaceFigure("enterprises"),
    PlaceFigure("built_year"),
    PlaceFigure("floors"),
)
