"""Values that differ only in signs that nobody sees are one value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import init

ROWS = 900


def events() -> pd.DataFrame:
    draw = np.random.default_rng(3)
    day = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(draw.integers(0, 700, ROWS)), unit="D")
    return pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "date": day.strftime("%Y-%m-%d"),
            "offense": draw.choice(["theft", "fraud"], ROWS),
            "ward": draw.choice(["East Side", "North"], ROWS),
        }
    )


@pytest.mark.parametrize(
    "odd",
    ["{}\u200b", "\ufeff{}", "\u200e{}", "{}\x07", "\u2060{}\u2060"],
)
@pytest.mark.parametrize("column", ["ward", "offense"])
def test_hidden_signs_make_no_cell_and_no_kind(tmp_path: Path, odd: str, column: str) -> None:
    frame = events()
    frame[column] = [odd.format(text) if at % 3 == 0 else text for at, text in enumerate(frame[column])]
    frame.to_csv(tmp_path / "calls.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert made.plan.cells == ("East Side", "North")
    assert {kind.label for kind in made.plan.kinds} == {"theft", "fraud"}
    told = next(one for one in made.decisions.made if "signs that nobody sees" in one.reason).reason
    assert "300 values are written like those that look the same" in told
    assert load_history(made.project()).frame()["cell"].value_counts().to_dict() == events()["ward"].value_counts().to_dict()


@pytest.mark.parametrize("odd", ["East\u00a0Side", "East\u202fSide", "East\nSide", "East Si\u00adde", "East Si\u200cde"])
def test_other_spaces_breaks_and_soft_hyphens_make_no_cell(tmp_path: Path, odd: str) -> None:
    frame = events()
    frame["ward"] = [odd if text != "North" and at % 3 == 0 else text for at, text in enumerate(frame["ward"])]
    frame.to_csv(tmp_path / "calls.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert made.plan.cells == ("East Side", "North")


def test_a_sign_that_stands_in_a_name_always_stays(tmp_path: Path) -> None:
    frame = events().replace({"North": "محله\u200cها"})
    frame.to_csv(tmp_path / "calls.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert made.plan.cells == ("East Side", "محله\u200cها")
    assert made.plan.sources[0].table.frame is None


def test_a_line_break_in_a_column_that_is_not_read_makes_no_copy(tmp_path: Path) -> None:
    """A copy holds the table as it is today; later rows of the file would be missing."""
    frame = events().assign(colour=np.where(np.arange(ROWS) % 3 == 0, "red\nblue", "green"))
    frame.to_csv(tmp_path / "calls.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert made.plan.sources[0].path.endswith("calls.csv")
    assert ingest(made.project(), "2025-01-01").total().accepted == ROWS
