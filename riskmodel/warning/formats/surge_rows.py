"""Surges as the page shows them, with a sparkline of each family."""

from __future__ import annotations

from typing import Any

from riskmodel.base.texts import Language
from riskmodel.detection.joint import Surge, SurgeFamily
from riskmodel.warning.formats.plain_text import family_name
from riskmodel.warning.formats.surge_text import STATES, heading, surge_text
from riskmodel.warning.warn.warning_list import WarningList

WIDTH, HEIGHT, GAP = 96, 24, 2
"""Size of a sparkline and space between its bars, in pixels."""


def surge_rows(whole: WarningList, language: Language) -> list[dict[str, Any]]:
    """Return what the page shows of each surge of a list."""
    return [surge_row(one, language) for one in whole.surges or ()]


def surge_row(one: Surge, language: Language) -> dict[str, Any]:
    """Return what the page shows of one surge."""
    return {
        "id": one.id,
        "heading": heading(one, language),
        "state": one.state,
        "label": STATES[one.state](language),
        "text": surge_text(one, language),
        "families": [sparkline(family, language) for family in one.families],
    }


def sparkline(one: SurgeFamily, language: Language) -> dict[str, Any]:
    """Return the bars of a family's weeks, and its usual height."""
    top = max([*one.weeks, one.expected or 0.0, 1.0])
    step = WIDTH / max(len(one.weeks), 1)
    bars = [
        {
            "x": f"{i * step:.1f}",
            "y": f"{HEIGHT - HEIGHT * count / top:.1f}",
            "width": f"{step - GAP:.1f}",
            "height": f"{HEIGHT * count / top:.1f}",
        }
        for i, count in enumerate(one.weeks)
    ]
    name = family_name(one.family, language)
    shown = ", ".join(map(str, one.weeks))
    return {
        "name": name,
        "state": one.state,
        "bars": bars,
        "width": WIDTH,
        "height": HEIGHT,
        "usual": None if one.expected is None else f"{HEIGHT - HEIGHT * one.expected / top:.1f}",
        "title": f"{name}：近12周每周起数 {shown}" if language == "zh" else f"{name}: counts of the last twelve weeks {shown}",
    }
