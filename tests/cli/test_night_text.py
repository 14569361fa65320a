"""The report of a night names targets as people call them; only commands have names of experiments."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.cli.check_command import model_lines
from riskmodel.cli.night_text import night_text
from riskmodel.forecasts.forecasters.fit_notes import UNCHECKED, fixed_note
from riskmodel.operations.champion_notes import ChampionNotes
from riskmodel.operations.nightly import NightPlan, NightReport
from riskmodel.warning import ModelAge, Untrained
from tests.worlds.full_list import full
from tests.worlds.listed_county import AS_OF

TITLES = {
    "rental-fire": Text(zh="出租房火灾（7天）", en="Fire in rented rooms (7 days)"),
    "theft": Text(zh="盗窃（7天）", en="Burglary (7 days)"),
    "brawl": Text(zh="打架（7天）", en="Fight (7 days)"),
}
NOTE = fixed_note(UNCHECKED, "Blend")


def report(trained: int) -> NightReport:
    """A night with notes, old models, targets without one, and one that is damaged."""
    whole = full()
    parts = tuple(replace(one, title=TITLES[one.target], age=ModelAge(trained, 30)) for one in whole.sections)
    lacking = tuple(Untrained(name, TITLES[name]) for name in ("brawl",))
    whole = replace(whole, sections=parts, untrained=lacking)
    plan: Any = NightPlan(AS_OF, "m", 0, "centre", (), missing=("brawl",))
    unusable: Any = SimpleNamespace(target=SimpleNamespace(experiment="theft"), why="")
    notes = {"rental-fire": (NOTE, replace(NOTE, failed=True))}
    return NightReport(replace(plan, unusable=(unusable,)), (whole,), (), (), {}, (), fit_notes=notes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trained", [AS_OF - 400, AS_OF + 5])
def test_targets_have_their_titles_outside_of_commands(language: Language, trained: int) -> None:
    text = re.sub(r"riskmodel \w+ \w+", "", night_text(report(trained), language))
    for name, title in TITLES.items():
        assert title(language).partition("（")[0].partition(" (")[0] in text, name
        assert not re.search(rf"(?<!\w){name}(?!\w)", text), (name, text)


def test_notes_of_champions_have_their_titles() -> None:
    known = ChampionNotes("rental-fire", 3, (NOTE,), title=TITLES["rental-fire"])
    broken = ChampionNotes("", 0, fault="It is damaged.")
    assert model_lines([known, broken], "zh") == [
        f"模型提示：出租房火灾（7天）版本3（Blend）：{NOTE.text.zh}",
        "模型提示：（英文）It is damaged.",
    ]
    assert model_lines([known], "en") == [f"MODEL: Fire in rented rooms (7 days) version 3 (Blend): {NOTE.text.en}"]
