"""The words of the check, in Chinese and English."""

from __future__ import annotations

from riskmodel.base.texts import Text


def _pair(zh: str, en: str, do_zh: str, do_en: str) -> tuple[Text, Text]:
    return Text(zh=zh, en=en), Text(zh=do_zh, en=do_en)


SAID: dict[str, tuple[Text, Text]] = {
    "stale": _pair(
        "数据完整至 {through}，已落后 {days:,} 天，上限 {most} 天。",
        "Complete through {through}, {days:,} days ago; at most {most} are allowed.",
        "催取最新导出，再运行 riskmodel ingest。",
        "Fetch the latest export, then run 'riskmodel ingest'.",
    ),
    "nothing": _pair("没有任何记录。", "There is no record.", "检查导出文件与映射。", "Check the export and the mapping."),
    "quarantine": _pair(
        "{count:,} 行（{share:.1%}）被隔离：{reason}。",
        "{count:,} rows ({share:.1%}) are in quarantine: {reason}.",
        "运行 riskmodel quarantine 查看，修正映射或导出后重新 ingest。",
        "See 'riskmodel quarantine'; mend the mapping or the export, and ingest again.",
    ),
    "gap": _pair(
        "{count} 个月没有记录（{months}），平常每月约 {usual:,.0f} 条。",
        "Without a record: {count} month(s) ({months}); the usual month has {usual:,.0f}.",
        "向来源单位核实并补报；若确系中断，调整 since 或导出的完整日期。",
        "Ask the source for the missing export; if the feed was down, state it by since or the table of exports.",
    ),
    "early": _pair(
        "{count:,} 条记录（{share:.1%}）的获知日期早于发生日期。",
        "{count:,} records ({share:.1%}) became known before they occurred.",
        "检查两个日期列是否对调。",
        "Check whether the two columns of dates are exchanged.",
    ),
    "twins": _pair(
        "{count} 个月（{months}）中多数记录除编号外完全相同。",
        "In {count} month(s) ({months}) most records agree with another one in all but the id.",
        "核实是否以新编号重复导出。",
        "Ask whether an export came twice under new ids.",
    ),
    "slower": _pair(
        "近三个月 95% 的记录在 {recent:.0f} 天内获知，此前为 {before:.0f} 天：变慢。",
        "In the last three months 95 % became known within {recent:.0f} days, before within {before:.0f}: slower.",
        "核实录入是否积压；必要时提高 label_delay。",
        "Ask about a backlog; raise label_delay if it stays.",
    ),
    "faster": _pair(
        "近三个月 95% 的记录在 {recent:.0f} 天内获知，此前为 {before:.0f} 天：变快。",
        "In the last three months 95 % became known within {recent:.0f} days, before within {before:.0f}: faster.",
        "核实迟到的记录是否丢失。",
        "Ask whether late records get lost.",
    ),
    "rises": _pair(
        "自 {day} 起由每月 {before:,.0f} 升至 {after:,.0f}。",
        "From {day} on {after:,.0f} a month, before {before:,.0f}.",
        "核实口径或系统是否变更；若是，训练宜从该日之后开始。",
        "Ask whether a rule or system changed; if so, learn from that day on.",
    ),
    "falls": _pair(
        "自 {day} 起由每月 {before:,.0f} 降至 {after:,.0f}。",
        "From {day} on {after:,.0f} a month, before {before:,.0f}.",
        "核实是否漏报或口径变更；若是，补报或从该日之后训练。",
        "Ask whether records are missing or a rule changed; fetch them, or learn from that day on.",
    ),
    "vanishes": _pair(
        "自 {day} 起不再出现，此前每月 {before:,.0f}。",
        "None from {day} on, before {before:,.0f} a month.",
        "核实类别是否改名或停报，并补充映射。",
        "Ask whether the kind was renamed or dropped, and map its new name.",
    ),
    "appears": _pair(
        "自 {day} 起每月 {after:,.0f}，此前没有。",
        "From {day} on {after:,.0f} a month, before none.",
        "核实是否新设类别；此前的零不代表没有发生。",
        "Ask whether the kind is new; zeros before that day do not mean that nothing happened.",
    ),
    "unseen": _pair(
        "已映射，但从未出现。", "Mapped, but never seen.", "核对来源中的类别名称。", "Check the source's name of this kind."
    ),
    "unmapped": _pair(
        "没有来源提供这一类别。",
        "No source brings this kind.",
        "为其配置来源，或从 kinds 中删除。",
        "Map it in a source, or remove it from kinds.",
    ),
    "missing": _pair(
        "{count:,} 个网格缺少此数（显示于：{named}）。",
        "{count:,} cell(s) lack it (shown under: {named}).",
        "补齐网格表；缺数的网格无法计算比率。",
        "Complete the table of cells; rates of these cells are missing.",
    ),
    "zero_mostly": _pair(
        "{cells:,} 个网格中有 {count:,} 个为零。",
        "It is zero in {count:,} of {cells:,} cells.",
        "检查是否映射了错误的列。",
        "Check whether the right column is mapped.",
    ),
    "zero": _pair(
        "{count:,} 个为零的网格有记录。",
        "Of the cells where it is zero {count:,} have records.",
        "核实这些网格的数字；其比率无从计算。",
        "Check these figures; these cells have no rate.",
    ),
    "empty": _pair(
        "{cells:,} 个网格中有 {count:,} 个没有记录{named}。",
        "{count:,} of {cells:,} cells without a record{named}.",
        "若不是公园或空地，核对来源中的网格编号。",
        "Unless they are parks or empty plots, check the ids of these cells in the sources.",
    ),
}
"""What is found and what to do, by the key of a finding."""

