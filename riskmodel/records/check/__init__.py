"""A careful colleague's look at a history: what is measured, what is found in it, and how it is shown."""

from riskmodel.records.check.breaks import Break
from riskmodel.records.check.check_page import check_page
from riskmodel.records.check.check_terminal import check_terminal
from riskmodel.records.check.findings import Finding
from riskmodel.records.check.history_check import HistoryCheck, check_history
from riskmodel.records.check.measures import Denominator, Month, SourceCheck

__all__ = [
    "Break",
    "Denominator",
    "Finding",
    "HistoryCheck",
    "Month",
    "SourceCheck",
    "check_history",
    "check_page",
    "check_terminal",
]
