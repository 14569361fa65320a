"""Headings and labels of the check, in Chinese and English."""

from __future__ import annotations

from riskmodel.base.texts import Text

WORDS: dict[str, Text] = {
    "title": Text(zh="数据检查", en="Data check"),
    "headline": Text(
        zh="数据检查（截至 {as_of}）：{records}，{cells}",
        en="Data check as of {as_of}: {records}, {cells}",
    ),
    "as_of": Text(zh="检查日期", en="As of"),
    "records": Text(zh="记录", en="Records"),
    "cells": Text(zh="网格", en="Cells"),
    "sources": Text(zh="数据源", en="Sources"),
    "source": Text(zh="数据源", en="Source"),
    "findings": Text(zh="发现", en="Findings"),
    "besides": Text(zh="名单与模型", en="Lists and models"),
    "no_findings": Text(zh="没有发现问题。", en="No findings."),
    "checks": Text(zh="检查项", en="Checks"),
    "check": Text(zh="检查项", en="Check"),
    "state": Text(zh="结果", en="Result"),
    "passed": Text(zh="通过", en="passed"),
    "found": Text(zh="有发现", en="found"),
    "not checked": Text(zh="未能检查", en="not checked"),
    "passed_line": Text(zh="通过：{codes}", en="Passed: {codes}"),
    "unchecked_line": Text(zh="未能检查（数据不足）：{codes}", en="Not checked, too little data: {codes}"),
    "code": Text(zh="代码", en="Code"),
    "subjects": Text(zh="检查对象", en="Checked"),
    "severity": Text(zh="程度", en="Severity"),
    "subject": Text(zh="对象", en="Subject"),
    "said": Text(zh="发现", en="Finding"),
    "remedy": Text(zh="处理建议", en="What to do"),
    "fault": Text(zh="问题", en="Fault"),
    "warning": Text(zh="注意", en="Warning"),
    "note": Text(zh="说明", en="Note"),
    "span": Text(zh="起止日期", en="First and last day"),
    "delay": Text(zh="延迟（天）：中位、95%", en="Delay in days: median, 95 %"),
    "corrected": Text(zh="更正或撤销", en="Corrected or withdrawn"),
    "repeats_column": Text(zh="除编号外相同", en="Repeated"),
    "quarantined": Text(zh="隔离", en="Quarantine"),
    "through": Text(zh="完整至", en="Complete through"),
    "not_stated": Text(zh="未说明", en="not stated"),
    "is_stale": Text(zh="过期", en="STALE"),
    "by_month": Text(zh="最近月份", en="Last months"),
    "coverage": Text(zh="每月记录数", en="Records by month"),
    "coverage_note": Text(
        zh="每格一个月，与该来源的中位月相比；“×”表示没有记录。最后一个月可能尚未报完。",
        en="One square per month, compared with the source's median month; × is a month without records. The last month may be "
        "incomplete.",
    ),
    "usual_month": Text(zh="中位月", en="median month"),
    "none": Text(zh="没有", en="none"),
    "below_half": Text(zh="不足一半", en="below half"),
    "below": Text(zh="一半至八成", en="half to 80 %"),
    "usual": Text(zh="八成至 1.25 倍", en="80 to 125 %"),
    "above": Text(zh="1.25 至 2 倍", en="125 to 200 %"),
    "double": Text(zh="2 倍以上", en="above 200 %"),
    "delays": Text(zh="获知延迟", en="Delays"),
    "delays_note": Text(
        zh="按获知月份：中位（实线）与 95%（虚线），单位天。",
        en="In days, by the month in which records became known: median (solid) and 95 % quantile (dashed).",
    ),
    "breaks": Text(zh="突变", en="Sudden breaks"),
    "kind": Text(zh="类别", en="Kind"),
    "day": Text(zh="起始日", en="Since"),
    "before": Text(zh="此前每月", en="Per month before"),
    "after": Text(zh="此后每月", en="Per month after"),
    "quarantine": Text(zh="隔离", en="Quarantine"),
    "reason": Text(zh="原因", en="Reason"),
    "rows": Text(zh="行数", en="Rows"),
    "share": Text(zh="占该来源", en="Share of the source"),
    "exposures": Text(zh="暴露量（比率的分母）", en="Exposures (denominators of rates)"),
    "exposure": Text(zh="暴露量", en="Exposure"),
    "lacking": Text(zh="缺失的网格", en="Cells where it is missing"),
    "zero": Text(zh="为零的网格", en="Cells where it is zero"),
    "zero_with_records": Text(zh="其中有记录", en="of these with records"),
    "rules": Text(zh="判断规则", en="Rules"),
    "nothing_there": Text(zh="没有。", en="None."),
    "privacy": Text(
        zh="户数不足的网格与其他网格合并显示，不单独列出。",
        en="Cells with too few households are shown together with another cell, never alone.",
    ),
    "rules_text": Text(
        zh="突变：每月数取 log(x+1/2)，满三年的减去季节（各月份与 13 个月滑动中位之差的中位）；前六个月与后六个月（至少三个月）的中位相差达到其标准误的 5 倍，"
        "且数量变化达到 1.5 倍（不足三年为 2.5 倍）。延迟变化：最近三个月的 95% 延迟与此前十二个月相比，相差 2 天以上且 1.5 倍以上。"
        "重复：某月半数以上（且至少 20 条、占比达到中位月的 5 倍）的记录除编号外相同。缺月：中位月至少 5 条而该月没有。隔离：占 1% 以上为注意，10% 以上为问题。",
        en="Break: monthly counts are taken as log(x + 1/2), less the season if there are three years or more (for each month of the year the median distance from the running median of 13 months). The medians of the six months before and the six months (at "
        "least three) after differ by 5 standard errors or more, and the count changes by a factor of 1.5 or more (2.5 with less than "
        "three years). Change of delay: the 95 % delay of the last three months differs from that of the twelve months before by 2 "
        "days or more and by a factor of 1.5 or more. Repeats: a month in which at least half of the records (20 or more, and 5 times "
        "the share of the median month) agree with another one in all but the id. Gap: a month without records, where the median "
        "month has 5 or more. Quarantine: a warning from 1 % of a source's rows on, a fault from 10 %.",
    ),
}
"""Headings and labels."""
