"""The page of a list in Debian's Chromium, where it is there: rows in sight, targets, pages of paper, axe-core."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.policy import Policy
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.warning import assemble
from riskmodel.warning.formats.html import render
from riskmodel.warning.warn.list_entries import FollowUp, OverduePlace, PastList
from tests.worlds.browser_windows import AXE, CHROMIUM, Window, chromium, measured_in
from tests.worlds.listed_county import AS_OF, NOTICES, county, lists, scored

SIZES = {"desktop": (1366, 768), "phone": (390, 844), "narrow": (320, 640), "zoom": (683, 384)}
"""Width and height of the windows; ``zoom`` is the desktop at 200 %."""

WITH_AXE = (("zh", "desktop"), ("en", "phone"))
"""Where axe-core runs; a run takes a second."""

DARK = ("en", "phone")
"""The window of somebody who prefers dark pages."""

MEASURE = """
  const box = one => one.getBoundingClientRect(), all = query => [...document.querySelectorAll(query)];
  const lines = one => { const text = document.createRange(); text.selectNodeContents(one); return text.getClientRects().length > 1; };
  const found = {
    dark: matchMedia("(prefers-color-scheme:dark)").matches && getComputedStyle(document.body).backgroundColor,
    wide: document.documentElement.scrollWidth, rows: all(".worklist tbody tr").filter(row => box(row).bottom <= innerHeight).length,
    open: all("details[open]").length, cut: all(".worklist td, .worklist th").filter(one => one.scrollWidth > one.clientWidth + 1).length,
    broken: all(".past td.code, .follow td.code").filter(lines).length, ids: all(".past td.code, .follow td.code").length,
    small: all("a, summary").filter(one => box(one).height && box(one).height < 44 && !one.closest("svg")).length,
  };
  all("details").forEach(one => one.open = true);
  found.card = Math.max(...all(".card").map(one => box(one).height));
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The page of 17 warnings and 3 spot checks of two targets, with a place to follow up and an overdue one, in each language."""
    places = county(cells=96, centres=1)
    policy = Policy(capacity=10, exploration=1)
    mean = np.linspace(0.5, 0.05, 96)
    fire = lists(scored(places, mean), policy, notices=NOTICES)
    theft = lists(scored(places, mean[::-1].copy(), target="theft"), policy)
    titled = replace(theft[0], sections=(replace(theft[0].sections[0], title=Text(zh="盗窃（7天）", en="Theft (7 days)")),))
    (whole,) = assemble(fire, (titled,))
    place, title = whole.sections[0].withheld[0], whole.sections[0].title
    late = OverduePlace("s30a2167445e", "theft", title, place.place, place.groups, "blue", AS_OF - 3)
    whole = replace(
        whole,
        follow_ups=(FollowUp("k1b1ee5ca794", "theft", title, place.place, place.groups, "red", AS_OF - 9, AS_OF - 9),),
        past=(PastList(AS_OF - 9, 20, 8, 1, None, None, (late,)),),
    )
    return {language: render(whole, places, language).decode() for language in LANGUAGES}


@pytest.fixture(scope="module")
def measured(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each window of each language measures, by ``language size``; all in one run."""
    windows = [
        Window(f"{language} {name}", page, *size, dark=(language, name) == DARK, axe=(language, name) in WITH_AXE)
        for language, page in pages.items()
        for name, size in SIZES.items()
    ]
    return measured_in(tmp_path_factory.mktemp("chromium"), windows, MEASURE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_warnings_are_in_sight_on_a_small_desktop(measured: dict[str, Any], language: str) -> None:
    assert measured[f"{language} desktop"]["rows"] >= 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_no_window_scrolls_sideways_or_cuts_a_text_and_cards_are_closed(
    measured: dict[str, Any], language: str, size: str
) -> None:
    found = measured[f"{language} {size}"]
    assert found["wide"] <= SIZES[size][0]
    assert found["open"] == 0
    assert found["cut"] == 0
    # an id that somebody copies by hand stays whole
    assert (found["ids"], found["broken"]) == (2, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_telephone_a_card_fits_one_screen_and_targets_are_large(measured: dict[str, Any], language: str) -> None:
    found = measured[f"{language} phone"]
    assert found["small"] == 0
    assert found["card"] <= SIZES["phone"][1]


@pytest.mark.skipif(AXE is None, reason="needs axe-core: npm install axe-core, or RISKMODEL_AXE")
@pytest.mark.parametrize(("language", "size"), WITH_AXE)
def test_axe_finds_no_violation(measured: dict[str, Any], language: str, size: str) -> None:
    found = measured[f"{language} {size}"]
    assert found["violations"] == []
    assert found["dark"] == ("rgb(20, 24, 28)" if (language, size) == DARK else False)


LONG = "山东省临沂市兰山区银雀山街道办事处后十五里社区居民委员会第"


@pytest.mark.parametrize(
    ("cells", "mean", "capacity", "names"),
    [(48, 1e-7, 1, None), (400, 0.3, 200, None), (96, 0.3, 10, [f"{LONG}{one}网格" for one in range(96)])],
    ids=["no warning", "200 warnings", "long names"],
)
def test_letters_twice_as_large_scroll_no_window_sideways_and_cut_no_text(
    cells: int, mean: float, capacity: int, names: Any, tmp_path: Path
) -> None:
    places = county(cells=cells, centres=1, names=names)
    (whole,) = lists(scored(places, np.linspace(mean, mean / 5, cells)), Policy(capacity=capacity), notices=NOTICES)
    windows = [
        Window(f"{language} {name}", render(whole, places, language).decode(), *size, axe=name == "phone")
        for language in LANGUAGES
        for name, size in SIZES.items()
    ]
    for name, found in measured_in(tmp_path, windows, MEASURE, letters=32).items():
        wide = found["wide"] <= SIZES[name.split()[1]][0]
        assert (name, wide, found["cut"], found["violations"]) == (name, True, 0, [])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's Chromium")
def test_the_list_prints_on_at_most_four_pages(pages: dict[str, str], tmp_path: Path) -> None:
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(max(pages.values(), key=len), encoding="utf-8")
    chromium(tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer", page.as_uri())
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 4
