"""Surges in words: agreeing families, first day and rarity."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from riskmodel.base.plurals import and_list, counted
from riskmodel.base.texts import Language, Text, enumerated
from riskmodel.detection.joint import EarlySign, Surge, SurgeFamily
from riskmodel.detection.joint.surge_cluster import SurgeState
from riskmodel.warning.formats.plain_text import about_text, date_text, family_name, short_date

STATES: Mapping[SurgeState, Text] = {
    "new": Text(zh="新出现", en="new"),
    "growing": Text(zh="在扩大", en="growing"),
    "lasting": Text(zh="仍在持续", en="lasting"),
    "fading": Text(zh="在减弱", en="fading"),
    "closed": Text(zh="已恢复平常", en="closed"),
    "unknown": Text(zh="数据不足，暂无法判断", en="cannot be judged tonight"),
}
"""The states of a surge."""

HEADING = Text(zh="{where} · {kinds}：{state}，{first}首次发现", en="{where} ({kinds}), {state}, first seen on {first}")
CELLS = Text(zh="{name}（共{several}个网格）", en="{name} ({several} cells)")
NO_DATA = Text(zh="{name}无数据，未判断", en="{name}: no data, not judged")
LATE = Text(zh="{name}只到{through}，未判断", en="{name} complete only through {through}, not judged")
SHORT = Text(zh="{name}历史太短，未判断", en="{name}: history too short, not judged")
WEEKS = {
    1: Text(zh="近一周{name}{count}起（{usual}）", en="{name} {count} in a week ({usual})"),
    2: Text(zh="近两周{name}{count}起（{usual}）", en="{name} {count} in two weeks ({usual})"),
}
SINCE = Text(zh="，自{since}起偏多", en=", more than usual since {since}")
USUAL = Text(zh="通常约{n}起", en="usually about {n}")
USUAL_BELOW_ONE = Text(zh="通常不到1起", en="usually under 1")
NEARLY_EVERY = Text(zh="这样的情况几乎每晚都有", en="such evidence occurs nearly every night")
RARER = Text(zh="这样的情况平均{many}晚以上才出现一次", en="less often than once in {many} nights")
ONCE_IN = Text(zh="这样的情况平均约{many}晚才出现一次", en="about once in {many} nights")
SIGN = Text(
    zh="早期迹象：{leader}通常比{follower}早约{days}天（{low}至{high}天）",
    en="early sign: {leader} usually precede {follower} by about {days} ({low} to {high})",
)
THROUGH = Text(zh="（数据到{through}）", en=" (through {through})")
UNJUDGED = Text(
    zh="{families}数据未到或不足，未参加判断；未判断不代表正常。",
    en="No judgement of {families}: the data are late or too short. That does not mean that all is as usual there.",
)
JUDGED = Text(zh="参加判断：{families}。", en="Families that were judged: {families}.")
ONE_JUDGED = Text(
    zh="只有{families}一个来源可判断，没有其他来源相互印证。",
    en="Only {families} could be judged; no other family can agree with it.",
)
QUIET = Text(zh="各类情况联合判断，未见异动。", en="Judged together, no place is unusual.")
QUIET_SO_FAR = Text(zh="参加判断的来源未见异动。", en="In what was judged, no place is unusual.")
NO_NOTICES = Text(
    zh="单独看各类信号，在数据完整的最近一周均未超出警戒上限；几类合起来的异动见“三情联判”。",
    en="No single family was above its upper bound in the last complete week. What is unusual over all families stands above.",
)
ADVICE = Text(
    zh="异动表示记录明显多于平常，不等于已经出事。请先核对这些记录，再决定是否派人去看。",
    en="A surge means far more records than usual. Check these records first, then decide whether to send somebody.",
)
BARS = Text(zh="近12周每周起数，横线为通常水平", en="counts of the last twelve weeks; the line is the usual number")
NOT_JUDGED = Text(zh="本次无法判断是否有异动。", en="Tonight nobody can say whether a place is unusual.")


def surge_text(one: Surge, language: Language) -> str:
    """Return one sentence about a surge: families, agreement, rarity and signs."""
    families = [family_text(each, language) for each in one.families]
    parts = [("；" if language == "zh" else "; ").join(families)]
    if len(one.agreeing) > 1:
        names = [family_name(each, language) for each in one.agreeing]
        parts.append(f"{'、'.join(names)}相互印证" if language == "zh" else f"{and_list(names)} agree")
    if one.open and one.nights is not None:
        parts.append(nights_text(one.nights, language))
    parts += [sign_text(sign, language) for sign in one.early]
    return ("；" if language == "zh" else "; ").join(parts) + ("。" if language == "zh" else ".")


def heading(one: Surge, language: Language) -> str:
    """Return place, kinds and state of a surge."""
    state, first = STATES[one.state](language), short_date(one.first_seen, language)
    return HEADING(language, where=place_text(one, language), kinds=one.title(language), state=state, first=first)


def place_text(one: Surge, language: Language) -> str:
    """Return where a surge is clearest, with its number of cells."""
    several = len(one.cells)
    if several == 1:
        return one.called
    return CELLS(language, name=one.called, several=str(several))


def family_text(one: SurgeFamily, language: Language) -> str:
    """Return what one family shows, in plain counts.

    The last two weeks are counted where only they are unusual.
    """
    name = family_name(one.family, language)
    if one.state == "late":
        if one.through is None:
            return NO_DATA(language, name=name)
        return LATE(language, name=name, through=date_text(one.through, language))
    if one.state == "short" or one.count is None or one.expected is None:
        return SHORT(language, name=name)
    weeks = 2 if one.state == "unusual" and one.count <= one.expected else 1
    count, usual = sum(one.weeks[-weeks:]), _usual(weeks * one.expected, language)
    since = "" if one.since is None else SINCE(language, since=short_date(one.since, language))
    return WEEKS[weeks](language, name=name, count=str(count), usual=usual) + since


def nights_text(nights: int, language: Language) -> str:
    """Return about once in how many nights such evidence occurs."""
    if nights <= 1:
        return NEARLY_EVERY(language)
    return (RARER if nights >= 1_000 else ONCE_IN)(language, many=f"{nights:,}")


def sign_text(one: EarlySign, language: Language) -> str:
    """Return what an early sign usually precedes."""
    leader, follower = family_name(one.leader, language), family_name(one.follower, language)
    days = str(one.days) if language == "zh" else counted(one.days, "day")
    return SIGN(language, leader=leader, follower=follower, days=days, low=str(one.low), high=str(one.high))


def unjudged_text(families: Mapping[str, int | None], language: Language) -> str:
    """Return which families are not judged tonight; empty if all are."""
    if not families:
        return ""
    return UNJUDGED(language, families=_through(families, language))


def judged_text(families: Mapping[str, int | None], language: Language) -> str:
    """Return which families took part; empty if that is not stated."""
    if not families:
        return ""
    return (ONE_JUDGED if len(families) == 1 else JUDGED)(language, families=_through(families, language))


def quiet_text(judged: Collection[str], unjudged: Collection[str], language: Language) -> str:
    """Return what it means that no surge was found."""
    if unjudged and not judged:
        return NOT_JUDGED(language)
    return (QUIET_SO_FAR if unjudged or len(judged) == 1 else QUIET)(language)


def _through(families: Mapping[str, int | None], language: Language) -> str:
    """Return families with the last day of their data."""
    names = [
        f"{family_name(name, language)}" + ("" if through is None else THROUGH(language, through=date_text(through, language)))
        for name, through in families.items()
    ]
    return enumerated(names, language)


def _usual(expected: float, language: Language) -> str:
    return about_text(USUAL, USUAL_BELOW_ONE, expected, language)
