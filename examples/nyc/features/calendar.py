"""The calendar of New York's weekly series: waves of the year and the time that has passed."""

from riskmodel.asof.vocabulary import Elapsed, Harmonic

FEATURES = (
    Harmonic("sin", 1, 7),
    Harmonic("cos", 1, 7),
    Harmonic("sin", 2, 7),
    Harmonic("cos", 2, 7),
    Elapsed(),
)
