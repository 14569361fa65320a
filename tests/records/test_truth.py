"""The truth as read: the figures of the file by cell, whatever the order of the table of cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.days import day_range, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import load_project
from riskmodel.records.intake.place_sources.project_places import read_places
from riskmodel.records.truth import read_truth, truth_names

DATES = day_range("2025-03-06", "2025-04-10", 7)


def test_the_figures_are_those_of_the_file(county_folder: Path) -> None:
    project = load_project(county_folder)
    assert list(truth_names(project)) == ["dispute_escalation", "rental_fire", "theft"]
    places = read_places(project)
    truth = read_truth(project, places, "theft", DATES)
    assert (truth.horizon, truth.expected.shape) == (7, (120, len(DATES)))
    assert repr(truth) == "<Truth 'theft': 120 cells, 5 dates, 7 days ahead>"
    table = pd.read_parquet(county_folder / "data" / "tables" / "truth" / "theft.parquet")
    ids = pd.read_csv(county_folder / "data" / "tables" / "cells.csv")["网格编号"]
    slow = {(ids[c], d): e for c, d, e in zip(table["cell"], table["as_of"], table["expected"], strict=True)}
    for cell in range(0, 120, 7):
        for at, day in enumerate(DATES):
            wanted = slow[places.ids[cell], np.datetime64(int(day), "D").astype(object)]
            assert truth.expected[cell, at] == pytest.approx(wanted)
    cells, days = np.array([3, 9]), np.array([DATES[2], DATES[0]])
    assert truth.at(cells, days).tolist() == [truth.expected[3, 2], truth.expected[9, 0]]


def test_cells_are_found_by_their_id_whatever_their_order(own_county: Path) -> None:
    project = load_project(own_county)
    before = read_truth(project, read_places(project), "rental_fire", DATES)
    path = own_county / "data" / "tables" / "cells.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    file = own_county / "data" / "tables" / "truth" / "rental_fire.parquet"
    table = pd.read_parquet(file)
    order = np.random.default_rng(1).permutation(120)
    path.write_text("\n".join([lines[0], *(lines[1 + row] for row in order)]) + "\n", encoding="utf-8")
    after = read_truth(project, read_places(project), "rental_fire", DATES)
    place = np.argsort(order)
    # the file still counts by the old positions, so each cell now has the figures of the one that stood there
    assert np.array_equal(after.expected, before.expected[place])
    assert len(table) > 0


def test_what_is_not_there_is_named(county_folder: Path, own_county: Path) -> None:
    project = load_project(county_folder)
    places = read_places(project)
    with pytest.raises(UsageError, match=r"no table of truth named 'thef'.*did you mean 'theft'"):
        read_truth(project, places, "thef", DATES)
    late = read_truth(project, places, "theft", day_range("2025-12-25", "2026-01-15", 7))
    assert not np.isnan(late.expected[:, 0]).any()
    assert np.isnan(late.expected[:, 2]).all()
    with pytest.raises(UsageError, match="no figure for 1 of 2 rows; the first is as of 2026-01-08"):
        late.at(np.array([0, 0]), np.array([to_day("2025-12-25"), to_day("2026-01-08")]))
    with pytest.raises(UsageError, match="no figure for 1 of 1 rows"):
        late.at(np.array([0]), np.array([to_day("2030-01-01")]))
    path = own_county / "data" / "tables" / "cells.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:100]) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="about 120 cells and the table of places has 99"):
        read_truth(load_project(own_county), places, "theft", DATES)


def test_a_project_without_truth_has_none(own_county: Path) -> None:
    table = own_county / "riskmodel.toml"
    table.write_text(table.read_text(encoding="utf-8").replace('truth = "data/tables/truth"\n', ""), encoding="utf-8")
    assert truth_names(load_project(own_county)) == {}
