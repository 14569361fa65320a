"""Histories: all records ever believed, sorted and immutable, with places and coverage."""

from riskmodel.records.history.coverage import ISOLATED_FEW, ISOLATED_GAP, Coverage, are_few, known_through, regular_days
from riskmodel.records.history.history import History, from_columns
from riskmodel.records.history.ignored_days import IgnoredDays, ignored_days, ignored_spans
from riskmodel.records.history.silent_end import complete_through
from riskmodel.records.history.unobserved import without_days

__all__ = [
    "ISOLATED_FEW",
    "ISOLATED_GAP",
    "Coverage",
    "History",
    "IgnoredDays",
    "are_few",
    "complete_through",
    "from_columns",
    "ignored_days",
    "ignored_spans",
    "known_through",
    "regular_days",
    "without_days",
]
