"""The same table gives the same values and records from every kind of file and spelling of its ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Sql, load_project
from riskmodel.records.intake import ingest, read_places
from riskmodel.records.intake.readers.file_tables import read_file
from riskmodel.records.intake.readers.frames import read_frame
from riskmodel.records.intake.readers.geojson import read_properties
from riskmodel.records.intake.readers.sql import read_sql
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.places import Places
from riskmodel.records.store import load_history

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SPELLINGS: dict[str, Callable[[int], Any]] = {
    "text": str,
    "with decimals": lambda n: f"{n}.0",
    "with spaces": lambda n: f" {n}\u3000",
    "full width": lambda n: str(n).translate(WIDE),
    "whole": int,
    "float": float,
    "decimal": lambda n: Decimal(f"{n}.0000000000"),
}


def write(folder: Path, kind: str, columns: dict[str, list[Any]]) -> Path:
    path = folder / f"t.{kind}"
    if kind == "parquet":
        types = {
            name: pa.decimal128(38, 10) if values and all(isinstance(v, Decimal) for v in values) else None
            for name, values in columns.items()
        }
        pq.write_table(pa.table({name: pa.array(values, types[name]) for name, values in columns.items()}), path)
    elif kind == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in (list(columns), *zip(*columns.values(), strict=True)):
            sheet.append(line)
        book.save(path)
    elif kind == "geojson":
        rows = [
            {"properties": {name: float(v) if isinstance(v, Decimal) else v for name, v in zip(columns, row, strict=True)}}
            for row in zip(*columns.values(), strict=True)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    else:
        pd.DataFrame(columns, dtype=object).to_csv(path, index=False)
    return path


def read(folder: Path, kind: str, columns: dict[str, list[Any]]) -> dict[str, list[str | None]]:
    """The columns as text, read from a kind of table."""
    wanted = TableRequest("t", tuple(columns), ids=("id",))
    if kind == "frame":
        found = read_frame(wanted, pd.DataFrame(columns))
    elif kind == "sql":
        address = f"sqlite:///{folder / 't.db'}"
        engine = sa.create_engine(address)
        plain = {name: [float(v) if isinstance(v, Decimal) else v for v in values] for name, values in columns.items()}
        pd.DataFrame(plain).to_sql("t", engine, index=False, if_exists="replace")
        engine.dispose()
        found = read_sql(wanted, Sql(url="T", table="t"), address, None, 0).table
    else:
        path = write(folder, kind, columns)
        found = read_properties(path, tuple(columns)) if kind == "geojson" else read_file(path, wanted)
    return {name: [None if c < 0 else column.values[c] for c in column.codes] for name, column in found.columns.items()}


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "frame", "sql", "geojson"])
@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(-9, -1)), min_size=1, max_size=5),
    st.sampled_from(list(SPELLINGS)),
    st.sampled_from(list(SPELLINGS)),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_number_is_one_text_in_every_kind_of_table(
    tmp_path: Path, kind: str, rows: list[tuple[int, int]], first: str, second: str
) -> None:
    columns = {"id": [SPELLINGS[first](one) for one, _ in rows], "n": [SPELLINGS[second](one) for _, one in rows]}
    assert read(tmp_path, kind, columns) == {"id": [str(one) for one, _ in rows], "n": [str(one) for _, one in rows]}


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "frame", "sql", "geojson"])
def test_texts_that_look_missing_or_like_numbers_are_texts(tmp_path: Path, kind: str) -> None:
    texts = ["nan", "NA", "null", "None", "NaN", "007", "1.10", "1e5", "N/A"]
    assert read(tmp_path, kind, {"id": texts, "n": texts}) == {"id": texts, "n": texts}


@pytest.mark.parametrize("kind", ["parquet", "xlsx", "frame", "sql", "geojson"])
def test_ids_that_a_floating_point_number_cannot_hold_are_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UsageError, match=r"whole numbers of 16 digits or more as floating-point numbers, which keep 15"):
        read(tmp_path, kind, {"id": [2.0**60, 2.0**61]})


TOML = """
name = "t"
title = {{ zh = "测试", en = "Test" }}
time_zone = "Asia/Shanghai"
[places]
path = "{cells}"
id = "cell"
groupings = {{ centre = "centre" }}
{places}
[kinds]
theft = {{ family = "police", zh = "盗窃", en = "theft" }}
fight = {{ family = "police", zh = "打架", en = "fight" }}
[[sources]]
name = "police"
path = "{police}"
columns = {{ id = "id", kind = "kind", {where}, occurred = "occurred" }}
kinds = {{ "1" = "theft", "2.0" = "fight" }}
"""


def project(folder: Path, police: Path, cells: Path, where: str = 'cell = "cell"', places: str = "") -> Any:
    text = TOML.format(cells=cells.name, police=police.name, where=where, places=places)
    (folder / "riskmodel.toml").write_text(text, encoding="utf-8")
    return load_project(folder)


def records(folder: Path, kind: str, cells: str, one: Callable[[int], Any], other: Callable[[int], Any]) -> pd.DataFrame:
    """The records of three rows in two cells, with ids spelled by ``one`` and those of cells by ``other``."""
    folder.mkdir()
    named = {"cell": [other(101), other(102)], "centre": [one(1), one(2)]}
    there = write(folder, cells, named)
    there = there.rename(folder / f"cells.{cells}")
    rows = {"id": [one(7), one(8), one(9)], "kind": [one(1), one(2), one(1)], "cell": [one(101), one(102), one(101)]}
    police = write(folder, kind, rows | {"occurred": ["2024-01-01", "2024-01-31T20:00Z", "2024/1/3"]})
    made = project(folder, police, there)
    report = ingest(made, "2024-03-01")
    assert report.sources[0].accepted == 3
    return load_history(made).frame()


def test_a_table_gives_the_same_records_in_every_kind_and_spelling(tmp_path: Path) -> None:
    expected = records(tmp_path / "expected", "csv", "csv", str, str)
    assert expected["cell"].tolist().count("101") == 2
    assert "2024-02-01" in expected["occurred"].astype(str).tolist()
    for kind, cells, one, other in (
        ("csv", "geojson", "with decimals", "float"),
        ("xlsx", "csv", "whole", "with spaces"),
        ("parquet", "xlsx", "decimal", "float"),
        ("parquet", "parquet", "float", "decimal"),
        ("csv", "xlsx", "full width", "whole"),
    ):
        found = records(tmp_path / f"{kind}-{cells}-{one}", kind, cells, SPELLINGS[one], SPELLINGS[other])
        pd.testing.assert_frame_equal(found, expected)


def square(west: float, cell: Any) -> dict[str, Any]:
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    return {"properties": {"GEOID": cell}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.mark.parametrize("spelling", ["text", "with decimals", "with spaces", "float", "whole"])
def test_shapes_belong_to_cells_in_every_spelling(tmp_path: Path, spelling: str) -> None:
    (tmp_path / "cells.csv").write_text("cell,centre,no\n101,east,1\n102,west,2\n", encoding="utf-8")
    one = SPELLINGS[spelling]
    content = {"type": "FeatureCollection", "features": [square(0, one(101)), square(1, one(102))]}
    (tmp_path / "shapes.geojson").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "p.csv").write_text("id,kind,x,y,occurred\n1,1,0.5,0.5,2024-01-01\n2,2,1.5,0.5,2024-01-02\n", encoding="utf-8")
    shapes = 'shapes = { path = "shapes.geojson", id = "GEOID" }'
    made = project(tmp_path, tmp_path / "p.csv", tmp_path / "cells.csv", 'x = "x", y = "y"', shapes)
    assert ingest(made, "2024-03-01").sources[0].accepted == 2


def test_a_frame_names_its_cells_as_a_file_does() -> None:
    frame = pd.DataFrame({"cell": [101.0, 102.0], "centre": ["nan", "None"]})
    places = Places.from_frame(frame, id="cell", groupings=["centre"])
    assert places.ids == ("101", "102")
    assert places.frame()["centre"].tolist() == ["nan", "None"]


def test_cells_and_groups_may_be_called_like_missing_values(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("cell,centre\nnan,dong\nNA,nan\nnull,None\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text("id,kind,cell,occurred\nnan,1,NA,2024-01-01\nNone,2,nan,2024-01-02\n", encoding="utf-8")
    made = project(tmp_path, tmp_path / "p.csv", tmp_path / "cells.csv")
    assert ingest(made, "2024-03-01").sources[0].accepted == 2
    history = load_history(made)
    assert dict(zip(*(history.places.frame()[name] for name in ("cell", "centre")), strict=True)) == {
        "nan": "dong", "NA": "nan", "null": "None",
    }  # fmt: skip
    assert sorted(history.frame()["cell"]) == ["NA", "nan"]


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\t", "\u200b", "\ufeff \u2060"])
def test_a_blank_group_is_refused_where_it_would_get_a_list(tmp_path: Path, blank: str) -> None:
    rows = "".join(f"c{n},{blank if n % 2 else 'east'}\n" for n in range(4))
    (tmp_path / "cells.csv").write_text("cell,centre\n" + rows, encoding="utf-8")
    made = project(tmp_path, tmp_path / "p.csv", tmp_path / "cells.csv")
    with pytest.raises(UsageError, match=r"The column 'centre' of the table of cells is empty in 2 rows \(rows 2, 4\)"):
        read_places(made)


def test_a_blank_group_of_another_grouping_is_named() -> None:
    cells = pd.DataFrame({"cell": ["a", "b", "c"], "area": ["north", "\u200b ", None]})
    places = Places.from_frame(cells, id="cell", groupings=["area"])
    assert list(places.frame()["area"]) == ["north", "(empty)", "(empty)"]


def test_cells_without_a_shape_are_named(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("cell,centre\n101,east\n102,west\n103,west\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text("id,kind,x,y,occurred\n1,1,0.5,0.5,2024-01-01\n2,2,1.5,0.5,2024-01-02\n", encoding="utf-8")
    shapes = 'shapes = { path = "shapes.geojson", id = "GEOID" }'
    made = project(tmp_path, tmp_path / "p.csv", tmp_path / "cells.csv", 'x = "x", y = "y"', shapes)
    content = {"type": "FeatureCollection", "features": [square(0, "101"), square(1, "elsewhere")]}
    (tmp_path / "shapes.geojson").write_text(json.dumps(content), encoding="utf-8")
    report = ingest(made, "2024-03-01")
    assert (report.sources[0].accepted, report.shapeless) == (1, ("102", "103"))
    assert "Warning: places: 2 cells without a polygon in places.shapes (102, 103)" in repr(report)
    content = {"type": "FeatureCollection", "features": [square(0, "E101"), square(1, "E102")]}
    (tmp_path / "shapes.geojson").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"a polygon for none of the 3 cells: its property 'GEOID' is such as 'E101'.* such as '101'"
    ):
        ingest(made, "2024-03-01")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("101,5\n,7\n", r"'more\.csv' has 1 row without a cell in the column 'cell' \(row 2\)"),
        ("101,5\n102,7\n101.0,6\n", r"'more\.csv' has other figures for a cell than an earlier row \(row 3\)"),
        ("101,5\n102,7,8\n", r"'more\.csv' has 1 row with a wrong number of fields \(row 2\)"),
        ("101,nan\n", r"is not a number"),
        ("101,5\n101,5\n", None),
    ],
)
def test_a_faulty_row_of_further_figures_is_refused(tmp_path: Path, rows: str, message: str | None) -> None:
    (tmp_path / "cells.csv").write_text("cell,centre\n101,east\n102,west\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text("cell,homes\n" + rows, encoding="utf-8")
    more = 'more = [{ path = "more.csv", id = "cell", exposures = { homes = "homes" } }]'
    made = project(tmp_path, tmp_path / "p.csv", tmp_path / "cells.csv", places=more)
    if message is None:
        assert read_places(made).exposures["homes"][0] == 5
    else:
        with pytest.raises(UsageError, match=message):
            read_places(made)
