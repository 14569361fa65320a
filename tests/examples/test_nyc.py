"""The New York example on the open data: records, rows at risk, and the form of results."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary import Count
from riskmodel.base.project import Project, load_project
from riskmodel.cli import main
from riskmodel.forecasts.experiment import experiment_names, load_experiment
from riskmodel.records.history import History
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from tests.worlds.simulated_county import ROOT


@pytest.fixture(scope="module")
def nyc(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the example without ingested data."""
    folder = tmp_path_factory.mktemp("nyc") / "nyc"
    shutil.copytree(ROOT / "examples" / "nyc", folder, ignore=shutil.ignore_patterns("data", "reports", "mlruns", "outbox"))
    return load_project(folder, open_data)


@pytest.fixture(scope="module")
def precincts(nyc: Project) -> History:
    report = ingest(nyc, "2025-01-01")
    total = report.total()
    assert total.rows == 726_249
    assert total.quarantined == 102
    assert total.duplicates == 0
    assert total.accepted == 726_249 - 102
    assert {reason for one in report.sources for reason in one.reasons} == {"unknown cell"}
    return load_history(nyc)


@pytest.fixture(scope="module")
def segments(nyc: Project) -> History:
    layer = nyc.layer("segments")
    total = ingest(layer, "2025-01-01").total()
    assert (total.duplicates, total.quarantined) == (0, 0)
    assert total.rows == total.accepted
    return load_history(layer)


def test_the_project_and_its_experiments_load(nyc: Project) -> None:
    assert {"segments-weekly"} < set(experiment_names(nyc))
    library = load_features(nyc)
    horizons = set()
    for name in experiment_names(nyc):
        experiment = load_experiment(nyc, name)
        assert library.choose(experiment.features)
        assert experiment.caveats(nyc.table.kinds) == []
        horizons.add((experiment.layer, experiment.horizon))
    assert {("", 7), ("", 28), ("segments", 7)} <= horizons


def test_the_year_of_choices_ends_before_the_test_year_and_has_the_same_settings(nyc: Project) -> None:
    chosen, tested = (load_experiment(nyc, name) for name in ("segments-2023", "segments-weekly"))
    assert chosen.dates.test_to == tested.dates.test_from == "2024-01-01"
    assert chosen.dates.first == tested.dates.first
    assert chosen.features == tested.features
    of_2023, of_2024 = ({table.label: table for table in one.forecasters} for one in (chosen, tested))
    assert all(of_2023[name] == of_2024[name] for name in ("lag", "blend"))
    assert of_2023["blend"].settings["members"][0]["settings"] == of_2023["boosted"].settings
    assert tested.forecaster("lag", ()).mean_stands


def test_what_is_quarantined_is_the_unknown_precinct(nyc: Project, precincts: History) -> None:
    paths = nyc.path(nyc.table.history).glob("quarantine/*.parquet")
    frame = pd.concat([pd.read_parquet(path) for path in paths])
    assert len(frame) == 102
    assert set(frame["precinct"]) == {"UNKNOWN"}
    assert set(frame["reason"]) == {"unknown cell"}


def test_78_precincts_of_which_one_has_no_population(precincts: History) -> None:
    places = precincts.places
    assert len(places) == 78
    frame = places.frame().set_index("cell")
    assert list(frame.index[frame["population"].isna()]) == ["116"]
    assert frame["borough"].nunique() == 5
    degree = np.diff(places.neighbour_start)
    assert (degree > 0).sum() >= 77
    assert places.shapes is not None


def test_the_counts_add_up_to_those_of_the_file(open_data: Path, precincts: History) -> None:
    raw = pd.read_parquet(open_data / "nyc_precinct_week_family.parquet")
    known = raw[raw["precinct"].astype(str) != "UNKNOWN"]
    assert int(precincts.amount.sum()) == int(known["count"].sum())
    wanted = int(known.loc[known["family"] == "nypd_theft", "count"].sum())
    assert int(precincts.of(kind="theft").amount.sum()) == wanted


def test_segments_at_risk_and_their_events_in_the_published_year(nyc: Project, segments: History) -> None:
    assert len(segments.places) == 8_329
    experiment = load_experiment(nyc, "segments-weekly")
    rows = design(segments, experiment.dates.test(), (Count("complaint", 7),), experiment.goal())
    rows = rows.take(rows.at_risk & rows.mature)
    assert len(np.unique(rows.as_of)) == 52
    assert len(rows) == 426_818
    assert int(rows.y.sum()) == 571_385


def test_the_rows_at_risk_are_those_since_the_first_appearance(open_data: Path, nyc: Project, segments: History) -> None:
    """Counted by pandas alone."""
    raw = pd.read_parquet(open_data / "nyc_weekly_segments.parquet")
    first = raw.groupby(["borough", "precinct", "offense", "law"], observed=True)["week"].min()
    weeks = pd.date_range("2024-01-01", "2024-12-23", freq="7D")
    assert len(first) == 8_329
    assert sum(int((pd.to_datetime(first) <= week).sum()) for week in weeks) == 426_818
    year = pd.to_datetime(raw["week"]).between(weeks[0], weeks[-1])
    assert int(raw.loc[year, "count"].sum()) == 571_385


METRICS = {"rmse", "wmae", "mae_median", "mae_mean", "log_score", "crps", "top_decile"}


def test_a_backtest_writes_exactly_the_stated_form(
    nyc: Project, segments: History, open_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On four weeks with two forecasters."""
    text = (nyc.folder / "experiments" / "segments-weekly.toml").read_text(encoding="utf-8")
    text = text[: text.index("[[forecasters]]")]
    for old, new in (
        ('champion = "blend"', 'champion = "decayed"'),
        ('first = "2018-01-01"', 'first = "2023-10-02"'),
        ('baseline = "lag"', 'baseline = "decayed"'),
        ('test_to = "2024-12-30"', 'test_to = "2024-01-29"'),
    ):
        assert old in text
        text = text.replace(old, new)
    text += '[[forecasters]]\ntype = "Persistence"\nname = "persistence"\n\n'
    text += '[[forecasters]]\ntype = "DecayedRate"\nname = "decayed"\nsettings = { half_lives = [30, 120], over = "offense" }\n'
    (nyc.folder / "experiments" / "cut.toml").write_text(text, encoding="utf-8")
    out = tmp_path / "out.json"
    words = ["riskmodel", "--project", str(nyc.folder), "backtest", "cut", "--no-track", "--json", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setenv("RISKMODEL_DATA", str(open_data))
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    told = json.loads(out.read_bytes())
    assert set(told) == {"rows", "events", "forecasters", "bands", "notes"}
    assert isinstance(told["rows"], int)
    assert isinstance(told["events"], int)
    assert set(told["forecasters"]) == {"persistence", "decayed"}
    for metrics in told["forecasters"].values():
        assert set(metrics) >= METRICS
        assert all(isinstance(value, float) and np.isfinite(value) for value in metrics.values())
    assert told["forecasters"]["decayed"]["log_score"] < told["forecasters"]["persistence"]["log_score"]
    assert told["forecasters"]["decayed"]["rmse"] < told["forecasters"]["persistence"]["rmse"]
