"""Tables as the portals of cities publish them: names in their words, splits, marks for nothing, columns about persons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.intake.privacy import check_columns, is_forbidden_name
from riskmodel.records.places import Places
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.time_zones import country_of, zone_of

ROWS = 700
KINDS = ("Theft", "Burglary", "Vandalism")


def points(lat: float = 41.85, lon: float = -87.65) -> pd.DataFrame:
    """Points of one city with the day, to be given the columns of a portal."""
    draw = np.random.default_rng(3)
    place = draw.normal((lat, lon), (0.02, 0.025), (ROWS, 2)).round(6)
    day = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(draw.integers(0, 500, ROWS)), unit="D")
    return pd.DataFrame({"day": day, "lat": place[:, 0], "lon": place[:, 1], "kind": draw.choice(KINDS, ROWS)})


def decided(made: NewProject, subject: str) -> tuple[str, str]:
    return next((one.choice, one.reason) for one in made.decisions.made if one.subject == subject)


def left_out(made: NewProject) -> dict[str, str]:
    return {one.subject: one.reason for one in made.decisions.left_out}


@pytest.mark.parametrize(
    "name",
    [
        "VIC_AGE_GROUP",
        "Vict Sex",
        "SUSP_RACE",
        "Perp Age",
        "sex",
        "Offender Type",
        "受害人年龄",
        "国籍",
        "Victim Descent",
        "Geschlecht",
    ],
)
def test_a_column_about_persons_is_never_read(tmp_path: Path, name: str) -> None:
    frame = points()
    made = init(tmp_path / "made", frame.assign(**{name: np.where(np.arange(ROWS) % 2, "25-44", "45-64")}).drop(columns="kind"))
    assert left_out(made)[name].startswith("never read")
    assert len(made.plan.kinds) == 1
    assert not any(b"25-44" in (made.folder / one).read_bytes() for one in made.files if one.endswith(".toml"))
    with pytest.raises(RefusedError, match="would bring persons"):
        check_columns("calls", [name])


def test_words_about_places_and_codes_are_no_names_of_persons() -> None:
    names = ("service", "victoria_ward", "essex", "trace", "OFFENSE_DESCRIPTION", "Call Type Description", "embrace", "suspended")
    assert [name for name in names if is_forbidden_name(name)] == []
    assert all(map(is_forbidden_name, ("Description", "Incident Description", "suspect_description")))


@pytest.mark.parametrize(
    "name", ["Crm Cd Desc", "OFNS_DESC", "OFFENSE_DESCRIPTION", "CATEGORIE", "Catégorie", "delito", "Call Type Description"]
)
def test_the_text_of_an_offence_is_its_kind(tmp_path: Path, name: str) -> None:
    frame = (
        points()
        .rename(columns={"kind": name})
        .assign(**{"Premises Type": "street", "Status Desc": "open", "Report Type": "first"})
    )
    made = init(tmp_path / "made", frame)
    assert decided(made, "kinds")[1].startswith(f"the values of {name},")
    assert {kind.key for kind in made.plan.kinds} == {kind.lower() for kind in KINDS}


@pytest.mark.parametrize("name", ["Date Rptd", "RPT_DT", "Report Datetime", "REPORT_DATE"])
def test_the_day_of_the_report_is_found_by_its_short_names(tmp_path: Path, name: str) -> None:
    frame = points().assign(**{name: lambda table: table["day"] + pd.Timedelta(days=2)})
    assert decided(init(tmp_path / "made", frame), "known")[0] == name


def test_year_month_and_day_are_one_date(tmp_path: Path) -> None:
    frame = points()
    days = frame.pop("day")
    made = init(tmp_path / "made", frame.assign(YEAR=days.dt.year, MONTH=days.dt.month, DAY=days.dt.day))
    assert decided(made, "date")[0] == "YEAR, MONTH, DAY"
    assert decided(made, "period of a row")[0] == "day"
    assert b'occurred = ["YEAR", "MONTH", "DAY"]' in (made.folder / "riskmodel.toml").read_bytes()


def test_names_of_weekdays_are_no_days_of_a_month(tmp_path: Path) -> None:
    frame = points()
    days = frame.pop("day")
    made = init(tmp_path / "made", frame.assign(year=days.dt.year, month=days.dt.month, day=days.dt.day_name()))
    assert decided(made, "date")[0] == "year, month"


@pytest.mark.parametrize("mark", ["NA", "N/A", "-", "null", "s/d", "未知"])
def test_marks_for_nothing_hide_no_coordinates(tmp_path: Path, mark: str) -> None:
    frame = points().astype({"lat": str, "lon": str})
    frame.loc[::10, ["lat", "lon"]] = mark
    made = init(tmp_path / "made", frame)
    assert decided(made, "place")[0] == "x = lon, y = lat"
    assert decided(made, "unusable rows")[0] == "70 of 700"


def test_numbers_of_the_rows_of_an_export_are_the_last_id(tmp_path: Path) -> None:
    frame = points().assign(OBJECTID=range(ROWS))
    choice, why = decided(init(tmp_path / "numbered", frame), "id")
    assert choice == "OBJECTID"
    assert "the next export may number its rows differently" in why
    frame["EVENT_UNIQUE_ID"] = [f"GO-{at:06d}" for at in range(ROWS)]
    assert decided(init(tmp_path / "named", frame), "id") == ("EVENT_UNIQUE_ID", "it differs in every row")


def test_a_city_near_a_border_has_the_holidays_of_its_country() -> None:
    places = {"Houston": (-95.37, 29.76), "San Antonio": (-98.49, 29.42), "Basel": (7.59, 47.56), "Strasbourg": (7.75, 48.57)}
    assert [country_of(zone_of(*place)) for place in places.values()] == ["US", "US", "CH", "FR"]
    assert zone_of(-40.0, 30.0).startswith(("Atlantic/", "America/"))


@pytest.mark.parametrize(
    ("name", "first", "system"),
    [("Epi week", "2021-01-03", "MMWR"), ("Semana epidemiológica", "2021-01-03", "MMWR"), ("Week", "2021-01-04", "ISO 8601")],
)
def test_weeks_begin_as_their_name_says(tmp_path: Path, name: str, first: str, system: str) -> None:
    draw = np.random.default_rng(1)
    rows = [(2021, week, area, int(draw.poisson(4))) for week in range(1, 53) for area in ("North", "South")]
    made = init(tmp_path / "made", pd.DataFrame(rows, columns=["Year", name, "Area", "Cases"]))
    assert system in decided(made, "table")[1]
    assert decided(made, "history")[0].startswith(first)
    assert decided(made, "period of a row")[0] == "week"
    # these weeks begin on Sundays by definition
    assert not any("is a Sunday" in one for one in made.decisions.limits)
    # a number that is no year has no weeks, and goes to quarantine
    for year in (0, 9999, 20_210_101, "1e999"):
        made = init(tmp_path / str(year), pd.DataFrame([*rows, (year, 3, "North", 1)], columns=["Year", name, "Area", "Cases"]))
        assert decided(made, "unusable rows")[0] == "1 of 105"


def test_a_year_first_with_the_name_of_the_month_is_a_date(tmp_path: Path) -> None:
    frame = points().assign(day=lambda table: table["day"].dt.strftime("%Y %b %d 07:32:00 AM"))
    assert decided(init(tmp_path / "made", frame), "date")[0] == "day as yyyy mmm d"


def test_without_a_place_columns_that_may_be_one_are_named(tmp_path: Path) -> None:
    frame = points()[["day", "kind"]].assign(PART=[f"{at % 31:08d}" for at in range(ROWS)], TATZEIT_STUNDE=np.arange(ROWS) % 24)
    with pytest.raises(UsageError, match=r"--y\. Perhaps 'PART' \(31 different values\)\. If all rows"):
        init(tmp_path / "made", frame)
    assert decided(init(tmp_path / "stated", frame, cell="PART"), "place")[0] == "cell = PART"


@pytest.mark.parametrize(
    "name",
    [
        "Nombre de la víctima",
        "NOMBRE VICTIMA",
        "Prénom",
        "Geschädigte Person",
        "Tatverdächtiger",
        "Teléfono",
        "Descripción",
        "Bemerkung",
        "Edad",
        "Età",
        "Note",
        "Comments",
    ],
)
def test_persons_are_recognised_in_other_languages_with_and_without_accents(name: str) -> None:
    assert is_forbidden_name(name)


def test_other_names_in_these_languages_pass() -> None:
    names = (
        "Nombre de faits",
        "Nombre del barrio",
        "Delito",
        "Straftat",
        "Stadtteil",
        "Théâtre",
        "Descripción del delito",
        "Tatort",
        "Alternative",
        "Numéro",
    )
    assert [name for name in names if is_forbidden_name(name)] == []


def test_an_italian_table_is_read(tmp_path: Path) -> None:
    frame = points()
    told = pd.DataFrame(
        {
            "N. pratica": [f"P{at:05d}" for at in range(ROWS)],
            "Data del fatto": frame["day"].dt.strftime("%d/%m/%Y"),
            "Data di denuncia": (frame["day"] + pd.Timedelta(days=1)).dt.strftime("%d/%m/%Y"),
            "Tipo di reato": frame["kind"],
            "Quartiere": np.where(frame["lat"] > 41.85, "Isola", "Brera"),
        }
    )
    made = init(tmp_path / "made", told)
    assert [decided(made, one)[0] for one in ("id", "date", "known", "place")] == [
        "N. pratica", "Data del fatto as d/m/yyyy", "Data di denuncia", "cell = Quartiere",
    ]  # fmt: skip
    assert decided(made, "kinds")[1].startswith("the values of Tipo di reato,")


@pytest.mark.parametrize("code", ["E0100{:04d}", "W0100{:04d}", "E0200{:04d}", "E0500{:04d}", "K0200{:04d}", "G{:08d}"])
def test_codes_of_areas_that_look_like_passports_are_cells(tmp_path: Path, code: str) -> None:
    frame = points().drop(columns=["lat", "lon"])
    frame["LSOA code"] = [code.format(1000 + at % 35) for at in range(ROWS)]
    made = init(tmp_path / "made", frame)
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert made.plan.cell_count == 35


def test_numbers_of_passports_stay_refused_as_cells(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    numbers = [f"E{number}" for number in draw.integers(10_000_000, 99_999_999, 35)]
    frame = points().drop(columns=["lat", "lon"]).assign(ward=[numbers[at % 35] for at in range(ROWS)])
    with pytest.raises(UsageError, match="No column of 'the frame' says where"):
        init(tmp_path / "made", frame)
    with pytest.raises(RefusedError, match="most of its values are the number of a passport or permit"):
        Places.from_frame(pd.DataFrame({"cell": numbers}), id="cell")
