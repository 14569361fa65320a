"""A source in several files: all that a pattern fits are one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.readers.table_parts import table_parts
from tests.worlds.police_table import DAY, County, row, table
from tests.worlds.row_origins import project


def put(county: County, name: str, *rows: tuple[str, ...]) -> None:
    county.folder.mkdir(exist_ok=True)
    (county.folder / name).write_bytes(table(rows))


def test_files_of_years_are_the_table_that_one_file_would_be(county: County) -> None:
    first, second = (row("1"), row("2", cell="b")), (row("3", day="2024-03-01"), row("4", cell="z"))
    put(county, "calls_2023.csv", *first)
    put(county, "calls_2024.csv", *second)
    made = project(county, 'path = "calls_*.csv"')
    parts = ingest(made, DAY)
    assert (parts.total().accepted, parts.total().quarantined) == (3, 1)
    assert read_quarantine(made).to_json()["reasons"][0]["examples"][0]["row"] == "4"
    assert ingest(made, DAY).manifest == parts.manifest
    put(county, "calls_2024.csv")
    put(county, "whole.csv", *first, *second)
    assert ingest(project(county, 'path = "whole.csv"'), DAY).total().duplicates == 3


def test_a_further_file_is_read_by_the_next_ingest_and_may_be_empty_at_first(county: County) -> None:
    put(county, "calls_9.csv", row("1"), row("3", cell="b"), row("4", kind="噪音"))
    made = project(county, 'path = "calls_*.csv"')
    assert ingest(made, DAY).total().accepted == 3
    put(county, "calls_10.csv")
    assert ingest(made, DAY).total().accepted == 0
    put(county, "calls_10.csv", row("2"))
    assert ingest(made, DAY).total().accepted == 1
    (county.folder / "calls_9.csv").unlink()
    (alert,) = ingest(made, DAY).alerts
    assert alert.code == "fewer rows"


def test_a_pattern_that_nothing_fits_and_a_bad_file_are_named(county: County) -> None:
    made = project(county, 'path = "calls_*.csv"')
    with pytest.raises(RiskmodelError, match=r"calls_\*\.csv"):
        ingest(made, DAY)
    put(county, "calls_1.csv", row("1"))
    (county.folder / "calls_2.csv").write_text("other\n1\n", encoding="utf-8")
    with pytest.raises(RiskmodelError, match=r"'calls_2\.csv'"):
        ingest(made, DAY)
    put(county, "calls_1.csv")
    (county.folder / "calls_2.csv").write_bytes(table(()))
    with pytest.raises(RiskmodelError, match=r"'calls_\*\.csv' has no rows"):
        ingest(made, DAY)


def test_lock_files_and_a_file_of_this_very_name(tmp_path: Path) -> None:
    for name in ("a1.csv", "~$a1.csv", ".a1.csv", "a10.csv", "a2.csv"):
        (tmp_path / name).touch()
    assert [one.name for one in table_parts(tmp_path / "*.csv")] == ["a1.csv", "a2.csv", "a10.csv"]
    (tmp_path / "a?.csv").touch()
    assert table_parts(tmp_path / "a?.csv") == (tmp_path / "a?.csv",)


def test_brackets_in_a_name_are_signs_like_any_other(tmp_path: Path) -> None:
    for name in ("calls [2023].csv", "calls [2024].csv", "calls 2.csv"):
        (tmp_path / name).touch()
    assert [one.name for one in table_parts(tmp_path / "calls [*].csv")] == ["calls [2023].csv", "calls [2024].csv"]
