"""New York's rental buildings ingested: a register of open states, and yearly counts."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.asof.design import design
from riskmodel.asof.library import load_features
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.project import load_project
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from tests.worlds.open_examples import EXAMPLES, take


def test_all_of_the_register_is_ingested(open_data: Path, tmp_path: Path) -> None:
    report, history = take("nyc-rental", open_data, tmp_path)
    table = pd.read_parquet(open_data / "nyc_rental_buildings.parquet")
    placed = table["cd"].notna()
    register, *yearly = report.sources
    assert (register.rows, register.accepted, register.reasons) == (153_468, 153_463, {"unknown cell": 5})
    units = history.of(kind="rental_units")
    assert int(units.amount.sum()) == int(table["res_units"][placed].sum())
    assert (units.ended == NEVER).all()
    columns = {
        "serious_violation": "viol_bbl_ser",
        "other_violation": "viol_bbl_oth",
        "litigation": "lit",
        "tenant_complaint": "comp_bbl",
    }
    for source in yearly:
        kind, year = source.source.rsplit("_", 1)
        figures = table[f"{columns[kind]}_{year}"]
        # violations and complaints are figures per dwelling; multiplied by the dwellings they are whole numbers in every row
        counts = (figures if kind == "litigation" else figures * table["res_units"]).round()
        assert (source.rows, source.accepted, source.reasons) == (153_468, 153_463, {"unknown cell": 5}), source.source
        mine = history.of(kind=kind)
        assert int(mine.amount[mine.occurred == to_day(f"{year}-12-31")].sum()) == int(counts[placed].sum())


def test_each_building_is_a_cell_with_the_counts_of_its_years(open_data: Path, tmp_path: Path) -> None:
    table = pd.read_parquet(open_data / "nyc_rental_buildings.parquet").iloc[::150].reset_index(drop=True)
    (tmp_path / "slice").mkdir()
    table.to_parquet(tmp_path / "slice" / "nyc_rental_buildings.parquet")
    shutil.copytree(EXAMPLES / "nyc-rental", tmp_path / "nyc", ignore=shutil.ignore_patterns("data", "reports", "mlruns"))
    project = load_project(tmp_path / "nyc", tmp_path / "slice")
    layer = project.layer("buildings")
    report = ingest(layer, "2018-01-01").total()
    assert (report.accepted, report.rows) == (14 * len(table), 14 * len(table))
    history = load_history(layer)
    order = np.argsort(table["bbl"].astype(str).to_numpy())
    for kind, column, year in (("serious_violation", "viol_bbl_ser", 2016), ("tenant_complaint", "comp_bbl", 2015)):
        mine = history.of(kind=kind)
        mine = mine.amount[(mine.occurred == to_day(f"{year}-12-31"))]
        stated = (table[f"{column}_{year}"] * table["res_units"]).to_numpy()
        assert np.abs(stated - np.rint(stated)).max() < 1e-6
        assert int(mine.sum()) == int(np.rint(stated).sum())

    experiment = load_experiment(project, "serious-violation")
    chosen = load_features(project).choose(experiment.features)
    rows = design(history, experiment.dates.test(), chosen, experiment.goal())
    assert np.array_equal(rows.y, (table["viol_bbl_ser_2016"].to_numpy()[order] > 0).astype(int))
    last = (table["viol_bbl_ser_2015"] * table["res_units"]).round().to_numpy()[order]
    assert np.array_equal(rows.column("serious_violation_count_365d"), last)
    before = (table["viol_bbl_ser_2014"] * table["res_units"]).round().to_numpy()[order]
    assert np.array_equal(rows.column("serious_violation_count_365d_lag365d"), before)
    known = design(history.known_by("2016-01-02"), experiment.dates.test(), chosen)
    assert known.identical(rows)
    assert experiment.caveats(project.table.kinds)


def test_rates_of_tracts_leak_later_information(open_data: Path) -> None:
    """A rate of 2014 above 0 reveals that the building has records, also of later years."""
    table = pd.read_parquet(open_data / "nyc_rental_buildings.parquet")
    past = ["viol_bbl_ser_2013", "viol_bbl_oth_2013", "viol_bbl_ser_2014", "viol_bbl_oth_2014", "comp_bbl_2014"]
    quiet = table[(table[past] == 0).all(axis=1)]
    told = quiet["viol_trct_2014"] > 0
    later = quiet["viol_bbl_oth_2015"] > 0
    assert later[told].mean() > 0.8
    assert later[~told].mean() < 0.1
    block = quiet["bbl"].astype(str).str[:6]
    mixed = told.groupby(block).nunique() > 1
    assert mixed.mean() > 0.4  # buildings of one block lie in one tract, and yet some have its rate and others 0


def test_other_violations_of_2015_are_mostly_multiples_of_the_dwellings(open_data: Path) -> None:
    """Multiples of the dwellings mean something else in 2015, so they do not count."""
    table = pd.read_parquet(open_data / "nyc_rental_buildings.parquet")
    whole, serious = {}, {}
    for year in (2014, 2015):
        a_dwelling = table[f"viol_bbl_oth_{year}"]
        whole[year] = a_dwelling.isin((1, 2))
        serious[year] = table[f"viol_bbl_ser_{year}"] > 0
    assert whole[2014].mean() < 0.03
    assert whole[2015].mean() > 0.35
    assert serious[2014][whole[2014]].mean() > 0.2
    assert serious[2015][whole[2015]].mean() < 0.04
    left = table["viol_bbl_oth_2015"] % 1 > 0
    assert serious[2015][left].mean() > 0.4
