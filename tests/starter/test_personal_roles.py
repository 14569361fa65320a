"""Columns about persons are no kinds and no cells, whoever states them, and no message holds a value."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import RefusedError
from tests.worlds.numbers_of_persons import PERSONS, TELEPHONES, digits

ROWS = 240


def calls(**columns: list[str]) -> pd.DataFrame:
    """A call every day in four zones, with further columns."""
    draw = random.Random(5)
    days = pd.date_range("2023-01-01", periods=ROWS).strftime("%Y-%m-%d")
    zones, kinds = ([draw.choice(names) for _ in range(ROWS)] for names in (("norte", "sur", "este"), ("robo", "ruido")))
    return pd.DataFrame({"fecha": days, "zona": zones, "tipo": kinds, **columns})


def refused_without(frame: pd.DataFrame, column: str, folder: Path, **stated: Any) -> str:
    """What init and quick say, without a value of the column; no file of the project has one."""
    said = ""
    for look in (lambda: rm.init(folder / "p", frame, **stated), lambda: rm.quick(frame, **stated)):
        with pytest.raises(RefusedError) as caught:
            look()
        assert repr(column) in str(caught.value)
        said += str(caught.value)
    written = said + "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    assert not any(value in written for value in set(frame[column]))
    return said


@pytest.mark.parametrize("role", ["kind", "cell"])
@pytest.mark.parametrize(
    "form",
    ["USA", "USA in digits", "Mexico", "Mexico abroad", "Sweden", "India", "Japan", "CPF numbers", "numbers of DNI or NIE"],
)
def test_numbers_of_persons_are_no_kinds_and_no_cells(tmp_path: Path, role: str, form: str) -> None:
    draw = random.Random(1)
    values = [(TELEPHONES | PERSONS)[form](draw) for _ in range(ROWS)]
    said = refused_without(calls(dato=values), "dato", tmp_path, **{role: "dato"})
    assert "look like" in said or "a value of it is" in said


@pytest.mark.parametrize("role", ["kind", "cell"])
def test_numbers_of_any_form_that_hardly_occur_twice_are_neither(tmp_path: Path, role: str) -> None:
    draw = random.Random(1)
    frame = calls(dato=[f"A{digits(draw, 7)}" for _ in range(ROWS)])
    said = refused_without(frame, "dato", tmp_path, **{role: "dato"})
    assert f"they are no {role}s. Name a column whose values are {role}s, in several rows each." in said


def test_what_was_left_out_says_what_it_looks_like(tmp_path: Path) -> None:
    draw = random.Random(1)
    made = rm.init(tmp_path / "p", calls(dato=[TELEPHONES["USA"](draw) for _ in range(ROWS)]))
    reasons = {one.subject: one.reason for one in made.decisions.left_out}
    assert reasons["dato"] == "dropped by the privacy door: a value of it is a telephone number"


@pytest.mark.parametrize("what", ["5301010001", "17031010100", "0114A0010"])
def test_codes_of_places_are_cells(tmp_path: Path, what: str) -> None:
    """Cells of ten digits, tracts of Illinois and areas of Sweden, in several rows each."""
    cells = [f"{what[:-3]}{int(what[-3:]) + 100 * (at % 6):03d}" for at in range(ROWS)]
    made = rm.init(tmp_path / "p", calls(dato=cells), cell="dato")
    assert made.plan.cell_count == 6
