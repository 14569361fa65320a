"""The desk: answers that centres hand back."""

from riskmodel.desk.answer_table import OUTCOME_TEXTS, AnswerReport, RejectedRow, record_answer_table
from riskmodel.operations.answer_records import FAMILY, as_records

__all__ = ["FAMILY", "OUTCOME_TEXTS", "AnswerReport", "RejectedRow", "as_records", "record_answer_table"]
