"""Every result that a notebook shows is a short summary, and its table names places and dates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.warning.formats import FORMATS
from tests.worlds.example_city import example_names


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return example_names(tmp_path_factory.mktemp("city"))


def test_results_are_short_and_have_frames(city: dict[str, Any]) -> None:
    known = rm.known_counts(city["history"], "2023-10-29", "theft", periods=20)
    series = rm.forecast_series(city["result"])
    found = rm.detect(known.counts, "ears_c2", first=12)
    near = rm.scan(known.counts, neighbours=[[0, 1]], expected=np.ones(known.counts.shape))
    early = rm.ears(known.counts.astype(int), "C2")
    explained = city["bundle"].explain(city["scores"], city["history"].places.ids[:2])
    for one in (known, series, found, near, early, explained, city["lists"][0]):
        assert len(repr(one)) < 200, repr(one)
        assert "\n" not in repr(one)
        assert "<b>" in one._repr_html_()
        assert len(one.frame()) or one is near
    assert known.frame().columns.tolist() == ["place", "last_day", "count", "reason"]
    assert known.frame()["count"].sum() == known.counts.sum()
    assert series.frame()["mean"].sum() == pytest.approx(series.mean.sum())
    assert len(repr(city["result"].intervals("decayed"))) < 100
    assert str(city["experiment"]) == repr(city["experiment"])


def test_a_detection_names_its_series_and_days(city: dict[str, Any]) -> None:
    known = rm.known_counts(city["history"], "2023-10-29", ["theft"], periods=20)
    found = rm.detect(known.counts, "ears_c2", first=12)
    table = found.frame(known.names, known.last_day)
    assert table["series"].tolist()[::8] == list(known.names)
    assert str(table["day"][7])[:10] == "2023-10-28"
    with pytest.raises(rm.UsageError, match="one name for each of the 10 series"):
        found.frame(["a"])
    with pytest.raises(rm.UsageError, match="one day for each of the 20 periods"):
        found.frame(days=known.last_day[:3])


def test_cells_are_explained_by_id_or_number(city: dict[str, Any]) -> None:
    bundle, scores = city["bundle"], city["scores"]
    ids = scores.places.ids
    by_id, by_number = bundle.explain(scores, [ids[3], ids[1]]), bundle.explain(scores, np.array([3, 1]))
    assert by_id.contribution.tolist() == by_number.contribution.tolist()
    assert set(by_id.frame()["cell"]) == {ids[3], ids[1]}
    assert bundle.explain(scores, ids[0]).cell.tolist() == [0]
    with pytest.raises(rm.UsageError, match="no cell named 'nowhere'"):
        bundle.explain(scores, "nowhere")
    with pytest.raises(rm.UsageError, match="The cell 99 was not scored"):
        bundle.explain(scores, [99])


def test_lists_follow_from_the_scores_of_another_model(city: dict[str, Any]) -> None:
    bundle, scores, history = city["bundle"], city["scores"], city["history"]
    mine = rm.Scores.from_frame(scores.frame(), history.places, target="main", horizon=7, model="gbm")
    (own,), (ours,) = rm.warning_lists(city["experiment"], mine, history), rm.warning_lists(bundle, scores, history)
    table = own.frame()
    assert table["place"].tolist() == ours.frame()["place"].tolist()
    assert table["grade"].tolist()[0] == "red"
    assert set(table["model"]) == {"gbm"}
    assert set(table["reasons"]) == {""}
    assert all(name.render(own, history.places, "en") for name in FORMATS.values())


def test_lists_need_scores_of_one_date_and_of_the_horizon(city: dict[str, Any]) -> None:
    table, places = city["scores"].frame(), city["history"].places
    other = rm.Scores.from_frame(table, places, target="main", horizon=14)
    with pytest.raises(rm.UsageError, match="of the experiment's horizon, 7 days. Got 14 days"):
        rm.warning_lists(city["experiment"], other, city["history"])
    with pytest.raises(rm.UsageError, match="of one as-of date"):
        rm.warning_lists(city["experiment"], city["scores"].take(np.arange(0)), city["history"])


def test_a_kind_or_a_swapped_date_is_told(city: dict[str, Any]) -> None:
    history = city["history"]
    with pytest.raises(rm.UsageError, match=r"It is a kind: write of\(kind='theft'\)"):
        history.of("theft")
    with pytest.raises(rm.UsageError, match="'stop' parameter of History.between must be a date not before first"):
        history.between("2023-06-01", "2023-05-01")
    assert history.label_delay("theft") == history.label_delay(["theft"])
    assert history.sources_of("theft") == ("frame",)


@pytest.mark.parametrize("bins", [0, -1, 1.5, True])
@pytest.mark.parametrize("plot", [rm.plot_reliability, rm.plot_pit])
def test_bins_are_a_whole_number_from_1(city: dict[str, Any], plot: Any, bins: Any) -> None:
    with pytest.raises(rm.UsageError, match="'bins' parameter of"):
        plot(city["result"], bins=bins)


def test_counts_are_no_texts() -> None:
    with pytest.raises(rm.UsageError, match="values of type <U1"):
        rm.detect(np.array([["1", "2"]]), "ears_c1", first=1)
    with pytest.raises(rm.UsageError, match=r"one series is counts\[None, :\]"):
        rm.detect(np.array([1, 2, 3]), "ears_c1", first=1)


def test_a_test_window_without_outcomes_names_the_last_possible_end(city: dict[str, Any]) -> None:
    experiment = city["experiment"]
    late = {**experiment.dates.model_dump(), "test_to": "2024-03-03"}
    moved = rm.Experiment.model_validate({**experiment.model_dump(), "dates": late})
    with pytest.raises(
        rm.UsageError, match=r"Ingest later records, or let the test window end at 2023-10-2\d or before \(test_to\)"
    ):
        rm.backtest(moved, city["history"], city["features"])


@pytest.mark.parametrize("q", [0, 1, 2, -1, float("nan"), True])
def test_a_quantile_lies_between_0_and_1(city: dict[str, Any], q: float) -> None:
    """A quantile of 2 was counted up to for ever."""
    with pytest.raises(rm.UsageError, match="'q' parameter of Scores.quantile must be a number above 0 and below 1"):
        city["scores"].quantile(q)


def test_one_name_is_no_sequence_of_letters(city: dict[str, Any]) -> None:
    result, project = city["result"], city["project"]
    two = result.joined(result)
    assert two.compare(metrics="rmse")["metric"].unique().tolist() == ["rmse"]
    assert rm.load_features(project).choose("signals.*") == rm.load_features(project).choose(["signals.*"])
    assert rm.load_features(str(project.folder / "features")).modules == rm.load_features(project).modules
    assert {
        one.family for found in rm.surge(city["signals"], "2024-01-01", families="police").surges for one in found.families
    } == {"police"}
    assert rm.ingest(project, "2023-10-30", sources="frame", smaller="frame").exit_code == 0
    with pytest.raises(rm.UsageError, match="'draws' parameter of lift"):
        two.lift(draws=0)


def test_folders_are_paths_or_texts(city: dict[str, Any], tmp_path: Path) -> None:
    city["bundle"].save(str(tmp_path / "bundle"))
    assert rm.Bundle.load(str(tmp_path / "bundle")).version == city["bundle"].version
    keep = str(tmp_path / "keep")
    again = rm.backtest(city["experiment"], city["history"], city["features"], keep=keep)
    assert again.fingerprint() == city["result"].fingerprint()
    walked = rm.walk_nights(city["experiment"], city["history"], city["features"], nights=2, keep=str(tmp_path / "walk"))
    assert len(walked.nights) == 2


def test_places_without_groups_say_how_to_get_one() -> None:
    places = rm.Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
    with pytest.raises(rm.UsageError, match="Available: none. A column of one value, named in groupings, makes one group"):
        places.grouping("centre")
