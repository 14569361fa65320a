"""Disputes that are named after persons, in Chinese and English.

``张三诉李四``, ``王某某与李某纠纷`` and ``Smith v. Jones`` name persons; ``邻里纠纷``, ``噪音投诉`` and ``noise vs. music`` name what happened. A verb such
as 诉 and the English ``v.`` hardly stand between anything but parties; 与, 告, ``vs.`` and ``against`` stand between much else, so both sides must
look like persons there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from riskmodel.base.personal_data.given_names import FAMILY_NAMES, GIVEN_NAMES
from riskmodel.base.personal_data.name_weights import CLEAR, POSSIBLE
from riskmodel.base.personal_data.ordinary_words import INSTITUTIONS, THINGS
from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.personal_data.single_names import COMPOUND, SURNAMES, single_name_weight

_MASKED = re.compile(
    rf"(?:{'|'.join(COMPOUND)}|[{''.join(sorted(SURNAMES))}])(?:某{{1,3}}|[*×xX○]{{1,2}}某?)(?![日时地年月处市县区镇村街路店校厂司种类物])"
)
"""A surname with a given name that is left out: 王某某."""
_SUES = re.compile(r"(?<![投申上控胜败公倾起反自])诉(?![讼求苦说状])|起诉|状告|控告|反诉")
_ACCUSES = re.compile(r"(?<![广报警控公原被预布通劝诬禀状忠])告(?![知示诫别警密诉发状])")
_AND = re.compile(r"[与和跟同及、]|以及")
_DISPUTE = re.compile(r"(?:纠纷|争议|冲突|矛盾|一?案|打架|斗殴|争吵|吵架|口角|调解|相邻权|侵权|欠款|借贷)(?:案件?|事件|一案)?$")
_ORGANISATION = re.compile(r"公司|集团|局|厂|医院|学校|政府|委员会|银行|中心|单位|商店|超市|合作社|物业|保险|村委|居委")
_SIMPLIFIED = str.maketrans("訴與糾紛爭議衝狀貸調", "诉与纠纷争议冲状贷调")
_LONGEST_NAME = 4

_VERSUS = re.compile(
    r"(?P<first>[^\W\d_].*?)\s+(?P<sign>v\.?|vs\.?|versus|against)\s+(?P<second>[^\W\d_].*)", re.IGNORECASE | re.DOTALL
)
_ADDED = re.compile(
    r"\b(?:et\.? al|and (?:another|others)|& (?:anor|ors)|jr|sr|iii?|a minor|deceased)\b\.?|\(.*?\)|\d+", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*")


def parties_weight(value: str) -> float:
    """Return how much a value looks like a dispute named after persons.

    Examples
    --------
    >>> [parties_weight(text) for text in ("张三诉李四", "王某某与李某纠纷", "Smith v. Jones")]
    [1.0, 1.0, 1.0]
    >>> [parties_weight(text) for text in ("邻里纠纷", "噪音投诉", "noise vs. music", "R v. unknown")]
    [0.0, 0.0, 0.0, 0.0]
    """
    text = visible_text(value).strip()
    if text.isascii() or not any("\u4e00" <= c <= "\u9fff" for c in text):
        found = _VERSUS.fullmatch(text)
        return 0.0 if found is None else _versus_weight(found["first"], found["sign"].lower(), found["second"])
    text = text.replace(" ", "").translate(_SIMPLIFIED)
    if _MASKED.search(text):
        return CLEAR
    return max(_sued(text), _accused(text), _at_odds(text))


def _sued(text: str) -> float:
    """Return the weight of parties around a verb such as 诉."""
    for first, second in _sides(text, _SUES):
        low, high = sorted((_party(first[-_LONGEST_NAME:], at_end=True), _party(second)))
        organised = _ORGANISATION.search(first) or _ORGANISATION.search(second)
        if low > 0 or (high == CLEAR and organised):
            return CLEAR
    return 0.0


def _accused(text: str) -> float:
    """Return the weight of parties around 告."""
    weights = [sorted((_party(first), _party(second))) for first, second in _sides(text, _ACCUSES)]
    return max((high for low, high in weights if low > 0), default=0.0)


def _at_odds(text: str) -> float:
    """Return the weight of parties joined by 与 in a dispute."""
    if not _DISPUTE.search(text):
        return 0.0
    found = 0.0
    for first, second in _sides(text, _AND):
        low, high = sorted((_party(first), _party(second)))
        if low > 0:
            # two characters may be things: 古树和林木
            found = max(found, CLEAR if low == CLEAR or (high == CLEAR and len(first) > 2) else POSSIBLE)
    return found


def _sides(text: str, sign: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield what stands before and behind each sign, two characters or more."""
    for found in sign.finditer(text):
        first, second = text[: found.start()].removeprefix("原告").removesuffix("等"), text[found.end() :].removeprefix("被告")
        if len(first) > 1 and len(second) > 1:
            yield first, second


def _party(text: str, at_end: bool = False) -> float:
    """Return the weight of the name that begins or ends a text.

    A text that is to begin with a name and is short must be one.
    """
    if at_end:
        return max(single_name_weight(text[-length:]) for length in range(2, _LONGEST_NAME + 1))
    if len(text) <= _LONGEST_NAME and not _DISPUTE.search(text):
        return single_name_weight(text.removesuffix("等"))
    return max(single_name_weight(text[:length]) for length in range(2, _LONGEST_NAME + 1))


def _versus_weight(first: str, sign: str, second: str) -> float:
    """Return the weight of what stands around ``v.`` or the like."""
    low, high = sorted((_english_party(first), _english_party(second)))
    if low < 0 or high <= 0:
        return 0.0
    if sign == "against":
        return CLEAR if low == CLEAR else 0.0
    return CLEAR if sign.rstrip(".") == "v" or high == CLEAR else POSSIBLE


def _english_party(text: str) -> float:
    """Return a party's weight: 0 for an institution, -1 for a thing."""
    if single_name_weight(text.strip()) == CLEAR:
        return CLEAR
    words = _WORD.findall(_ADDED.sub(" ", text))
    plain = [word.strip(".").lower() for word in words]
    if not plain:
        return -1.0
    if set(plain) & INSTITUTIONS:
        return 0.0
    if set(plain) & THINGS and plain[0] not in GIVEN_NAMES:
        return -1.0
    if (
        len(words) > 4
        or len(plain[-1]) < 2
        or not all(
            word[0].isupper() or word in ("de", "van", "von", "da", "del", "la", "al", "bin", "ibn", "der") for word in words
        )
    ):
        return -1.0
    return CLEAR if plain[-1] in FAMILY_NAMES or plain[0] in GIVEN_NAMES else POSSIBLE
