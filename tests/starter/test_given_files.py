"""Folders and patterns that a person names instead of a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import init
from riskmodel.starter.given_files import given_files

DRAW = np.random.default_rng(4)
MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13)]
STREETS = "Crime ID,Month,Longitude,Latitude,Location,LSOA code,Crime type\n"


def street_rows(month: str, rows: int = 60) -> str:
    """Crimes as the police of a country publish them: a month, a spot, and a street."""
    spots = zip(DRAW.integers(0, 9, rows), DRAW.integers(0, 9, rows), DRAW.integers(0, 40, rows), strict=True)
    return STREETS + "".join(
        f",{month},{-4.1 - x * 0.012:.6f},{50.3 + y * 0.008:.6f},On or near Road {street},E{x},{'Burglary' if street % 3 else 'Robbery'}\n"
        for x, y, street in spots
    )


def monthly_folders(folder: Path, *others: str) -> Path:
    """One folder a month, with a table of crimes and tables of other sorts."""
    for month in MONTHS:
        (folder / month).mkdir(parents=True)
        (folder / month / f"{month}-west-street.csv").write_text(street_rows(month), encoding="utf-8")
        for other in others:
            (folder / month / f"{month}-west-{other}.csv").write_text("Crime ID,Month\n1,2\n", encoding="utf-8")
    return folder


def test_folders_of_months_are_one_table_also_for_later_months(tmp_path: Path) -> None:
    made = init(tmp_path / "made", monthly_folders(tmp_path / "uk"))
    (source,) = made.plan.sources
    assert source.path.endswith("uk/*-*/*-*-west-street.csv")
    # a street is no place: it stands for many spots, and points are there
    assert source.roles.cell is None
    project = made.project()
    assert ingest(project, "2023-01-02").total().accepted == 60 * len(MONTHS)
    (tmp_path / "uk" / "2023-01").mkdir()
    (tmp_path / "uk" / "2023-01" / "2023-01-west-street.csv").write_text(street_rows("2023-01", 7), encoding="utf-8")
    assert ingest(project, "2023-02-02").total().accepted == 7
    assert len(load_history(project)) == 60 * len(MONTHS) + 7


def test_folders_of_years_and_months_are_one_table(tmp_path: Path) -> None:
    for month in MONTHS:
        (tmp_path / "uk" / month[:4] / month[5:]).mkdir(parents=True)
        (tmp_path / "uk" / month[:4] / month[5:] / "street.csv").write_text(street_rows(month), encoding="utf-8")
    (source,) = init(tmp_path / "made", tmp_path / "uk").plan.sources
    assert source.path.endswith("uk/*/*/street.csv")
    assert source.table.parts[:2] == ("2021/01/street.csv", "2021/02/street.csv")


def test_several_sorts_of_tables_are_named_and_a_pattern_chooses_one(tmp_path: Path) -> None:
    folder = monthly_folders(tmp_path / "uk", "outcomes", "stop-and-search")
    with pytest.raises(UsageError, match="hold tables of 3 sorts") as caught:
        given_files([folder])
    assert "'*-*/*-*-west-street.csv' (24 files)" in str(caught.value)
    assert f"--from '{folder}/*-*/*-*-west-street.csv'" in str(caught.value)
    chosen = given_files([folder / "*-*" / "*-*-west-street.csv"])
    assert [one.name for one in chosen] == [f"{month}-west-street.csv" for month in MONTHS]
    assert [one.name for one in given_files([folder / "2021-01" / "*-street.csv"])] == ["2021-01-west-street.csv"]
    with pytest.raises(UsageError, match=r"burglaries\*"):
        given_files([folder / "burglaries*.csv"])


def test_folders_of_districts_are_no_parts(tmp_path: Path) -> None:
    for district in ("north", "south"):
        (tmp_path / district).mkdir()
        (tmp_path / district / "calls.csv").write_text(STREETS, encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"hold tables of 2 sorts: 'north/calls\.csv', 'south/calls\.csv'\. Copy the tables of one sort"
    ):
        given_files([tmp_path])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "calls.csv").write_text(STREETS, encoding="utf-8")
    with pytest.raises(UsageError, match="holds no table"):
        given_files([tmp_path])


@pytest.mark.parametrize(
    ("name", "person"), [("Ward A", False), ("ward_b", False), ("Ximena Quiroga", True), ("Ward Anna", True)]
)
def test_files_of_areas_by_letters_are_no_names_of_persons(tmp_path: Path, name: str, person: bool) -> None:
    (tmp_path / f"{name}.csv").write_text(STREETS, encoding="utf-8")
    if person:
        with pytest.raises(RefusedError, match="looks like the name of a person"):
            given_files([tmp_path])
    else:
        assert [one.stem for one in given_files([tmp_path])] == [name]
