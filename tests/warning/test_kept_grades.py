"""A list whose places of higher grades rest says why it has low ones."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from riskmodel.base.files import canonical_json
from riskmodel.base.policy import Policy
from riskmodel.cli.list_text import list_text
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.mail_text import mail_body
from riskmodel.warning import AnsweredWarning, WarningList
from riskmodel.warning.formats import FORMATS
from riskmodel.warning.formats.kept_grades import kept_grades_of, kept_grades_text
from riskmodel.warning.summaries import summarise
from riskmodel.warning.summaries.summary_page import render_summary
from riskmodel.warning.warn import with_subtotals
from tests.worlds.full_list import Reader
from tests.worlds.listed_county import AS_OF, TITLE, county, lists, scored

POLICY = Policy(capacity=8, exploration=0, cool_down=7)
MEAN = np.linspace(0.30, 0.05, 48)


def answered(*cells: int, day: int = AS_OF - 2, follow_up: bool = False) -> tuple[AnsweredWarning, ...]:
    return tuple(
        AnsweredWarning("rental-fire", f"C{cell:04d}", day, "red", 0.3, follow_up=follow_up, number=cell + 1, warning=f"w{cell}",
                        centre="第1指挥中心", title=TITLE)
        for cell in cells
    )  # fmt: skip


def first(*answers: AnsweredWarning, mean: np.ndarray = MEAN) -> WarningList:
    return lists(scored(county(), mean), POLICY, answers=answers)[0]


@pytest.fixture(scope="module")
def all_blue() -> WarningList:
    """The places of the last nights were all visited but one, which is in follow-up."""
    return first(*answered(0, 1, 2, day=AS_OF - 3), *answered(4, 5, 6, 7), *answered(3, follow_up=True))


def test_a_list_of_the_lowest_grade_is_no_quiet_night(all_blue: WarningList) -> None:
    (section,) = all_blue.sections
    assert section.counts() == {"red": 0, "orange": 0, "yellow": 0, "blue": 8}
    assert section.absent == {"red": 1, "orange": 2, "yellow": 2, "blue": 3}
    assert section.first_back == AS_OF + 4
    assert kept_grades_text(all_blue, "zh") == (
        "本期预警均为蓝色，不代表风险低：等级更高的5处（红色1、橙色2、黄色2）近期已走访或待跟进，本期不再排入名单，空位由后面的地点按蓝色递补。"
        "其中最早的1月10日起可再列入。"
    )
    assert kept_grades_text(all_blue, "en") == (
        "All warnings are blue, which does not mean little risk: 5 places of a higher grade (1 red, 2 orange, 2 yellow) were answered recently or "
        "wait for follow-up; the places after them take their room as blue. The first may be listed again from 10 January on."
    )


@pytest.mark.parametrize("form", ["page", "terminal", "workbook", "cap", "mail"])
def test_every_form_of_a_list_says_so(all_blue: WarningList, form: str) -> None:
    said = kept_grades_text(all_blue, "zh")
    text = {
        "page": lambda: Reader(FORMATS["html"].render(all_blue, county(), "zh").decode()).words(),
        "terminal": lambda: list_text(all_blue, "zh"),
        "workbook": lambda: str(
            list(openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(all_blue, None, "zh"))).worksheets[1].values)
        ),
        "cap": lambda: FORMATS["cap"].render(all_blue, None, "zh").decode(),
        "mail": lambda: mail_body(
            Parcel("1" * 64, "l1", AS_OF, all_blue.centre, {"list.json": canonical_json(all_blue.to_json())})
        ),
    }[form]()
    assert text.count(said) == 1


def test_a_list_that_keeps_urgent_places_says_who_is_missing() -> None:
    one = first(*answered(0))
    assert kept_grades_text(one, "zh") == (
        "另有1处（红色1）近期已走访或待跟进，本期不再排入名单，空位由后面的地点按蓝色递补。其中最早的1月11日起可再列入。"
    )
    assert kept_grades_text(one, "en").startswith(
        "1 place above blue (1 red) was answered recently or waits for follow-up, and is not"
    )
    # a follow-up ends by an answer, on no day that is known
    assert "可再列入" not in kept_grades_text(first(*answered(0, follow_up=True)), "zh")


@pytest.mark.parametrize("cells", [(), (6, 7), (30,)])
def test_nothing_is_said_where_no_higher_grade_rests(cells: tuple[int, ...]) -> None:
    one = first(*answered(*cells))
    assert kept_grades_text(one, "zh") == kept_grades_text(one, "en") == ""
    assert '<p class="kept">' not in FORMATS["html"].render(one, county(), "zh").decode()


def test_an_empty_list_says_how_many_places_of_any_grade_rest() -> None:
    mean = np.full(48, 0.0001)
    mean[:2] = 0.3, 0.01
    one = first(*answered(0, 1), mean=mean)
    assert one.sections[0].absent == {"red": 1, "blue": 1}
    assert not one.sections[0].warnings
    assert (
        kept_grades_text(one, "zh") == "有2处（红色1、蓝色1）近期已走访或待跟进，本期不再排入名单。其中最早的1月11日起可再列入。"
    )
    assert kept_grades_text(one, "en").startswith(
        "2 places (1 red, 1 blue) were answered recently or wait for follow-up, and are not"
    )
    assert kept_grades_text(first(mean=np.full(48, 0.0001)), "zh") == ""


def test_a_list_of_the_version_before_has_the_same_bytes_and_says_nothing(all_blue: WarningList) -> None:
    old = replace(all_blue, sections=(replace(all_blue.sections[0], absent={}, first_back=None),))
    assert not {"absent", "first_back"} & set(old.to_json()["sections"][0])
    assert WarningList.from_json(all_blue.to_json()) == all_blue
    assert kept_grades_text(WarningList.from_json(old.to_json()), "zh") == ""


def test_a_summary_adds_up_the_lists_that_it_counts() -> None:
    scores = scored(county(), MEAN)
    both = with_subtotals(lists(scores, POLICY, answers=(*answered(0, 1), *answered(12))), scores, ("town",))
    (whole,) = summarise(both, "all", "centre", TITLE)
    assert whole.kept == kept_grades_of(both)
    page = Reader(render_summary(whole, "zh").decode()).words()
    assert "所依据的名单中，另有3处（红色2、橙色1）近期已走访或待跟进，本期不再排入名单，空位由后面的地点按蓝色递补。" in page
    (plain,) = summarise(with_subtotals(lists(scores, POLICY), scores, ("town",)), "all", "centre", TITLE)
    assert "kept" not in plain.to_json()
