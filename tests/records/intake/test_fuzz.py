"""Damaged and foreign files of every kind: an account of every row or one clear sentence, never a traceback."""

from __future__ import annotations

import functools
import gzip
import io
import re
import tempfile
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Grid, ProjectTable, load_project
from riskmodel.records.intake import ingest
from riskmodel.records.intake.place_sources.square_grid import grid_cells
from riskmodel.records.intake.readers.geojson import read_properties, read_shapes
from tests.worlds.police_table import DAY, HEADER, TOML, County, row, table

KINDS = ("csv", "csv.gz", "parquet", "xlsx")


@functools.cache
def whole(kind: str) -> bytes:
    """A file of that kind with a few good rows."""
    rows = [row(str(i), kind="噪音" if i % 2 else "盗窃") for i in range(5)]
    content = io.BytesIO()
    if kind == "parquet":
        pd.DataFrame(rows, columns=list(HEADER)).to_parquet(content)
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        for line in (HEADER, *rows):
            book.worksheets[0].append(list(line))
        book.save(content)
    else:
        content.write(table(rows) if kind == "csv" else gzip.compress(table(rows), mtime=0))
    return content.getvalue()


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """The file with a few bytes changed, cut out, put in or cut off."""
    content = bytearray(whole(kind))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 8))
        content[at : at + length] = draw(st.binary(max_size=8))
    return bytes(content[: draw(st.integers(0, len(content)))]) if draw(st.booleans()) else bytes(content)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_damaged_file_is_accounted_for_or_refused_in_a_sentence(kind: str, data: st.DataObject) -> None:
    content = data.draw(st.one_of(damaged(kind), st.binary(max_size=60)))
    with tempfile.TemporaryDirectory() as folder:
        county = County(Path(folder) / "county")
        county.write()
        (county.folder / f"t.{kind}").write_bytes(content)
        toml = county.folder / "riskmodel.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace("police.csv", f"t.{kind}"), encoding="utf-8")
        said, report = "", None
        try:
            report = ingest(load_project(county.folder), DAY).sources[0]
        except RiskmodelError as error:
            said = str(error)
        if report is None:
            assert said.endswith((".", "?"))
            assert county.store.manifest_id is None
        else:
            assert report.rows == report.accepted + report.duplicates + report.quarantined
            assert len(county.history()) <= report.accepted


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_project_is_told_its_faults(data: st.DataObject) -> None:
    text = bytearray(TOML.format(police="", more="").encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=8))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "riskmodel.toml").write_bytes(bytes(text))
        try:
            table, said = load_project(Path(folder)).table, ""
        except (UsageError, RefusedError) as error:
            table, said = None, str(error)
    assert table is None or table == ProjectTable.model_validate(tomllib.loads(text.decode()))
    assert table is not None or re.search(r"riskmodel\.toml|is refused", said), said
    assert not re.search("function-|pydantic", said), said


MAP = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"网格": "a", "中心": "甲"}, "geometry": '
    '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}, {"type": "Feature", "properties": {"网格": "b", "中心": '
    '"乙"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[2, 0], [3, 0], [3, 1], [2, 0]]]]}}]}'
)
PIECES = ("null", "[]", "{}", "1e999", "NaN", "-1", '"x"', "[[", "]]", "true", '"Point"', ",", '"网格"', "")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_map_is_told_in_a_sentence(data: st.DataObject) -> None:
    """As a table of cells, as shapes and as the boundary of a grid."""
    text = MAP
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 6)) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.geojson"
        path.write_text(text, encoding="utf-8")
        for read in (
            lambda: read_properties(path, ("网格", "中心")),
            lambda: read_shapes(path, "网格"),
            lambda: grid_cells(Grid(size=0.5), path),
        ):
            said = "."
            try:
                read()
            except RiskmodelError as error:
                said = str(error)
            assert said.endswith((".", "?"))
