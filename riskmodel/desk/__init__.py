"""The desk: what centres hand back."""

from riskmodel.desk.answers import FAMILY, OUTCOME_TEXTS, AnswerReport, SetAside, as_records, take_answers

__all__ = ["FAMILY", "OUTCOME_TEXTS", "AnswerReport", "SetAside", "as_records", "take_answers"]
