"""Why a target cannot be scored on a day: the source that is named is the one that decides."""

from __future__ import annotations

import pandas as pd

from riskmodel.asof.target import Target
from riskmodel.base.days import to_day
from riskmodel.base.project import Kind
from riskmodel.forecasts.score_gap import score_gap
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places

FIRST = to_day("2024-01-01")


def history(late: int, early: int) -> History:
    """Return a history of one kind that two sources deliver, which began on two days."""
    rows = pd.DataFrame({"cell": ["a"], "kind": ["theft"], "occurred": ["2024-01-20"]})
    sources = [Coverage(name, ("theft",), FIRST + since, FIRST + 99, FIRST + 99) for name, since in (("b", late), ("c", early))]
    kinds = {"theft": Kind(family="police", zh="盗窃", en="theft")}
    return History.from_frame(rows, Places.from_frame(pd.DataFrame({"cell": ["a"]})), kinds, sources)


def test_the_source_that_began_first_is_named_for_it_decides() -> None:
    target = Target(("theft",), 7)
    said = score_gap(history(late=9, early=3).known_by(FIRST + 100), FIRST + 100, target)
    assert said is None
    young = history(late=97, early=95)
    assert score_gap(young, FIRST + 102, target) is None
    found = score_gap(young, FIRST + 101, target)
    assert found == "the source 'c' began on 2024-04-05, less than 7 days before. Choose a later date, or ingest earlier records."


def test_a_sum_needs_a_source_of_each_of_its_kinds() -> None:
    rows = pd.DataFrame({"cell": ["a"], "kind": ["theft"], "occurred": ["2024-01-20"]})
    sources = [
        Coverage("b", ("theft",), FIRST, FIRST + 94, FIRST + 94),
        Coverage("c", ("fight",), FIRST + 90, FIRST + 94, FIRST + 94),
    ]
    kinds = {name: Kind(family="police", zh=name, en=name) for name in ("theft", "fight")}
    found = History.from_frame(rows, Places.from_frame(pd.DataFrame({"cell": ["a"]})), kinds, sources)
    said = score_gap(found, FIRST + 96, Target(("theft", "fight"), 7))
    assert said is not None
    assert said.startswith("the source 'c' began on 2024-03-31, less than 7 days before.")
    assert score_gap(found, FIRST + 97, Target(("theft", "fight"), 7)) is None
    assert score_gap(found, FIRST + 96, Target("theft", 7)) is None
