"""No way in leaves personal data anywhere: each way, each kind of datum, then every byte of the project and every message."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError
from riskmodel.base.personal_data import forbidden
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest, ingest_frame
from tests.cli.conftest import Run
from tests.worlds.police_table import DAY, HEADER, County, row, table

DATA = {
    "a name": "欧阳锋芒",
    "a short name": "仇笑痴",
    "a name in Latin letters": "Zhuge Liangcai",
    "a name in a sentence": "找仇笑痴讨薪",
    "a telephone number": "13981237645",
    "a telephone number in groups": "13-98-12-37-645",
    "an identity number": "330106198507123218",
    "an old identity number": "330106850712321",
    "a card": "6222021234567890128",
    "a passport": "E71236548",
    "an e-mail address": "qiuxiaochi@example.com",
    "a plate": "浙A98Z31",
    "a handle": "微信:qiuxiaochi88",
    "a telephone number of the USA": "(312) 492-7718",
    "digits of a telephone number of the USA": "3124927718",
    "a telephone number of Mexico": "55 4927 7186",
    "a telephone number with a country code": "+447911492771",
    "an account": "DE89370400440532013000",
    "a DNI": "54362315K",
    "a social security number": "219-09-9917",
    "a name in Spanish": "Ximena Quintanar Wolfe",
    "an address": "Av. Juárez 4917, Col. Quintanar",
    "free text": "邻居仇笑痴反映三楼漏水" * 7,
}
TABLE = [row(str(n)) for n in range(1, 4)]
COLUMNS = range(len(HEADER))


def rows_with(datum: str, column: int) -> list[tuple[str, ...]]:
    """A good table in which one field of one row is personal."""
    return [*TABLE, tuple(datum if at == column else field for at, field in enumerate(row("9")))]


def as_csv(folder: Path, rows: list[tuple[str, ...]]) -> str:
    (folder / "police.csv").write_bytes(table(rows))
    return 'path = "police.csv"'


def as_parquet(folder: Path, rows: list[tuple[str, ...]]) -> str:
    pd.DataFrame(rows, columns=list(HEADER)).to_parquet(folder / "police.parquet")
    return 'path = "police.parquet"'


def as_book(folder: Path, rows: list[tuple[str, ...]]) -> str:
    book = openpyxl.Workbook()
    for line in (HEADER, *rows):
        book.worksheets[0].append(list(line))
    book.save(folder / "police.xlsx")
    return 'path = "police.xlsx"'


def as_database(folder: Path, rows: list[tuple[str, ...]]) -> str:
    (folder / "police.db").unlink(missing_ok=True)
    with sqlite3.connect(folder / "police.db") as connection:
        connection.execute(f"CREATE TABLE police ({', '.join(HEADER)})")
        connection.executemany(f"INSERT INTO police VALUES ({', '.join('?' * len(HEADER))})", rows)
    connection.close()
    return 'sql = { url = "DB", table = "police", increment = "数量" }'


def as_frame(folder: Path, rows: list[tuple[str, ...]]) -> str:
    return "frame = true"


WAYS: dict[str, Callable[[Path, list[tuple[str, ...]]], str]] = {
    "csv": as_csv, "parquet": as_parquet, "xlsx": as_book, "sql": as_database, "frame": as_frame,
}  # fmt: skip
INPUTS = (
    "police.csv",
    "police.parquet",
    "police.xlsx",
    "police.db",
    "cells.csv",
    "register.csv",
    "exports.csv",
    "successions.csv",
    "neighbours.csv",
    "answers.csv",
    "cells.geojson",
)


def kept(folder: Path) -> str:
    """Everything in the files of a project but its inputs: bytes, contents of Parquet files and escaped JSON."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file() or path.name in INPUTS:
            continue
        found.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            found.append(str(pq.read_table(path).to_pydict()))
        if path.suffix == ".json":
            found.append(json.dumps(json.loads(path.read_bytes()), ensure_ascii=False))
    return "\n".join(found)


def take(project: Project, way: str, rows: list[tuple[str, ...]]) -> str:
    """Ingest the table; what is reported."""
    try:
        if way == "frame":
            return repr(ingest_frame(project, "police", pd.DataFrame(rows, columns=list(HEADER)), DAY))
        return repr(ingest(project, DAY, environment={"DB": f"sqlite:///{project.folder / 'police.db'}"}))
    except RiskmodelError as error:
        return f"{error} {error.__cause__} {getattr(error, '__notes__', '')}"


