"""Files of tables: their forms say the same, and reading tells how far it is."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest
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
