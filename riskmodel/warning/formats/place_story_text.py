"""The story of a place as one page of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from riskmodel.base.files import short_digest
from riskmodel.base.texts import Language, Text, bracketed, enumerated, labelled, phrase
from riskmodel.warning.formats.list_phrases import PHRASES, STATUSES
from riskmodel.warning.formats.plain_text import date_text, family_name
from riskmodel.warning.formats.surge_text import heading, surge_text
from riskmodel.warning.formats.timing_words import TIMING_MARKS
from riskmodel.warning.numbers import number, percent
from riskmodel.warning.place_story import PlaceForecast, PlaceStory, TargetStory

RULES = {
    "cool-down": phrase(
        "近期已走访，预计起数未明显上升，暂不列入", "answered recently; it rests, since its forecast has not risen clearly"
    ),
    "expired": phrase("上次预警已到期，不再优先保留", "its last warning had ended, so it was not favoured"),
    "exploration": phrase("随机抽查抽中", "drawn at random as a spot check"),
    "follow-up": phrase("待跟进，办结前单独列出", "to follow up: pinned until another answer closes it"),
    "freed capacity": phrase(
        "排在前面的地点近期已走访或待跟进，由此处按最低等级递补",
        "places above it are absent, so it fills their room at the lowest grade",
    ),
    "hysteresis": phrase(
        "因上次名单上的地点略有优先，等级与不设优先时不同", "the favour for places of the last list changed its grade"
    ),
    "merged": phrase("含户数过少而并入的相邻网格", "it stands for neighbouring cells with too few households, too"),
    "over capacity": phrase(
        "达到最低可能性，但排在处置能力之外", "it reaches the minimum probability, but ranks beyond the capacity"
    ),
    "below the minimum probability": phrase("低于最低可能性", "below the minimum probability"),
    "surge": phrase(
        "处在多类情况相互印证的异动中，等级上调一级", "it lies in a surge on which families agree, so its grade is one higher"
    ),
    "risen": phrase(
        "走访后预计起数明显上升，提前恢复列入", "answered recently, but its forecast rose clearly, so it may be listed"
    ),
}
"""Each rule that can touch a place, as a sentence."""

STANDINGS = {
    "listed": phrase("列入名单：{label}，第{rank}位", "listed: {label}, rank {rank}"),
    "spot check": phrase("随机抽查，抽取概率{p}", "spot check, drawn with probability {p}"),
    "follow-up": phrase("待跟进，不参与排序", "to follow up, outside the ranking"),
    "withheld": phrase("未列入名单：{why}", "not listed: {why}"),
    "no candidate": phrase(
        "未列入名单：可能性{p}，低于最低要求{minimum}", "not listed: its probability {p} is below the minimum of {minimum}"
    ),
    "cannot score": phrase("无法评分：{why}", "cannot be scored: {why}"),
    "not scored": phrase("未评分：没有可评分的网格", "not scored: there is no cell to score"),
    "no model": phrase("无法评分：没有现用模型", "cannot be scored: there is no champion"),
    "damaged model": phrase("无法评分：模型文件损坏或缺失", "cannot be scored: the files of its model are damaged or missing"),
}

WORDS = {
    "title": phrase("{place}（{groups}），{date}", "{place} ({groups}), night of {date}"),
    "list": phrase("{centre}的名单 {digest}，{status}", "List {digest} of {centre}, {status}"),
    "no_list": phrase("这一天该地点不在任何中心的辖区内。", "No centre had this place at that date."),
    "gone": phrase("这一天该网格不存在。", "This cell did not exist at that date."),
    "suppressed": phrase(
        "户数过少且无可并入的网格，不显示任何结果。", "Too few households and no cell to join: nothing is shown of it."
    ),
    "merged_into": phrase(
        "户数过少，并入 {place} 显示；以下为 {place} 的情况。", "Too few households: it is shown as {place}, whose story follows."
    ),
    "forecast": phrase(
        "未来{days}天预计{n}起，发生至少一起的可能性{p}{interval}；按预计起数在本中心{places}处中排第{position}，中位数{median}起",
        "{n} expected in {days} days, probability of at least one {p}{interval}; position {position} of {places} in the centre, whose "
        "median is {median}",
    ),
    "interval": phrase("，多半在{low}–{high}起之间", ", most likely {low}–{high} ({level}%)"),
    "interval_point": phrase("，多半为{low}起", ", most likely {low} ({level}%)"),
    "previous": phrase("上次名单（{date}）：{was}", "Last list ({date}): {was}"),
    "was": phrase("{grade}，第{rank}位", "{grade}, rank {rank}"),
    "was_not": phrase("未列入", "not listed"),
    "model": phrase("模型 {model}，训练于{trained}", "Model {model}, trained on {trained}"),
    "rule": phrase("规则：", "Rule [{rule}]: "),
    "answer": phrase("反馈", "Answer"),
    "replaced": phrase("，已更正，不再计入", ", corrected since and no longer counted"),
    "counts": phrase("该地点的记录（近14、30、90、365天）", "Records at the place (last 14, 30, 90, 365 days)"),
    "no_counts": phrase("近一年没有任何记录", "none in a year"),
    "open": phrase("目前{n}", "{n} now"),
    "unknown": phrase("无数据", "no data"),
    "stale": phrase("数据过期", "Stale data"),
}


def story_text(story: PlaceStory, language: Language, outcomes: Mapping[str, Text]) -> str:
    """Return a story as lines of text.

    Parameters
    ----------
    outcomes
        Names of the outcomes of answers.
    """
    return "\n".join(_lines(story, language, outcomes))


def _lines(story: PlaceStory, language: Language, outcomes: Mapping[str, Text]) -> Iterator[str]:
    groups = (" · " if language == "zh" else ", ").join(group.label for group in story.groups) or "–"
    yield WORDS["title"](language, place=story.place, groups=groups, date=date_text(story.as_of, language))
    if not story.exists:
        yield WORDS["gone"](language)
        return
    if story.shown_as is None:
        yield WORDS["suppressed"](language)
        return
    if story.shown_as != story.place:
        yield WORDS["merged_into"](language, place=story.shown_as)
    if story.centre is None or story.status is None:
        yield WORDS["no_list"](language)
        return
    status = " · ".join(mark for mark in (STATUSES[story.status](language), TIMING_MARKS[story.timing](language)) if mark)
    yield WORDS["list"](language, centre=story.centre, digest=short_digest(story.digest), status=status)
    for target in story.targets:
        yield from _target_lines(target, language, outcomes)
    yield ""
    yield from _count_lines(story, language)
    yield from _notice_lines(story, language)
    if story.stale:
        yield labelled(WORDS["stale"](language), enumerated([row.called(language) for row in story.stale], language), language)


def _count_lines(story: PlaceStory, language: Language) -> Iterator[str]:
    yield WORDS["counts"](language)
    for kind in story.counts:
        shown = [WORDS["unknown"](language) if n is None else f"{n:,}" for n in kind.counts.values()]
        if not kind.counts:
            shown = [WORDS["open"](language, n=WORDS["unknown"](language) if kind.open is None else f"{kind.open:,}")]
        name = bracketed(kind.name(language), family_name(kind.family, language), language)
        yield f"  {labelled(name, '  '.join(shown), language)}"
    if not story.counts:
        yield f"  {WORDS['no_counts'](language)}"


def _notice_lines(story: PlaceStory, language: Language) -> Iterator[str]:
    for notice in story.notices:
        seen = f"{notice.group} {family_name(notice.family, language)} {notice.count:,}"
        yield labelled(PHRASES["notices"](language), seen, language)
    for surge in story.surges:
        yield labelled(PHRASES["surges"](language), bracketed(heading(surge, language), surge.id, language), language)
        yield f"  {surge_text(surge, language)}"


def _target_lines(story: TargetStory, language: Language, outcomes: Mapping[str, Text]) -> Iterator[str]:
    yield ""
    yield story.title(language)
    yield f"  {_standing(story, language)}"
    if story.forecast is not None:
        yield f"  {_forecast(story, story.forecast, language)}"
    if story.previous_as_of is not None:
        was = WORDS["was_not"](language)
        if story.previous_label is not None:
            was = WORDS["was"](language, grade=story.previous_label(language), rank=story.previous_rank)
        yield "  " + WORDS["previous"](language, date=date_text(story.previous_as_of, language), was=was)
    for rule in story.rules:
        if rule == story.withheld:
            continue  # the first line says it
        yield f"  {WORDS['rule'](language, rule=rule)}{RULES[rule](language)}"
    for reason in story.reasons:
        arrow = {"raises": "↑", "lowers": "↓", "fact": "·"}[reason.direction]
        yield f"  {arrow} {reason.text(language)}"
    if story.agreeing:
        agreeing = enumerated([family_name(family, language) for family in story.agreeing], language)
        label = PHRASES["agreeing" if len(story.agreeing) > 1 else "supporting"](language)
        yield f"  {labelled(label, agreeing, language)}"
    for answer in story.answers:
        outcome = outcomes[answer.outcome](language) if answer.outcome in outcomes else answer.outcome
        said = bracketed(f"{date_text(answer.day, language)} {outcome}", answer.warning, language)
        taken_back = WORDS["replaced"](language) if answer.replaced else ""
        yield f"  {labelled(WORDS['answer'](language), said, language)}{taken_back}"
    if story.age is not None:
        yield "  " + WORDS["model"](language, model=story.model, trained=date_text(story.age.trained, language))


def _standing(story: TargetStory, language: Language) -> str:
    why = (
        RULES[story.withheld](language) if story.withheld else "" if story.cannot_score is None else story.cannot_score(language)
    )
    return STANDINGS[story.standing](
        language,
        label="" if story.label is None else story.label(language),
        rank=story.rank,
        why=why,
        p=percent(story.propensity or (0.0 if story.forecast is None else story.forecast.probability)),
        minimum=percent(story.minimum),
    )


def _forecast(story: TargetStory, forecast: PlaceForecast, language: Language) -> str:
    ends = forecast.interval
    key = "interval_point" if ends is not None and ends.low == ends.high else "interval"
    interval = "" if ends is None else WORDS[key](language, level=ends.level, low=ends.low, high=ends.high)
    return WORDS["forecast"](
        language,
        days=story.horizon,
        n=number(forecast.expected, language),
        p=percent(forecast.probability),
        interval=interval,
        position=f"{forecast.position:,}",
        places=f"{forecast.places:,}",
        median=number(forecast.median, language),
    )
