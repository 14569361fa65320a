"""Files of tables: their forms say the same, and reading tells how far it is."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest
from riskmodel.records.intake.readers.file_tables import read_table
from tests.worlds.police_table import DAY, HEADER, County, row, table


@pytest.mark.parametrize(
    ("name", "encoding", "encode"),
    [
        ("police.csv", "utf-8", lambda text: b"\xef\xbb\xbf" + text),
        ("police.csv", "utf-8", lambda text: text.replace(b"\n", b"\r\n")),
        ("police.csv.gz", "utf-8", gzip.compress),
        ("police.csv", "gb18030", lambda text: text.decode().encode("gb18030")),
    ],
    ids=["byte order mark", "carriage returns", "gzip", "gb18030"],
)
def test_forms_of_a_csv_say_the_same(tmp_path: Path, name: str, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    rows = [row("1"), row("2", kind="噪音", day="2024年2月29日")]
    plain, other = County(tmp_path / "plain"), County(tmp_path / "other")
    plain.take(rows)
    other.write()
    (other.folder / name).write_bytes(encode(table(rows)))
    toml = other.folder / "riskmodel.toml"
    toml.write_text(toml.read_text().replace('"police.csv"', f'"{name}"\nencoding = "{encoding}"'), encoding="utf-8")
    assert ingest(load_project(other.folder), DAY).sources[0].accepted == 2
    assert other.history().fingerprint() == plain.history().fingerprint()


def test_typed_parquet_columns_say_the_same_as_text(tmp_path: Path) -> None:
    import datetime as dt

    rows = [row("1", "0", known="2024-03-01", n="1"), row("2", "1", "撤销", "噪音", "b", "2024-02-29", "2024-03-02", "2")]
    plain, other = County(tmp_path / "plain"), County(tmp_path / "other")
    plain.take(rows)
    other.write()
    columns = {
        "编号": pa.array([1.0, 2.0]),
        "修订号": pa.array([0, 1], pa.int8()),
        "状态": pa.array([None, "撤销"]).dictionary_encode(),
        "类别": pa.array(["盗窃", "噪音"], pa.large_string()),
        "网格": pa.array(["a", "b"]).dictionary_encode(),
        "发生": pa.array([dt.date(2024, 1, 2), dt.date(2024, 2, 29)]),
        # eight hours later in Shanghai
        "获知": pa.array([dt.datetime(2024, 2, 29, 17), dt.datetime(2024, 3, 2, 15)], pa.timestamp("us", tz="UTC")),
        "数量": pa.array([1.0, 2.0], pa.float32()),
        "姓名": pa.array(["not read", "not read"]),
    }
    pq.write_table(pa.table(columns), other.folder / "police.parquet")
    toml = other.folder / "riskmodel.toml"
    toml.write_text(toml.read_text().replace("police.csv", "police.parquet"), encoding="utf-8")
    assert ingest(load_project(other.folder), DAY).sources[0].accepted == 2
    assert other.history().fingerprint() == plain.history().fingerprint()


@pytest.mark.parametrize("name", ["police.csv", "police.csv.gz"])
def test_progress_tells_the_rows_read_of_about_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from riskmodel.records.intake.readers.csv_table import read_csv
    from riskmodel.records.intake.readers.table_request import TableRequest

    content = table([row(str(i)) for i in range(60_000)])
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    said: list[tuple[int, int]] = []
    read_csv(tmp_path / name, TableRequest(name, HEADER, progress=lambda rows, total: said.append((rows, total))), "utf-8")
    assert len(said) >= 2
    assert said == sorted(said, key=lambda one: one[0])
    assert said[-1] == (60_000, 60_000)
    # the lines of what was read tell how many there are; of a compressed file more is read at once than is unpacked
    assert all(abs(total - 60_000) < 8_000 for _, total in said) or name.endswith(".gz")
    assert all(rows <= 60_000 for rows, _ in said)


@pytest.mark.parametrize("rows", [0, 3])
def test_a_long_field_that_is_not_mapped_does_not_matter(tmp_path: Path, rows: int) -> None:
    outline = ", ".join(f"{i}.5 {i}.25" for i in range(250_000))
    path = tmp_path / "t.csv"
    path.write_text("a,outline\n" + "x,\n" * rows + f'1,"({outline})"\n2,\n', encoding="utf-8")
    assert path.stat().st_size > 1 << 21
    assert read_table(path, ("a",), "UTC").columns["a"].values[-2:] == ["1", "2"]
    # one that is mapped is read and judged for what it is
    with pytest.raises(RefusedError, match=r"The column 'outline' of the table 't\.csv' is refused: a value of it is free text"):
        read_table(path, ("outline",), "UTC")


def test_a_long_header_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"a,{'b' * (1 << 21)}\n1,2\n", encoding="utf-8")
    assert read_table(path, ("a",), "UTC").columns["a"].values == ["1"]


def test_a_line_that_no_block_holds_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.records.intake.readers.csv_table._BLOCKS", (1 << 10, 1 << 11))
    path = tmp_path / "t.csv"
    path.write_text(f"a,b\n1,{'x' * 5000}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"'t\.csv' has a line of more than 0 MB, which is more than riskmodel reads"):
        read_table(path, ("a",), "UTC")


@pytest.mark.parametrize("name", ["t.CSV", "T.Csv", "t.CSV.GZ", "t.csv.Gz", "t.PARQUET", "t.pq", "t.XLSX"])
def test_capitals_in_the_ending_of_a_name_do_not_matter(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"a": ["x", "y"]})
    path = tmp_path / name
    if name.lower().endswith((".csv", ".csv.gz")):
        content = frame.to_csv(index=False).encode()
        path.write_bytes(gzip.compress(content) if name.lower().endswith("gz") else content)
    elif name.lower().endswith("xlsx"):
        frame.to_excel(tmp_path / "t.tmp.xlsx", index=False)
        (tmp_path / "t.tmp.xlsx").rename(path)
    else:
        pq.write_table(pa.Table.from_pandas(frame), path)
    assert read_table(path, ("a",), "UTC").columns["a"].values == ["x", "y"]


def test_a_compressed_csv_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(gzip.compress(b"a\nx\n"))
    assert read_table(tmp_path / "t.csv", ("a",), "UTC").columns["a"].values == ["x"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "t.csv",
            b"PK\x03\x04...",
            r"'t\.csv' is a ZIP archive or a spreadsheet, not what its name says\. Unpack it, or name a spreadsheet \.xlsx",
        ),
        ("t.csv", b"PAR1....", r"'t\.csv' is a Parquet file, not what its name says"),
        (
            "t.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            r"'t\.xlsx' is a spreadsheet of the old kind \(\.xls\) or one with a password, not what its name says\. Save it as \.xlsx without",
        ),
        ("t.xlsx", b"PAR1....", r"'t\.xlsx' is a Parquet file"),
        ("t.xlsx", b"a,b\n1,2\n", r"'t\.xlsx' is text, no spreadsheet\. Name it \.csv"),
        ("t.csv", b"version https://git-lfs.github.com/spec/v1\n", r"Git keeps it elsewhere \(Git LFS\)\. Run 'git lfs pull'"),
        (
            "t.csv",
            b'{"error": {"code": 404}}',
            r"'t\.csv' holds JSON, perhaps an error of the portal\. If it holds records, name it \.json",
        ),
    ],
)
def test_a_file_of_another_kind_than_its_name_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_table(tmp_path / name, ("a",), "UTC")


def test_a_parquet_file_whose_names_are_no_text_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    pd.DataFrame({"类别": ["a"]}).to_parquet(path, index=False)
    path.write_bytes(path.read_bytes().replace("类别".encode(), b"\x00\xb1\xbb\xe5\x88\xab"))
    with pytest.raises(UsageError, match="'calls.parquet' is not a Parquet file"):
        read_table(path, ("类别",), "UTC")
