"""Parts of feature names and sentences that many classes share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS, RING2
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


def figure(value: float) -> str:
    """Format a number for a name: ``p`` for point, ``m`` for minus."""
    return f"{value:g}".replace("e+", "e").replace(".", "p").replace("-", "m")


def scope(over: str) -> str:
    """Return the part of a name that states whose records count."""
    return "" if over == CELL else f"_{over}"


def scope_text(over: str) -> Text:
    """Return whose records count, as the beginning of a sentence."""
    if over == CELL:
        return Text(zh="本网格", en="This cell")
    if over == NEIGHBOURS:
        return Text(zh="相邻网格", en="The adjacent cells")
    if over == RING2:
        return Text(zh="外围网格（隔一格）", en="The cells two steps away")
    if over == COUNTY:
        return Text(zh="全辖区", en="The whole area")
    names = {"village": "本村（社区）", "town": "本乡镇（街道）", "centre": "本指挥中心辖区"}
    return Text(zh=names.get(over, f"所属{over}"), en=f"The cell's {over}")


def bare_text(feature: Feature, kinds: Mapping[str, Kind]) -> Text:
    """Return a feature's meaning without its value and usual value.

    Sentences about features computed from it quote this.
    """
    text = feature.meaning(kinds)

    def strip(sentence: str) -> str:
        for left, right in (("（", "）"), ("(", ")")):
            while left in sentence and "{usual}" in sentence[sentence.rindex(left) :]:
                sentence = sentence[: sentence.rindex(left)].rstrip() + sentence[sentence.rindex(left) :].partition(right)[2]
        # a Chinese measure word goes with its number
        sentence = re.sub(r"\{value\}[\u4e00-\u9fff]?", "", sentence).replace("{usual}", "")
        return re.sub(r"( is( on average)?|平均[为已]|[为已约])$", "", sentence.replace("  ", " ").strip())

    return Text(zh=strip(text.zh), en=strip(text.en))
