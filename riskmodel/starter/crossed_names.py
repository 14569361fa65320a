"""Names of columns that say a place and a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from riskmodel.base.accents import without_accents
from riskmodel.base.personal_data.ordinary_words import INCIDENT_WORDS

_SIGNS = (" - ", " – ", " / ", " | ", ": ", "|", "/", "__", "_", " ")
"""What may stand between both."""
LEAST_SAID = 0.5
"""Share of the kinds in which a word of incidents stands."""
MOST_OTHER = 0.25
"""Share of the places in which one may stand (*Center*, *Fire Road*), as a part of that of the kinds."""

_CHINESE = re.compile(
    r"盗窃|扒窃|被盗|抢劫|抢夺|诈骗|纠纷|火灾|火警|殴打|斗殴|打架|赌博|吸毒|贩毒|事故|求助|投诉|噪音|扰民|伤害|强奸|杀人|寻衅|滋事|走失|自杀|骚扰|家暴"
)
"""Incidents in Chinese."""


def places_and_kinds(names: Sequence[str]) -> list[tuple[str, str]] | None:
    """Return the place and the kind that each name says.

    None unless every place has every kind, and words of incidents stand in the kinds, but for a few places.

    Examples
    --------
    >>> places_and_kinds(["North - theft", "North - burglary", "South - theft", "South - burglary"])
    [('North', 'theft'), ('North', 'burglary'), ('South', 'theft'), ('South', 'burglary')]
    >>> places_and_kinds(["theft_A", "theft_B", "fraud_A", "fraud_B"])
    [('A', 'theft'), ('B', 'theft'), ('A', 'fraud'), ('B', 'fraud')]
    >>> places_and_kinds(["North Street", "North Road", "South Street", "South Road"]) is None
    True
    """
    for sign in _SIGNS:
        for last in (False, True):
            halves = [_halves(name, sign, last) for name in names]
            if not all(one and other for one, other in halves):
                continue
            first, second = ({half[at] for half in halves} for at in (0, 1))
            if min(len(first), len(second)) < 2 or not len(set(halves)) == len(names) == len(first) * len(second):
                continue
            said = [sum(map(says_incident, values)) / len(values) for values in (first, second)]
            if max(said) >= LEAST_SAID and min(said) <= MOST_OTHER * max(said):
                return halves if said[1] > said[0] else [(other, one) for one, other in halves]
    return None


def _halves(name: str, sign: str, last: bool) -> tuple[str, str]:
    one, _, other = name.rpartition(sign) if last else name.partition(sign)
    return one.strip(), other.strip()


def says_incident(text: str) -> bool:
    """Return whether a word of incidents stands in a text.

    Examples
    --------
    >>> [says_incident(text) for text in ("Theft of vehicle", "入室盗窃", "Ward 4", "东镇")]
    [True, True, False, False]
    """
    return _CHINESE.search(text) is not None or not INCIDENT_WORDS.isdisjoint(
        re.findall(r"[^\W\d_]+", without_accents(text).lower())
    )
