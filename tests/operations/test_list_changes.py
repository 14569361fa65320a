"""Lists that change too much say so by the title of the target."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from riskmodel.base.days import to_day
from riskmodel.base.policy import Policy
from riskmodel.base.texts import Text
from riskmodel.operations.list_bodies import to_stored
from riskmodel.operations.nightly import ListChange
from riskmodel.operations.nightly.list_changes import list_changes
from riskmodel.warning import AnsweredWarning, WarningList
from tests.worlds.listed_county import AS_OF, county, lists, scored

POLICY = Policy(capacity=12, exploration=0)
USUAL, QUIET = np.repeat([0.3, 0.001], [12, 36]), np.repeat([0.3, 0.001], [3, 45])
"""Means of 48 cells: twelve cells of the first centre reach the minimum probability, or three."""
ANSWERS = tuple(
    AnsweredWarning("rental-fire", f"C{i:04d}", AS_OF - 1, "red", 0.3, number=i + 1, warning=f"w{i}", follow_up=i == 0)
    for i in range(12)
)


def changes(before: WarningList, now: WarningList) -> list[ListChange]:
    stored = to_stored(before)
    stored = replace(stored, digest=stored.content, warned=stored.listed)
    book: Any = SimpleNamespace(lists=SimpleNamespace(of=lambda day, centre: (stored,)))
    project: Any = SimpleNamespace(table=SimpleNamespace(delivery=SimpleNamespace(review_change=0.5)))
    return list(list_changes(book, project, [now]))


def test_a_list_that_is_short_because_a_centre_visited_its_places_needs_no_review() -> None:
    before = lists(scored(county(), USUAL, as_of=AS_OF - 1), POLICY)[0]
    now = lists(scored(county(), USUAL), POLICY, (before,), answers=ANSWERS)[0]
    assert [len(one.sections[0].warnings) for one in (before, now)] == [12, 0]
    assert changes(before, now) == []
    assert changes(before, replace(now, sections=(replace(now.sections[0], absent={}),))) != []
    # and once their rests have ended
    later = lists(scored(county(), USUAL, as_of=AS_OF + 8), POLICY, (now,))[0]
    assert len(later.sections[0].warnings) == 12
    assert changes(now, later) == []


def test_a_forecast_that_falls_behind_places_that_rest_is_held() -> None:
    before = lists(scored(county(), USUAL, as_of=AS_OF - 1), POLICY)[0]
    now = lists(scored(county(), QUIET), POLICY, (before,), answers=ANSWERS[:3])[0]
    (held,) = changes(before, now)
    assert (held.before, held.now, held.with_absent) == (12, 3, True)
    assert held.said.zh.endswith("有12条预警，现为3条（含近期已走访或待跟进的地点），变化过大，须人工复核。")
    (plain,) = changes(before, lists(scored(county(), QUIET), POLICY, (before,))[0])
    assert (plain.before, plain.now, plain.with_absent) == (12, 3, False)


def test_a_change_names_the_target_as_readers_know_it() -> None:
    title = Text(zh="入室盗窃（7天）", en="Theft (7 days)")
    change = ListChange(to_day("2025-01-06"), "east", "theft", title, 3, 12, to_day("2025-01-05"))
    assert change.said.zh == "入室盗窃（7天）：2025-01-05有3条预警，现为12条，变化过大，须人工复核。"
    assert (
        change.said.en == "Theft (7 days) has 12 warnings, after 3 on 2025-01-05, a change so large that a person must review it."
    )


def test_a_change_is_json() -> None:
    title = Text(zh="盗窃", en="theft")
    change = ListChange(to_day("2025-01-06"), "east", "theft", title, 3, None, to_day("2025-01-05"))
    assert json.loads(json.dumps(change.to_json())) == {
        "as_of": "2025-01-06", "centre": "east", "target": "theft", "title": {"zh": "盗窃", "en": "theft"}, "before": 3, "now": None, "since": "2025-01-05",
        "with_absent": False,
    }  # fmt: skip
