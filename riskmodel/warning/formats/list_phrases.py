"""Fixed phrases of lists and pages, in every language."""

from __future__ import annotations

from riskmodel.base.texts import phrase

FAMILIES = {
    "police": phrase("警情", "police calls"),
    "online": phrase("网上投诉", "online complaints"),
    "sentiment": phrase("民情上报", "community reports"),
    "rental": phrase("出租房", "rented rooms"),
    "enterprise": phrase("企业", "enterprises"),
    "dispute": phrase("矛盾纠纷", "disputes"),
    "outcome": phrase("走访反馈", "answers to warnings"),
    "calendar": phrase("时令", "season"),
    "place": phrase("地点情况", "the place itself"),
    "several": phrase("多类信号", "several signals"),
    "model": phrase("历史水平", "past level"),
}
"""Names of the usual signal families; another family goes by its own name."""

CHANGES = {
    "new": phrase("新增", "new"),
    "risen": phrase("等级上升", "grade risen"),
    "fallen": phrase("等级下降", "grade fallen"),
    "unchanged": phrase("等级未变", "grade unchanged"),
}
WITHHELD = {
    "over capacity": phrase("排名靠后，本期未列入", "ranks lower than the capacity allows"),
    "below the minimum probability": phrase("低于最低可能性", "below the minimum probability"),
    "cool-down": phrase("近期已走访，暂不列入", "answered recently, in cool-down"),
    "follow-up": phrase("转入待跟进", "moved to the places to follow up"),
}
WITHHELD_COUNTS = {
    "over capacity": phrase("另有{n}处排名靠后，本期未列入", "{n} more places rank lower and are not listed"),
    "below the minimum probability": phrase("{n}处低于最低可能性", "{n} below the minimum probability"),
    "cool-down": phrase("{n}处近期已走访，暂不列入", "{n} answered recently, resting"),
}
"""How many candidates each rule withheld."""

DRAFT_MARK = phrase("草稿 DRAFT", "DRAFT")
STATUSES = {"draft": DRAFT_MARK, "approved": phrase("已批准", "approved")}

