"""What a check finds and what to do, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.texts import Text, enumerated
from riskmodel.records.check.date_words import DATE_WORDS

MOST_NAMED = 8
"""Names of a list that are given; of longer lists the rest is counted."""


def _pair(zh: str, en: str, do_zh: str, do_en: str) -> tuple[Text, Text]:
    return Text(zh=zh, en=en), Text(zh=do_zh, en=do_en)


SAID: dict[str, tuple[Text, Text]] = {
    "stale": _pair(
        "数据完整至 {through}，已落后 {days}，上限 {most}。",
        "Complete only through {through}: {days} behind, at most {most} allowed.",
        "催报最新的导出文件，再运行 riskmodel ingest。",
        "Fetch the latest export, then run 'riskmodel ingest'.",
    ),
    "failed": _pair(
        "自 {since} 起未能导入：{said}",
        "Not ingested since {since}: {said}",
        "按提示更正后运行 riskmodel ingest --source {source}；此前的数据仍在。",
        "Correct that, then run 'riskmodel ingest --source {source}'; what was stored before stays.",
    ),
    "cut_off": _pair(
        "自 {since} 起疑似被截断：此前 {of:,} 行，现 {count:,} 行。",
        "Looks cut off since {since}: {of:,} rows before, {count:,} now.",
        "重新导出；若确实变少，运行 riskmodel ingest --accept-smaller {source}。",
        "Export it again; if the smaller table is right, run 'riskmodel ingest --accept-smaller {source}'.",
    ),
    "mostly_quarantined": _pair(
        "自 {since} 起，{new}{of:,} 行中有 {count:,} 行被隔离。",
        "Of {of:,} {new}rows, {count:,} are in quarantine since {since}.",
        "运行 riskmodel ingest 查看可能原因，修正映射或导出。",
        "See 'riskmodel ingest' for the likely cause; correct the mapping or the export.",
    ),
    **DATE_WORDS,
    "never": _pair(
        "{setting} 中的“{value}”在“{column}”列中从未出现。",
        "'{value}' of {setting} never occurs in the column '{column}'.",
        "核对来源中的写法，更正此值。",
        "Check how the source writes it, or correct the value.",
    ),
    "never_near": _pair(
        "{setting} 中的“{value}”在“{column}”列中从未出现；最接近的是 {near}（{rows}）。",
        "'{value}' of {setting} never occurs in the column '{column}'; the nearest that does: {near} ({rows}).",
        "核对来源中的写法，更正 riskmodel.toml。",
        "Check how the source writes it, and correct riskmodel.toml.",
    ),
    "unknown": _pair(
        "在此日期尚无任何数据：没有完整性说明，也没有记录。",
        "Nothing was known at this date: neither a statement of completeness nor a record.",
        "先导入该数据源，再运行；未知不等于正常。",
        "Ingest the source, or choose a later date; unknown is not normal.",
    ),
    "ahead": _pair(
        "说明完整至 {through}，而获知日期是 {known}：只算到 {known}。",
        "Stated on {known} to be complete through {through}, which was still to come; counted through {known} only.",
        "更正导出表或 through 中的日期。",
        "Correct the date in the table of exports or in 'through'.",
    ),
    "reversed": _pair(
        "说明从 {since} 起完整，却只到 {through}。",
        "Stated to be complete from {since} on, but only through {through}.",
        "更正导出表或 since、through 中的日期。",
        "Correct the dates in the table of exports or in 'since' and 'through'.",
    ),
    "isolated": _pair(
        "{records}（{days}）与其余记录（最近为 {nearest}）相隔 {years} 年。",
        "{records} ({days}) {years} years away from all others (the nearest of {nearest}).",
        "核实是否为默认日期或年份误录，更正后重新导入。",
        "Ask whether it is a default date or a mistyped year; correct it, then ingest again.",
    ),
    "copied": _pair(
        "{records}（{share:.0%}）除编号外与另一条完全相同，涉及 {months}中的 {found} 个（{first} 至 {last}）：同一数据可能以新编号导入了两次。",
        "{records} ({share:.0%}) agree with another one in all but the id, in {found} of {months} ({first} to {last}): the same table "
        "was probably ingested twice under other ids.",
        "比较两次导出的编号（如丢失前导零）。更正导出后，移走历史文件夹并重新导入全部数据。",
        "Compare the ids of the exports (leading zeros lost?). Correct the export, move the folder of the history away, then ingest "
        "all sources again.",
    ),
    "burst": _pair(
        "{day} 一天有 {records}，前后一年中最忙的其他日子约 {usual:,} 条。",
        "{records} on {day} alone; other busy days of the year around it have about {usual:,}.",
        '核实是否为系统切换时集中录入；若是，更正发生日期，或在试验文件中写入：ignore = [{{ source = "{source}", from = {day}, to = {day} }}]',
        "Ask whether a system was changed that day; if so, correct the dates, or leave the day out in the experiment: "
        'ignore = [{{ source = "{source}", from = {day}, to = {day} }}]',
    ),
    "nothing": _pair("没有任何记录。", "No records.", "检查导出文件与映射。", "Check the export and the mapping."),
    "quarantine": _pair(
        "{rows}（{share:.1%}）被隔离：{reason}。",
        "{rows} ({share:.1%}) in quarantine: {reason}.",
        "运行 riskmodel quarantine 查看，修正映射或导出后重新导入。",
        "See 'riskmodel quarantine'; correct the mapping or the export, then ingest again.",
    ),
    "gap": _pair(
        "有 {months}没有记录（{named}），平常每月约 {usual:,.0f} 条。",
        "No records in {months} ({named}); a usual month has {usual:,.0f}.",
        "向来源单位核实并补报；若确系中断，在试验中用 ignore 排除这些天（中断在开头时调整 since）。",
        "Ask for the missing export; if the source was down, leave the days out with 'ignore' in the experiment, or begin after them with 'since'.",
    ),
    "early": _pair(
        "{records}（{share:.1%}）的获知日期早于发生日期。",
        "Known before they occurred: {records} ({share:.1%}).",
        "检查两个日期列是否对调。",
        "Check whether the two date columns are swapped.",
    ),
    "repeats": _pair(
        "有 {months}（{named}）半数以上的记录除编号外与另一条完全相同。",
        "In {months} ({named}), at least half of the records agree with another one in all but the id.",
        "核实是否以新编号重复导出。",
        "Ask whether an export was delivered twice under new ids.",
    ),
    "slower": _pair(
        "变慢：近三个月 95% 的记录在 {recent}内获知，此前为 {before}。",
        "Slower: in the last three months 95 % of the records became known within {recent}, before that within {before}.",
        "核实录入是否积压；若长期如此，提高 label_delay。",
        "Ask about a backlog; raise label_delay if it persists.",
    ),
    "faster": _pair(
        "变快：近三个月 95% 的记录在 {recent}内获知，此前为 {before}。",
        "Faster: in the last three months 95 % of the records became known within {recent}, before that within {before}.",
        "核实迟到的记录是否丢失。",
        "Ask whether late records are lost.",
    ),
    "bulk": _pair(
        "自 {since} 起的 {events:,} 起旧事件（{share:.0%}）到 {day} 才一次录入，此前的预测日看不到它们。",
        "{events:,} old events ({share:.0%}), from {since} on, were entered at once by {day}: as-of dates until then see none of them.",
        "让试验从该日之后开始（first），或不设置 columns.known 而用 delay 写明通常的延迟。",
        "Let experiments begin after that day (first), or state no columns.known but the usual delay (delay).",
    ),
    "never_ends": _pair(
        "{count:,} 个状态中没有一个结束，最早的始于 {day}。",
        "None of {count:,} has ended; the first began on {day}.",
        "核实 columns.ended 是否映射了正确的列；若这类状态确实不会结束，不必处理。",
        "Check whether columns.ended maps the right column; if such states never end, nothing is wrong.",
    ),
    "ends_stop": _pair(
        "自 {day} 之后没有一个结束，此前每月约 {usual:,.0f} 个；此后又开始 {count:,} 个：未结束的只增不减。",
        "None has ended after {day}, about {usual:,.0f} a month before, while {count:,} began: those that last only add up.",
        "核实导出文件是否仍含结束日期，补齐后重新导入。",
        "Ask whether the export still holds the days on which they end; fetch them, then ingest again.",
    ),
    "ends_at_once": _pair(
        "{day} 一天结束 {count:,} 个，前后一年中最忙的其他日子约 {usual:,.0f} 个。",
        "{count:,} ended on {day} alone; other busy days of the year around it have about {usual:,.0f}.",
        "核实是否为一次性清理；若是，更正结束日期，或让用到这些状态的试验从该日之后开始（first）。",
        "Ask whether a register was cleaned up that day; if so, correct the days, or let experiments with these states begin after it (first).",
    ),
    "delivery": _pair(
        "{records}（{share:.0%}）集中在 {days}（最近 {day}），并且反复出现：可能是一段时间的合计。",
        "{records} ({share:.0%}) stand on {days} that come again, the last on {day}: they may be sums of weeks or months.",
        "核实；若是，请来源提供逐日数据，或让预测的天数（horizon）不短于这些日子之间的间隔。",
        "Ask; if so, ask for the day of each event, or let the horizon be as long as the time between these days.",
    ),
    "silent": _pair(
        "{cells}已没有记录，而按以往应有很多（括号内为首个无记录日）：{named}。",
        "No records any more from {cells}, where many would be usual (first day without): {named}.",
        "核实这些地点是否仍在上报；若网格已合并或改号，请写入 places.successions。",
        "Ask whether these places still report; if cells were joined or renamed, say so in places.successions.",
    ),
    "silent_kind": _pair(
        "{cells}已没有某一类别的记录，而其他记录仍有，按以往应有很多（括号内为类别和首个无记录日）：{named}。",
        "No records of one kind any more from {cells}, where many would be usual and others come (kind, first day without): {named}.",
        "核实这些地点的此类情况是否仍在上报，类别是否改名。",
        "Ask whether these places still report such cases, or whether the kind was renamed there.",
    ),
    "default_day": _pair(
        "有 {events:,} 条（{share:.0%}）落在每月 {day} 日，而平常只占 3%：可能是日期不详时的默认值。",
        "{events:,} records ({share:.0%}) stand on day {day} of a month, where 3% would be usual: the day may stand for an unknown one.",
        "核实；若是，导出时把这些日期留空，该行会被隔离并计数。",
        "Ask; if so, leave such dates empty in the export: the rows go to quarantine and are counted there.",
    ),
    "taken_back": _pair(
        "label_delay 为 {stated}：每个标签多算了 {share:.0%} 的事件，它们在此之后才被撤销，模型从偏高的计数学习，预测也偏高。",
        "label_delay is {stated}: a label holds {share:.0%} too many events, which are taken back after that, so models learn from counts that are too high and forecast too much.",
        "在 riskmodel.toml 中为该来源设置 label_delay = {days}（其后仍多 {left:.0%}），再重新训练。",
        "Set label_delay = {days} for this source in riskmodel.toml ({left:.0%} are taken back after that), ingest and train again.",
    ),
    "too_early": _pair(
        "label_delay 为 {stated}：每个标签有 {share:.0%} 的事件在此之后才获知，模型从偏低的计数学习，预测也偏低。",
        "label_delay is {stated}: {share:.0%} of the events of a label become known after that, so models learn from counts that are too low and forecast too little.",
        "在 riskmodel.toml 中为该来源设置 label_delay = {days}（其后仍缺 {left:.0%}），再重新训练。",
        "Set label_delay = {days} for this source in riskmodel.toml ({left:.0%} are missing after that), ingest and train again.",
    ),
    "rises": _pair(
        "自 {day} 起，每月由约 {before:,.0f} 升至约 {after:,.0f}。",
        "About {after:,.0f} a month since {day}, about {before:,.0f} before.",
        "核实口径或系统是否变更；若是，训练宜从该日之后开始。",
        "Ask whether a rule or a system changed; if so, train on records from that day on.",
    ),
    "falls": _pair(
        "自 {day} 起，每月由约 {before:,.0f} 降至约 {after:,.0f}。",
        "About {after:,.0f} a month since {day}, about {before:,.0f} before.",
        "核实是否漏报或口径变更；若是，补报或从该日之后训练。",
        "Ask whether records are missing or a rule changed; fetch them, or train on records from that day on.",
    ),
    "vanishes": _pair(
        "自 {day} 起不再出现，此前每月约 {before:,.0f}。",
        "None since {day}, about {before:,.0f} a month before.",
        "核实类别是否改名或停报，并补充映射。",
        "Ask whether the kind was renamed or dropped, and map its new name.",
    ),
    "appears": _pair(
        "自 {day} 起每月约 {after:,.0f}，此前没有。",
        "About {after:,.0f} a month since {day}, none before.",
        "核实是否新设类别；此前的零不代表没有发生。",
        "Ask whether the kind is new; zeros before that day do not mean that nothing happened.",
    ),
    "unseen": _pair(
        "已映射，但从未出现。",
        "Mapped, but never seen.",
        "核对来源中的类别名称。",
        "Check how the source names this kind.",
    ),
    "unmapped": _pair(
        "没有来源提供这一类别。",
        "No source delivers this kind.",
        "若已有来源提供这一类别，先接入该来源；否则为其配置来源。",
        "If a source delivers it, ingest that source; otherwise map it in one.",
    ),
    "missing": _pair(
        "{cells}缺少此数（显示于：{named}）。",
        "Missing in {cells} (shown under: {named}).",
        "补齐网格表；缺数的网格无法计算比率。",
        "Complete the table of cells; without the figure a cell has no rate.",
    ),
    "zero_mostly": _pair(
        "{cells:,} 个网格中有 {count:,} 个为零。",
        "Zero in {count:,} of {cells:,} cells.",
        "检查是否映射了错误的列。",
        "Check whether the right column is mapped.",
    ),
    "zero": _pair(
        "{cells}此数为零却有记录。",
        "Zero in {cells} with records.",
        "核实这些网格的数字；其比率无从计算。",
        "Check these figures; with a zero a cell has no rate.",
    ),
    "empty": _pair(
        "{cells:,} 个网格中有 {count:,} 个没有记录{named}。",
        "Without records: {count:,} of {cells:,} cells{named}.",
        "若不是公园或空地，核对来源中的网格编号。",
        "Unless they are parks or vacant land, check the ids of these cells in the sources.",
    ),
}
"""What was found and what to do, by the key of a finding."""

_COUNTERS = {"day": "天", "month": "个月", "row": "行", "record": "条记录", "cell": "个网格", "finding": "项"}


def count_text(count: float, noun: str) -> Text:
    """Return a whole number of things in words, such as "1 day"."""
    return Text(zh=f"{count:,.0f} {_COUNTERS[noun]}", en=f"{count:,.0f} {noun}{'' if round(count) == 1 else 's'}")


def listed_names(names: Sequence[str]) -> Text:
    """Return the first of ``names``, with their number if some are omitted."""
    more, first = len(names) > MOST_NAMED, names[:MOST_NAMED]
    zh, en = enumerated(first, "zh"), enumerated(first, "en")
    return Text(zh=f"{zh}等 {len(names):,} 个" if more else zh, en=f"{en}, … ({len(names):,} in all)" if more else en)
