"""Cells of source tables: dates as exports write them, types, hashes."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_day, read_days
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.text_hashes import mix, text_hash, text_hashes, withheld
from riskmodel.records.intake.columns.whole_numbers import counts_per_unit
from riskmodel.records.intake.readers.file_tables import read_table

STORED_HASH = 12219043946914016989
dates = st.dates(date(1900, 1, 1), date(2200, 12, 31))
FORMS = (
    "{0:%Y-%m-%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d} 23:59:59",
    "{0:%Y-%m-%d}T08:00",
)


@given(dates, st.sampled_from(FORMS))
def test_a_date_is_read_in_every_form(day: date, form: str) -> None:
    assert read_day(form.format(day)) == to_day(day)


@given(dates)
def test_a_week_or_month_is_its_last_day(day: date) -> None:
    assert read_day(day.isoformat(), "week") == to_day(day) + 6
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    for form in ("{0:%Y-%m}", "{0.year}/{0.month}", "{0:%Y%m}", "{0.year}年{0.month}月", "{0:%Y-%m-%d}"):
        assert read_day(form.format(day), "month") == to_day(following) - 1


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "202411", "2024113", "2024-1", "2024-01/02", "2024-01-31 or so", "20240131x", "1899-12-31", "2201-01-01", "99999-01-01", "45322", "2024-01-32", "-2024-01-01", "2024年1月", "31.01.2024"],
)  # fmt: skip
def test_what_is_no_date_is_beyond_all_days(text: str) -> None:
    assert read_day(text) >= NEVER - 1


def test_a_leap_day_is_a_day_in_leap_years_only() -> None:
    assert to_iso(read_day("2024-02-29")) == "2024-02-29"
    assert read_day("2100-02-29") >= NEVER - 1
    assert to_iso(read_day("2024-02", "month")) == "2024-02-29"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31T17:00:00Z", "2024-02-01"),
        ("2024-01-31T15:59:59.999Z", "2024-01-31"),
        ("2024-01-31 23:00:00+08:00", "2024-01-31"),
        ("2024-02-01T00:30+09:00", "2024-01-31"),
        ("2024-01-31 23:00:00", "2024-01-31"),
    ],
)
def test_an_instant_is_a_day_in_the_projects_time_zone(text: str, day: str) -> None:
    assert to_iso(read_day(text, zone=ZoneInfo("Asia/Shanghai"))) == day


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
    read = read_table(tmp_path / "t.parquet", ("a",)).columns["a"]
    assert sorted(read.values) == ["x", "y", "z"]
    assert read.map(str.upper, "", object).tolist() == ["X", "Y", "Z", "X", ""]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.xls", b"", r"'t\.xls' is of an unknown kind\. Expected \.csv, \.csv\.gz, \.parquet or \.xlsx"),
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
        read_table(tmp_path / name, ("a",))


@pytest.mark.parametrize("column", [pa.array([[1]]), pa.array([{"x": 1}]), pa.array([b"\xff"])], ids=["list", "struct", "bytes"])
def test_a_column_that_is_no_text_is_named_with_its_type(tmp_path: Path, column: Any) -> None:
    with pytest.raises(
        UsageError, match=r"The column 'a' of the table 't\.parquet' has the type .*\. Expected text, numbers or dates"
    ):
        parquet(tmp_path, column)


def test_a_quoted_line_break_is_part_of_a_value(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b'a,b\n"x\ny",1\n"u,v",2\n')
    assert read_table(tmp_path / "t.csv", ("a", "b")).columns["a"].values == ["x\ny", "u,v"]


def slow_hash(text: str) -> int:
    """The hash word by word in plain integers."""

    def mixed(one: int, other: int) -> int:
        z = (one * 0x9E3779B97F4A7C15 + other) % 2**64
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return z ^ (z >> 31)

    content = text.encode()
    hashed = 0x9E3779B97F4A7C15
    for at in range(0, len(content), 8):
        hashed = mixed(hashed, int.from_bytes(content[at : at + 8], "little"))
    return mixed(hashed, len(content))


@given(st.lists(st.text(max_size=40)))
def test_texts_have_the_same_hash_on_every_machine(values: list[str]) -> None:
    assert text_hashes(values).tolist() == [slow_hash(value) for value in values]


def test_hashes_do_not_change() -> None:
    """Stored rows are identified by them."""
    assert text_hash("盗窃") == slow_hash("盗窃") == STORED_HASH
    assert len(set(text_hashes([str(i) for i in range(100_000)]).tolist())) == 100_000
    assert text_hash("a") != text_hash("a\0")


def test_a_withheld_text_has_the_hash_of_what_it_stands_for() -> None:
    assert text_hash(withheld(text_hash("13912345678"))) == text_hash("13912345678")
    assert text_hash("#0123456789abcdeg") == slow_hash("#0123456789abcdeg")


def test_mixing_does_not_confuse_order_or_small_numbers() -> None:
    one, other = np.meshgrid(np.arange(300, dtype=np.uint64), np.arange(300, dtype=np.uint64))
    assert len(np.unique(mix(one.ravel(), other.ravel()))) == 300 * 300
    hashed = np.array([text_hash(str(i)) for i in range(300)], dtype=np.uint64)
    assert len(np.unique(mix(hashed[one].ravel(), other.ravel()))) == 300 * 300


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**4)), min_size=1, max_size=20))
def test_a_figure_per_unit_is_taken_in_as_the_whole_number_that_gives_it(rows: list[tuple[int, int]]) -> None:
    figures = [repr(count / units) for count, units in rows] + ["0.1", "1", "x", "", "1", "nan"]
    units = [str(units) for _, units in rows] + ["3", "0", "1", "1", "", "2"]
    codes = np.arange(len(figures), dtype=np.int32)
    found = counts_per_unit(*(Column(np.where(np.array(texts) == "", -1, codes), texts) for texts in (figures, units)))
    assert found[: len(rows)].tolist() == [count for count, _ in rows]
    # no whole number of thirds is 0.1, and nothing is rounded to be one
    assert set(found[len(rows) :].tolist()) == {UNREADABLE}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2024-02-29", "2024-02-30", "2023-12-31 23:59:59", "2023-13-01", "2024-01-31T08:00:00"]),
            st.booleans(),
        ),
        max_size=30,
    ),
    st.sampled_from(["day", "week", "first", "month"]),
)
def test_columns_of_dates_are_read_as_each_date_is(rows: list[tuple[str, bool]], period: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    values = [
        *(text for text, _ in rows),
        "2024-01-31 20:00+00",
        "20240131",
        "2024年1月31日",
        "x",
        "1899-12-31",
        "2200-12-31",
        "2201-01-01",
        "",
    ]
    column = Column(np.array([*range(len(values)), -1], dtype=np.int32), values)
    assert read_days(column, zone, period).tolist() == [*(read_day(text, period, zone) for text in values), EMPTY]
