"""Data check: measures of a history, findings, page and text."""

from riskmodel.records.check.breaks import Break
from riskmodel.records.check.check_page import check_page
from riskmodel.records.check.check_terminal import check_terminal
from riskmodel.records.check.findings import Finding
from riskmodel.records.check.history_check import HistoryCheck, check_history
from riskmodel.records.check.measures import ExposureCheck
from riskmodel.records.check.shown_names import ShownNames
from riskmodel.records.check.source_measures import Month, SourceCheck

__all__ = [
    "Break",
    "ExposureCheck",
    "Finding",
    "HistoryCheck",
    "Month",
    "ShownNames",
    "SourceCheck",
    "check_history",
    "check_page",
    "check_terminal",
]
