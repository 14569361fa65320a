"""Words of answers: heads of columns and outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, OUTCOME_TEXTS, AnswerOutcome
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

_OTHER_WORDS: Mapping[AnswerOutcome, tuple[str, ...]] = {
    "visited": (
        "走访", "已访", "上门", "已上门", "已上门走访", "已检查", "已处理", "已整改", "已调解", "已化解", "已完成", "完成", "已办结", "办结", "已核查", "去过了",
        "done", "closed",
    ),
    "needs_followup": (
        "跟进", "需要跟进", "待跟进", "继续跟进", "跟进中", "整改中", "待整改", "需整改", "处理中", "未办结",
        "需跟踪", "needs follow up", "needs followup", "follow-up", "follow up",
    ),
    "nothing_found": (
        "未发现", "无问题", "没问题", "没有问题", "没有发现问题", "未发现异常", "无异常", "正常", "未发现隐患", "无隐患",
        "nothing", "no findings",
    ),
    "not_done": ("没走访", "未访", "没有走访", "未上门", "未去", "没去", "未完成", "not visited"),
}  # fmt: skip

SYNONYMS: Mapping[str, AnswerOutcome] = {word: outcome for outcome, words in _OTHER_WORDS.items() for word in words}
"""Other words that centres write."""


_BETWEEN = re.compile("[，,、;；/]\\s*|\\s(?=[\u4e00-\u9fff])")
"""What stands between two words of one result."""


def read_outcome(text: str) -> AnswerOutcome | None:
    """Return the outcome that a centre wrote, in either language.

    A visit and what it found may stand beside each other.

    Examples
    --------
    >>> read_outcome("已走访，未发现问题"), read_outcome("visited, needs follow-up"), read_outcome("已走访，未走访")
    ('nothing_found', 'needs_followup', None)
    """
    word = " ".join(text.split()).lower().strip(" .。!！")
    named: dict[str, AnswerOutcome] = {outcome: outcome for outcome in OUTCOME_TEXTS}
    named |= {label(language): outcome for outcome, label in OUTCOME_TEXTS.items() for language in LANGUAGES}
    known: dict[str, AnswerOutcome] = {**named, **SYNONYMS}
    said = {known.get(part) for part in _BETWEEN.split(word)}
    visits = {outcome for outcome, meaning in OUTCOME_MEANINGS.items() if meaning.visit and not meaning.states_finding}
    for outcome, meaning in OUTCOME_MEANINGS.items():
        if meaning.states_finding and said == {*visits, outcome}:
            return outcome
    return known.get(word)
