"""The status of a project in words."""

from __future__ import annotations

from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language, Text, labelled
from riskmodel.operations.project_status import ProjectStatus

NAMES: dict[str, Text] = {
    "no-history": Text(zh="无数据", en="NO DATA"),
    "unreadable-history": Text(zh="数据损坏", en="DAMAGED DATA"),
    "source-alert": Text(zh="导入异常", en="INGEST"),
    "stale-source": Text(zh="数据过期", en="STALE"),
    "no-night": Text(zh="无批次", en="NO NIGHT"),
    "night-to-come": Text(zh="日期在后", en="TO COME"),
    "missed-nights": Text(zh="批次缺失", en="MISSED"),
    "not-scored": Text(zh="未评分", en="NOT SCORED"),
    "old-model": Text(zh="模型过旧", en="OLD MODEL"),
    "failed-model": Text(zh="模型异常", en="FAILED MODEL"),
    "unusable-server": Text(zh="服务器异常", en="SERVER"),
    "disappeared-kind": Text(zh="类别消失", en="DISAPPEARED"),
    "centre-names": Text(zh="中心名称", en="CENTRES"),
    "unknown-nights": Text(zh="台账不符", en="LEDGER"),
    "absent-nights": Text(zh="名单不在发件夹", en="OUTBOX"),
    "changed-policy": Text(zh="策略已改", en="POLICY"),
    "delivery-waits": Text(zh="按规则待送", en="WAITS"),
    "silence": Text(zh="静默", en="SILENCED"),
    "unacknowledged": Text(zh="无人签收", en="NOT ACKNOWLEDGED"),
    "held-list": Text(zh="待复核", en="HELD"),
    "undelivered": Text(zh="未送达", en="NOT DELIVERED"),
    "waiting": Text(zh="待批准", en="DRAFT"),
}
"""What stands before each item."""


def project_status_text(found: ProjectStatus, language: Language) -> str:
    """Return a status for the terminal."""
    form = found.to_json()
    never = Text(zh="无", en="none")(language)
    last = Text(
        zh="最近夜间批次：{night}，{lists}，{approved}份已批准，{delivered}份已送达；最近全部目标评分：{good}",
        en="Last night: {night} ({lists}, {approved} approved, {delivered} delivered); last with every target scored: {good}",
    )
    lists = Text(zh=f"{found.lists}份名单", en=counted(found.lists, "list"))
    lines = [last(language, night=form["last_night"] or never, good=form["last_good_night"] or never, lists=lists(language),
                  approved=found.approved, delivered=found.delivered)]  # fmt: skip
    if not found.items:
        lines.append(Text(zh="无待办事项。", en="Nothing is stuck.")(language))
    since = Text(zh="，自{day}起", en=" since {day}")
    for one in found.items:
        begun = "" if one.since is None else since(language, day=one.to_json()["since"])
        what = one.said(language)
        # a reason in English ends a Chinese sentence without a sign as wide as the next one
        said = f"{what}{' ' if what[-1:].isascii() else ''}{one.remedy(language)}"
        called = one.subject if one.called is None else one.called(language)
        lines.append(labelled(f"{NAMES[one.code](language)} {called}".rstrip() + begun, said, language))
    return "\n".join(lines)
