"""Results in sentences, with what they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from riskmodel.base.days import to_date, to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language, Text
from riskmodel.warning.results.list_coverage import ListCoverage
from riskmodel.warning.results.result_figures import ResultFigures
from riskmodel.warning.results.result_words import called_target, comparison_word, interval_of, share_text
from riskmodel.warning.results.warning_results import WarningResults


def span_sentence(found: WarningResults, language: Language) -> str:
    """Return which lists and which knowledge the results cover."""
    span = found.span
    (zh_first, first), (zh_last, last), (zh_known, known) = (_day(day) for day in (span.first, span.last, span.known))
    of = Text(zh=f"，{span.centre}", en=f" of {span.centre}") if span.centre else Text(zh="", en="")
    not_sent = drafts = Text(zh="", en="")
    if span.undelivered:
        not_sent = Text(zh=f"（其中{span.undelivered}份未全部送达）", en=f" ({span.undelivered} not delivered everywhere)")
    if span.drafts:
        were = "was" if span.drafts == 1 else "were"
        drafts = Text(
            zh=f"另有{span.drafts}份名单届时尚未批准，不计入。",
            en=f" {counted(span.drafts, 'more list')} {were} not approved by then and {'is' if span.drafts == 1 else 'are'} left out.",
        )
    return Text(
        zh=f"{zh_first}至{zh_last}的夜间批次{of.zh}：已批准名单{span.approved}份{not_sent.zh}。{drafts.zh}统计{zh_known}零时以前收到的反馈和记录。",
        en=f"Nights from {first} to {last}: {counted(span.approved, 'approved list')}{of.en}{not_sent.en}.{drafts.en} "
        f"Answers and records count that came in before {known}.",
    )(language)


def result_findings(found: WarningResults, language: Language) -> Iterator[str]:
    """Yield the main results of each target."""
    for one in found.grades:
        if not one.grade:
            yield _finding(one, called_target(one.target, found.span, language))(language)
    for covered in found.coverage:
        if covered.first is not None and covered.through is not None:
            yield _covered(covered, called_target(covered.target, found.span, language), bool(found.span.centre))(language)


def _covered(one: ListCoverage, title: str, of_one: bool) -> Text:
    (zh_first, first), (zh_through, through) = (_day(day or 0) for day in (one.first, one.through))
    whose = Text(zh="本中心" if of_one else "全辖区", en="in this centre" if of_one else "in the whole area")
    caught = "" if not one.events else share_text(one.caught)
    return Text(
        zh=f"{title}：{zh_first}至{zh_through}{whose.zh}共发生{one.events:,}起，其中{one.at_listed:,}起{f'（{caught}）' if caught else ''}在当时名单上的地点；"
        f"这些地点平均每天占全部地点的{share_text(one.share)}。",
        en=f"{title}: {counted(one.events, 'event')} {whose.en} from {first} to {through}, {one.at_listed:,} of them{f' ({caught})' if caught else ''} at places "
        f"that were on a list then; on average {share_text(one.share)} of all places were.",
    )


def _finding(one: ResultFigures, title: str) -> Text:
    visits = Text(
        zh=f"{title}：预警{one.warned}处次，已走访{one.visited}（逾期{one.late}），需跟进{one.needs_followup}，未走访{one.not_done}，超期未反馈{one.unanswered}。",
        en=f"{title}: {counted(one.warned, 'place')} warned of, {one.visited} visited ({one.late} late), {one.needs_followup} in need of follow-up, "
        f"{one.not_done} not done, {one.unanswered} not answered in time.",
    )
    if not one.over:
        after = Text(
            zh="预测时段均未满或无法统计，实际情况尚不知道，暂不列“预测与实际”表。",
            en=" No forecast period is over and known yet, so there is no table of what happened.",
        )
    else:
        zh, en = ((interval_of(one.happened, language), comparison_word(one, language)) for language in ("zh", "en"))
        after = Text(
            zh=f"时段已满的{one.over}处次，预测平均{share_text(one.forecast)}，实际{zh[0]}：{zh[1]}。",
            en=f" Of {one.over} whose period is over, {share_text(one.forecast)} were forecast to have an event and {en[0]} had one: {en[1]}.",
        )
    return Text(zh=visits.zh + after.zh, en=visits.en + after.en)


def result_caveats(found: WarningResults, language: Language) -> Iterator[str]:
    """Yield what the results do not know."""
    for text in _caveats(found):
        yield text(language)


def _caveats(found: WarningResults) -> Iterator[Text]:
    stays = found.stays
    if not stays:
        yield Text(
            zh="这段时间没有已批准的名单，或名单上没有地点。没有结果不代表没有风险。",
            en="No list of these nights was approved, or none had a place. No results do not mean no risk.",
        )
        return
    yield Text(
        zh="连续多期在名单上的地点只算一处次，按首次列入时的等级和预测计。",
        en="A place that stays on the lists of several nights counts once, with the grade and the forecast of the first.",
    )
    spots = [one for one in stays if one.grade is None]
    there, several = sum(one.visited for one in spots), counted(len(spots), "spot check")
    compared = Text(
        zh=f"只有随机抽查（{len(spots)}处次，已走访{there}）能说明，请与各等级对照。",
        en=f"Only spot checks ({several}, {there} visited) say something of it; compare them with the grades.",
    )
    none = Text(
        zh="只有随机抽查能说明，而这段时间一处也没有。", en="Only spot checks would say something of it, and there were none."
    )
    said = compared if spots else none
    yield Text(
        zh=f"未列入名单的地点没有走访，那里会查出什么不得而知；{said.zh}",
        en=f"Places that are not on a list are not visited, and nobody knows what would be found there. {said.en}",
    )
    yield Text(
        zh="走访可能已防止事件发生，实际低于预测不一定是预测偏高。",
        en="A visit may prevent an event, so fewer than forecast need not mean that the forecast was too high.",
    )
    yield from _gaps(found)
    yield Text(
        zh="区间按95%计。数量少时区间很宽，“相符”只表示未见矛盾；比较20次，约有1次纯属偶然不相符。",
        en="Intervals are of 95 %. Where counts are small they are wide, and 'agrees' says only that nothing contradicts; 1 in 20 comparisons differs by chance.",
    )


def _gaps(found: WarningResults) -> Iterator[Text]:
    """Yield how many stays have no outcome yet, or say too little."""
    open_ones, unknown = (sum(one.period == which for one in found.stays) for which in ("not over", "unknown"))
    stated = sum(one.not_stated for one in found.stays)
    if open_ones:
        yield Text(
            zh=f"{open_ones}处次的预测时段未满或数据未齐，不计入实际。",
            en=f"The period of {counted(open_ones, 'stay')} is not over, or its data are not complete yet; what happens there does not count.",
        )
    if unknown:
        yield Text(
            zh=f"{unknown}处次无法统计：地点或所用模型已不存在，或时段内有未观测的日子。",
            en=f"What happened in {counted(unknown, 'stay')} cannot be known: the place or the model is gone, or days were not observed.",
        )
    if stated:
        yield Text(
            zh=f"{stated}处次只反馈“已走访”，没有说明是否发现问题，不计入需跟进占比。",
            en=f"{counted(stated, 'answer')} only {'says' if stated == 1 else 'say'} 'visited', not what was found; the share found leaves them out.",
        )


def _day(day: int) -> tuple[str, str]:
    date = to_date(day)
    return f"{date.year}年{date.month}月{date.day}日", to_iso(day)
