"""Places of earlier lists that nobody answered in time: on the page, in the sheet and in the table."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl

from riskmodel.base.texts import Text
from riskmodel.cli.list_text import list_text
from riskmodel.warning import FORMATS, PastList, WarningList
from riskmodel.warning.formats.worklist import MOST_OVERDUE, overdue_places, work_rows
from riskmodel.warning.warn import Membership, OverduePlace
from tests.worlds.full_list import full, rows_of
from tests.worlds.listed_county import AS_OF, county

TITLE = Text(zh="火灾（28天）", en="Fire (28 days)")


def late(id: str, place: str, grade: str = "red", deadline: int = AS_OF - 2, target: str = "rental-fire") -> OverduePlace:
    groups = (Membership("village", "第9村"), Membership("centre", "第1指挥中心"))
    return OverduePlace(id, target, TITLE, place, groups, grade, deadline, "第1网格")  # type: ignore[arg-type]


def whole(*places: OverduePlace) -> WarningList:
    newest, older = (
        PastList(AS_OF - 3, 8, 5, len(places), late=places),
        PastList(AS_OF - 9, 8, 5, 1, late=(late("old", "C0040"),)),
    )
    return replace(full(), past=(newest, older))


def test_each_place_is_there_once_under_its_newest_warning_and_not_where_it_is_listed_again() -> None:
    listed = full().sections[0].warnings[0]
    found = overdue_places(
        whole(late("w1", "C0041", "blue"), late("w2", "C0040", "orange"), late("w3", listed.place, target=listed.target))
    )
    assert [one.id for one in found] == ["w2", "w1"]
    many = [late(f"w{i}", f"C{i:04d}", target="other") for i in range(40)]
    assert len(overdue_places(whole(*many))) == MOST_OVERDUE


def test_every_form_names_them_with_deadline_and_id() -> None:
    one = whole(late("w1", "C0041", "red"))
    page = FORMATS["html"].render(one, county(), "zh").decode()
    assert "超期未反馈的地点" in page
    assert "第9村 第1网格" in page
    assert "1月4日" in page
    row = next(row for row in work_rows(one, "zh") if row.id == "w1")
    assert (row.number, row.kind, row.label, row.deadline, row.reason) == (
        None,
        "overdue",
        "红色",
        AS_OF - 2,
        "前几期名单，超期未反馈",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(one, county(), "zh"))).worksheets[0]
    dates = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "date"}
    assert dates == {"K3:K10": "DATE(2025,1,6)", "K11:K12": "DATE(2024,12,28)"}
    assert [line[-1] for line in sheet.iter_rows(values_only=True)][-2:] == ["w1", "old"]
    cells = [row for row in rows_of(FORMATS["csv"].render(one, county(), "en")) if row["Kind"] == "Overdue"]
    assert [(row["Warning id"], row["By"], row["Place name"]) for row in cells] == [
        ("w1", "2025-01-04", "第9村 第1网格"),
        ("old", "2025-01-04", "第9村 第1网格"),
    ]
    assert WarningList.from_json(one.to_json()) == one
    said = list_text(one, "zh").splitlines()
    assert said[said.index(" 超期未反馈的地点（2）") + 1] == "      第9村 第1网格（C0041） 火灾（28天）：期限1月4日 w1"
    assert "      第9村 第1网格 (C0041) Fire (28 days): by 4 Jan w1" in list_text(one, "en")


def test_a_list_without_overdue_answers_has_neither_rows_nor_keys() -> None:
    none = replace(full(), past=(PastList(AS_OF - 3, 8, 8, 0),))
    assert "超期未反馈的地点" not in FORMATS["html"].render(none, county(), "zh").decode()
    assert "late" not in none.to_json()["past"][0]
