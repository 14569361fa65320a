"""The vocabulary: the classes of feature that ``features/`` is written in. One small file a class or two."""

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS
from riskmodel.asof.vocabulary.calendar import Elapsed, Harmonic
from riskmodel.asof.vocabulary.compose import Clip, Difference, Log1p, Ratio
from riskmodel.asof.vocabulary.count import Count
from riskmodel.asof.vocabulary.decay import Decay, DecayedDays
from riskmodel.asof.vocabulary.feature import Feature, Group, check_unique
from riskmodel.asof.vocabulary.place import PlaceFigure
from riskmodel.asof.vocabulary.rate import Rate, ShrunkenRate
from riskmodel.asof.vocabulary.season import SameSeason
from riskmodel.asof.vocabulary.share import Share
from riskmodel.asof.vocabulary.state import State, StateAge
from riskmodel.asof.vocabulary.time_since import TimeSince
from riskmodel.asof.vocabulary.trend import Trend

__all__ = [
    "CELL",
    "COUNTY",
    "NEIGHBOURS",
    "Clip",
    "Count",
    "Decay",
    "DecayedDays",
    "Difference",
    "Elapsed",
    "Feature",
    "Group",
    "Harmonic",
    "Log1p",
    "PlaceFigure",
    "Rate",
    "Ratio",
    "SameSeason",
    "Share",
    "ShrunkenRate",
    "State",
    "StateAge",
    "TimeSince",
    "Trend",
    "check_unique",
]
