"""Roles of columns as portals of cities name them: which date, which kind, which number, which id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init

ROWS = 800
DRAW = np.random.default_rng(12)
AT = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(DRAW.integers(0, 700 * 1440, ROWS)), unit="min")
LATER = AT + pd.to_timedelta(DRAW.integers(0, 9, ROWS), unit="D")
KIND = DRAW.choice(["larceny", "assault", "burglary"], ROWS)
AREA = DRAW.choice(["Frogner", "Sagene", "Gamle Oslo"], ROWS)
POINT = DRAW.normal((42.33, -71.08), (0.02, 0.03), (ROWS, 2)).round(6)


def events(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"id": np.arange(ROWS) + 7_000, **columns})


def decided(made: NewProject, subject: str) -> tuple[str, str]:
    return next((one.choice, one.reason) for one in made.decisions.made if one.subject == subject)


def days(made: NewProject) -> pd.Series:
    ingest(made.project(), "2030-01-01")
    return load_history(made.project()).frame()["occurred"].dt.normalize()


@pytest.mark.parametrize(
    ("event", "report"),
    [
        ("Gjerningsdato", "Anmeldt dato"),
        ("xdatum", "Datum gemeldet"),
        ("slachtoffer moment", "Gemeld datum"),
        ("fec_suceso", "Fecha registro"),
        ("colonne", "Data segnalazione"),
    ],
)
def test_the_day_of_the_report_is_not_that_of_the_event(tmp_path: Path, event: str, report: str) -> None:
    frame = events(**{report: LATER.strftime("%d.%m.%Y"), event: AT.strftime("%d.%m.%Y"), "Bydel": AREA, "kind": KIND})
    made = init(tmp_path / "made", frame)
    assert decided(made, "date")[0] == f"{event} as d.m.yyyy"
    assert decided(made, "known")[0] == report
    assert sorted(days(made)) == sorted(AT.normalize())


def test_an_earlier_date_without_a_telling_name_is_a_limit(tmp_path: Path) -> None:
    frame = events(Datum=LATER.strftime("%d.%m.%Y"), begin_xy=AT.strftime("%d.%m.%Y"), Bydel=AREA, kind=KIND)
    made = init(tmp_path / "made", frame)
    assert decided(made, "date")[0].startswith("Datum")
    said = "\n".join(made.decisions.limits)
    assert "'begin_xy' of 'the frame' holds dates too, and they are nearly always earlier than those of 'Datum'" in said
    assert "state --date begin_xy" in said
    assert decided(init(tmp_path / "stated", frame, date="begin_xy"), "date")[0].startswith("begin_xy")


def test_hours_beside_instants_say_that_they_are_no_utc(tmp_path: Path) -> None:
    frame = events(
        OCCURRED_ON_DATE=AT.strftime("%Y-%m-%d %H:%M:%S+00"), HOUR=AT.hour, Lat=POINT[:, 0], Long=POINT[:, 1], kind=KIND
    )
    made = init(tmp_path / "made", frame.assign(REPORT_DATE=LATER.strftime("%Y-%m-%d %H:%M:%S+00")))
    assert "'HOUR' has the hour that is written" in decided(made, "date")[1]
    assert any("If both are hours of UTC, remove" in one for one in made.decisions.limits)
    assert sorted(days(made)) == sorted(AT.normalize())
    known = load_history(made.project()).frame()["known"].dt.normalize()
    assert sorted(known) == sorted(LATER.normalize())


@pytest.mark.parametrize("shift", [-5, 3])
def test_other_hours_leave_instants_in_utc(tmp_path: Path, shift: int) -> None:
    hours = (AT + pd.Timedelta(hours=shift)).hour
    frame = events(when=AT.strftime("%Y-%m-%d %H:%M:%S+00"), hour=hours, Lat=POINT[:, 0], Long=POINT[:, 1], kind=KIND)
    made = init(tmp_path / "made", frame)
    there = AT.tz_localize("UTC").tz_convert("America/New_York").tz_localize(None).normalize()
    assert sorted(days(made)) == sorted(there)


def test_an_id_of_a_category_is_the_kind_and_a_flag_is_none(tmp_path: Path) -> None:
    frame = events(date=AT.strftime("%Y-%m-%d"), OFFENSE_CATEGORY_ID=KIND, OFFENSE_CODE=2303, NEIGHBORHOOD_ID=AREA, IS_CRIME=1)
    made = init(tmp_path / "made", frame)
    assert decided(made, "place")[0] == "cell = NEIGHBORHOOD_ID"
    assert {kind.label for kind in made.plan.kinds} == set(KIND)


def test_a_kind_that_is_the_same_in_all_rows_gives_way_to_the_one_below(tmp_path: Path) -> None:
    frame = events(受理时间=AT.strftime("%Y-%m-%d"), 一级分类="城市管理", 二级分类=KIND, 所属街道=AREA)
    assert {kind.label for kind in init(tmp_path / "made", frame).plan.kinds} == set(KIND)


@pytest.mark.parametrize("name", ["מספר", "n", "件", "count"])
def test_numbers_of_the_rows_are_no_numbers_of_events(tmp_path: Path, name: str) -> None:
    frame = events(date=AT.strftime("%Y-%m-%d"), kind=KIND, ward=AREA).drop(columns="id")
    frame.insert(0, name, np.arange(ROWS) + 1)
    made = init(tmp_path / "made", frame)
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert load_history(made.project()).frame()["amount"].sum() == ROWS


@pytest.mark.parametrize("name", ["Saksnummer", "CMPLNT_NUM", "Numero_expedient", "Vorgangsnummer"])
def test_numbers_of_cases_are_ids(tmp_path: Path, name: str) -> None:
    frame = events(date=AT.strftime("%Y-%m-%d"), kind=KIND, ward=AREA).rename(columns={"id": name})
    assert decided(init(tmp_path / "made", frame), "id") == (name, "it differs in every row")


def test_degrees_with_their_system_in_the_name_are_points(tmp_path: Path) -> None:
    frame = events(date=AT.strftime("%Y-%m-%d"), kind=KIND, Nom_districte=AREA)
    frame = frame.assign(Longitud_WGS84=POINT[:, 1], Latitud_WGS84=POINT[:, 0])
    assert decided(init(tmp_path / "made", frame), "place")[0] == "x = Longitud_WGS84, y = Latitud_WGS84"


def test_a_catalan_date_in_three_columns_is_read(tmp_path: Path) -> None:
    frame = events(NK_Any=AT.year, Mes_any=AT.month, Nom_mes="Gener", Dia_mes=AT.day, Hora_dia=AT.hour, tipus=KIND, barri=AREA)
    assert sorted(days(init(tmp_path / "made", frame))) == sorted(AT.normalize())
