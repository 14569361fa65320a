"""Likely causes: where most rows are in quarantine, the ingest names the setting that mends them, and never guesses a date."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import shapely

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest
from tests.worlds.police_table import DAY, HEADER, County, row, table

SHAPES = '[places.shapes]\npath = "shapes.json"\nid = "cell"\n[kinds]'


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


def said(county: County, content: bytes, police: str = "", cells: str = "网格,中心\na,东\nb,西\n") -> str:
    report = ingest(county.write(content, police=police, cells=cells), DAY)
    assert report.exit_code == 1
    assert report.sources[0].accepted == 0
    return " ".join(one.said for one in report.alerts)


def days(form: str) -> list[tuple[str, ...]]:
    return [row(str(i), day=form.format(m=1 + i % 5, d=1 + i % 28)) for i in range(60)]


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("{m}/{d}/2024", "m/d/yyyy"),
        ("{d:02d}/{m:02d}/2024", "d/m/yyyy"),
        ("{d}.{m}.2024", "d.m.yyyy"),
        ("{m:02d}/{d:02d}/2024 08:15:00 PM", "m/d/yyyy"),
    ],
)
def test_the_form_of_dates_is_named_and_mends_all(county: County, written: str, form: str) -> None:
    assert f"set dates = '{form}' of the source" in said(county, table(days(written)))
    report = ingest(county.write(police=f'dates = "{form}"'), DAY)
    assert (report.sources[0].accepted, report.exit_code) == (60, 0)
    assert county.history().occurred.max() == max(to_day(f"2024-{1 + i % 5:02d}-{1 + i % 28:02d}") for i in range(60))


def test_dates_that_can_be_two_are_never_guessed(county: County) -> None:
    rows = [row(str(i), day=f"{1 + i % 5}/{1 + i % 12}/2024") for i in range(60)]
    text = said(county, table(rows))
    assert "can be month/day/year or day/month/year, which nothing in the table decides" in text
    assert "set dates = 'm/d/yyyy' or dates = 'd/m/yyyy'" in text


def test_a_wrong_form_is_named_too(county: County) -> None:
    project = county.write(table(days("{d}/{m}/2024")), police='dates = "m/d/yyyy"')
    with pytest.raises(UsageError, match="are not m/d/yyyy, as stated, but d/m/yyyy: .* set dates = 'd/m/yyyy' of the source"):
        ingest(project, DAY)


def test_dates_that_begin_with_the_year_are_read_beside_the_form(county: County) -> None:
    rows = [row("1", day="2024-01-02"), row("2", day="1/2/2024"), row("3", day="2024年1月2日")]
    assert ingest(county.write(table(rows), police='dates = "m/d/yyyy"'), DAY).sources[0].accepted == 3


def test_a_form_that_is_none_is_refused_with_the_project_file(county: County) -> None:
    with pytest.raises(UsageError, match=r"dates.*does not name day, month and year once each"):
        county.write(table([row()]), police='dates = "m/d"')


def by_point(county: County, points: list[tuple[float, float]]) -> Project:
    shapes = [
        {"type": "Feature", "properties": {"cell": cell}, "geometry": json.loads(shapely.to_geojson(shapely.box(*box)))}
        for cell, box in (("a", (120.0, 29.8, 120.2, 30.1)), ("b", (120.2, 29.8, 120.4, 30.1)))
    ]
    county.write(table([(*row(str(i)), str(x), str(y)) for i, (x, y) in enumerate(points)], (*HEADER, "经", "纬")))
    (county.folder / "shapes.json").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), encoding="utf-8")
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace("[kinds]", SHAPES).replace('cell = "网格"', 'x = "经", y = "纬"')
    path.write_text(text, encoding="utf-8")
    return load_project(county.folder)


def test_swapped_coordinates_are_named(county: County) -> None:
    report = ingest(by_point(county, [(29.9 + i / 1000, 120.1 + i / 1000) for i in range(40)]), DAY)
    assert report.exit_code == 1
    assert "Are x and y swapped? With x = '纬' and y = '经' in columns most of them lie in cells." in report.alerts[0].said


METRES = [(750_000.0 + i, 3_312_000.0 + 7 * i) for i in range(40)]


@pytest.mark.parametrize(
    ("points", "cause"),
    [
        (METRES, r"beyond all degrees, but are read as degrees \(EPSG:4326\).* crs = 'EPSG:NUMBER' of the source"),
        ([(480.1 + i / 1000, 29.9) for i in range(40)], r"With 360 less in '经' most of them lie in cells: .* Subtract 360"),
        ([(-1.0, -1.0)] * 30 + [(116.0 + i / 100, 39.9) for i in range(10)], r"The same two numbers stand in '经' and '纬'"),
        ([(116.0 + i / 100, 39.9) for i in range(40)], ""),
    ],
    ids=["metres", "360 more", "one point", "another city"],
)
def test_points_of_another_system_are_named(county: County, points: list[tuple[float, float]], cause: str) -> None:
    report = ingest(by_point(county, points), DAY)
    said = report.alerts[0].said
    assert report.sources[0].accepted == 0
    assert re.search(cause, said) if cause else " cause" not in said and "经" not in said


def test_the_column_that_holds_the_kinds_or_cells_is_named(county: County) -> None:
    swapped = [row(str(i), kind="a", cell="盗窃") for i in range(20)]
    assert "The values of kinds stand in the column '网格': set kind = '网格' in columns." in said(county, table(swapped))
    kinds = [row(str(i), kind="unheard of") for i in range(20)]
    text = said(county, table(kinds))
    assert "1 value of the column '类别' is not in kinds. Map it there" in text
    assert "unheard" not in text
    text = said(county, table([row(str(i), kind="") for i in range(20)]))
    assert "The column '类别' is empty in these rows. Fill it at the source" in text
    assert "0 values" not in text


def test_ids_of_cells_that_differ_in_zeros_are_named(county: County) -> None:
    text = said(county, table([row(str(i), cell="7") for i in range(20)]), cells="网格,中心\n007,东\n008,西\n")
    assert "differ from those of the cells in leading zeros" in text


def test_a_wrong_encoding_is_named(county: County) -> None:
    header = ("id", "rev", "st", "kind", "cell", "day", "known", "n")
    county.write(table([row(str(i)) for i in range(20)], header), police='encoding = "latin-1"')
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in zip(HEADER, header, strict=True):
        text = text.replace(f'= "{old}"', f'= "{new}"') if old != "网格" else text.replace('cell = "网格"', 'cell = "cell"')
    path.write_text(text, encoding="utf-8")
    report = ingest(load_project(county.folder), DAY)
    assert "set encoding = 'utf-8' of the source" in report.alerts[0].said


@pytest.mark.parametrize(("sign", "key"), [(";", "';'"), ("\t", '"\\t"'), ("|", "'|'")])
def test_another_separator_is_named_and_mends_all(county: County, sign: str, key: str) -> None:
    content = table([row(str(i)) for i in range(20)]).replace(b",", sign.encode())
    with pytest.raises(UsageError, match="separated by") as caught:
        ingest(county.write(content), DAY)
    assert f"Set separator = {key} of the source" in str(caught.value)
    assert ingest(county.write(content, police=f"separator = {key}"), DAY).sources[0].accepted == 20


@pytest.mark.parametrize(
    ("numbers", "cause"),
    [
        (["2.000", "1.250"], "set thousands = '.' of the source if 2.000 is two thousand, or thousands = '' if it is 2"),
        (["1,500", "2,000"], "set thousands = ',' of the source"),
    ],
)
def test_signs_between_thousands_are_named_and_never_guessed(county: County, numbers: list[str], cause: str) -> None:
    content = table([row(str(i), n=numbers[i % 2]) for i in range(60)])
    assert cause in said(county, content)
    sign = cause.partition("= '")[2][0]
    ingest(county.write(police=f'thousands = "{sign}"'), DAY)
    assert sorted(set(county.history().amount.tolist())) == sorted(int(one.replace(sign, "")) for one in numbers)