PHRASES = {
    "kicker": phrase("地点风险预警名单", "Place warning list"),
    "today": phrase("今日先办", "First today"),
    "number": phrase("序号", "No."),
    "matter": phrase("事项", "Matter"),
    "why_one": phrase("依据", "Reason"),
    "person": phrase("负责人", "In charge"),
    "result": phrase("结果", "Result"),
    "place_name": phrase("地点名称", "Place name"),
    "visit_day": phrase("走访日期", "Date of visit"),
    "deadline": phrase("期限", "By"),
    "until_closed": phrase("办结为止", "until closed"),
    "grades_title": phrase("等级说明", "Grades"),
    "share_first": phrase("本中心最优先的{share}%", "the most urgent {share}% of the centre's list"),
    "share_next": phrase("其后{share}%", "the next {share}%"),
    "within_one": phrase("，24小时内走访", ", visit within 24 hours"),
    "within": phrase("，{n}天内走访", ", visit within {n} days"),
    "within_end": phrase("，有效期内走访", ", visit while the warning holds"),
    "more_notes": phrase("另有{n}条数据提示", "{n} more notes on data"),
    "more_notes_one": phrase("另有{n}条数据提示", "{n} more note on data"),
    "restriction": phrase("仅供本指挥中心内部使用", "For this centre only"),
    "past": phrase("前几期名单兑现情况", "What the last lists promised"),
    "past_note": phrase(
        "实际起数为名单地点在预测时段内已知的起数；时段未满或数据未齐的不计。",
        "Found: events known at the listed places within the period. Lists whose period is not over, or not known yet, show none.",
    ),
    "past_list": phrase("名单日期", "List of"),
    "past_warnings": phrase("预警", "Warnings"),
    "past_answered": phrase("已反馈", "Answered"),
    "past_overdue": phrase("超期未反馈", "Overdue"),
    "past_expected": phrase("预计起数", "Expected"),
    "past_found": phrase("实际起数", "Found"),
    "overdue_title": phrase("超期未反馈的地点", "Answers that are overdue"),
    "overdue_note": phrase(
        "前几期名单上的这些地点过了期限仍无反馈。请在表格（xlsx）末尾补填结果；未去的请填“未走访”。",
        "Nobody answered for these places of earlier lists in time. Fill in the results at the end of the table (xlsx); where nobody went, "
        "choose 'not done'.",
    ),
    "overdue_row": phrase("前几期名单，超期未反馈", "of an earlier list, answer overdue"),
    "not_known": phrase("待统计", "not yet"),
    "details": phrase("逐条说明", "Details"),
    "back": phrase("回到今日先办", "Back to the list"),
    "result_error": phrase("请从列表中选择结果。", "Choose a result from the list."),
    "date_error": phrase("请填写{first}或以后的日期。", "Enter a date from {first} on."),
    "answer_note": phrase(
        "“平常”指各地点的平均。走访后请在表格（xlsx）中填写结果和日期并交回。",
        '"Usually" is the mean of all places. After a visit, fill in result and date in the table (xlsx) and hand it back.',
    ),
    "as_of": phrase("数据截至", "As of"),
    "midnight": phrase("零时", "00:00"),
    "validity": phrase("预测时段", "Forecast period"),
    "list_id": phrase("名单编号", "List id"),
    "digest": phrase("内容校验码", "Digest"),
    "journal": phrase("台账校验码", "Journal"),
    "status": phrase("状态", "Status"),
    "hindsight": phrase(
        "{title}所用模型训练于{trained}，晚于名单日期{n}天。",
        "Trained on {trained}, {n} after the date of this list: the model of {title}.",
    ),
    "outdated": phrase(
        "{title}所用模型训练于{trained}，已{n}天；回测只检验到训练后{tested}天，请安排重新训练。",
        "Trained on {trained}, {n} ago, and tested for {tested} only: the model of {title}. Train it again.",
    ),
    "trained": phrase("训练日期", "Trained"),
    "stale_banner": phrase(
        "数据源“{source}”只完整到{through}，相关依据可能偏低或缺失。",
        "The source '{source}' is complete only through {through}; reasons based on it may be too low or missing.",
    ),
    "stale_sources": phrase(
        "{n}个数据源过期，最旧：{source}（{through}）；相关依据可能偏低或缺失。",
        "{n} sources are stale; the oldest is '{source}' ({through}). Reasons based on them may be too low or missing.",
    ),
    "unknown_source": phrase(
        "数据源“{source}”在此日期尚无任何数据；没有依据不代表没有风险。",
        "Nothing was known of the source '{source}' at this date; no reasons do not mean no risk.",
    ),
    "not_ingested": phrase("未导入", "not ingested"),
    "cut_off": phrase("疑似截断", "cut off?"),
    "in_quarantine": phrase("大量被隔离", "many rows in quarantine"),
    "untrained": phrase(
        "“{title}”无法评分：没有现用模型。没有名单不代表没有风险；请先运行 riskmodel train {target} 和 riskmodel promote {target}。",
        "{title} cannot be scored: it has no model. No list does not mean no risk; run 'riskmodel train {target}' and "
        "'riskmodel promote {target}'.",
    ),
    "damaged_model": phrase(
        "“{title}”无法评分：模型文件已损坏或缺失。没有名单不代表没有风险；请从备份恢复，或运行 riskmodel train {target} 和 riskmodel promote {target}。{before}",
        "{title} cannot be scored: the files of its model are damaged or missing. No list does not mean no risk; restore them from a backup, "
        "or run 'riskmodel train {target}' and 'riskmodel promote {target}'.{before}",
    ),
    "last_scored": phrase("在此之前可参考{day}的名单。", " Refer to the list of {day} until then."),
    "ended_list": phrase(
        "“{centre}”在{day}有名单，本期没有：其地点已归其他中心，或不再列入任何名单。请核对中心名称和地点归属。",
        "{centre} had a list on {day} and has none now: its places belong to other centres, or to no list. Check the names of centres and their places.",
    ),
    "sudden_disappears": phrase(
        "数据源“{source}”在{since}起的一期内没有以下记录，相关依据可能偏低：{kinds}。",
        "The source '{source}' had no such records in the period from {since}; reasons based on them may be too low: {kinds}.",
    ),
    "sudden_appears": phrase(
        "数据源“{source}”在{since}起的一期内首次出现以下记录，请核对数据：{kinds}。",
        "The source '{source}' had these records for the first time in the period from {since}; check the data: {kinds}.",
    ),
    "sudden_jumps": phrase(
        "数据源“{source}”在{since}起的一期内以下记录骤增，请核对数据：{kinds}。",
        "The source '{source}' had far more of these records than usual in the period from {since}; check the data: {kinds}.",
    ),
    "silent_places": phrase(
        "数据源“{source}”已没有以下地点的记录，这些地点的预测可能偏低，请核实是否仍在上报：{places}。",
        "The source '{source}' has no records from these places any more. Their forecasts may be too low; ask whether they still report: {places}.",
    ),
    "silent_kind": phrase(
        "数据源“{source}”已没有以下地点的“{kind}”记录，其他记录仍有；这些地点的预测可能偏低，请核实此类情况是否仍在上报：{places}。",
        "The source '{source}' has no records of {kind} from these places any more, although others come. Their forecasts may be too low; ask whether it is still reported there: {places}.",
    ),
    "silent_place": phrase("{place}（{since}起，按以往应有约{n}条）", "{place} (since {since}, about {n} would be usual)"),
    "more_places": phrase("另有{n}处", "{n} more"),
    "sudden_kind": phrase("{kind}{count}条（通常约{n}条）", "{kind} {count} (usually about {n})"),
    "sudden_kind_few": phrase("{kind}{count}条（通常不到1条）", "{kind} {count} (usually under 1)"),
    "cannot_score": phrase("无法评分", "Cannot score"),
    "summary": phrase("摘要", "Summary"),
    "warnings": phrase("处预警", "warnings"),
    "warning_one": phrase("处预警", "warning"),
    "expected_here": phrase("预计全辖区未来{days}天约{n}起", "About {n} expected in the area in the next {days}"),
    "expected_here_few": phrase("预计全辖区未来{days}天不到1起", "Less than 1 expected in the area in the next {days}"),
    "expected_listed": phrase("，名单地点约占{n}起", ", about {n} of them at the listed places"),
    "expected_listed_few": phrase("，名单地点占不到1起", ", less than 1 of them at the listed places"),
    "changes": phrase("较上次名单", "Since the last list"),
    "first_list": phrase("首份名单，暂无对比", "First list, nothing to compare"),
    "dropped": phrase("移出", "left the list"),
    "dropped_title": phrase("上次在名单、本次移出的地点", "Places that left the list"),
    "lower": phrase("排位下降", "ranks lower now"),
    "follow_ups": phrase("待跟进", "To follow up"),
    "follow_up": phrase("待跟进", "to follow up"),
    "follow_up_note": phrase(
        "走访后反馈“需跟进”的地点，办结前一直保留在此，不占名单名额；再次走访后按预警编号反馈“已走访”或“未发现问题”，即为办结。",
        "Places that were answered 'needs follow-up'. They stay here, outside the capacity; answer 'visited' or 'nothing found' under "
        "the warning id to close them.",
    ),
    "follow_up_since": phrase("{since}起，已{n}天", "since {since}, for {n} days"),
    "follow_up_since_one": phrase("{since}起，已1天", "since {since}, for 1 day"),
    "open_for": phrase("待跟进时间", "Open"),
    "last_answer": phrase("最近反馈", "Last answer"),
    "risen": phrase("走访后预计起数明显上升，提前列入", "its forecast rose clearly since it was answered"),
    "notices": phrase("单一来源异常", "Unusual in one family"),
    "surges": phrase("三情联判", "Unusual over all families"),
    "surge": phrase("处在异动中，等级上调一级", "in a surge: its grade is one higher"),
    "no_notices_stale": phrase(
        "未发现异常信号，但部分数据过期、缺失、不完整或时间过短，无法判断全部信号。",
        "No unusual signals were found, but not all could be judged: data are stale, missing, incomplete or too short.",
    ),
    "no_notices": phrase("各类信号在数据完整的最近一周均在通常范围内。", "All signals were within their usual range in the last complete week."),
    "notices_stale": phrase(
        "部分数据过期、缺失、不完整或时间过短，其他信号未能全部判断；未判断不代表正常。",
        "Not all other signals could be judged: data are stale, missing, incomplete or too short. That does not mean that all is as usual.",
    ),
    "notice": phrase(
        "{first}至{last}共{count}起，通常每周约{n}起，警戒上限{upper}起。",
        "{count} from {first} to {last}; usually about {n} a week, upper bound {upper}.",
    ),
    "notice_few": phrase(
        "{first}至{last}共{count}起，通常每周不到1起，警戒上限{upper}起。",
        "{count} from {first} to {last}; usually under 1 a week, upper bound {upper}.",
    ),
    "ranked": phrase("预警地点", "Places warned of"),
    "rank": phrase("排序", "Rank"),
    "grade": phrase("等级", "Grade"),
    "place": phrase("地点", "Place"),
    "probability": phrase("可能性", "Probability"),
    "probability_long": phrase("发生至少一起的可能性", "Probability of at least one"),
    "expected": phrase("预计{n}起", "{n} expected"),
    "change": phrase("变化", "Change"),
    "listed_since": phrase("{day}列入名单", "listed since {day}"),
    "first_deadline": phrase("原定{day}", "was due {day}"),
    "first_listed": phrase("在名单起始日", "Listed since"),
    "first_due": phrase("原定期限", "First deadline"),
    "was": phrase("上次{grade}第{rank}位", "was {grade}, rank {rank}"),
    "reasons": phrase("主要依据", "Main reasons"),
    "no_reason": phrase("没有单项突出的依据", "No single reason stands out"),
    "raises": phrase("推高", "raises"),
    "lowers": phrase("拉低", "lowers"),
    "agreeing": phrase("相互印证的线索", "Signals that agree"),
    "supporting": phrase("偏多的来源", "Above the usual"),
    "action": phrase("处置建议", "Suggested service"),
    "expires": phrase("有效至", "Valid through"),
    "id": phrase("预警编号", "Warning id"),
    "spot": phrase("随机抽查", "Spot check"),
    "spot_note": phrase(
        "随机抽取、不在排序之内，用于检验名单是否有效；抽取概率 {p}。",
        "Drawn at random outside the ranking, to test whether the list helps; probability {p}.",
    ),
    "map": phrase("辖区地图", "Map of the area"),
    "map_label": phrase("辖区地图，标出名单地点及其排序", "Map of the area with the listed places and their ranks"),
    "tile_map": phrase(
        "示意图（非地理位置）：没有边界数据，每格代表一个地点，按分组和编号排列",
        "Schematic map, not geographic: cells have no shapes, so each tile is one cell, by group and id",
    ),
    "tile_map_label": phrase("示意图，标出名单地点及其排序", "Schematic map with the listed places and their ranks"),
    "no_map": phrase("没有地点资料，未绘地图。", "The cells are not known here, so there is no map."),
    "legend": phrase("图例", "Legend"),
    "empty_list": phrase(
        "本期没有达到最低可能性的地点，名单为空。这不等于没有风险，请照常值守。",
        "No place reaches the minimum probability this time. That is no all-clear.",
    ),
    "empty_for_reasons": phrase(
        "本期没有列入任何地点，原因见各事项。这不等于没有风险，请照常值守。",
        "No place is listed this time; each matter says why. That is no all-clear.",
    ),
    "no_warning": phrase("本期没有达到最低可能性的地点。", "No place reaches the minimum probability this time."),
    "no_warning_left": phrase(
        "除近期已走访或待跟进的地点外，本期没有达到最低可能性的地点。",
        "But for those answered recently or waiting for follow-up, no place reaches the minimum probability this time.",
    ),
    "no_capacity": phrase(
        "本中心没有此事项的走访名额，不列入任何地点。", "The centre has no capacity for this target, so no place is listed."
    ),
    "withheld": phrase("未列入名单的候选地点", "Candidates that are not on the list"),
    "reason": phrase("原因", "Reason"),
    "expected_head": phrase("预计起数", "Expected"),
    "interval": phrase("多半在{low}–{high}起之间", "most likely {low}–{high}"),
    "interval_point": phrase("多半为{low}起", "most likely {low}"),
    "interval_title": phrase("置信水平 {level}%", "Confidence level {level}%"),
    "interval_low": phrase("区间下限", "Interval from"),
    "interval_high": phrase("区间上限", "Interval to"),
    "interval_level": phrase("置信水平（%）", "Interval level (%)"),
    "first_of": phrase("每种原因仅列出前若干处，总数见上。", "Only the first places of each rule are shown; the totals are above."),
    "freshness": phrase("数据时效", "Data freshness"),
    "source": phrase("数据源", "Source"),
    "through": phrase("完整到", "Complete through"),
    "unknown": phrase("未知", "unknown"),
    "not_stated": phrase("未说明", "not stated"),
    "fresh": phrase("正常", "current"),
    "not_judged": phrase("未判断", "not judged"),
    "stale": phrase("过期", "stale"),
    "model": phrase("模型版本", "Model version"),
    "capacity": phrase("处置能力", "Capacity"),
    "scored": phrase("评估地点数", "Places scored"),
    "what_not": phrase("本名单预测的是地点，从不针对人", "This list forecasts places, never people"),
    "what_not_body": phrase(
        "它给出一个地点在预测时段内发生此类事件的可能性，供安排走访、检修、调解等服务；"
        "不能说明任何人做过或将做什么，也不得作为对任何人采取措施的依据。户数过少的地点（如有）并入相邻地点。",
        "It gives the probability of such an event at a place in the period, for arranging services such as a visit, a repair "
        "or mediation. It says nothing about what anyone did or will do and is no ground for action against anyone. "
        "Places with too few households, if any, are merged with a neighbour.",
    ),
    "to": phrase("至", " to "),
    "target": phrase("预警事项", "Target"),
    "centre": phrase("指挥中心", "Centre"),
    "kind": phrase("类别", "Kind"),
    "listed": phrase("预警", "warning"),
    "days": phrase("{n} 天", "{n}"),
    "horizon": phrase("预测天数", "Horizon (days)"),
    "data_through": phrase("各数据源均完整到", "All sources complete through"),
    "groups": phrase("所属", "Belongs to"),
    "previous_rank": phrase("上次排序", "Previous rank"),
    "data_note": phrase("数据提示", "Data notes"),
}  # fmt: skip
