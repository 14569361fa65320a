"""Histories: all records ever believed, sorted and immutable, with places and coverage."""

from riskmodel.records.history.bulk_entries import BulkEntry, bulk_entry
from riskmodel.records.history.coverage import (
    ISOLATED_FEW,
    ISOLATED_GAP,
    Coverage,
    are_few,
    known_through,
    regular_days,
    through_at,
)
from riskmodel.records.history.default_days import DefaultDay, default_day
from riskmodel.records.history.history import History, from_columns
from riskmodel.records.history.ignored_days import IgnoredDays, ignored_days, ignored_spans
from riskmodel.records.history.late_reports import LABEL_DAYS, LEAST_ROWS, MOST_LEFT, LateReports, late_reports
from riskmodel.records.history.silent_cells import SilentCell
from riskmodel.records.history.silent_end import begun_on, complete_through
from riskmodel.records.history.source_reports import source_default_day, source_entry, source_reports
from riskmodel.records.history.source_silences import SilentPlaces, silences, silent_places
from riskmodel.records.history.unobserved import without_days

__all__ = [
    "ISOLATED_FEW",
    "ISOLATED_GAP",
    "BulkEntry",
    "Coverage",
    "DefaultDay",
    "LABEL_DAYS",
    "LEAST_ROWS",
    "MOST_LEFT",
    "History",
    "IgnoredDays",
    "LateReports",
    "SilentCell",
    "SilentPlaces",
    "are_few",
    "begun_on",
    "bulk_entry",
    "complete_through",
    "default_day",
    "from_columns",
    "ignored_days",
    "ignored_spans",
    "known_through",
    "late_reports",
    "regular_days",
    "silences",
    "silent_places",
    "source_default_day",
    "source_entry",
    "source_reports",
    "through_at",
    "without_days",
]
