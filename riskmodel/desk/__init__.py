"""The desk: what centres hand back."""

from riskmodel.desk.answers import OUTCOME_TEXTS, AnswerReport, SetAside, take_answers
from riskmodel.operations.answers import FAMILY, as_records

__all__ = ["FAMILY", "OUTCOME_TEXTS", "AnswerReport", "SetAside", "as_records", "take_answers"]
