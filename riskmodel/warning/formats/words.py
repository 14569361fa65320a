"""The fixed words of the forms, in every language, and dates as people write them."""

from __future__ import annotations

from riskmodel.base.days import to_date
from riskmodel.base.texts import Language, Text
from riskmodel.warning.reasons import number
from riskmodel.warning.warn.lists import Section, Warning

DRAFT_MARK = "草稿 DRAFT"


def _t(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


FAMILIES = {
    "police": _t("警情", "police calls"),
    "online": _t("网上投诉", "online complaints"),
    "sentiment": _t("民情上报", "community reports"),
    "rental": _t("出租房", "rented rooms"),
    "enterprise": _t("企业", "enterprises"),
    "dispute": _t("矛盾纠纷", "disputes"),
    "outcome": _t("走访反馈", "answers to warnings"),
    "calendar": _t("时令", "season"),
    "place": _t("地点情况", "the place itself"),
    "several": _t("多类信号", "several signals"),
    "model": _t("历史水平", "past level"),
}
"""Names of the usual signal families; another family goes by its own name."""

CHANGES = {
    "new": _t("新增", "new"),
    "risen": _t("等级上升", "grade risen"),
    "fallen": _t("等级下降", "grade fallen"),
    "unchanged": _t("等级未变", "grade unchanged"),
}
WITHHELD = {
    "over capacity": _t("超出本中心处置能力", "over the centre's capacity"),
    "below the minimum probability": _t("低于最低可能性", "below the minimum probability"),
    "cool-down": _t("刚反馈过，处于间隔期", "answered recently, in cool-down"),
}
STATUSES = {"draft": _t(DRAFT_MARK, "DRAFT 草稿"), "approved": _t("已批准", "approved")}

WORDS = {
    "kicker": _t("地点风险预警名单", "Place warning list"),
    "as_of": _t("数据截至", "As of"),
    "midnight": _t("零时", "00:00"),
    "validity": _t("预测时段", "Forecast period"),
    "list_id": _t("名单编号", "List id"),
    "status": _t("状态", "Status"),
    "draft_banner": _t("未经人工批准，不得外发或据此派单。", "Not approved by a person: do not send it on or act on it."),
    "stale_banner": _t(
        "数据源“{source}”只完整到{through}，相关依据可能偏低或缺失。",
        "The feed '{source}' is complete only through {through}; reasons that rest on it may be low or missing.",
    ),
    "untrained": _t(
        "“{title}”无法评分：没有正式模型。没有名单不代表没有风险；请先运行 riskmodel train {target} 和 riskmodel promote {target}。",
        "{title} cannot be scored: it has no model. No list does not mean no risk; run 'riskmodel train {target}' and "
        "'riskmodel promote {target}'.",
    ),
    "sudden_disappears": _t(
        "数据源“{source}”在{since}起的一期里没有这些记录，相关依据可能偏低：{kinds}。",
        "The feed '{source}' brought none of these in the period from {since}; reasons that rest on them may be low: {kinds}.",
    ),
    "sudden_appears": _t(
        "数据源“{source}”在{since}起的一期里首次出现这些记录，请核对数据：{kinds}。",
        "The feed '{source}' brought these for the first time in the period from {since}; check the data: {kinds}.",
    ),
    "sudden_jumps": _t(
        "数据源“{source}”在{since}起的一期里这些记录骤增，请核对数据：{kinds}。",
        "The feed '{source}' brought far more of these than usual in the period from {since}; check the data: {kinds}.",
    ),
    "sudden_kind": _t("{kind} {count} 条（通常约 {usual} 条）", "{kind} {count} (usually about {usual})"),
    "cannot_score": _t("无法评分", "Cannot score"),
    "summary": _t("摘要", "Summary"),
    "warnings": _t("处预警", "warnings"),
    "warning_one": _t("处预警", "warning"),
    "expected_here": _t("辖区内预计事件", "Events expected in the area"),
    "share_listed": _t("名单地点约占", "of which on the list"),
    "changes": _t("较上次名单", "Since the last list"),
    "first_list": _t("首份名单，无可比较", "First list, nothing to compare"),
    "dropped": _t("移出", "left the list"),
    "dropped_title": _t("上次在名单、本次移出的地点", "Places of the last list that left it"),
    "lower": _t("排位下降", "ranks lower now"),
    "notices": _t("近期异常", "Unusual now"),
    "no_notices": _t("各类信号近一周均在通常范围内。", "All signals were within their usual range in the last complete week."),
    "notice": _t(
        "{first}至{last}共 {count} 起，通常每周约 {expected} 起，警戒上限 {upper} 起。",
        "{count} from {first} to {last}; usually about {expected} a week, upper bound {upper}.",
    ),
    "ranked": _t("预警地点", "Places warned of"),
    "ranked_note": _t(
        "先按等级、再按预计起数排序；上次名单上的地点略有优先，以免名单频繁变动。",
        "By grade, then by expected number; a place of the last list has a slight precedence, so that lists do not flap.",
    ),
    "rank": _t("排序", "Rank"),
    "grade": _t("等级", "Grade"),
    "place": _t("地点", "Place"),
    "probability": _t("可能性", "Chance"),
    "probability_long": _t("发生至少一起的可能性", "Chance of at least one"),
    "expected": _t("预计 {n} 起", "{n} expected"),
    "change": _t("变化", "Change"),
    "was": _t("上次{grade}第 {rank} 位", "was {grade}, rank {rank}"),
    "reasons": _t("主要依据", "Main reasons"),
    "no_reason": _t("没有单项突出的依据", "No single reason stands out"),
    "raises": _t("推高", "raises"),
    "lowers": _t("拉低", "lowers"),
    "agreeing": _t("指向一致的信号", "Signals that agree"),
    "action": _t("建议服务", "Suggested service"),
    "expires": _t("有效至", "Valid through"),
    "id": _t("预警编号", "Warning id"),
    "spot": _t("随机抽查", "Spot check"),
    "spot_note": _t(
        "随机抽取、不在排序之内，用于检验名单是否有效；抽取概率 {p}。",
        "Drawn at random outside the ranking, to test whether the list helps; probability {p}.",
    ),
    "map": _t("辖区地图", "Map of the area"),
    "map_label": _t("辖区地图，标出名单地点及其排序", "Map of the area with the listed places and their ranks"),
    "no_map": _t("没有地点边界数据，未绘地图。", "No cell shapes were given, so there is no map."),
    "legend": _t("图例", "Legend"),
    "no_warning": _t("本期没有达到最低可能性的地点。", "No place reaches the minimum probability this time."),
    "withheld": _t("未列入名单的候选地点", "Candidates that are not on the list"),
    "reason": _t("原因", "Reason"),
    "expected_head": _t("预计起数", "Expected"),
    "interval": _t("{level}%区间 {low}–{high} 起", "{level} % interval {low}–{high}"),
    "interval_low": _t("区间下限", "Interval from"),
    "interval_high": _t("区间上限", "Interval to"),
    "interval_level": _t("区间把握（%）", "Interval level (%)"),
    "first_of": _t("每种原因仅列出前若干处，总数见上。", "Only the first of each reason are shown; the totals stand above."),
    "freshness": _t("数据时效", "Data freshness"),
    "source": _t("数据源", "Feed"),
    "through": _t("完整到", "Complete through"),
    "not_stated": _t("未说明", "not stated"),
    "fresh": _t("正常", "current"),
    "stale": _t("过期", "stale"),
    "model": _t("模型版本", "Model version"),
    "capacity": _t("处置能力", "Capacity"),
    "scored": _t("参与评分地点", "Places scored"),
    "what_not": _t("本名单预测的是地点，从不针对人", "This list forecasts places, never people"),
    "what_not_body": _t(
        "它给出一个地点在预测时段内发生此类事件的可能性，供安排走访、检修、调解等服务；"
        "不能说明任何人做过或将做什么，也不得作为对任何人采取措施的依据。户数过少的地点已并入相邻地点。",
        "It gives the probability that something happens at a place in the period, for arranging services such as a visit, "
        "a repair or mediation. It says nothing about what anyone did or will do and is no ground for action against "
        "anyone. Places with too few households are joined with a neighbour.",
    ),
    "to": _t("至", " to "),
    "target": _t("预警事项", "Target"),
    "centre": _t("指挥中心", "Centre"),
    "kind": _t("类别", "Kind"),
    "listed": _t("预警", "warning"),
    "days": _t("{n} 天", "{n} days"),
    "horizon": _t("预测天数", "Horizon (days)"),
    "data_through": _t("各源均完整到", "All feeds complete through"),
    "groups": _t("所属", "Belongs to"),
    "previous_rank": _t("上次排序", "Previous rank"),
    "data_note": _t("数据提示", "Data notes"),
    "events": _t("起", "events"),
}  # fmt: skip


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_text(day: int, language: Language) -> str:
    """A date as the language writes it."""
    date = to_date(day)
    if language == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_date(day: int, language: Language) -> str:
    """Month and day."""
    full = date_text(day, language)
    return full.split("年")[1] if language == "zh" else full.rsplit(" ", 1)[0]


def family_name(family: str, language: Language) -> str:
    """The family's name for readers."""
    return FAMILIES[family](language) if family in FAMILIES else family


def place_name(warning: Warning, grouping: str) -> tuple[str, str]:
    """The smallest group's name (else the place's id), and the wider groups; the centre's own grouping is left out."""
    labels = [g.label for g in warning.groups if g.grouping != grouping and g.label]
    return (labels[0], " · ".join(labels[1:])) if labels else (warning.place, "")


def change_text(warning: Warning, section: Section, language: Language) -> tuple[str, str]:
    """What changed, and what was before; both empty for a spot check and where there is no earlier list."""
    if section.previous_as_of is None or warning.grade is None:
        return "", ""
    change = warning.change
    if change.kind == "new" or change.previous_grade is None:
        return CHANGES["new"](language), ""
    was = WORDS["was"](language, grade=section.labels[change.previous_grade](language), rank=change.previous_rank)
    return CHANGES[change.kind](language), was


def expected_text(warning: Warning, language: Language) -> str:
    """The expected number in words."""
    shown = f"{warning.expected:.2f}" if 0.01 <= warning.expected < 9.995 else number(warning.expected, language)
    return WORDS["expected"](language, n=shown)


def interval_text(warning: Warning, language: Language) -> str:
    """The interval in which the number lies, in words; empty if there is none."""
    if warning.interval is None:
        return ""
    ends = warning.interval
    return WORDS["interval"](language, level=ends.level, low=ends.low, high=ends.high)
