"""Surges in words: agreeing families, first day and rarity."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.texts import Language, Text
from riskmodel.detection.joint import EarlySign, Surge, SurgeFamily
from riskmodel.detection.joint.surge_cluster import SurgeState
from riskmodel.warning.formats.list_phrases import FAMILIES
from riskmodel.warning.formats.plain_text import family_name, short_date
from riskmodel.warning.numbers import number

STATES: Mapping[SurgeState, Text] = {
    "new": Text(zh="新出现", en="new"),
    "growing": Text(zh="在扩大", en="growing"),
    "lasting": Text(zh="仍在持续", en="lasting"),
    "fading": Text(zh="在减弱", en="fading"),
    "closed": Text(zh="已恢复平常", en="closed"),
    "unknown": Text(zh="数据不足，暂无法判断", en="cannot be judged tonight"),
}
"""The states of a surge."""


def surge_text(one: Surge, language: Language) -> str:
    """Return one sentence about a surge: families, agreement, rarity and signs."""
    families = [family_text(each, language) for each in one.families]
    parts = [("；" if language == "zh" else "; ").join(families)]
    if len(one.agreeing) > 1:
        names = [family_name(each, language) for each in one.agreeing]
        parts.append(f"{'、'.join(names)}相互印证" if language == "zh" else f"{_listed(names)} agree")
    if one.open and one.nights is not None:
        parts.append(nights_text(one.nights, language))
    parts += [sign_text(sign, language) for sign in one.early]
    return ("；" if language == "zh" else "; ").join(parts) + ("。" if language == "zh" else ".")


def heading(one: Surge, language: Language) -> str:
    """Return place, kinds and state of a surge."""
    where = place_text(one, language)
    if language == "zh":
        return f"{where}（{one.title.zh}）{STATES[one.state].zh}，{short_date(one.first_seen, 'zh')}首次发现"
    return f"{where} ({one.title.en}), {STATES[one.state].en}, first seen on {short_date(one.first_seen, 'en')}"


def place_text(one: Surge, language: Language) -> str:
    """Return where a surge is clearest, with its number of cells."""
    several = len(one.cells)
    if several == 1:
        return one.called
    return f"{one.called}（共{several}个网格）" if language == "zh" else f"{one.called} ({several} cells)"


def family_text(one: SurgeFamily, language: Language) -> str:
    """Return what one family shows, in plain counts.

    The last two weeks are counted where only they are unusual.
    """
    name = family_name(one.family, language)
    if one.state == "late":
        if one.through is None:
            return f"{name}无数据，未判断" if language == "zh" else f"{name}: no data, not judged"
        through = short_date(one.through, language)
        return f"{name}只到{through}，未判断" if language == "zh" else f"{name} complete only through {through}, not judged"
    if one.state == "short" or one.count is None or one.expected is None:
        return f"{name}历史太短，未判断" if language == "zh" else f"{name}: history too short, not judged"
    weeks = 2 if one.state == "unusual" and one.count <= one.expected else 1
    count, usual = sum(one.weeks[-weeks:]), _usual(weeks * one.expected, language)
    since = "" if one.since is None else short_date(one.since, language)
    if language == "zh":
        return f"近{'一两'[weeks - 1]}周{name}{count}起（{usual}）" + (f"，自{since}起偏多" if since else "")
    span = "a week" if weeks == 1 else "two weeks"
    return f"{name} {count} in {span} ({usual})" + (f", more than usual since {since}" if since else "")


def nights_text(nights: int, language: Language) -> str:
    """Return about once in how many nights such evidence occurs."""
    if nights <= 1:
        return "这样的情况几乎每晚都有" if language == "zh" else "such evidence occurs nearly every night"
    many = f"{nights:,}"
    if nights >= 1_000:
        return f"{many}晚以上才有一次" if language == "zh" else f"less often than once in {many} nights"
    return f"大约{many}晚才有一次" if language == "zh" else f"about once in {many} nights"


def sign_text(one: EarlySign, language: Language) -> str:
    """Return what an early sign usually precedes."""
    leader, follower = family_name(one.leader, language), family_name(one.follower, language)
    if language == "zh":
        return f"早期迹象：{leader}通常比{follower}早约{one.days}天（{one.low}至{one.high}天）"
    return f"early sign: {leader} usually precede {follower} by about {one.days} days ({one.low} to {one.high})"


def unjudged_text(families: Mapping[str, int | None], language: Language) -> str:
    """Return which families are not judged tonight; empty if all are."""
    if not families:
        return ""
    names = [
        f"{FAMILIES[name](language) if name in FAMILIES else name}"
        + (
            ""
            if through is None
            else f"（{short_date(through, 'zh')}）"
            if language == "zh"
            else f" (through {short_date(through, 'en')})"
        )
        for name, through in families.items()
    ]
    if language == "zh":
        return f"{'、'.join(names)}数据未到或不足，只按已有数据判断；未判断不代表正常。"
    return f"No judgement of {', '.join(names)}: the data are late or too short. That does not mean that all is as usual there."


def _usual(expected: float, language: Language) -> str:
    if expected < 1:
        return "通常不到1起" if language == "zh" else "usually fewer than 1"
    shown = number(round(expected), language)
    return f"通常约{shown}起" if language == "zh" else f"usually about {shown}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
