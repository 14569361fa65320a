"""Words of answers: heads of columns and outcomes."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS, AnswerOutcome
from riskmodel.base.texts import LANGUAGES, Text

COLUMN_TEXTS: Mapping[str, Text] = {
    "warning": Text(zh="预警编号", en="Warning id"),
    "outcome": Text(zh="结果", en="Result"),
    "day": Text(zh="走访日期", en="Date of visit"),
}
"""The columns that are read back, as lists head them."""

HEADS: Mapping[str, tuple[str, ...]] = {
    "warning": ("warning", "id", "warning id", "编号", "预警编号"),
    "outcome": ("outcome", "result", "结果", "走访结果"),
    "day": ("day", "date", "date of visit", "日期", "走访日期"),
}
"""Every head under which a column is found, in small letters."""

SYNONYMS: Mapping[str, AnswerOutcome] = {
    "走访": "visited",
    "已访": "visited",
    "需要跟进": "needs_followup",
    "待跟进": "needs_followup",
    "needs follow up": "needs_followup",
    "needs followup": "needs_followup",
    "未发现": "nothing_found",
    "无问题": "nothing_found",
    "没有发现问题": "nothing_found",
    "没走访": "not_done",
    "未访": "not_done",
    "not visited": "not_done",
}
"""Other words that centres write."""


def read_outcome(text: str) -> AnswerOutcome | None:
    """Return the outcome that a centre wrote, in either language."""
    word = " ".join(text.split()).lower()
    named: dict[str, AnswerOutcome] = {outcome: outcome for outcome in OUTCOME_TEXTS}
    named |= {label(language): outcome for outcome, label in OUTCOME_TEXTS.items() for language in LANGUAGES}
    return (named | dict(SYNONYMS)).get(word)
