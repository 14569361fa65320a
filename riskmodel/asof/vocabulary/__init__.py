"""Classes of features that modules in ``features/`` may use.

One or two per file.
"""

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS, RING2
from riskmodel.asof.vocabulary.above_usual import AboveUsual
from riskmodel.asof.vocabulary.among import Among
from riskmodel.asof.vocabulary.calendar import Elapsed, Harmonic
from riskmodel.asof.vocabulary.closed import Closed
from riskmodel.asof.vocabulary.compose import Clip, Difference, Log1p, Modulo, Ratio
from riskmodel.asof.vocabulary.count import Count
from riskmodel.asof.vocabulary.cusum import Cusum
from riskmodel.asof.vocabulary.decay import Decay, DecayedDays
from riskmodel.asof.vocabulary.excess import Excess
from riskmodel.asof.vocabulary.feature import Feature, check_unique
from riskmodel.asof.vocabulary.holiday_days import HolidayDays, WorkedWeekends
from riskmodel.asof.vocabulary.holiday_distance import SinceHoliday, ToHoliday
from riskmodel.asof.vocabulary.kind_groups import KindGroup
from riskmodel.asof.vocabulary.lead import Lead
from riskmodel.asof.vocabulary.month_days import MonthDays
from riskmodel.asof.vocabulary.named_holiday import NamedHoliday
from riskmodel.asof.vocabulary.nearby import Nearby
from riskmodel.asof.vocabulary.nowcast import Nowcast
from riskmodel.asof.vocabulary.open_since import OpenSince
from riskmodel.asof.vocabulary.phrases import bare_text
from riskmodel.asof.vocabulary.place import PlaceFigure
from riskmodel.asof.vocabulary.rate import Rate, ShrunkenRate
from riskmodel.asof.vocabulary.relative import Relative
from riskmodel.asof.vocabulary.school_term import SchoolTerm
from riskmodel.asof.vocabulary.searched import SearchedDays, UnsearchedDays
from riskmodel.asof.vocabulary.season import SameSeason
from riskmodel.asof.vocabulary.share import Share
from riskmodel.asof.vocabulary.smoothed import Smoothed
from riskmodel.asof.vocabulary.state import State, StateAge
from riskmodel.asof.vocabulary.surprise import Surprise
from riskmodel.asof.vocabulary.time_since import TimeSince
from riskmodel.asof.vocabulary.trend import Trend
from riskmodel.asof.vocabulary.weekday import Weekday

__all__ = [
    "CELL",
    "COUNTY",
    "NEIGHBOURS",
    "RING2",
    "AboveUsual",
    "Among",
    "Clip",
    "Closed",
    "Count",
    "Cusum",
    "Decay",
    "DecayedDays",
    "Difference",
    "Elapsed",
    "Excess",
    "Feature",
    "KindGroup",
    "Harmonic",
    "HolidayDays",
    "Lead",
    "Log1p",
    "MonthDays",
    "NamedHoliday",
    "Nearby",
    "Nowcast",
    "OpenSince",
    "PlaceFigure",
    "Rate",
    "Ratio",
    "Relative",
    "Modulo",
    "SameSeason",
    "SchoolTerm",
    "Share",
    "ShrunkenRate",
    "SearchedDays",
    "SinceHoliday",
    "Smoothed",
    "State",
    "StateAge",
    "Surprise",
    "TimeSince",
    "ToHoliday",
    "Trend",
    "UnsearchedDays",
    "Weekday",
    "WorkedWeekends",
    "bare_text",
    "check_unique",
]
