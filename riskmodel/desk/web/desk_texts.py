"""What the pages of the desk say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.texts import Text

TEXTS: Mapping[str, Text] = {
    "title": Text(zh="预警名单", en="Warning lists"),
    "sign_in": Text(zh="登录", en="Sign in"),
    "code": Text(zh="访问码", en="Access code"),
    "code_hint": Text(zh="由管理员发放，16个字母和数字", en="Sixteen letters and digits, from your administrator"),
    "wrong_code": Text(
        zh="访问码不正确或已失效。请核对后重新输入，或向管理员索取新的访问码。",
        en="This access code is wrong or no longer valid. Check it and enter it again, or ask your administrator for a new one.",
    ),
    "sign_out": Text(zh="退出", en="Sign out"),
    "no_lists": Text(zh="还没有已批准的名单。", en="There is no approved list yet."),
    "list_of": Text(zh="{day}名单", en="List of {day}"),
    "counts": Text(zh="{warnings}处，已反馈{answered}处", en="{warnings}, {answered} answered"),
    "open_list": Text(zh="查看名单", en="Read the list"),
    "open_answers": Text(zh="填写结果", en="Enter results"),
    "back": Text(zh="返回", en="Back"),
    "unread": Text(zh="红色预警，尚未签收", en="Red warnings, not yet acknowledged"),
    "read": Text(zh="红色预警已签收（有效至{until}）", en="Red warnings acknowledged (until {until})"),
    "acknowledge": Text(zh="签收", en="Acknowledge"),
    "answers_title": Text(zh="{day}名单：走访结果", en="Results of the list of {day}"),
    "help": Text(
        zh="只填已有结果的地点，其余留空。未走访的不用填日期。",
        en="Fill in the places that have a result and leave the others empty. Where nobody went, no date is needed.",
    ),
    "outcome": Text(zh="结果", en="Result"),
    "day": Text(zh="走访日期", en="Date of visit"),
    "choose": Text(zh="请选择", en="Choose"),
    "deadline": Text(zh="期限：{day}前", en="By {day}"),
    "answered": Text(zh="已反馈：{said}", en="Answered: {said}"),
    "correct": Text(
        zh="更正：以上结果替换这些地点以前填错的结果",
        en="Correction: these results replace wrong ones that were given before for the same places",
    ),
    "submit": Text(zh="提交", en="Submit"),
    "none_given": Text(
        zh="没有填写任何结果。请至少填写一处，再提交。",
        en="No result is filled in. Fill in at least one place, then submit again.",
    ),
    "some_rejected": Text(
        zh="有{count}处未被采纳，其余已记录。请改正标出的地方后重新提交。",
        en="{count} not recorded; all others were. Correct what is marked, then submit again.",
    ),
    "all_rejected": Text(
        zh="有{count}处未被采纳，没有记录任何结果。请改正标出的地方后重新提交。",
        en="{count} not recorded. Correct what is marked, then submit again.",
    ),
    "recorded": Text(zh="已记录{count}处。", en="{count} recorded."),
    "known_already": Text(zh="{count}处此前已经记录。", en="{count} had been recorded before."),
    "differs": Text(
        zh="第{row}处与以前的反馈不同，现以本次为准。",
        en="Place {row}: this differs from what was answered before, and counts now.",
    ),
    "overruled": Text(
        zh="第{row}处：已记录，但仍以{day}的“{outcome}”为准。如果本次才正确，请勾选“更正”后再次提交。",
        en="Place {row}: recorded, but the answer of {day}, {outcome}, still counts. If this one is right, tick the correction and submit it again.",
    ),
    "not_found": Text(zh="没有这个页面", en="There is no such page"),
    "not_found_why": Text(
        zh="名单可能尚未批准，或不属于本中心。", en="The list may not be approved yet, or belong to another centre."
    ),
    "refused": Text(zh="请求被拒绝", en="The request was refused"),
    "foreign": Text(
        zh="请求来自其他网站，未作任何记录。请从本页面重新提交。",
        en="The request came from another site. Nothing was recorded. Submit it again from this page.",
    ),
    "failed": Text(zh="暂时无法显示", en="This cannot be shown now"),
    "failed_why": Text(
        zh="服务器上的数据有问题，详情见服务器日志，请联系管理员。名单仍可通过其他方式获取。",
        en="Something is wrong with the data on the server; its log says what. Tell your administrator. The list still comes in the other ways.",
    ),
}
"""Texts by key."""
