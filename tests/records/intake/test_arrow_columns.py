"""Typed columns of files as text, and files that cannot be read."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.file_tables import read_table


def parquet(folder: Path, column: Any) -> list[str | None]:
    pq.write_table(pa.table({"a": column}), folder / "t.parquet")
    read = read_table(folder / "t.parquet", ("a",), time_zone="Asia/Shanghai").columns["a"]
    return [read.values[code] if code >= 0 else None for code in read.codes]


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (pa.array([1.0, None, 2.0]), ["1", None, "2"]),
        (pa.array([1.0, float("nan"), 2.0]), ["1", None, "2"]),
        (pa.array([1.5, 2.0]), ["1.5", "2"]),
        (pa.array([float("inf"), -3.0]), ["inf", "-3"]),
        (pa.array([None, None], pa.float64()), [None, None]),
        (pa.array([None], pa.null()), [None]),
        (pa.array(["x", " x ", "", "  ", None]), ["x", "x", None, None, None]),
        (pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
        (pa.array([7, None, 7]).dictionary_encode(), ["7", None, "7"]),
        (pa.array([date(2024, 1, 31), None]), ["2024-01-31", None]),
        (pa.array([date(2024, 1, 31)], pa.date64()), ["2024-01-31"]),
        (pa.array([1706720400 * 10**9], pa.timestamp("ns")), ["2024-01-31"]),
        (pa.array([1706720400], pa.timestamp("s", tz="UTC")), ["2024-02-01"]),
        (pa.array([True, None]), ["true", None]),
        (pa.array(["x"], pa.string_view()), ["x"]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_typed_columns_become_text(tmp_path: Path, column: Any, wanted: list[str | None]) -> None:
    assert parquet(tmp_path, column) == wanted


def test_chunks_of_a_column_share_their_values(tmp_path: Path) -> None:
    chunks = pa.chunked_array([pa.array(["x", "y"]), pa.array(["z", "x", None])])
    pq.write_table(pa.table({"a": chunks}), tmp_path / "t.parquet", row_group_size=2)
    read = read_table(tmp_path / "t.parquet", ("a",), "UTC").columns["a"]
    assert sorted(read.values) == ["x", "y", "z"]
    assert read.map(str.upper, "", object).tolist() == ["X", "Y", "Z", "X", ""]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "t.xls",
            b"",
            r"'t\.xls' is of an unknown kind\. Expected \.csv, \.csv\.gz, \.tsv, \.tsv\.gz, \.txt, \.parquet, \.pq, \.xlsx, \.xlsm\. Save it as \.xlsx",
        ),
        ("t.parquet", b"nope", r"'t\.parquet' is not a Parquet file\. Export it again"),
        ("t.parquet", b"", r"'t\.parquet' is not a Parquet file"),
        ("t.csv.gz", b"a\n1\n", r"'t\.csv\.gz' cannot be read: .* Export it again"),
        ("t.csv.gz", gzip.compress(b"a\n1\n", mtime=0)[:-9], r"'t\.csv\.gz' cannot be read|has no rows"),
        ("t.csv", b"b\n1\n", r"lacks the mapped column\(s\) 'a'\. Available: b\."),
        ("t.csv", b"a,a\n1,2\n", r"has the mapped column 'a' more than once"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_table(tmp_path / name, ("a",), "UTC")


@pytest.mark.parametrize("column", [pa.array([[1]]), pa.array([{"x": 1}]), pa.array([b"\xff"])], ids=["list", "struct", "bytes"])
def test_a_column_that_is_no_text_is_named_with_its_type(tmp_path: Path, column: Any) -> None:
    with pytest.raises(
        UsageError, match=r"The column 'a' of the table 't\.parquet' has the type .*\. Expected text, numbers or dates"
    ):
        parquet(tmp_path, column)


def test_a_quoted_line_break_is_part_of_a_value(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b'a,b\n"x\ny",1\n"u,v",2\n')
    assert read_table(tmp_path / "t.csv", ("a", "b"), "UTC").columns["a"].values == ["x\ny", "u,v"]
