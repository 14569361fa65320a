"""The words of results, in both languages."""

from __future__ import annotations

import math

from riskmodel.base.policy import GRADES, Policy
from riskmodel.base.texts import Language, bracketed, phrase
from riskmodel.counts.bootstrap import Interval
from riskmodel.warning.results.result_figures import ResultFigures
from riskmodel.warning.results.warned_stays import SPOT, SpanOfLists

COLUMNS = {
    "grade": phrase("等级", "grade"),
    "centre": phrase("指挥中心", "centre"),
    "warned": phrase("预警", "warned"),
    "visited": phrase("已走访", "visited"),
    "late": phrase("其中逾期", "late"),
    "needs_followup": phrase("需跟进", "needs follow-up"),
    "nothing_found": phrase("未发现问题", "nothing found"),
    "not_stated": phrase("未说明", "not stated"),
    "found": phrase("需跟进占比（95%区间）", "share found (95 %)"),
    "not_done": phrase("未走访", "not done"),
    "unanswered": phrase("超期未反馈", "not answered in time"),
    "waiting": phrase("未到期", "not due"),
    "over": phrase("时段已满", "period over"),
    "forecast": phrase("预测可能性", "forecast"),
    "happened": phrase("实际发生占比（95%区间）", "with an event (95 %)"),
    "agrees": phrase("比较", "compared"),
    "expected": phrase("预计起数", "expected"),
    "events": phrase("实际起数", "events"),
    "not_over": phrase("时段未满", "not over"),
    "unknown": phrase("无法统计", "unknown"),
}
TITLE = phrase("名单结果", "Results of lists")
VISITS = phrase("走访查出了什么", "What visits found")
HAPPENED = phrase("预测与实际", "Forecast and what happened")
BY_TARGET, BY_CENTRE = phrase("分事项", "By target"), phrase("分中心", "By centre")
KEEP_IN_MIND = phrase("阅读提示", "Keep in mind")
ALL, SPOT_CHECKS = phrase("合计", "all"), phrase("随机抽查", "spot check")
AGREES, TOO_HIGH, TOO_LOW = (
    phrase("相符", "agrees"),
    phrase("预测偏高", "forecast too high"),
    phrase("预测偏低", "forecast too low"),
)
NOTHING = "–"


def grade_name(grade: str, span: SpanOfLists, language: Language) -> str:
    """Return what people call a grade, spot checks or all grades."""
    if grade in ("", SPOT):
        return (SPOT_CHECKS if grade else ALL)(language)
    labels = {**{one: Policy().grades[one].label for one in GRADES}, **dict(span.labels)}
    return next(label for one, label in labels.items() if one == grade)(language)


def called_target(target: str, span: SpanOfLists, language: Language) -> str:
    """Return what people call a target."""
    return next((title(language) for name, title in span.titles if name == target), target)


def share_text(share: float) -> str:
    """Return a share as a percentage; a dash where there is none.

    Examples
    --------
    >>> share_text(0.4567), share_text(0.0234), share_text(float("nan"))
    ('46%', '2.3%', '–')
    """
    if math.isnan(share):
        return NOTHING
    return f"{100 * share:.0f}%" if share >= 0.0995 or share == 0 else f"{100 * share:.1f}%"


def interval_of(share: Interval, language: Language) -> str:
    """Return a share with its interval in brackets."""
    if math.isnan(share.value):
        return NOTHING
    ends = "" if math.isnan(share.low) else f"{share_text(share.low)}–{share_text(share.high)}"
    return bracketed(share_text(share.value), ends, language) if ends else share_text(share.value)


def comparison_word(one: ResultFigures, language: Language) -> str:
    """Return whether the forecast agrees with what happened."""
    if one.agrees is None:
        return NOTHING
    return (AGREES if one.agrees else TOO_HIGH if one.forecast > one.happened.value else TOO_LOW)(language)
