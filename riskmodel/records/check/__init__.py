"""A careful colleague's look at a history: what is measured, what is found in it, and how it is shown."""

from riskmodel.records.check.breaks import Break
from riskmodel.records.check.findings import Finding
from riskmodel.records.check.measures import Denominator, Month, SourceCheck
from riskmodel.records.check.page import page
from riskmodel.records.check.report import HistoryCheck, check_history
from riskmodel.records.check.terminal import terminal

__all__ = [
    "Break",
    "Denominator",
    "Finding",
    "HistoryCheck",
    "Month",
    "SourceCheck",
    "check_history",
    "page",
    "terminal",
]
