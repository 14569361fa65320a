"""Columns about persons are no kinds and no cells, whoever states them, and no message holds a value."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import riskmodel as rm
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.personal_data.number_columns import may_be_personal_number
from riskmodel.records.intake import ingest
from tests.worlds.made_up_people import PARTS, made_up
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


@pytest.mark.parametrize("role", ["kind", "cell"])
@pytest.mark.parametrize("language", PARTS)
def test_names_of_officers_and_callers_are_no_kinds_and_no_cells(tmp_path: Path, language: str, role: str) -> None:
    """Some thirty officers with several calls each."""
    officers = made_up(language, 30)
    said = refused_without(calls(atendió=[officers[at * 7 % 30] for at in range(ROWS)]), "atendió", tmp_path, **{role: "atendió"})
    assert "look like personal names" in said


def test_names_that_no_list_has_are_refused_by_their_column(tmp_path: Path) -> None:
    frame = calls(atendió=[UNLISTED[at % 6] for at in range(ROWS)])
    said = refused_without(frame, "atendió", tmp_path, kind="atendió")
    assert "dropped by the privacy door: 6 of its 6 different values look like personal names" in said


UNLISTED = ("Aarna Sarin", "Achim Cristea", "Afaq Nezirli", "Wayan Sudana", "Temitope Oyekan", "Blessing Uche")
KINDS = (
    "Pencurian Ringan",
    "Penganiayaan Berat",
    "Pembakaran Rumah",
    "Penipuan Daring",
    "Perampokan Toko",
    "Perusakan Kendaraan",
)
"""Kinds of Indonesia, whose words all have capitals."""


@pytest.mark.parametrize("values", [UNLISTED, KINDS])
def test_words_in_the_form_of_names_are_no_kinds_unless_somebody_says_so(tmp_path: Path, values: tuple[str, ...]) -> None:
    frame = calls().drop(columns="tipo").assign(etiqueta=[values[at % 6] for at in range(ROWS)])
    left = rm.init(tmp_path / "left", frame)
    assert len(left.plan.kinds) == 1
    assert any(
        "'etiqueta' of" in one and "is not taken for kinds, because most of its values have the form of personal names" in one
        for one in left.decisions.limits
    )
    assert not any(value in path.read_text(encoding="utf-8") for path in (tmp_path / "left").rglob("*.toml") for value in values)
    stated = rm.init(tmp_path / "stated", frame, kind="etiqueta")
    assert len(stated.plan.kinds) == 6
    assert any("Most of the 6 values of 'etiqueta' have the form of personal names" in one for one in stated.decisions.limits)


@pytest.mark.parametrize("form", ["Av. Juárez {}, Col. Centro", "{} W Main St", "滨江路{}号"])
def test_addresses_of_houses_are_no_cells(tmp_path: Path, form: str) -> None:
    frame = calls(domicilio=[form.format(1 + at * 37 % 200) for at in range(ROWS)])
    said = refused_without(frame, "domicilio", tmp_path, cell="domicilio")
    assert "values look like addresses of single houses, such as" in said


def test_free_text_is_no_kind(tmp_path: Path) -> None:
    frame = calls(asunto=[f"niño {at} perdido cerca" for at in range(ROWS)])
    assert "hardly any of its 240 values occurs twice" in refused_without(frame, "asunto", tmp_path, kind="asunto")


def test_frames_with_names_or_numbers_of_persons_are_refused() -> None:
    draw = random.Random(1)
    for values in (made_up("Spanish", 40), [TELEPHONES["USA in digits"](draw) for _ in range(40)], ["a", "+44 7911 123456"]):
        days = pd.Timestamp("2024-01-01")
        places = rm.Places.from_frame(pd.DataFrame({"cell": ["x"]}))
        records = pd.DataFrame({"cell": "x", "kind": values, "occurred": days})
        for look in (
            lambda r=records, p=places: rm.History.from_frame(r, p),
            lambda v=values: rm.Places.from_frame(pd.DataFrame({"cell": sorted(set(v))})),
            lambda v=values: rm.Places.from_frame(
                pd.DataFrame({"cell": [str(n) for n in range(len(v))], "g": v}), groupings=["g"]
            ),
        ):
            with pytest.raises(
                RefusedError, match="is refused: .*Give codes of places and events, which name no person"
            ) as caught:
                look()
            assert not any(value in str(caught.value) for value in values if len(value) > 1)


PERSONAL = ("Ximena Quintanar", "José Quintanar Wolfe", "欧阳锋芒", "3124927718", "55 4927 7186", "DE89370400440532013000", "54362315K", "Av. Juárez 4917, Col. Centro", "07911 492771", "Ximena Quintanar dice que hay ruido")  # fmt: skip


@pytest.mark.parametrize("value", PERSONAL)
@pytest.mark.parametrize("column", ["tipo", "fecha", "reporte"])
def test_a_single_value_in_the_wrong_field_is_kept_nowhere(tmp_path: Path, column: str, value: str) -> None:
    frame = calls()
    frame = frame.assign(reporte=frame["fecha"])
    frame.loc[7, column] = value
    made = rm.init(tmp_path / "p", frame, today="2026-01-01")
    report = ingest(made.project(), "2026-01-01")
    said = f"{made.decisions} {made.decisions.made} {made.decisions.left_out} {made.decisions.limits} {report}"
    assert report.total().accepted >= ROWS - 1
    for path in (tmp_path / "p").rglob("*"):
        if path.is_file():
            said += path.read_bytes().decode("utf-8", "replace")
            said += str(pq.read_table(path).to_pydict()) if path.suffix == ".parquet" else ""
    assert (value in said) is False


def test_rows_with_a_person_for_a_kind_are_left_out_and_counted(tmp_path: Path) -> None:
    frame = calls()
    frame.loc[[3, 9], "tipo"] = "Ximena Quintanar"
    made = rm.init(tmp_path / "p", frame)
    assert "'tipo' of 'the frame' holds 1 value with names, numbers or addresses of persons" in "".join(made.decisions.limits)
    assert "2 rows with them are not read as events" in "".join(made.decisions.limits)
    assert sorted(kind.label for kind in made.plan.kinds) == ["robo", "ruido"]


@pytest.mark.parametrize(
    "stem",
    [
        "Ximena Quintanar",
        "3124927718",
        "+44 7911 492771",
        "llamadas x.quintanar@example.com",
        "330106198507123218",
        "calls_312-492-7718",
    ],
)
def test_a_file_is_not_named_after_a_person(tmp_path: Path, stem: str) -> None:
    calls().to_csv(tmp_path / f"{stem}.csv", index=False)
    with pytest.raises(RefusedError, match="the name of its file looks like .* Rename the file after what it holds") as caught:
        rm.init(tmp_path / "p", tmp_path / f"{stem}.csv")
    assert stem not in str(caught.value)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    "stem",
    [
        "calls_2023-01-01_2023-12-31",
        "20230101-20231231",
        "Charlotte calls 2023",
        "san_jose",
        "nyc_311",
        "2023 2024",
        "NIBRS_220",
        "金华",
        "王家村",
    ],
)
def test_usual_names_of_files_pass(tmp_path: Path, stem: str) -> None:
    calls().to_csv(tmp_path / f"{stem}.csv", index=False)
    assert rm.init(tmp_path / "p", tmp_path / f"{stem}.csv").plan.cell_count == 3


def test_a_first_row_of_data_is_not_repeated(tmp_path: Path) -> None:
    """Two days in it look like a table with one column per date."""
    frame = calls(otro=["2023-01-01"] * ROWS, llama=["Ximena Quintanar"] * ROWS, tel=["3124927718"] * ROWS)
    frame.to_csv(tmp_path / "calls.csv", index=False, header=False)
    with pytest.raises(UsageError, match="looks like data, not like names of columns") as caught:
        rm.init(tmp_path / "p", tmp_path / "calls.csv")
    assert "Quintanar" not in str(caught.value)
    frame = calls().rename(columns={"zona": "Ximena Quintanar", "fecha": "cuando"}).drop(columns="tipo").assign(cuando="nunca")
    frame.to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(UsageError, match="Columns: not repeated here, since the first row looks like data") as caught:
        rm.init(tmp_path / "q", tmp_path / "other.csv")
    assert "Quintanar" not in str(caught.value)


def test_a_sheet_is_not_named_after_a_number_of_a_person(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "calls.xlsx") as book:
        calls().to_excel(book, sheet_name="312-492-7718", index=False)
        pd.DataFrame({"a": ["x"]}).to_excel(book, sheet_name="notas", index=False)
    with pytest.raises(RefusedError, match="the name of a sheet looks like a number of a person") as caught:
        rm.init(tmp_path / "p", tmp_path / "calls.xlsx")
    assert "7718" not in str(caught.value)


@pytest.mark.parametrize("value", ["3124927718", "55 4927 7186", "DE89370400440532013000"])
def test_a_single_number_of_a_person_is_no_cell(tmp_path: Path, value: str) -> None:
    frame = calls()
    frame.loc[[4, 8], "zona"] = value
    made = rm.init(tmp_path / "p", frame)
    assert made.plan.cell_count == 3
    assert "1 value of the column of cells may be a telephone or identity number, unlike the others" in "".join(
        made.decisions.limits
    )
    report = ingest(made.project(), "2026-01-01")
    assert (report.total().accepted, report.total().quarantined) == (ROWS - 2, 2)
    for path in (tmp_path / "p").rglob("*"):
        if path.is_file():
            kept = path.read_bytes().decode("utf-8", "replace")
            assert (value in kept + (str(pq.read_table(path).to_pydict()) if path.suffix == ".parquet" else "")) is False


def test_cells_that_are_long_numbers_stay(tmp_path: Path) -> None:
    """One code in ten passes a check digit."""
    codes = [f"78020300{1201 + 7 * at:04d}" for at in range(30)]
    assert len(set(filter(may_be_personal_number, codes))) > 0
    frame = calls(celda=[codes[at % 30] for at in range(ROWS)])
    assert rm.init(tmp_path / "p", frame, cell="celda").plan.cell_count == 30


def test_frames_with_tracts_or_markup_are_not_refused() -> None:
    """Eleven digits that begin with 17, and names that a page must escape."""
    for cells in (
        [f"17031{101 + 7 * at:04d}00" for at in range(40)],
        [f"17031{101 + 7 * at:04d}00" for at in range(4)],
        ['=HYPERLINK("http://x","y")', "<b>x</b>", "[x]", "@x"],
    ):
        assert len(rm.Places.from_frame(pd.DataFrame({"cell": cells})).ids) == len(cells)
    with pytest.raises(RefusedError, match="a value of it is a mobile telephone number"):
        rm.Places.from_frame(pd.DataFrame({"cell": ["a", "b", "13812345678"]}))
