"""A look at a frame without files: history, design, backtest and map."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from tests.worlds import own_tables


@pytest.fixture(scope="module")
def look() -> rm.QuickLook:
    """Points of four months."""
    frame = own_tables.points(500, days=110).drop(columns="Case Number")
    return rm.quick(frame, date="Date", kind="Primary Type", x="Longitude", y="Latitude")


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found = rm.quick(own_tables.weekly())
    assert len(found.history) == 480
    assert list(tmp_path.iterdir()) == []
    assert "every date is the same day of the week" in " ".join(found.explain().split())


def test_history_design_backtest_and_map(look: rm.QuickLook) -> None:
    assert len(look.history) == 500
    cells = len(look.history.places)
    assert look.design().X.shape == (cells, len(look.features))
    assert len(look.design(["2023-03-01", "2023-03-08"])) == 2 * cells
    assert {table.label for table in look.experiment.forecasters} == {"decayed", "adaptive", "harmonic", "blend"}
    alone = {"forecasters": (look.experiment.table("decayed"),), "champion": "decayed"}
    quicker = replace(look, experiment=look.experiment.model_copy(update=alone))
    assert "<pre" in quicker.backtest()._repr_html_()
    assert "<table" in quicker.scores()._repr_html_()
    figure = quicker.map()
    assert "expected events" in figure.axes[0].get_title()


def test_own_features_take_the_place_of_others(look: rm.QuickLook) -> None:
    kind = look.experiment.target.kinds[0]
    other = look.with_changes(features=[rm.Count(kind, 7), rm.Count(kind, 28)], target={"horizon": 1})
    assert other.design().names == (f"{kind}_count_7d", f"{kind}_count_28d")
    wrong: Any = ("signals.*",)
    with pytest.raises(UsageError, match=r"'features' parameter of QuickLook.with_changes must be a sequence of features"):
        look.with_changes(features=wrong)


def test_reasons_follow_what_was_stated() -> None:
    """A stated column of kinds is no guess, and a second date names the argument that uses it."""
    days = pd.date_range("2024-01-01", periods=200).repeat(4)
    told = days + pd.to_timedelta([0, 1, 2, 0] * 200, unit="D")
    calls = pd.DataFrame({"happened": days, "ward": ["a", "b", "c", "d"] * 200, "what": ["theft", "noise"] * 400, "told": told})
    guessed, stated = (" ".join(rm.quick(calls, cell="ward", **kind).explain().split()) for kind in ({}, {"kind": "what"}))
    assert "this is the only column of a few words (kind= states another)" in guessed
    assert "only column of a few words" not in stated
    assert "if it is the day on which the row became known, state known='told'" in stated
    assert "known told its dates are never before" in " ".join(rm.quick(calls, cell="ward", known="told").explain().split())


def test_cells_without_shapes_have_a_schematic_map() -> None:
    figure = rm.quick(own_tables.weekly(20, 3)).map()
    texts = [one.get_text() for one in figure.axes[0].texts]
    assert texts[0].startswith("schematic, not geographic")
    assert len(texts) == 1 + 3, "each tile has its cell's id"


def test_a_frame_of_a_wrong_kind_says_what_is_expected() -> None:
    with pytest.raises(
        UsageError, match=r"must be a frame .*Got a value of type dict instead\. Make one with pandas\.DataFrame\."
    ):
        rm.quick({"date": []})
    with pytest.raises(
        UsageError, match=r"Got a value of type str instead\. Read the file into a frame first.*init\(folder, path\) reads files"
    ):
        rm.quick("calls.csv")
    with pytest.raises(UsageError, match=r"Got a value of type Series instead\. Its method to_frame makes one"):
        rm.quick(pd.Series([1, 2]))
    with pytest.raises(UsageError, match=r"Columns of the 'frame' of quick have the same name: 'a'\. Rename one of each"):
        rm.quick(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "b"]))
    with pytest.raises(UsageError, match=r"quick has no parameter 'colour'"):
        rm.quick(pd.DataFrame({"a": ["x"]}), colour="x")
    with pytest.raises(UsageError, match="holds dates. Columns: a"):
        rm.quick(pd.DataFrame({"a": ["x"]}))


def test_what_one_meets_in_a_notebook_is_a_card(look: rm.QuickLook) -> None:
    shown = look._repr_html_()
    assert "<b>QuickLook</b>" in shown
    assert "500 records" in shown
    for one in (look.history, look.history.places, look.experiment, look.design()):
        assert f"<b>{type(one).__name__}</b>" in one._repr_html_()
    assert not {"model_dump", "parse_obj", "copy"} & set(dir(look.experiment))
    assert {"horizon", "with_settings"} <= set(dir(look.experiment))
