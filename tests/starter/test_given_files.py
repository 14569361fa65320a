"""Folders that a person names instead of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.given_files import given_files


def test_tables_one_folder_deeper_are_named(tmp_path: Path) -> None:
    for month in ("2023-01", "2023-02"):
        (tmp_path / "uk" / month).mkdir(parents=True)
        (tmp_path / "uk" / month / f"{month}-street.csv").write_text("a,b\n1,2\n")
    with pytest.raises(
        UsageError,
        match="holds no table itself; 2 of its folders do .from '2023-01' to '2023-02'.. Copy the tables into one folder",
    ):
        given_files([tmp_path / "uk"])
    assert [one.name for one in given_files([tmp_path / "uk" / "2023-01"])] == ["2023-01-street.csv"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no table"):
        given_files([tmp_path])
