"""Portland ingested: State Plane feet to cells of 600 ft within the city's boundary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.library import load_features
from riskmodel.base.project import load_project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.experiment import Experiment, experiment_names, load_experiment
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport
from riskmodel.records.places import Places
from tests.worlds.open_examples import EXAMPLES, take


def test_the_last_window_of_every_experiment_ends_with_the_data(open_data: Path) -> None:
    project = load_project(EXAMPLES / "portland", open_data)
    library = load_features(project)
    origins = {}
    for name in experiment_names(project):
        experiment = load_experiment(project, name)
        assert library.choose(experiment.features)
        origins[name] = experiment.dates.test()
        assert origins[name][-1] + experiment.horizon == np.datetime64("2017-03-01").astype(int)
    assert {name: len(days) for name, days in origins.items()} == {
        "burglary-30days": 12, "burglary-91days": 6, "vehicle-theft-30days": 12, "vehicle-theft-91days": 6,
    }  # fmt: skip


@pytest.fixture(scope="module")
def portland(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, History]:
    return take("portland", open_data, tmp_path_factory.mktemp("portland"))


def test_all_of_portland_is_ingested(open_data: Path, portland: tuple[IngestReport, History]) -> None:
    report, history = portland
    assert [(s.rows, s.accepted, s.quarantined) for s in report.sources] == [(5_096, 5_096, 0), (9_037, 9_037, 0)]
    table = pd.read_csv(open_data / "portland_burglary.csv")
    named = "x" + (table["x_ft"] // 600).astype(int).astype(str) + "y" + (table["y_ft"] // 600).astype(int).astype(str)
    burglaries = history.of(kind="burglary")
    assert np.array_equal(np.sort(named), np.sort(np.array(history.places.ids)[burglaries.cell]))
    # 147.70 square miles, of 5,280 ft
    area = sum(areas(history.places))
    assert abs(area / 5280**2 - 147.70) < 0.01


def areas(places: Places) -> list[float]:
    return places.exposures["area"].tolist()


def test_58_cells_are_half_a_percent_and_catch_what_a_recount_catches(
    open_data: Path, portland: tuple[IngestReport, History]
) -> None:
    project, history = load_project(EXAMPLES / "portland", open_data), portland[1]
    whole = load_experiment(project, "vehicle-theft-30days").model_dump()
    whole["dates"] |= {"first": "2016-07-04", "test_from": "2016-12-31", "test_to": "2017-01-31"}
    whole["forecasters"] = [table for table in whole["forecasters"] if table["name"] in ("persistence", "density", "decayed")]
    short = Experiment.model_validate(whole | {"champion": "decayed", "features": []})
    result = backtest(short, history, load_features(project).choose([]))
    area = history.places.exposures["area"]
    assert round(58 * 600**2 / area.sum(), 4) == 0.0051
    assert len(result) == 2 * len(history.places)
    found = result.frame()
    for name in ("density", "decayed"):
        hits = chosen = 0.0
        for day in np.unique(result.as_of):
            rows = np.flatnonzero(result.as_of == day)
            top = rows[np.argsort(-result.forecasts[name].mean[rows], kind="stable")[:58]]
            hits, chosen = hits + result.y[top].sum(), chosen + area[result.cell[top]].sum()
        assert found.loc[name, "pai"] == pytest.approx(hits / result.y.sum() / (chosen / (2 * area.sum())), rel=0.02)
    assert found["pai"]["density"] > found["pai"]["persistence"]
