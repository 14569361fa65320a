"""The privacy door refuses names and values, and no message repeats one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.forbidden_values import LONGEST_TEXT
from riskmodel.base.personal_data.personal_numbers import has_check_character, is_identity_number
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.text_hashes import text_hash
from riskmodel.records.intake.privacy import check_columns, check_values, forbidden
from riskmodel.records.intake.readers.file_tables import read_file, read_table
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.rows.masked_columns import ColumnMask, masked_column

VALID, INVALID = "11010519491231002X", "110105194912310021"
VALUES = {
    VALID: "an identity number",
    "证件 11010519491231002x 号": "an identity number",
    "13912345678": "a mobile telephone number",
    "+86 13912345678": "a mobile telephone number",
    "139 1234 5678": "a mobile telephone number",
    "139-1234-5678": "a mobile telephone number",
    "0571-88888888": "a telephone number",
    "电话139 1234 5678或13912345678": "a mobile telephone number",
    "浙A12345": "a vehicle plate",
    "浙A·D12345": "a vehicle plate",
    "someone@example.com": "an e-mail address",
    "@someone": "an account handle",
    "邻居反映三楼住户" * 8: "free text",
}
HARMLESS = (
    INVALID,
    "CELL-0001",
    "2024-01-31 08:00",
    "盗窃",
    "P20240101000123",
    "浙A",
    "a@b",
    "139123456789",
    "29912345678",
    "京都",
    "41.13912345678",
    "-87.13912345678901",
    "x" * LONGEST_TEXT,
)
NAMES = (
    "姓名",
    "报警人电话",
    "身份证号",
    "车牌号",
    "微信账号",
    "简要案情",
    "备注",
    "Phone_Number",
    "suspect name",
    "EMAIL",
    "narrative",
    "victim_age",
)


def write(folder: Path, name: str, column: str, value: str) -> Path:
    path = folder / name
    if path.suffix == ".parquet":
        pq.write_table(pa.table({"编号": ["1", "2"], column: ["ok", value]}), path)
    else:
        path.write_text(f'编号,{column}\n1,ok\n2,"{value}"\n', encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize("value", VALUES)
def test_a_forbidden_value_is_refused_and_not_repeated(tmp_path: Path, name: str, value: str) -> None:
    path = write(tmp_path, name, "网格", value)
    with pytest.raises(
        RefusedError, match=rf"The column '网格' of the table '{name}' is refused: a value of it is {VALUES[value]}\."
    ) as caught:
        read_table(path, ("编号", "网格"), "UTC")
    said = "".join(map(str, (caught.value, caught.value.__cause__, *getattr(caught.value, "__notes__", ()))))
    assert value not in said
    assert not any(digits in said for digits in ("1949", "1234", "someone"))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize("column", NAMES)
def test_a_forbidden_column_is_refused_by_its_name(tmp_path: Path, name: str, column: str) -> None:
    path = write(tmp_path, name, column, "harmless")
    with pytest.raises(
        RefusedError, match=rf"The table '{name}' is refused: the mapped column\(s\) '{column}' would bring persons"
    ):
        read_table(path, ("编号", column), "UTC")


@pytest.mark.parametrize("value", HARMLESS)
def test_codes_dates_and_kinds_come_in(tmp_path: Path, value: str) -> None:
    assert forbidden(value) is None
    assert read_table(write(tmp_path, "t.csv", "网格", value), ("编号", "网格"), "UTC").columns["网格"].values == ["ok", value]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_what_is_not_mapped_is_not_read(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, "姓名", VALID)
    assert list(read_table(path, ("编号",), "UTC").columns) == ["编号"]


def test_numbers_of_a_typed_column_are_looked_at_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({"编号": pa.array([13912345678])}), tmp_path / "t.parquet")
    with pytest.raises(RefusedError, match=r"a value of it is a mobile telephone number"):
        read_table(tmp_path / "t.parquet", ("编号",), "UTC")


def test_all_forbidden_columns_are_named_at_once() -> None:
    with pytest.raises(RefusedError, match=r"'姓名', 'phone' would bring"):
        check_columns("t", ["姓名", "cell", "phone"])
    check_columns("t", ["编号", "网格", "发生日期", "cell", "kind", "amount"])


@settings(deadline=None)
@given(st.from_regex(r"[1-8][0-9]{16}", fullmatch=True))
def test_exactly_one_check_character_fits(digits: str) -> None:
    assert sum(has_check_character(digits + check) for check in "0123456789X") == 1


def checked(digits: str) -> str:
    return next(digits + check for check in "0123456789X" if has_check_character(digits + check))


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [
        ("11010519491231002", True),
        ("33010220000229123", True),
        ("33010220010229123", False),
        ("33010220001331123", False),
        ("99010519491231002", False),
        ("20240131000012345", False),
        ("11010518500101002", True),
        ("11010518491231002", False),
        ("11010521501231002", True),
        ("11010521510101002", False),
    ],
    ids=[
        "valid",
        "a leap day",
        "no leap day",
        "no month",
        "no region",
        "a serial number",
        "the first year",
        "too early",
        "the last year",
        "too late",
    ],
)
def test_an_identity_number_has_a_region_and_a_date_of_birth(digits: str, is_one: bool) -> None:
    assert is_identity_number(checked(digits)) is is_one
    assert (forbidden(checked(digits)) == "an identity number") is is_one


def ids(folder: Path, values: list[str]) -> Column:
    pq.write_table(pa.table({"编号": values, "网格": values}), folder / "t.parquet")
    return read_file(folder / "t.parquet", TableRequest("t.parquet", ("编号",), ids=("编号",))).columns["编号"]


@pytest.mark.parametrize("alike", [VALID, "13912345678"])
def test_a_few_ids_may_look_like_numbers_of_persons_by_chance_and_are_never_shown(tmp_path: Path, alike: str) -> None:
    column = ids(tmp_path, ["20240000001", "20240000002", alike])
    kept = masked_column(column, ColumnMask(is_id=True), text_hash).shown([0, 2])
    assert kept == ["20240000001", f"#{text_hash(alike):016x} <{len(alike)} characters>"]
    assert alike not in str(kept)
    with pytest.raises(RefusedError, match=r"The column '网格' of the table 't\.parquet' is refused"):
        read_file(tmp_path / "t.parquet", TableRequest("t.parquet", ("编号", "网格"), ids=("编号",)))


def test_ids_that_repeat_are_judged_by_rows_and_held_once(tmp_path: Path) -> None:
    alike = "13912345678"
    read = ids(tmp_path, [*["P1"] * 3, *[alike] * 3, "P2"])
    assert sorted(read.values) == [alike, "P1", "P2"]
    assert {read.values[code] for code in read.alike} == {alike}
    assert read.map(str, "", object).tolist() == [*["P1"] * 3, *[alike] * 3, "P2"]
    with pytest.raises(RefusedError, match="a value of it is a mobile telephone number"):
        ids(tmp_path, [*["P1"] * 2, *[alike] * 3])


@pytest.mark.parametrize("alike", [VALID, "13912345678"])
def test_a_column_of_such_ids_is_refused(tmp_path: Path, alike: str) -> None:
    others = {VALID: "330102200002291232", "13912345678": "13812345678"}
    with pytest.raises(RefusedError, match=r"a value of it is") as caught:
        ids(tmp_path, ["20240000001", alike, checked(others[alike][:17]) if len(alike) == 18 else others[alike]])
    assert alike not in str(caught.value)


@pytest.mark.parametrize("value", ["someone@example.com", "浙A12345", "电话13912345678", "@someone"])
def test_what_is_no_bare_number_is_refused_among_ids_too(tmp_path: Path, value: str) -> None:
    with pytest.raises(RefusedError, match=r"a value of it is"):
        ids(tmp_path, ["1", "2", "3", "4", value])


@settings(deadline=None)
@given(st.sampled_from(sorted(VALUES)), st.data())
def test_other_forms_of_letters_and_digits_hide_nothing(value: str, data: st.DataObject) -> None:
    wide = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}
    disguised = "".join(data.draw(st.sampled_from([c, wide.get(c, c), c + "\u200b"])) for c in value)
    assert forbidden(disguised) is not None
    with pytest.raises(RefusedError):
        check_values("t", "c", ["ok", disguised])
    # many are looked for by another pattern than few
    with pytest.raises(RefusedError):
        check_values("t", "c", ["ok", *[disguised] * 51])


def test_a_door_plate_is_no_vehicle_plate() -> None:
    check_columns("t", ["door_plate", "Doorplate no", "门牌号"])
    with pytest.raises(RefusedError, match="plate"):
        check_columns("t", ["plate"])


def test_names_that_no_list_has_are_refused_where_the_column_says_who() -> None:
    names = ["Aarna Sarin", "Achim Cristea", "Afaq Nezirli", "Wayan Sudana", "Temitope Oyekan"]
    with pytest.raises(RefusedError, match="5 of its 5 different values look like personal names"):
        check_values("t", "handled_by", names)
    assert check_values("t", "district", names) == frozenset()
