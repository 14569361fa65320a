"""The desk: answers that centres hand back."""

from riskmodel.desk.answer_report import AnswerReport, OverruledRow, RejectedRow
from riskmodel.desk.answer_table import record_answer_table
from riskmodel.operations.answer_records import FAMILY, as_records

__all__ = ["FAMILY", "AnswerReport", "OverruledRow", "RejectedRow", "as_records", "record_answer_table"]
