"""Fixed phrases of summaries, in every language."""

from __future__ import annotations

from riskmodel.base.texts import phrase

SUMMARY_PHRASES = {
    "title": phrase("风险预警一览", "Summary of warnings"),
    "in_short": phrase("概况", "In short"),
    "by_group": phrase("各单位情况", "By area"),
    "area": phrase("单位", "Area"),
    "total": phrase("合计", "Total"),
    "first": phrase("最优先地点（{grade}）", "Most urgent places ({grade})"),
    "first_more": phrase("另有{n}处，见各中心名单。", "{n} more; see the lists of the centres."),
    "draft_summary": phrase(
        "所依据的名单尚未全部批准，不得外发。", "Not all lists that it counts are approved by a person: do not send it on."
    ),
    "said": phrase("{title}：{expected}，预警{n}处", "{title}: {expected}, {n} places warned of"),
    "said_one": phrase("{title}：{expected}，预警{n}处", "{title}: {expected}, {n} place warned of"),
    "said_none": phrase("{title}：{expected}，没有预警地点", "{title}: {expected}, no place warned of"),
    "about": phrase("未来{days}天预计约{n}起", "about {n} expected in the next {days}"),
    "about_few": phrase("未来{days}天预计不到1起", "less than 1 expected in the next {days}"),
    "said_of_grades": phrase("（{grades}）", " ({grades})"),
    "most_in": phrase("预警最多：{groups}。", "Most warnings: {groups}."),
    "most_in_one": phrase("{group}（{n}处）", "{group} ({n})"),
    "what_not": phrase("本表只预测地点，从不针对人", "This summary forecasts places, never people"),
    "new": phrase("其中新增", "New"),
    "warned": phrase("预警", "Warnings"),
    "expected": phrase("预计起数", "Expected"),
    "with_event": phrase("预计发生地点数", "Places with an event, expected"),
    "follow_ups": phrase("待跟进", "To follow up"),
    "promised": phrase("近几期预警", "Last lists, warnings"),
    "answered": phrase("近几期已反馈", "Last lists, answered"),
    "overdue": phrase("超期未反馈", "Overdue"),
    "of": phrase("{answered}/{promised}", "{answered} of {promised}"),
    "unknown": phrase("无法评分", "cannot be scored"),
    "no_groups": phrase("没有可显示的单位。", "There is no area to show."),
    "counted": phrase(
        "数字为各地点预测值之和（未取整相加）；户数过少的地点计入相邻地点所在单位。",
        "Figures are sums of the forecasts of all places, rounded only once added. Places with too few households count in the area of the "
        "place that they are merged with.",
    ),
    "lists": phrase("所依据的名单", "Lists that it counts"),
    "list_of": phrase("{centre}（{digest}）", "{centre} ({digest})"),
}  # fmt: skip
