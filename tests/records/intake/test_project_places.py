"""Tables of cells that are derived at ingest: properties of a GeoJSON file, distinct rows, groupings read off a column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import load_project
from riskmodel.records.intake import read_places
from riskmodel.records.places import Places

TOML = """
name = "derived"
title = {{ zh = "推导", en = "derived" }}
[places]
{places}
[warnings]
grouping = "side"
[kinds]
theft = {{ family = "police", zh = "盗窃", en = "theft" }}
[[sources]]
name = "police"
path = "police.csv"
columns = {{ id = "id", cell = "cell", occurred = "day" }}
kind = "theft"
"""
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def places(folder: Path, stated: str) -> Places:
    (folder / "riskmodel.toml").write_text(TOML.format(places=stated), encoding="utf-8")
    return read_places(load_project(folder))


def features(folder: Path, *properties: Any) -> None:
    content = [
        {"type": "Feature", "properties": one, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}} for one in properties
    ]
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": content}), encoding="utf-8")


def groups(found: Places) -> dict[str, str]:
    frame = found.frame()
    return dict(zip(frame["cell"], frame["side"], strict=True))


AREAS = 'path = "areas.geojson"\nid = "no"\n'


def test_features_of_a_geojson_file_are_cells_and_their_properties_columns(tmp_path: Path) -> None:
    features(tmp_path, {"no": 7, "part": "east", "homes": 30.0}, {"no": 12, "part": "west", "homes": None})
    found = places(tmp_path, AREAS + 'groupings = { side = "part" }\nexposures = { homes = "homes" }')
    assert groups(found) == {"7": "east", "12": "west"}
    assert found.frame().set_index("cell").loc["7", "homes"] == 30
    assert found.frame()["homes"].isna().sum() == 1


def test_further_figures_may_be_properties_too(tmp_path: Path) -> None:
    features(tmp_path, {"no": 7, "homes": 30})
    (tmp_path / "cells.csv").write_text("no,part\n7,east\n8,west\n", encoding="utf-8")
    found = places(
        tmp_path,
        'path = "cells.csv"\nid = "no"\ngroupings = { side = "part" }\n'
        '[[places.more]]\npath = "areas.geojson"\nid = "no"\nexposures = { homes = "homes" }',
    )
    assert found.frame().set_index("cell")["homes"].to_dict()["7"] == 30


def test_a_table_of_something_else_names_each_cell_once_if_its_rows_agree(tmp_path: Path) -> None:
    table = "no,part,flat\n7,east,1\n,west,2\n7,east,3\n8,west,4\n"
    (tmp_path / "flats.csv").write_text(table, encoding="utf-8")
    stated = 'path = "flats.csv"\nid = "no"\ngroupings = { side = "part" }\n'
    assert groups(places(tmp_path, stated + "distinct = true")) == {"7": "east", "8": "west"}
    with pytest.raises(UsageError, match="has an empty id"):
        places(tmp_path, stated)
    (tmp_path / "flats.csv").write_text(table + "8,east,5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="The cell '8' stands twice"):
        places(tmp_path, stated + "distinct = true")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("first = 1", {"101": "1", "102": "1", "201": "2"}),
        ('first = 1, names = { 1 = "north", 2 = "south" }', {"101": "north", "102": "north", "201": "south"}),
        ("ranges = { low = [[1, 101]], high = [[102, 150], [200, 300]] }", {"101": "low", "102": "high", "201": "high"}),
    ],
)
def test_a_grouping_is_read_off_a_column(tmp_path: Path, rule: str, expected: dict[str, str]) -> None:
    features(tmp_path, *({"no": no} for no in (101, 102, 201)))
    assert groups(places(tmp_path, AREAS + f'groupings = {{ side = {{ column = "no", {rule} }} }}')) == expected


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('names = { 101 = "north" }', r"The grouping 'side' has no group for 2 of 3 values of the column 'no'"),
        ("ranges = { low = [[1, 150]] }", r"no group for 1 of 3 values"),
        ("ranges = { low = [[5, 1]] }", "ranges must go from the lower to the higher"),
        ("ranges = { low = [[1, 5]], high = [[5, 9]] }", "no two may overlap"),
        ('names = { 1 = "a" }, ranges = { b = [[1, 2]] }', "give either names or ranges"),
    ],
)
def test_a_cell_never_falls_out_of_its_grouping(tmp_path: Path, rule: str, message: str) -> None:
    features(tmp_path, *({"no": no} for no in (101, 102, 201)))
    with pytest.raises(UsageError, match=message):
        places(tmp_path, AREAS + f'groupings = {{ side = {{ column = "no", {rule} }} }}')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[", "is not GeoJSON with features"),
        ("[1]", "is not GeoJSON with features"),
        ('{"features": [3]}', "is not GeoJSON with features"),
        ('{"features": []}', "has no rows"),
        ('{"features": [{"properties": {"nr": 1}}]}', "lacks the mapped column"),
        ('{"features": [{"properties": {"no": {"a": 1}}}]}', "has a value of the type dict"),
        ("[" * 100_000, "is not GeoJSON with features"),
    ],
)
def test_a_file_that_is_no_geojson_is_told_in_a_sentence(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "areas.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        places(tmp_path, AREAS + 'groupings = { side = "no" }')


def test_properties_pass_the_privacy_door(tmp_path: Path) -> None:
    features(tmp_path, {"no": "13800138000", "part": "east", "户主": "x"})
    with pytest.raises(RefusedError, match="a mobile telephone number") as told:
        places(tmp_path, AREAS + 'groupings = { side = "part" }')
    assert "13800138000" not in str(told.value)
    with pytest.raises(RefusedError, match="'户主'"):
        places(tmp_path, AREAS + 'groupings = { side = "户主" }')
    (tmp_path / "cells.csv").write_text("no,part\n7,east\n", encoding="utf-8")
    stated = 'path = "cells.csv"\nid = "no"\ngroupings = { side = "part" }\n'
    with pytest.raises(RefusedError, match="a mobile telephone number"):
        places(tmp_path, stated + 'shapes = { path = "areas.geojson", id = "no" }')


def test_distinct_and_dates_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="distinct takes each cell once, without dates"):
        places(tmp_path, 'path = "c.csv"\nid = "no"\ngroupings = { side = "no" }\ndistinct = true\nfirst_seen = "day"')


def test_without_groupings_all_cells_are_one_group(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("no\n7\n8\n", encoding="utf-8")
    text = TOML.replace('[warnings]\ngrouping = "side"\n', "").format(places='path = "cells.csv"\nid = "no"')
    (tmp_path / "riskmodel.toml").write_text(text, encoding="utf-8")
    frame = read_places(load_project(tmp_path)).frame()
    assert dict(zip(frame["cell"], frame["centre"], strict=True)) == {"7": "推导", "8": "推导"}


def test_instants_in_tables_of_cells_are_days_in_the_projects_zone(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "no,part,when\na,east,2024-01-31 20:00:00 UTC\na,east,2024-02-05\nb,west,20240131T2000Z\nb,west,\n", encoding="utf-8"
    )
    stated = 'path = "calls.csv"\nid = "no"\ngroupings = { side = "part" }\n'
    first = places(tmp_path, f'{stated}first_seen = "when"\n')
    zone = load_project(tmp_path).table.time_zone
    day = to_day("2024-02-01" if zone == "Asia/Shanghai" else "2024-01-31")
    assert (first.valid_from.tolist(), first.known.tolist()) == ([day, day], [day - 1, day - 1])
    (tmp_path / "dated.csv").write_text("no,part,when\na,east,2024-01-31 20:00 GMT\nb,west,2024/1/31\n", encoding="utf-8")
    dated = places(tmp_path, stated.replace("calls", "dated") + 'valid_from = "when"\nknown = "when"')
    assert dated.valid_from.tolist() == dated.known.tolist() == [day, to_day("2024-01-31")]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("2024-01-31 20:00 XST", r"Row 2 of the column 'when' of the table of cells is not a date"),
        ("soon", r"Row 2 of the column 'when' of the table of cells is not a date"),
        ("", r"The cell of row 2 of the table of cells has no date in the column 'when' in any row"),
    ],
)
def test_a_cell_without_a_first_date_is_refused(tmp_path: Path, when: str, message: str) -> None:
    (tmp_path / "calls.csv").write_text(f"no,part,when\na,east,2024-01-31\nb,west,{when}\n", encoding="utf-8")
    stated = 'path = "calls.csv"\nid = "no"\ngroupings = { side = "part" }\nfirst_seen = "when"'
    with pytest.raises(UsageError, match=message):
        places(tmp_path, stated)


@pytest.mark.parametrize("more", [False, True])
def test_figures_of_cells_with_signs_between_thousands_are_refused(tmp_path: Path, more: bool) -> None:
    (tmp_path / "cells.csv").write_text("no;part;homes\n7;east;2.000\n8;west;315\n".replace(";", ","), encoding="utf-8")
    own = 'path = "cells.csv"\nid = "no"\ngroupings = { side = "part" }\n'
    stated = (
        '[[places.more]]\npath = "cells.csv"\nid = "no"\nexposures = { homes = "homes" }'
        if more
        else 'exposures = { homes = "homes" }'
    )
    with pytest.raises(UsageError, match="'homes' of the table of cells has signs between groups of three digits"):
        places(tmp_path, own + stated)
    (tmp_path / "cells.csv").write_text("no,part,homes\n7,east,2.5\n8,west,315\n", encoding="utf-8")
    assert places(tmp_path, own + stated).frame()["homes"].tolist() == [2.5, 315]


@pytest.mark.parametrize("factor", [1e5, 1e6, 1e7])
def test_shapes_in_degrees_times_a_number_are_refused(tmp_path: Path, factor: float) -> None:
    def write(times: float) -> None:
        ring = [[(116.395 + x / 100) * times, (39.905 + y / 100) * times] for x, y in SQUARE]
        feature = {
            "type": "Feature",
            "properties": {"no": 7, "part": "east"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        (tmp_path / "areas.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
        )

    shapes = AREAS + 'groupings = { side = "part" }\nshapes = { path = "areas.geojson", id = "no" }'
    grid = 'path = "areas.geojson"\nid = "cell"\ngrid = { size = 0.01 }\ngroupings = { side = "block" }'
    write(factor)
    with pytest.raises(UsageError, match=r"which are no degrees, while places.shapes.crs is 'EPSG:4326'"):
        places(tmp_path, shapes)
    with pytest.raises(UsageError, match=r"which are no degrees, while places.grid.crs is 'EPSG:4326'"):
        places(tmp_path, grid)
    write(1)
    assert len(places(tmp_path, shapes)) == 1
    assert len(places(tmp_path, grid)) == 4
