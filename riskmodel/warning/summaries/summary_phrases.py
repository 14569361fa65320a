"""Fixed phrases of summaries, in every language."""

from __future__ import annotations

from riskmodel.base.texts import Text


def _t(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


SUMMARY_PHRASES = {
    "title": _t("风险预警一览", "Summary of warnings"),
    "in_short": _t("概况", "In short"),
    "by_group": _t("各单位情况", "By area"),
    "area": _t("单位", "Area"),
    "total": _t("合计", "Total"),
    "first": _t("最优先地点（{grade}）", "Most urgent places ({grade})"),
    "first_more": _t("另有{n}处，见各中心名单。", "{n} more; see the lists of the centres."),
    "draft_summary": _t(
        "所依据的名单尚未全部批准，不得外发。", "Not all lists that it counts are approved by a person: do not send it on."
    ),
    "said": _t("{title}：{expected}，预警{n}处", "{title}: {expected}, {n} places warned of"),
    "said_one": _t("{title}：{expected}，预警{n}处", "{title}: {expected}, {n} place warned of"),
    "said_none": _t("{title}：{expected}，没有预警地点", "{title}: {expected}, no place warned of"),
    "about": _t("未来{days}天预计约{n}起", "about {n} expected in the next {days}"),
    "about_few": _t("未来{days}天预计不到1起", "less than 1 expected in the next {days}"),
    "said_of_grades": _t("（{grades}）", " ({grades})"),
    "most_in": _t("预警最多：{groups}。", "Most warnings: {groups}."),
    "most_in_one": _t("{group}（{n}处）", "{group} ({n})"),
    "what_not": _t("本表只预测地点，从不针对人", "This summary forecasts places, never people"),
    "new": _t("其中新增", "New"),
    "warned": _t("预警", "Warnings"),
    "expected": _t("预计起数", "Expected"),
    "with_event": _t("预计发生地点数", "Places with an event, expected"),
    "follow_ups": _t("待跟进", "To follow up"),
    "promised": _t("近几期预警", "Last lists, warnings"),
    "answered": _t("近几期已反馈", "Last lists, answered"),
    "overdue": _t("超期未反馈", "Overdue"),
    "of": _t("{answered}/{promised}", "{answered} of {promised}"),
    "unknown": _t("无法评分", "cannot be scored"),
    "no_groups": _t("没有可显示的单位。", "There is no area to show."),
    "counted": _t(
        "数字为各地点预测值之和（未取整相加）；户数过少的地点计入相邻地点所在单位。",
        "Figures are sums of the forecasts of all places, rounded only once added. Places with too few households count in the area of the "
        "place that they are merged with.",
    ),
    "lists": _t("所依据的名单", "Lists that it counts"),
    "list_of": _t("{centre}（{digest}）", "{centre} ({digest})"),
}  # fmt: skip
