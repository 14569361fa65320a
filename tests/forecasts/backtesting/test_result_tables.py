"""A result by group, by size of the forecast, and in a folder: the same figures, and no damaged ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import riskmodel as rm
from riskmodel.base.errors import IntegrityError
from riskmodel.base.files import canonical_json, sha256
from tests.worlds.example_city import example_names


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return example_names(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def result(city: dict[str, Any]) -> rm.BacktestResult:
    return city["result"]


def test_groups_have_the_figures_of_their_rows(result: rm.BacktestResult) -> None:
    table = result.frame(by="fold")
    assert table.index.names == ["fold", "forecaster"]
    assert table["rows"].sum() == len(result)
    assert table["events"].sum() == result.y.sum()
    second = result.take(result.fold == 1)
    assert table["log_score"].to_dict()[(1, "decayed")] == second.frame()["log_score"].to_dict()["decayed"]
    assert result.frame(by="cell")["rows"].tolist() == [8] * 10
    assert result.frame(by="month").index[0] == ("2023-09", "decayed")
    assert len(result.frame(by="as_of")) == 8
    grouping = next(iter(result.places.groupings))
    assert result.frame(by=grouping)["log_score"].tolist() == result.frame()["log_score"].tolist()


def test_an_unknown_division_is_named(result: rm.BacktestResult) -> None:
    with pytest.raises(rm.UsageError, match="no division of the rows named 'town'. Available: as_of, "):
        result.frame(by="town")


def test_calibration_adds_up(result: rm.BacktestResult) -> None:
    table = result.calibration()
    assert table.columns.tolist() == ["forecaster", "band", "rows", "events", "expected", "ratio", "coverage"]
    assert table["rows"].sum() == len(result)
    assert table["expected"].sum() == pytest.approx(result.forecasts["decayed"].mean.sum())
    heights = result.pit(5)
    assert heights.index.tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert heights["decayed"].mean() == pytest.approx(1)


def test_a_saved_result_is_the_same_result(result: rm.BacktestResult, tmp_path: Path) -> None:
    result.save(tmp_path / "one")
    again = rm.BacktestResult.load(str(tmp_path / "one"))
    assert again.fingerprint() == result.fingerprint()
    assert again.places.fingerprint() == result.places.fingerprint()
    assert again.frame().equals(result.frame())
    assert again.predictions().equals(result.predictions())
    assert again.note_table() == result.note_table()
    assert again.experiment == result.experiment
    assert (again.first_fit["decayed"].mean == result.first_fit["decayed"].mean).all()
    again.save(tmp_path / "two")
    for name in ("result.json", "arrays.npy", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert set(result.joined(again).forecasts) == {"decayed", "decayed (2)"}


@pytest.mark.parametrize("name", ["result.json", "arrays.npy", "manifest.json"])
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_damaged_result_is_refused(result: rm.BacktestResult, tmp_path: Path, name: str, how: str) -> None:
    result.save(tmp_path)
    path = tmp_path / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    changed = {"flipped": bytes(content), "cut": bytes(content[: len(content) // 2])}
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[how])
    with pytest.raises(
        (IntegrityError, rm.UsageError), match=r"is damaged: .* is not what was stored|There is no backtest result"
    ):
        rm.BacktestResult.load(tmp_path)


def test_a_newer_format_is_refused(result: rm.BacktestResult, tmp_path: Path) -> None:
    result.save(tmp_path)
    form = {**json.loads((tmp_path / "result.json").read_bytes()), "format": 2}
    digests = json.loads((tmp_path / "manifest.json").read_bytes())
    (tmp_path / "result.json").write_bytes(canonical_json(form))
    digests["files"]["result.json"] = sha256(canonical_json(form))
    (tmp_path / "manifest.json").write_bytes(canonical_json(digests))
    with pytest.raises(rm.RiskmodelError, match="has format 2, this version of riskmodel reads 1"):
        rm.BacktestResult.load(tmp_path)


def test_chosen_rows_keep_their_forecasts(result: rm.BacktestResult) -> None:
    some = result.take(np.array([3, 1]))
    assert some.y.tolist() == result.y[[3, 1]].tolist()
    assert some.forecasts["decayed"].mean.tolist() == result.forecasts["decayed"].mean[[3, 1]].tolist()
