"""Summaries of a night for towns and the whole area."""

from riskmodel.warning.summaries.computation import summarise
from riskmodel.warning.summaries.summary import FirstPlace, Summary, SummaryRow, SummaryTarget, TargetFigures
from riskmodel.warning.summaries.summary_formats import SUMMARY_FORMATS, summary_file_name

__all__ = [
    "SUMMARY_FORMATS",
    "FirstPlace",
    "Summary",
    "SummaryRow",
    "SummaryTarget",
    "TargetFigures",
    "summarise",
    "summary_file_name",
]
