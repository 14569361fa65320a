"""Chicago ingested: complaints with two dates, and crimes at points in the community areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.library import load_features
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.project import load_project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.experiment import Experiment, experiment_names, load_experiment
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport
from tests.worlds.open_examples import EXAMPLES, take


@pytest.fixture(scope="module")
def chicago(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, History]:
    return take("chicago", open_data, tmp_path_factory.mktemp("chicago"))


def test_all_of_chicago_is_ingested(open_data: Path, chicago: tuple[IngestReport, History]) -> None:
    report, history = chicago
    sanitation, crimes = report.sources
    assert (sanitation.rows, sanitation.accepted, sanitation.reasons) == (74_217, 74_210, {"unknown cell": 7})
    assert (crimes.rows, crimes.accepted + crimes.reasons["outside all cells"]) == (321_877, 321_877)
    # the polygons are simplified
    assert crimes.accepted > 0.99 * crimes.rows
    table = pd.read_parquet(open_data / "chicago_311_sanitation_2011_2014.parquet")
    table = table[table["community_area"].between(1, 77)]
    complaints = history.of(kind="sanitation")
    assert (complaints.ended == NEVER).sum() == table["completed"].isna().sum()
    days = (table["completed"].dropna() - pd.Timestamp("1970-01-01")).dt.days.to_numpy()
    assert np.array_equal(np.sort(complaints.ended[complaints.ended != NEVER]), np.sort(days))
    assert complaints.occurred.min() == to_day("2011-01-01")
    assert int((history.of(kind="theft").amount).sum()) <= 124_630


def test_four_types_are_forecast_a_day_and_a_week_ahead_of_the_trailing_mean(
    open_data: Path, chicago: tuple[IngestReport, History]
) -> None:
    project, history = load_project(EXAMPLES / "chicago", open_data), chicago[1]
    library = load_features(project)
    names = experiment_names(project)
    assert sorted(names) == sorted(
        f"{kind}-{span}" for kind in ("theft", "battery", "damage", "assault") for span in ("day", "week")
    )
    for name in names:
        experiment = load_experiment(project, name)
        assert library.choose(experiment.features)
        assert experiment.dates.test()[-1] + experiment.horizon == to_day("2018-01-01")
    whole = load_experiment(project, "theft-week").model_dump()
    whole["dates"] |= {"first": "2017-06-05", "test_from": "2017-12-04"}
    whole["forecasters"] = [table for table in whole["forecasters"] if table["name"] in ("trailing", "decayed")]
    short = Experiment.model_validate(whole | {"champion": "trailing", "features": []})
    result = backtest(short, history, [])
    thefts = history.of(kind="theft")
    inside = (thefts.occurred >= to_day("2017-12-04")) & (thefts.occurred < to_day("2018-01-01"))
    assert len(result) == 4 * 77
    assert result.y.sum() == thefts.amount[inside].sum()
    # calibration leaves the order of the trailing means as it is
    day = to_day("2017-12-18")
    month = (thefts.occurred >= day - 30) & (thefts.occurred < day)
    trailing = np.bincount(thefts.cell[month], thefts.amount[month], 77)
    rows = result.as_of == day
    assert np.array_equal(
        np.argsort(trailing[result.cell[rows]], kind="stable"), np.argsort(result.forecasts["trailing"].mean[rows], kind="stable")
    )
