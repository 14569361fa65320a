"""What lists forecast, what visits found, and what then happened."""

from riskmodel.warning.results.given_answers import GivenAnswer
from riskmodel.warning.results.list_coverage import ListCoverage
from riskmodel.warning.results.result_figures import ResultFigures, result_figures
from riskmodel.warning.results.result_page import write_results_page
from riskmodel.warning.results.result_text import results_text
from riskmodel.warning.results.warned_stays import SpanOfLists, WarnedStay
from riskmodel.warning.results.warning_results import WarningResults

__all__ = [
    "GivenAnswer",
    "ListCoverage",
    "ResultFigures",
    "SpanOfLists",
    "WarnedStay",
    "WarningResults",
    "result_figures",
    "results_text",
    "write_results_page",
]