REASONS: dict[str, str] = {
    "unknown kind": "未知类别",
    "unknown cell": "未知网格",
    "unknown address": "未知地址",
    "unreadable coordinates": "坐标无法读取",
    "outside all cells": "不在任何网格内",
    "unreadable date": "日期无法读取",
    "unreadable known date": "获知日期无法读取",
    "unreadable end date": "结束日期无法读取",
    "amount is not a whole number": "数量不是整数",
    "negative amount": "数量为负",
    "unreadable revision": "修订号无法读取",
    "no id": "没有编号",
    "known after the day of the ingest": "获知日期晚于导入日",
    "ends before it begins": "结束早于开始",
    "wrong number of fields": "字段数不对",
    "conflicting revision": "同一修订内容矛盾",
}
"""The reasons of the quarantine in Chinese."""


def reason_text(reason: str) -> Text:
    """A reason of the quarantine in both languages; one that has no translation stands as it is."""
    return Text(zh=REASONS.get(reason, reason), en=reason)


WORDS: dict[str, Text] = {
    "title": Text(zh="数据检查", en="Check of the data"),
    "as_of": Text(zh="判断日期", en="As of"),
    "records": Text(zh="记录", en="Records"),
    "cells": Text(zh="网格", en="Cells"),
    "sources": Text(zh="数据源", en="Sources"),
    "source": Text(zh="数据源", en="Source"),
    "findings": Text(zh="发现", en="Findings"),
    "no_findings": Text(zh="没有需要说明的问题。", en="Nothing stands out."),
    "severity": Text(zh="程度", en="Matter"),
    "subject": Text(zh="对象", en="About"),
    "said": Text(zh="发现", en="What was found"),
    "remedy": Text(zh="怎么办", en="What to do"),
    "fault": Text(zh="问题", en="Fault"),
    "warning": Text(zh="注意", en="Warning"),
    "note": Text(zh="说明", en="Note"),
    "span": Text(zh="起止", en="First and last"),
    "delay": Text(zh="延迟（天）：中位、95%", en="Delay in days: median, 95 %"),
    "corrected": Text(zh="更正或撤销", en="Corrected"),
    "twins_column": Text(zh="除编号外相同", en="Alike but for the id"),
    "quarantined": Text(zh="隔离", en="Quarantine"),
    "through": Text(zh="完整至", en="Complete through"),
    "not_stated": Text(zh="未说明", en="not stated"),
    "is_stale": Text(zh="过期", en="STALE"),
    "by_month": Text(zh="最近月份", en="Last months"),
    "coverage": Text(zh="每月记录数", en="Records by month"),
    "coverage_note": Text(
        zh="每格一个月，与该来源的中位月相比；“×”表示没有记录。最后一个月可能尚未报完。",
        en="A square is a month, held against the source's median month; × is a month without a record. The last may be incomplete.",
    ),
    "usual_month": Text(zh="中位月", en="median month"),
    "none": Text(zh="没有", en="none"),
    "below_half": Text(zh="不足一半", en="below half"),
    "below": Text(zh="一半至八成", en="half to 80 %"),
    "usual": Text(zh="八成至 1.25 倍", en="80 to 125 %"),
    "above": Text(zh="1.25 至 2 倍", en="1.25 to 2 times"),
    "double": Text(zh="2 倍以上", en="above 2 times"),
    "delays": Text(zh="获知延迟", en="Delays"),
    "delays_note": Text(
        zh="按获知月份：中位（实线）与 95%（虚线），单位天。",
        en="By the month in which records became known: median (solid) and 95 % (dashed), in days.",
    ),
    "breaks": Text(zh="突变", en="Sudden breaks"),
    "kind": Text(zh="类别", en="Kind"),
    "day": Text(zh="自", en="From"),
    "before": Text(zh="此前每月", en="A month before"),
    "after": Text(zh="此后每月", en="A month after"),
    "quarantine": Text(zh="隔离", en="Quarantine"),
    "reason": Text(zh="原因", en="Reason"),
    "rows": Text(zh="行", en="Rows"),
    "share": Text(zh="占来源", en="Of the source"),
    "denominators": Text(zh="分母", en="Denominators"),
    "exposure": Text(zh="暴露量", en="Exposure"),
    "lacking": Text(zh="缺失的网格", en="Cells without it"),
    "zero": Text(zh="为零的网格", en="Cells where it is zero"),
    "zero_with_records": Text(zh="其中有记录", en="of these with records"),
    "rules": Text(zh="判断规则", en="The rules"),
    "nothing_there": Text(zh="没有。", en="None."),
    "privacy": Text(
        zh="户数不足的网格与相邻网格合并，不单独列出。",
        en="Cells with too few households are shown together with a neighbour and never alone.",
    ),
    "rules_text": Text(
        zh="突变：每月数经 2√(x+3/8) 变换，三年以上的减去各月份与 13 个月滑动中位之差的中位；前六个月与后六个月（至少三个月）的中位相差超过其标准误的 5 倍，"
        "且数量变化 1.5 倍以上（不足三年为 2.5 倍）。延迟变化：最近三个月的 95% 延迟与此前十二个月相比，相差 2 天以上且 1.5 倍以上。"
        "重复：某月半数以上（且至少 20 条、为中位月的 5 倍）记录除编号外相同。缺月：中位月至少 5 条而该月没有。隔离：占 1% 以上为注意，10% 以上为问题。",
        en="Break: monthly counts as 2√(x+3/8), of three years or more less the season (median distance from the running median of 13 months); the medians of the six "
        "months before and the six (at least three) after differ by more than 5 standard errors, and the count by 1.5 times (2.5 times in "
        "less than three years). Change of delay: the 95 % delay of the last three months against the twelve before, by 2 days and 1.5 "
        "times. Repeats: a month in which half of the records (20 or more, 5 times the median month) agree in all but the id. Gap: a "
        "month without a record where the median month has 5. Quarantine: from 1 % of a source's rows a warning, from 10 % a fault.",
    ),
}
"""Headings and labels."""
