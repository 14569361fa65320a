"""Attacks on the privacy door: disguised numbers, handles and names, in every table that is read, and in what is said of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest, ingest_frame, read_places
from riskmodel.records.intake.privacy import check_columns, check_values, forbidden, is_forbidden_name
from riskmodel.records.intake.privacy.value_check import suspects
from tests.worlds.police_table import DAY, HEADER, County, row, table

PHONE, IDENTITY = "13912345678", "11010519491231002X"
DISGUISED = {
    "1 3 9 1 2 3 4 5 6 7 8": "a mobile telephone number",
    "1-3-9-1-2-3-4-5-6-7-8": "a mobile telephone number",
    "139.1234.5678": "a mobile telephone number",
    "139_1234_5678": "a mobile telephone number",
    "139/1234/5678": "a mobile telephone number",
    "139 12345678": "a mobile telephone number",
    "13912 345678": "a mobile telephone number",
    "1391 2345 678": "a mobile telephone number",
    "139\u00a01234\u20035678": "a mobile telephone number",
    "139–1234—5678": "a mobile telephone number",
    "１３９１２３４５６７８": "a mobile telephone number",
    "١٣٩١٢٣٤٥٦٧٨": "a mobile telephone number",
    "139\u200b1234\u200d5678": "a mobile telephone number",
    "①③⑨①②③④⑤⑥⑦⑧": "a mobile telephone number",
    "一三九一二三四五六七八": "a mobile telephone number",
    "幺三九幺二三四五六七八": "a mobile telephone number",
    "0086 139 1234 5678": "a mobile telephone number",
    "+86-13912345678": "a mobile telephone number",
    "8613912345678": "a mobile telephone number",
    "13912345678.0": "a mobile telephone number",
    "1.3912345678E+10": "a mobile telephone number",
    "1.3912345678e10": "a mobile telephone number",
    "电话:13912345678转1": "a mobile telephone number",
    "(010)12345678": "a telephone number",
    "（0571）8765 4321": "a telephone number",
    "0571 8765 4321": "a telephone number",
    "110105 19491231 002X": "an identity number",
    "110105-19491231-002x": "an identity number",
    "1101 0519 4912 3100 2X": "an identity number",
    "110105.1949.1231.002X": "an identity number",
    "１１０１０５１９４９１２３１００２Ｘ": "an identity number",
    "号11010519491231002x附": "an identity number",
    # as a floating-point number, which keeps 16 digits of the 18
    str(int(float("110105194912310047"))): "an identity number",
    "1.1010519491231005E+17": "an identity number",
    "京A-12345": "a vehicle plate",
    "京 A12345": "a vehicle plate",
    "京a·12345": "a vehicle plate",
    "京A•D12345": "a vehicle plate",
    "京A.F1234": "a vehicle plate",
    "京A1234警": "a vehicle plate",
    "粤Z1234港": "a vehicle plate",
    "张三@例子.中国": "an e-mail address",
    "zhang＠example．com": "an e-mail address",
    "zhang (at) example.com": "an e-mail address",
    "zhang[at]example": "an e-mail address",
    "wxid_a1b2c3d4": "an account handle",
    "微信：zhangsan88": "an account handle",
    "微信号zhangsan": None,
    "vx: zhangsan88": "an account handle",
    "QQ12345678": "an account handle",
    "qq群 12345678": "an account handle",
    "抖音号:abcde1": "an account handle",
    "@张三李四": "an account handle",
    "https://weibo.com/u/1": "a web address",
    "www.zhangsan.cn": "a web address",
    "a4:5e:60:c2:10:ff": "the address of a device",
    '{"tel": "x"}': "nested data",
    '["张三", 1]': "nested data",
}
FORBIDDEN = sorted(value for value, what in DISGUISED.items() if what is not None)
ORDINARY = (
    "2024-01-31 08:00:00", "2024-01-31T08:00:00+08:00", "2024-01-31 13:30", "20240131", "2024年1月31日", "P000001390000001", "JQ-2024-0131-0001",
    "330110001001001", "330110001001000001", "G01-002-03", "滨江路139号5幢678室", "B座１０１", "x12673y1184", "40.7128", "-73.93561234567", "120.13912345678",
    "1700000000000", "微信群投诉", "网上噪音投诉", "QQ音乐", "云南路12号", "苏州街", "川大", "京东", "1,380,013", "1.5e3", "0", "true", "C62313", "a@b", "at home", "12:30",
    "[已办结]x", "一百三十九号", "〔2024〕5号", "192", "60-3-12", "wave", "5.2E+2",
)  # fmt: skip


@pytest.mark.parametrize("value", DISGUISED)
def test_a_disguise_is_seen_through(value: str) -> None:
    assert forbidden(value) == DISGUISED[value]
    if DISGUISED[value] is not None:
        # the quick look over a column misses nothing that the close one finds
        with pytest.raises(RefusedError, match=DISGUISED[value]):
            check_values("t", "c", ["ok", value])


@pytest.mark.parametrize("value", ORDINARY)
def test_ordinary_codes_days_and_addresses_come_in(value: str) -> None:
    assert forbidden(value) is None
    assert check_values("t", "c", [value]) == frozenset()


@pytest.mark.parametrize(
    "name",
    [
        "電話", "手機號碼", "聯絡人", "身分證字號", "戶主姓名", "姓 名", "姓\u3000名", "姓\u200b名", "車牌號", "備註", "帳號", "xingming", "XingMing", "shou_ji_hao", "sfzh", "SFZ",
        "lxdh", "lxr_1", "CPH", "firstName", "First Name", "LAST-NAME", "Ｐｈｏｎｅ", "e-mail", "E_Mail", "tel", "Tel.", "telNo", "qq", "wx_id", "id_card_no", "IDCard", "SSN",
        "openId", "caller", "owner", "applicant_id", "bei zhu", "chepaihao", "free text",
    ],
)  # fmt: skip
def test_a_name_in_another_form_is_seen_through(name: str) -> None:
    assert is_forbidden_name(name)
    with pytest.raises(RefusedError, match="would bring persons"):
        check_columns("t", [name])


@pytest.mark.parametrize(
    "name",
    ["编号", "网格编号", "门牌号", "door plate", "class_name", "classname", "telemetry", "hotel", "automobile_theft", "template", "类别", "发生日期", "created", "census_tract", "wxy", "mobs"],
)  # fmt: skip
def test_an_ordinary_name_is_not_refused(name: str) -> None:
    assert not is_forbidden_name(name)


def test_days_and_ids_are_not_looked_at_one_by_one() -> None:
    """A million different instants pass in a moment."""
    instants = [
        f"20{y}-{m:02d}-{d:02d} {d % 24:02d}:{m:02d}:{y}" for y in range(10, 30) for m in range(1, 13) for d in range(1, 29)
    ]
    assert suspects(pa.array([*instants, *(f"P{i:012d}" for i in range(5000)), *(f"滨江路{i}号" for i in range(5000))])) == []


def typed(value: str) -> Any:
    """The value as a spreadsheet or database may hold it."""
    return float(value) if value.replace(".", "").isdecimal() and value.isascii() and len(value) > 10 else value


def take(project: Project, frame: pd.DataFrame | None = None) -> None:
    """Take the police records in, from a frame or from where the project says."""
    if frame is not None:
        ingest_frame(project, "police", frame, DAY)
    else:
        ingest(project, DAY, environment={"DB": f"sqlite:///{project.folder / 'police.db'}"})


def as_book(county: County, rows: list[tuple[Any, ...]]) -> str:
    book = openpyxl.Workbook()
    for line in (HEADER, *rows):
        book.worksheets[0].append(list(line))
    book.save(county.folder / "police.xlsx")
    return 'path = "police.xlsx"'


def as_parquet(county: County, rows: list[tuple[Any, ...]]) -> str:
    frame = pd.DataFrame(rows, columns=list(HEADER))
    frame["网格"] = frame["网格"].map(str)
    frame.to_parquet(county.folder / "police.parquet")
    return 'path = "police.parquet"'


def as_database(county: County, rows: list[tuple[Any, ...]]) -> str:
    with sqlite3.connect(county.folder / "police.db") as connection:
        connection.execute(f"CREATE TABLE police ({', '.join(HEADER)})")
        connection.executemany(f"INSERT INTO police VALUES ({', '.join('?' * len(HEADER))})", rows)
    connection.close()
    return 'sql = { url = "DB", table = "police" }'


def as_csv(county: County, rows: list[tuple[Any, ...]]) -> str:
    (county.folder / "police.csv").write_bytes(table([tuple(map(str, line)) for line in rows]))
    return 'path = "police.csv"'


def as_frame(county: County, rows: list[tuple[Any, ...]]) -> str:
    return "frame = true"


KINDS: dict[str, Callable[[County, list[tuple[Any, ...]]], str]] = {
    "csv": as_csv,
    "parquet": as_parquet,
    "xlsx": as_book,
    "sql": as_database,
    "frame": as_frame,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "value", [PHONE, "1391 2345 678", "13912345678.0", "11010519491231002x", "京A-12345", "张三@例子.中国", '{"a": "b"}']
)
def test_nothing_disguised_comes_in_or_is_told_by_any_source(tmp_path: Path, kind: str, value: str) -> None:
    county = County(tmp_path / "county")
    county.write()
    rows: list[tuple[Any, ...]] = [row("1"), (*row("2")[:4], typed(value), *row("2")[5:])]
    origin = KINDS[kind](county, rows)
    path = county.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('path = "police.csv"', origin), encoding="utf-8")
    project = load_project(county.folder)
    with pytest.raises(RefusedError, match="The column '网格' of the table") as caught:
        take(project, pd.DataFrame(rows, columns=list(HEADER)) if kind == "frame" else None)
    assert value not in str(caught.value)
    for file in (county.folder / "data").rglob("*"):
        assert file.is_dir() or value.encode() not in file.read_bytes()


PLACES = {
    "a table of cells": ("cells.csv", "网格,中心\na,甲\n{value},甲\n", ""),
    "a grouping": ("cells.csv", "网格,中心\na,{value}\n", ""),
    "a figure": ("cells.csv", "网格,中心,户数\na,甲,{value}\n", 'exposures = { h = "户数" }'),
    "a day": ("cells.csv", "网格,中心,启用\na,甲,{value}\n", 'valid_from = "启用"'),
    "neighbours": ("n.csv", "x,y\na,{value}\n", 'neighbours = { path = "n.csv", cell = "x", neighbour = "y" }'),
    "more figures": ("m.csv", "c,h\n{value},3\n", 'more = [{ path = "m.csv", id = "c", exposures = { h = "h" } }]'),
}


@pytest.mark.parametrize("where", PLACES)
def test_nothing_comes_in_through_tables_of_places(tmp_path: Path, where: str) -> None:
    name, content, stated = PLACES[where]
    county = County(tmp_path / "county")
    county.write(table([row()]))
    path = county.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[kinds]", f"{stated}\n[kinds]", 1), encoding="utf-8")
    for value in (PHONE, IDENTITY, "京A·12345"):
        (county.folder / name).write_text(content.format(value=value), encoding="utf-8")
        with pytest.raises(RefusedError, match="is refused: a value of it is") as caught:
            read_places(load_project(county.folder))
        assert value not in str(caught.value)


def test_nothing_comes_in_through_a_register_of_addresses(tmp_path: Path) -> None:
    county = County(tmp_path / "county")
    county.write(table([row(cell="x")]), register=table([("滨江路1号 13912345678", "a")], ("地址", "网格")))
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace('cell = "网格"', 'address = "网格"')
    register = '[places.addresses]\npath = "register.csv"\naddress = "地址"\ncell = "网格"\n[kinds]'
    path.write_text(text.replace("[kinds]", register, 1), encoding="utf-8")
    with pytest.raises(RefusedError, match="The column '地址' of the table 'register.csv' is refused") as caught:
        ingest(load_project(county.folder), DAY)
    assert PHONE not in str(caught.value)


def test_an_unreadable_day_of_a_cell_is_told_by_its_row(tmp_path: Path) -> None:
    county = County(tmp_path / "county")
    county.write(table([row()]))
    (county.folder / "cells.csv").write_text("网格,中心,启用\na,甲,2020-01-01\nb,甲,张三\n", encoding="utf-8")
    path = county.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[kinds]", 'valid_from = "启用"\n[kinds]', 1), encoding="utf-8")
    with pytest.raises(UsageError, match=r"Row 2 of the column '启用' of the table of cells is not a date") as caught:
        read_places(load_project(county.folder))
    assert "张三" not in str(caught.value)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "sql", "frame"])
def test_a_table_without_a_head_is_told_without_its_first_row(tmp_path: Path, kind: str) -> None:
    """The first row of data would else be listed as the columns that there are."""
    county = County(tmp_path / "county")
    county.write()
    first = ("张三", PHONE, dt.date(2024, 1, 2).isoformat())
    frame = pd.DataFrame([first], columns=list(first))
    path = county.folder / "riskmodel.toml"
    origin = 'path = "police.csv"'
    if kind == "csv":
        frame.to_csv(county.folder / "police.csv", index=False)
    elif kind == "xlsx":
        frame.to_excel(county.folder / "police.xlsx", index=False)
        origin = 'path = "police.xlsx"'
    elif kind == "parquet":
        frame.to_parquet(county.folder / "police.parquet")
        origin = 'path = "police.parquet"'
    elif kind == "sql":
        with sqlite3.connect(county.folder / "police.db") as connection:
            connection.execute(f"CREATE TABLE police ({', '.join(repr(name) for name in first)})")
        connection.close()
        origin = 'sql = { url = "DB", table = "police" }'
    else:
        origin = "frame = true"
    path.write_text(path.read_text(encoding="utf-8").replace('path = "police.csv"', origin), encoding="utf-8")
    project = load_project(county.folder)
    with pytest.raises(RiskmodelError, match="does not look like column names") as caught:
        take(project, frame if kind == "frame" else None)
    for secret in first:
        assert secret not in str(caught.value)


@pytest.mark.parametrize(
    "select", ["SELECT 编号, 姓名 AS 网格 FROM p", 'SELECT "phone" AS 网格 FROM p', "SELECT xingming || '' AS 网格 FROM p"]
)
def test_a_select_cannot_rename_what_is_refused(tmp_path: Path, select: str) -> None:
    county = County(tmp_path / "county")
    county.write()
    path = county.folder / "riskmodel.toml"
    quoted = select.replace('"', '\\"')
    path.write_text(
        path.read_text(encoding="utf-8").replace('path = "police.csv"', f'sql = {{ url = "DB", select = "{quoted}" }}'),
        encoding="utf-8",
    )
    sqlite3.connect(county.folder / "police.db").close()
    with pytest.raises(RefusedError, match="would bring persons"):
        take(load_project(county.folder))