@pytest.mark.parametrize("way", WAYS)
def test_no_table_leaves_personal_data_anywhere(tmp_path: Path, way: str, run: Run) -> None:
    """Every column of a CSV file; of the other kinds of table, the columns take turns with the data."""
    county = County(tmp_path / "county")
    county.write()
    path, plain = county.folder / "riskmodel.toml", None
    reports, number = [], 0
    for what, datum in DATA.items():
        for column in COLUMNS if way == "csv" and what in ("a name", "a telephone number in groups") else (number % len(HEADER),):
            number += 1
            rows = rows_with(datum, column)
            origin = WAYS[way](county.folder, rows)
            plain = plain or path.read_text(encoding="utf-8")
            path.write_text(plain.replace('path = "police.csv"', origin), encoding="utf-8")
            reports.append(take(load_project(county.folder), way, rows))
        reports.append(run("--project", county.folder, "quarantine", "--json").out if number % 5 == 0 else "")
    everything = kept(county.folder) + "\n".join(reports)
    for what, datum in DATA.items():
        assert datum not in everything, what


PLACES: dict[str, tuple[str, str, str]] = {
    "a cell": ("cells.csv", "网格,中心\na,东\nb,西\n{datum},西\n", ""),
    "a day of a cell": ("cells.csv", "网格,中心,启用\na,东,2020-01-01\nb,西,{datum}\n", 'valid_from = "启用"'),
    "a figure": ("cells.csv", "网格,中心,户数\na,东,3\nb,西,{datum}\n", 'exposures = {{ h = "户数" }}'),
    "neighbours": ("neighbours.csv", "x,y\na,{datum}\n", 'neighbours = {{ path = "neighbours.csv", cell = "x", neighbour = "y" }}'),
    "a register": ("register.csv", "地址,网格\n滨江路1号,{datum}\n", 'addresses = {{ path = "register.csv", address = "地址", cell = "网格" }}'),
    "successions": ("successions.csv", "旧,新,日\na,{datum},2020-01-01\n", 'successions = {{ path = "successions.csv", old = "旧", new = "新", date = "日" }}'),
    "a day of a succession": ("successions.csv", "旧,新,日\na,b,{datum}\n", 'successions = {{ path = "successions.csv", old = "旧", new = "新", date = "日" }}'),
    "exports": ("exports.csv", "源,自,至,知\n{datum},2020-01-01,2024-06-01,2024-06-01\n", '[exports]\npath = "exports.csv"\nsource = "源"\nsince = "自"\nthrough = "至"\nknown = "知"'),
    "a day of an export": ("exports.csv", "源,自,至,知\npolice,{datum},2024-06-01,2024-06-01\n", '[exports]\npath = "exports.csv"\nsource = "源"\nsince = "自"\nthrough = "至"\nknown = "知"'),
}  # fmt: skip
KEPT_AS_PLACES = {"a cell"}
"""Tables of place names: a single personal name among them looks like a place name."""


@pytest.mark.parametrize("where", PLACES)
def test_no_table_of_places_leaves_personal_data_anywhere(tmp_path: Path, where: str) -> None:
    name, content, stated = PLACES[where]
    county = County(tmp_path / "county")
    county.write(table(TABLE))
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    if where == "a register":
        text = text.replace('cell = "网格", occurred', 'address = "网格", occurred')
    path.write_text(text.replace("[kinds]", f"{stated.replace('{{', '{').replace('}}', '}')}\n[kinds]", 1), encoding="utf-8")
    reports = []
    for what, datum in DATA.items():
        if where in KEPT_AS_PLACES and "name" in what:
            continue
        (county.folder / name).write_text(content.format(datum=datum), encoding="utf-8")
        reports.append(take(load_project(county.folder), "csv", TABLE))
    everything = kept(county.folder) + "\n".join(reports)
    for what, datum in DATA.items():
        assert datum not in everything, what


