"""Pages of the desk in Chromium: no window scrolls sideways, targets are large, axe-core finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.texts import LANGUAGES
from riskmodel.desk.answer_report import AnswerReport, OverruledRow, RejectedRow
from riskmodel.desk.web.access_codes import Access
from riskmodel.desk.web.centre_lists import AnswerRow, OfferedList
from riskmodel.desk.web.desk_pages import DeskPages
from riskmodel.desk.web.desk_requests import Given
from riskmodel.desk.web.desk_texts import TEXTS
from riskmodel.warning.formats.worklist import work_rows
from tests.worlds.browser_windows import AXE, Window, measured_in
from tests.worlds.full_list import full

ACCESS = Access("1a2b3c4d", "第1指挥中心", "值班员", "0" * 64, 20_000)
SIZES = {"desktop": (1366, 768), "phone": (390, 844), "narrow": (320, 640)}
MEASURE = """
  const box = one => one.getBoundingClientRect(), all = query => [...document.querySelectorAll(query)];
  const found = {
    wide: document.documentElement.scrollWidth,
    small: all("button, select, input:not([type=checkbox]), a.act").filter(one => box(one).height < 44).length,
    unlabelled: all("select, input").filter(one => !one.labels.length).length,
  };
"""


def pages_of(language: Any) -> dict[str, str]:
    pages, whole = DeskPages(language, "Asia/Shanghai"), full()
    rows = [AnswerRow(one, ("已走访 1月1日",) if at == 0 else ()) for at, one in enumerate(work_rows(whole, language))]
    offered = [
        OfferedList(20_100, 20, 4, True),
        OfferedList(20_099, 18, 18, True, read_until=1_736_600_000),
        OfferedList(20_098, 3, 0, False),
    ]
    rejected = AnswerReport(
        3, 2, 0, (RejectedRow(1, "x"),), None, language, contradicting=(2,), overruled=(OverruledRow(3, 20_101, "visited"),)
    )
    given = Given({rows[0].work.id: "visited"}, {})
    made = {
        "sign-in": pages.sign_in(wrong=True),
        "lists": pages.lists(ACCESS, offered),
        "answers": pages.answers(ACCESS, whole.as_of, rows, today=whole.as_of + 1, given=given, report=rejected),
        "message": pages.message(ACCESS, "not_found", "not_found_why"),
    }
    return {name: page.decode() for name, page in made.items()}


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, str]]:
    return {language: pages_of(language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def measured(shown: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    windows = [
        Window(f"{language} {name} {size}", page, *SIZES[size], dark=size == "phone", axe=(language, size) in (("zh", "desktop"), ("en", "phone")))
        for language, pages in shown.items()
        for name, page in pages.items()
        for size in SIZES
    ]  # fmt: skip
    return measured_in(tmp_path_factory.mktemp("chromium"), windows, MEASURE)


def test_pages_fit_every_window_and_every_field_has_a_label(measured: dict[str, Any]) -> None:
    assert len(measured) == 24
    for name, found in measured.items():
        assert (name, found["wide"] <= SIZES[name.split()[-1]][0], found["small"], found["unlabelled"]) == (name, True, 0, 0)


def test_letters_twice_as_large_fit_every_window(shown: dict[str, dict[str, str]], tmp_path: Path) -> None:
    windows = [
        Window(f"{language} {name} {size}", page, *SIZES[size])
        for language, pages in shown.items()
        for name, page in pages.items()
        for size in SIZES
    ]
    found = measured_in(tmp_path, windows, MEASURE, letters=32)
    assert {name for name, one in found.items() if one["wide"] > SIZES[name.split()[-1]][0]} == set()


@pytest.mark.skipif(AXE is None, reason="needs axe-core: npm install axe-core, or RISKMODEL_AXE")
def test_axe_finds_nothing(measured: dict[str, Any]) -> None:
    assert {name: found["violations"] for name, found in measured.items() if found["violations"]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_says_what_became_of_each_place(shown: dict[str, dict[str, str]], language: Any) -> None:
    page = shown[language]["answers"]
    for key, values in (
        ("some_rejected", {"count": {"zh": "1", "en": "1 place"}[language]}),
        ("recorded", {"count": {"zh": "2", "en": "2 places"}[language]}),
        ("differs", {"row": 2}),
    ):
        assert TEXTS[key](language, **values) in page
    assert {
        "zh": "第3处：已记录，但仍以1月13日的“已走访”为准",
        "en": "Place 3: recorded, but the answer of 13 Jan, visited, still counts",
    }[language] in page
    assert 'value="visited" selected' in page
    assert page.count("selected") == 1
    other = pages_of(language)["lists"]
    assert other.count("/acknowledgement") == 1


def test_a_name_is_no_markup(shown: dict[str, dict[str, str]]) -> None:
    odd = Access("1", "<script>alert(1)</script>", "值班员", "", 0)
    assert "<script>" not in DeskPages("zh", "UTC").lists(odd, []).decode()
    assert all("<script" not in page for pages in shown.values() for page in pages.values())
