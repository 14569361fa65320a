"""The desk: answers that centres hand back."""

from riskmodel.desk.answer_table import AnswerReport, RejectedRow, record_answer_table
from riskmodel.operations.answer_records import FAMILY, as_records

__all__ = ["FAMILY", "AnswerReport", "RejectedRow", "as_records", "record_answer_table"]