def test_no_role_or_answer_leaves_personal_data_anywhere(tmp_path: Path, run: Run, capsys: Any) -> None:
    county = County(tmp_path / "county")
    county.take(TABLE)
    said = []
    for datum in DATA.values():
        for words in (("approve", "--as-of", "2024-06-30", "--role", datum), ("promote", "x", "--role", datum)):
            left = run("--project", county.folder, *words)
            assert left.code != 0
            said += [left.out, left.err]
        (county.folder / "answers.csv").write_text(f"编号,结果,日期,备注\n{datum},{datum},{datum},{datum}\n", encoding="utf-8")
        left = run("--project", county.folder, "answer", county.folder / "answers.csv")
        said += [left.out, left.err]
    everything = kept(county.folder) + "\n".join(said)
    for what, datum in DATA.items():
        assert datum not in everything, what


@pytest.mark.parametrize("key", ["name", "title", "kind", "raw kind", "withdrawn", "role"])
def test_a_project_file_with_a_number_of_a_person_is_refused_without_it(tmp_path: Path, key: str) -> None:
    county = County(tmp_path / "county")
    county.write()
    path = county.folder / "riskmodel.toml"
    plain = path.read_text(encoding="utf-8")
    for what, datum in DATA.items():
        changes = {
            "name": ('name = "test"', f'name = "{datum}"'),
            "title": ('zh = "测试"', f'zh = "{datum}"'),
            "kind": ('theft = { family = "police", zh = "盗窃"', f'theft = {{ family = "police", zh = "{datum}"'),
            "raw kind": ('"噪音" = "noise"', f'"{datum}" = "noise"'),
            "withdrawn": ('["撤销"]', f'["{datum}"]'),
            "role": ("[places]", f'roles = ["{datum}"]\n[places]'),
        }
        if forbidden(datum) in (None, "free text"):
            continue
        path.write_text(plain.replace(*changes[key]), encoding="utf-8")
        with pytest.raises(RefusedError, match="'riskmodel.toml' is refused: .* holds") as caught:
            load_project(county.folder)
        assert datum not in str(caught.value), what


def test_a_project_file_with_names_for_kinds_is_refused_without_them(tmp_path: Path) -> None:
    """A mapping that somebody filled with the officers' names."""
    county = County(tmp_path / "county")
    county.write()
    path = county.folder / "riskmodel.toml"
    for names in (
        ("María García", "José Pérez", "Ana López", "Luis Gómez", "Rosa Díaz"),
        ("王秀英", "李建国", "张丽华", "陈志强", "刘晓明"),
    ):
        mapped = "".join(f'"{name}" = "theft", ' for name in names)
        plain = path.read_text(encoding="utf-8")
        path.write_text(plain.replace('"盗窃" = "theft", ', mapped), encoding="utf-8")
        with pytest.raises(
            RefusedError, match=r"'riskmodel.toml' is refused: sources\.kinds\.\(names in it\) holds names of persons"
        ) as caught:
            load_project(county.folder)
        assert not any(name in str(caught.value) for name in names)
        path.write_text(plain, encoding="utf-8")


@pytest.mark.parametrize("box", ["ximena.quintanar", "j_kowalski", "Quintanar-Ximena", "3124927718"])
@pytest.mark.parametrize("key", ["sender", "receivers"])
def test_no_mailbox_of_a_person_gets_lists(tmp_path: Path, key: str, box: str) -> None:
    """Receipts, the journal and messages name receivers."""
    county = County(tmp_path / "county")
    county.write()
    path = county.folder / "riskmodel.toml"
    plain = path.read_text(encoding="utf-8")
    stated = {
        "sender": '"lists@example.org"',
        "receivers": '["duty@example.org", "centre-2@example.org", "fire.brigade@example.org"]',
    }
    for given in (stated, stated | {key: f'"{box}@example.org"' if key == "sender" else f'["{box}@example.org"]'}):
        channel = f'[[delivery.channels]]\nname = "mail"\ntype = "email"\nhost = "mail.example.org"\nsender = {given["sender"]}\nreceivers = {given["receivers"]}\n'
        path.write_text(f"{plain}\n{channel}", encoding="utf-8")
        if given is stated:
            assert len(load_project(county.folder).table.delivery.channels) == 1
            continue
        with pytest.raises(
            RiskmodelError, match="looks like the mailbox of a person, and receipts would keep it; give that of an office"
        ) as caught:
            load_project(county.folder)
        assert box not in str(caught.value)
