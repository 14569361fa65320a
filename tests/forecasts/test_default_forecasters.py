"""The default list is one function of the size of the data, and every list of it is an experiment that can be loaded."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.experiment import default_forecasters
from riskmodel.forecasts.experiment.blend_members import MemberResolver
from riskmodel.forecasts.experiment.default_forecasters import LEAST_TREE_ROWS, MOST_TREE_ROWS
from riskmodel.forecasts.experiment.experiment_tables import ForecasterTable
from riskmodel.forecasts.forecasters import Blend
from riskmodel.forecasts.forecasters.forecaster import make

ORDER = ("harmonic", "seasonal", "recent", "boosted")
"""Members of the blend after its simplest."""


@pytest.mark.parametrize(
    ("days", "cells", "horizon", "names"),
    [
        (34, 500, 7, ["decayed"]),
        (35, 20, 7, ["decayed", "adaptive", "harmonic", "blend"]),
        (90, 500, 7, ["decayed", "adaptive", "harmonic", "boosted", "blend"]),
        (371, 20, 7, ["decayed", "adaptive", "harmonic", "boosted", "blend"]),
        (372, 20, 7, ["decayed", "adaptive", "harmonic", "recent", "boosted", "blend"]),
        (734, 20, 7, ["decayed", "adaptive", "harmonic", "recent", "boosted", "blend"]),
        (735, 20, 7, ["decayed", "adaptive", "seasonal", "harmonic", "recent", "boosted", "blend"]),
        (900, 1, 7, ["decayed", "seasonal", "harmonic", "blend"]),
        (454, 90_000, 91, ["decayed"]),
        (3_000, 90_000, 91, ["decayed", "adaptive", "seasonal", "harmonic", "recent", "boosted", "blend"]),
    ],
)
def test_the_list_follows_the_size_of_the_data(days: int, cells: int, horizon: int, names: list[str]) -> None:
    found = default_forecasters(days=days, cells=cells, horizon=horizon)
    assert [entry["name"] for entry in found.entries] == names
    assert found.champion == names[-1]
    assert found.baseline == "decayed"
    left_out = {"seasonal", "boosted", *(["recent"] if cells > 1 else [])} - set(names)
    assert len(found.reasons) == (1 if names == ["decayed"] else len(left_out))
    resolver = MemberResolver([dict(entry) for entry in found.entries])
    tables = [ForecasterTable.model_validate(entry) for entry in resolver.resolved()]
    assert not resolver.faults
    made = [make(table.type, table.settings) for table in tables]
    if len(made) > 1:
        blend = made[-1]
        assert isinstance(blend, Blend)
        assert [type(member).__name__ for member in blend.forecasters()] == [
            table.type for name in ("decayed" if cells == 1 else "adaptive", *ORDER) for table in tables if table.label == name
        ]


def test_trees_of_a_large_county_are_grown_on_a_sample() -> None:
    small = default_forecasters(days=1_400, cells=MOST_TREE_ROWS // 200, horizon=7)
    large = default_forecasters(days=1_400, cells=MOST_TREE_ROWS // 200 + 1, horizon=7)
    boosted = [next(entry for entry in found.entries if entry["name"] == "boosted") for found in (small, large)]
    assert "settings" not in boosted[0]
    assert boosted[1]["settings"] == {"rows": MOST_TREE_ROWS}


def test_what_is_left_out_is_said_with_its_figure() -> None:
    found = default_forecasters(days=100, cells=10, horizon=7)
    assert [reason.en for reason in found.reasons] == [
        "With fewer than 735 days of history before the first forecast the season of past years is unknown, so there is no seasonal rate.",
        "With fewer than 372 days of history before the first forecast the recent level of all cells looks like a season, so no forecast uses it.",
        f"Cells times periods are 140, fewer than the {LEAST_TREE_ROWS:,} from which trees are grown.",
    ]
    assert all(reason.zh for reason in found.reasons)


def test_a_size_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="cells"):
        default_forecasters(days=100, cells=0, horizon=7)


def test_one_day_and_one_event_are_not_said_as_several() -> None:
    (short,) = default_forecasters(days=2, cells=10, horizon=1, events=1).reasons
    assert "learned and checked 1 day ahead" in short.en
    (few,) = default_forecasters(days=900, cells=1000, horizon=1, step=1, events=1).reasons
    assert few.en.startswith("The target has 1 event, fewer than")
