"""Lists that change too much say so by the title of the target."""

from __future__ import annotations

import json

from riskmodel.base.days import to_day
from riskmodel.base.texts import Text
from riskmodel.operations.nightly import ListChange


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
    }  # fmt: skip
