"""Places of rows: addresses through a register, points in polygons of any reference system, cells that split."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Grid, Project, load_project
from riskmodel.records.intake import ingest
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.place_sources.square_grid import grid_cells
from riskmodel.records.intake.rows.address_register import plain_addresses, read_register
from riskmodel.records.intake.rows.cell_polygons import cells_of_points
from riskmodel.records.places.projections import transform
from tests.worlds.edited_project import edited
from tests.worlds.police_table import DAY, County, row, table

ADDRESSES = '[places.addresses]\npath = "register.csv"\naddress = "地址"\ncell = "网格"\n[kinds]'
SHAPES = '[places.shapes]\npath = "shapes.json"\nid = "cell"\n{crs}[kinds]'


def by_address(county: County, rows: list[tuple[str, ...]], register: list[tuple[str, ...]], **more: Any) -> Project:
    county.write(table(rows), register=table(register, ("地址", "网格")), **more)
    return edited(county.folder, ('cell = "网格"', 'address = "网格"'), ("[kinds]", ADDRESSES))


def test_an_address_finds_its_cell_in_any_width_and_spacing(county: County) -> None:
    register = [("滨江路 12号", "a"), ("B座１０１", "b")]
    rows = [row("1", cell="滨江路１２号"), row("2", cell="b座101"), row("3", cell="滨江路13号"), row("4", cell="")]
    report = ingest(by_address(county, rows, register), DAY).sources[0]
    assert (report.accepted, report.reasons) == (2, {"unknown address": 2})
    assert np.array(county.history().places.ids)[county.history().cell].tolist() == ["a", "b"]
    # the register is corrected: the same rows, once
    (county.folder / "register.csv").write_bytes(table([*register, ("滨江路13号", "b")], ("地址", "网格")))
    report = ingest(load_project(county.folder), DAY).sources[0]
    assert (report.accepted, report.duplicates, report.reasons) == (1, 2, {"unknown address": 1})


@pytest.mark.parametrize(
    ("register", "message"),
    [
        ([("x", "q")], r"Row 1 of the register of addresses names a cell that the table of cells does not have \(1 such rows\)"),
        ([("x", "a"), ("y", "b", "z")], r"'register\.csv' has 1 row with a wrong number of fields \(row 2\)"),
        ([("x", "a"), ("y",)], r"'register\.csv' has 1 row with a wrong number of fields \(row 2\)"),
        ([("x", "a"), ("", "b"), ("y", "")], r"has 2 rows without an address or a cell \(rows 2, 3\)"),
        ([("x 1", "a"), ("y", "a"), ("X1", "b")], r"The address in row 3 of the register of addresses has two cells"),
    ],
)
def test_a_faulty_register_is_named(county: County, register: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ingest(by_address(county, [row()], register), DAY)
    county.write(table([row()]))
    with pytest.raises(UsageError, match=r"columns\.address needs places\.addresses"):
        ingest(edited(county.folder, ('cell = "网格"', 'address = "网格"')), DAY)


def test_eight_hundred_thousand_plates_are_looked_up() -> None:
    plates = [f"滨江路{i // 100}号{i % 100}室" for i in range(800_000)]
    codes = np.arange(len(plates), dtype=np.int32)
    register = read_register(
        Column(codes, plates), Column(codes % 80, [f"c{i}" for i in range(80)]), {f"c{i}": i for i in range(80)}
    )
    assert len(register) == 800_000
    found = register.find(plain_addresses([*plates[::7], "滨江路 0号１室", "别处"]))
    assert found.tolist() == [*(i % 80 for i in range(0, 800_000, 7)), 1, -1]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=1, max_size=8))
def test_addresses_have_the_form_that_a_slow_look_gives_them(values: list[str]) -> None:
    slow = ["".join(unicodedata.normalize("NFKC", value).split()).lower() for value in values]
    assert plain_addresses(values).to_pylist() == slow


def square(x: float, y: float, size: float = 1.0) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def shapes(county: County, **rings: list[list[list[float]]]) -> None:
    features = [
        {"type": "Feature", "properties": {"cell": name}, "geometry": {"type": "Polygon", "coordinates": polygon}}
        for name, polygon in rings.items()
    ]
    (county.folder / "shapes.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def by_point(county: County, points: list[tuple[str, str]], crs: str = "", source: str = "", **more: Any) -> Project:
    rows = [(*row(str(i), cell=x), y) for i, (x, y) in enumerate(points)]
    county.write(table(rows, ("编号", "修订号", "状态", "类别", "经度", "发生", "获知", "数量", "纬度")), **more)
    return edited(
        county.folder,
        ('cell = "网格"', 'x = "经度", y = "纬度"'),
        ("[kinds]", SHAPES.format(crs=crs)),
        ('path = "police.csv"', f'path = "police.csv"\n{source}'),
    )


def test_a_point_falls_into_its_polygon_but_not_into_its_hole(county: County) -> None:
    points = [("0.5", "0.5"), ("2.5", "0.5"), ("2.2", "0.2"), ("9", "9"), ("x", "1"), ("", "1"), ("1", "0.5")]
    project = by_point(county, points)
    shapes(county, a=[square(0, 0), square(0.1, 0.1, 0.1)], b=[square(1, 0, 2), square(2.1, 0.1, 0.2)])
    report = ingest(project, DAY).sources[0]
    assert (report.accepted, report.reasons) == (3, {"unreadable coordinates": 2, "outside all cells": 2})
    # on the common border the first
    assert np.array(county.history().places.ids)[county.history().cell].tolist() == ["a", "a", "b"]


def test_points_and_polygons_may_have_other_reference_systems(county: County) -> None:
    metres = transform(np.array([[120.05, 30.05], [120.15, 30.05]]), "EPSG:4326", "EPSG:4549")
    project = by_point(county, [(repr(float(x)), repr(float(y))) for x, y in metres], source='crs = "EPSG:4549"')
    shapes(county, a=[square(120, 30, 0.1)], b=[square(120.1, 30, 0.1)])
    assert ingest(project, DAY).sources[0].accepted == 2
    assert county.history().cell.tolist() == [0, 1]
    with pytest.raises(UsageError, match=r"'EPSG:1' is not a reference system\. Use a name such as"):
        ingest(edited(county.folder, ("EPSG:4549", "EPSG:1")), DAY)


def test_without_polygons_points_are_refused(county: County) -> None:
    by_point(county, [("1", "1")])
    with pytest.raises(UsageError, match=r"columns\.x and columns\.y need places\.shapes or places\.grid"):
        ingest(edited(county.folder, (SHAPES.format(crs=""), "[kinds]")), DAY)
    with pytest.raises(UsageError, match=r"a point needs both x and y"):
        edited(county.folder, (', y = "纬度"', ""))
    with pytest.raises(UsageError, match=r"give exactly one of cell, address, or x and y"):
        edited(county.folder, ('x = "经度", ', 'cell = "经度", x = "经度", y = "纬度", '))


def test_a_point_belongs_to_the_cell_that_exists_on_its_day(county: County) -> None:
    """The cell a was split into b and c in February."""
    cells = "网格,中心,从,到\na,东,,2024-02-01\nb,东,2024-02-01,\nc,东,2024-02-01,\n"
    project = by_point(county, [("0.2", "0.5"), ("0.8", "0.5")], cells=cells)
    text = (county.folder / "police.csv").read_text(encoding="utf-8")
    (county.folder / "police.csv").write_text(
        text
        + "".join(
            line.replace("2024-01-02", "2024-03-02").replace("\n", "\n").replace(f"{i},", f"{i + 7},", 1)
            for i, line in enumerate(text.splitlines(True)[1:])
        ),
        encoding="utf-8",
    )
    shapes(
        county,
        a=[square(0, 0)],
        b=[[[0, 0], [0.5, 0], [0.5, 1], [0, 1], [0, 0]]],
        c=[[[0.5, 0], [1, 0], [1, 1], [0.5, 1], [0.5, 0]]],
    )
    project = edited(
        county.folder, ('groupings = { centre = "中心" }', 'groupings = { centre = "中心" }\nvalid_from = "从"\nvalid_to = "到"')
    )
    assert ingest(project, DAY).sources[0].accepted == 4
    assert np.array(county.history().places.ids)[county.history().cell].tolist() == ["a", "a", "b", "c"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=20))
def test_points_fall_where_a_slow_look_finds_them(points: list[tuple[float, float]]) -> None:
    polygons = np.array([shapely.box(x, y, x + 1, y + 1) for x in range(-2, 2) for y in range(-2, 2)])
    found = cells_of_points(np.array(points), polygons, None, np.arange(len(points)), np.zeros(len(points), np.int32))
    slow = [next((i for i, p in enumerate(polygons) if shapely.intersects(p, shapely.Point(*xy))), -1) for xy in points]
    assert found.tolist() == slow


@pytest.mark.parametrize(
    ("crs", "size", "middle"),
    [
        ("EPSG:4326", 0.01, "30.005°N 120.005°E"),
        ("EPSG:32651", 500, "30.0000°N 120.1312°E"),
        ("local", 500, "x 223250, y 3322250"),
    ],
)
def test_a_square_is_named_by_where_its_middle_lies(tmp_path: Path, crs: str, size: float, middle: str) -> None:
    corner = np.array([120.0, 30.0] if crs == "EPSG:4326" else [223_000.0, 3_322_000.0])
    ring = [(corner + np.array(at) * size * 0.9 + size * 0.01).tolist() for at in ((0, 0), (1, 0), (1, 1), (0, 0))]
    path = tmp_path / "b.json"
    path.write_text(json.dumps({"features": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]}), encoding="utf-8")
    frame, _ = grid_cells(Grid(size=size, crs=crs), path)
    assert frame["middle"].tolist() == [middle]


@pytest.mark.parametrize(("x", "y", "middle"), [(-0.5, -0.5, "0.45°S 0.45°W"), (0.5, -0.5, "0.45°S 0.55°E")])
def test_a_square_in_the_south_or_west_says_so(tmp_path: Path, x: float, y: float, middle: str) -> None:
    path = tmp_path / "b.json"
    ring = [[x + 0.01, y + 0.01], [x + 0.09, y + 0.01], [x + 0.09, y + 0.09], [x + 0.01, y + 0.01]]
    path.write_text(json.dumps({"features": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]}), encoding="utf-8")
    frame, _ = grid_cells(Grid(size=0.1), path)
    assert frame["middle"].tolist() == [middle]


def test_a_grid_covers_its_boundary_exactly(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    ring = [[1.0, 1.0], [9.5, 1.0], [5.0, 8.0], [1.0, 1.0]]
    path.write_text(json.dumps({"features": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]}), encoding="utf-8")
    frame, rings = grid_cells(Grid(size=2.0, block=2, crs="EPSG:4547"), path)
    assert sum(frame["area"].astype(float)) == pytest.approx(shapely.Polygon(ring).area)
    assert frame["cell"].tolist() == list(rings)
    assert rings["x0y0"][0].tolist() == [[2, 0], [2, 2], [0, 2], [0, 0], [2, 0]]
    assert set(frame["block"][frame["cell"].isin(["x0y0", "x1y1"])]) == {"x0y0"}
    with pytest.raises(UsageError, match=r"Expected at most 2,000,000; give places\.grid\.size in the units"):
        grid_cells(Grid(size=0.0001), path)
    for content in ("{", '{"features": []}', '{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(UsageError, match=r"'b\.json' is not GeoJSON with (polygons|features)"):
            grid_cells(Grid(size=1.0), path)
    with pytest.raises(UsageError, match=r"boundary of the grid '.*c\.json' does not exist"):
        grid_cells(Grid(size=1.0), tmp_path / "c.json")
