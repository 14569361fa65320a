from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.base.policy import Grade, Policy
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.warning import FORMATS, AnsweredWarning, SuddenKind, Untrained, WarningList, assemble, write
from riskmodel.warning.formats import file_name
from riskmodel.warning.formats import json as json_form
from riskmodel.warning.formats.csv import COLUMNS, guarded
from riskmodel.warning.formats.html import render
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.map import draw
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.plain_text import about_text, action_text, date_text, short_date
from tests.worlds.listed_county import AS_OF, FRESH, NOTICES, STALE, TITLE, county, lists, scored

MEAN = np.linspace(0.30, 0.001, 48)
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect", "circle"}


class Reader(HTMLParser):
    """Tags that are open, ids, links and visible text; complains where tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self.ids += [one] if (one := values.get("id")) else []
        self.links += [one] if (one := values.get("href")) else []
        self.loads += [v for k, v in attrs if k in ("src", "srcset", "data", "action", "xlink:href") and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def full(**options) -> WarningList:
    """A list with an earlier one, notices and two targets, one of which cannot be scored."""
    places = county(**options)
    policy = Policy(capacity=8, exploration=1)
    before = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    mean = MEAN.copy()
    mean[[5, 8]] = 0.6, 0.35
    fire = lists(scored(places, mean), policy, before, notices=NOTICES)
    theft = lists(scored(places, MEAN, target="theft"), policy, None, freshness=STALE)
    return assemble(fire, theft)[0]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_marked_in_every_form_and_an_approved_list_in_none(name, language):
    places = county()
    draft = full()
    rendered = FORMATS[name].render(draft, places, language).decode()
    assert "DRAFT" in rendered
    assert ("草稿" in rendered) is (language == "zh" or name == "json")
    approved = FORMATS[name].render(draft.approved(), places, language).decode()
    body = approved[approved.index("<body") :] if name == "html" else approved
    assert "草稿" not in body
    assert "DRAFT" not in body
    assert FORMATS[name].render(draft, places, language) == FORMATS[name].render(full(), county(), language)


def test_write_leaves_one_file_a_form(tmp_path):
    paths = write(full(), tmp_path, places=county())
    assert [p.name for p in paths] == [f"2025-01-06_第1指挥中心.DRAFT.{suffix}" for suffix in ("csv", "json", "html")]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in paths)
    (only,) = write(full().approved(), tmp_path, formats=["json"])
    assert only.name == "2025-01-06_第1指挥中心.json"
    with pytest.raises(UsageError, match="did you mean 'html'"):
        write(full(), tmp_path / "none", formats=["json", "htm"])
    assert not (tmp_path / "none").exists()


def test_a_centres_name_cannot_leave_the_folder():
    names = {file_name(replace(full(), centre=centre), "json") for centre in ("../../a b", "a_b", "", "a/b")}
    assert len(names) == 4
    assert all(re.fullmatch(r"[\w.-]+", name) and ".." not in name for name in names)


def test_json_comes_back_unchanged():
    whole = full()
    content = json_form.render(whole)
    assert json_form.read(content) == whole
    assert json_form.render(json_form.read(content)) == content
    plain = json.loads(content)
    assert plain["as_of"] == "2025-01-06"
    assert plain["sections"][0]["warnings"][0]["expires"] == "2025-02-02"
    with pytest.raises(UsageError, match="not JSON"):
        json_form.read(b"{")


def test_the_table_is_one_row_a_warning():
    content = FORMATS["csv"].render(full(), None, "zh")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(content)
    assert [row["类别"] for row in rows] == ["预警"] * 7 + ["随机抽查", "无法评分"]
    first = rows[0]
    assert (first["排序"], first["等级"], first["地点"], first["变化"], first["上次排序"]) == (
        "1",
        "红色",
        "C0005",
        "等级上升",
        "6",
    )
    assert first["所属"] == "第1指挥中心 / 临江镇 / 第2村"
    assert (first["数据截至"], first["有效至"]) == ("2025-01-06", "2025-02-02")
    assert "通常" in first["主要依据"]
    assert "网上投诉" in first["相互印证的线索"]
    assert "calls" in rows[-1]["数据提示"]
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_an_empty_list_still_has_a_row():
    places = county()
    first, _ = lists(scored(places, np.full(48, 1e-6)), Policy(capacity=8, exploration=0))
    (row,) = rows_of(FORMATS["csv"].render(first, None, "en"))
    assert row["Kind"] == "No place reaches the minimum probability this time."


DANGEROUS = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "\x1f=1", "\u200b=1", "\u202e+1"]


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_name_cannot_become_a_formula(name):
    rows = rows_of(FORMATS["csv"].render(replace(full(villages=[name] * 48), centre=name), None, "zh"))
    assert {row["指挥中心"] for row in rows} == {"'" + name}


@settings(deadline=None)
@given(st.text(max_size=6) | st.integers(-5, 5) | st.floats(-2, 2))
def test_only_text_is_guarded(value):
    shown = guarded(value)
    if isinstance(value, str):
        assert isinstance(shown, str)
        assert shown.endswith(value)
        assert shown.strip()[:1] not in {"=", "+", "-", "@"}
    else:
        assert shown == value


def test_the_page_asks_the_network_for_nothing():
    page = render(full(), county()).decode()
    read = Reader(page)
    assert read.loads == []
    assert all(link.startswith("#") for link in read.links)
    assert "http:" not in page
    assert "https:" not in page
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert not {tag for tag, _ in read.tags} & {"link", "img", "iframe", "object", "embed", "base", "form"}


def test_the_pages_links_reach_something_and_ids_are_unique():
    read = Reader(render(full(), county()).decode())
    assert len(set(read.ids)) == len(read.ids)
    assert {link[1:] for link in read.links} <= set(read.ids)


def test_the_page_reads_out_well():
    read = Reader(render(full(), county()).decode())
    assert ("html", {"lang": "zh-Hans"}) in read.tags
    heads = [values for tag, values in read.tags if tag == "th"]
    assert all(values.get("scope") in ("col", "row") for values in heads)
    pictures = [values for tag, values in read.tags if tag == "svg"]
    assert all(values.get("aria-hidden") == "true" or values.get("aria-label") for values in pictures)
    assert Reader(render(full(), county(), "en").decode()).tags[0] == ("html", {"lang": "en"})


MALICE = "<script>alert(1)</script>\"'&{{ 7*7 }}"


def test_names_are_text_and_nothing_else():
    names = [MALICE] * 48
    page = render(replace(full(villages=names), centre=MALICE), county(villages=names)).decode()
    read = Reader(page)
    assert page.count("<script>") == 1
    assert "alert(1)</script>" not in page
    assert MALICE in read.words()
    assert "49" not in read.words().replace("0.49", "").split()


def test_the_page_says_what_a_duty_officer_needs():
    words = Reader(render(full(), county()).decode()).words()
    for piece in (
        "草稿 DRAFT",
        "第1指挥中心",
        "2025年1月6日 零时",
        "2025年1月6日至2025年2月2日",
        "出租房火灾",
        "7 处预警",
        "较上次名单 （2024年12月30日）",
        "等级上升 上次蓝色第 6 位",
        "请安排上门走访服务 有效至 2月2日",
        "数据源“calls”只完整到2024年12月7日",
        "无法评分",
        "没有名单不代表没有风险",
        "临江镇 · 网上投诉 12月30日至1月5日共 41 起，通常每周约 18.3 起，警戒上限 30.2 起。",
        "随机抽查",
        "处风险较低，本期未列入",
        "预计全辖区未来28天约5起，名单地点约占2起",
        "模型版本",
        "0f3a9c2b71de",
        "从不针对人",
    ):
        assert piece in words, piece
    assert not re.search(r"\d[eE]-\d\d|\d\.\d{5}", words)


SUDDEN = (
    SuddenKind("calls", Text(zh="火警", en="fire calls"), "disappears", AS_OF - 7, 0, 20.0),
    SuddenKind("calls", Text(zh="盗窃", en="thefts"), "jumps", AS_OF - 7, 1_240, 31.5),
    SuddenKind("complaints", Text(zh="噪音", en="noise"), "appears", AS_OF - 14, 12, 0.0),
    SuddenKind("calls", Text(zh="打架", en="fights"), "disappears", AS_OF - 7, 0, 16.0),
)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh",
            [
                "数据源“calls”在2024年12月30日起的一期内没有以下记录，相关依据可能偏低：火警 0 条（通常约 20 条）、打架 0 条（通常约 16 条）。",
                "数据源“complaints”在2024年12月23日起的一期内首次出现以下记录，请核对数据：噪音 12 条（通常约 0 条）。",
                "数据源“calls”在2024年12月30日起的一期内以下记录骤增，请核对数据：盗窃 1,240 条（通常约 31.5 条）。",
            ],
        ),
        (
            "en",
            [
                "The source 'calls' had no such records in the period from 30 December 2024; reasons based on them may be too low: "
                "fire calls 0 (usually about 20), fights 0 (usually about 16).",
                "The source 'complaints' had these records for the first time in the period from 23 December 2024; check the data: "
                "noise 12 (usually about 0).",
                "The source 'calls' had far more of these records than usual in the period from 30 December 2024; check the data: "
                "thefts 1,240 (usually about 31.5).",
            ],
        ),
    ],
)
def test_sudden_kinds_stand_at_the_top_one_sentence_per_source(language, told):
    whole = assemble(lists(scored(county(), MEAN), Policy(capacity=8)), sudden=SUDDEN)[0]
    page = render(whole, county(), language).decode()
    alerts = re.findall(r'<p class="alert" role="alert"><span aria-hidden="true">⚠</span> (.*?)</p>', page)
    assert [html.unescape(alert) for alert in alerts] == told
    note = "数据提示" if language == "zh" else "Data notes"
    assert {row[note] for row in rows_of(FORMATS["csv"].render(whole, None, language))} == {" ".join(told)}
    assert json_form.read(json_form.render(whole)) == whole


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh",
            "“盗窃”无法评分：没有正式模型。没有名单不代表没有风险；请先运行 riskmodel train theft 和 riskmodel promote theft。",
        ),
        (
            "en",
            "Theft cannot be scored: it has no model. No list does not mean no risk; run 'riskmodel train theft' and 'riskmodel promote theft'.",
        ),
    ],
)
def test_a_target_without_a_model_is_said_first_and_has_a_row(language, told):
    untrained = [Untrained("theft", Text(zh="盗窃", en="Theft"))]
    whole = assemble(lists(scored(county(), MEAN), Policy(capacity=8)), sudden=SUDDEN, untrained=untrained)[0]
    page = render(whole, county(), language).decode()
    alerts = re.findall(r'<p class="alert" role="alert"><span aria-hidden="true">⚠</span> (.*?)</p>', page)
    assert html.unescape(alerts[0]) == told
    first, *rest = FORMATS["csv"].render(whole, None, language).decode("utf-8-sig").splitlines()[1:]
    assert (untrained[0].title(language) in first, told in first) == (True, True)
    assert len(rest) == 8
    assert json_form.read(json_form.render(whole)) == whole


def test_colour_is_never_the_only_carrier():
    page = render(full(), county()).decode()
    for grade, label in (("red", "红色"), ("orange", "橙色"), ("yellow", "黄色"), ("blue", "蓝色")):
        assert f'id="p-{grade}"' in page
        assert re.search(rf'class="badge b-{grade}"><svg class="shape g-{grade}".*?</svg>{label}', page, re.S)
    assert len(set(re.findall(r'class="shape g-\w+".*?>\s*<(\w+ [^>]*?)/?>', page))) >= 4


def test_the_map_draws_every_cell_of_the_centre():
    picture = draw(full(), county())
    assert picture is not None
    assert picture.cells.count("M") == 24
    assert [name.text for name in picture.names] == ["临江镇", "石桥街道"]
    whole = full()
    assert set(picture.spots) == {w.place for s in whole.sections for w in (*s.warnings, *s.spot_checks)}
    assert all(0 <= spot.x <= picture.width and 0 <= spot.y <= picture.height for spot in picture.spots.values())
    assert picture.borders


def test_a_merged_place_is_drawn_with_all_its_cells():
    homes = np.full(48, 100.0)
    homes[1] = 3
    places = county(households=homes, minimum=20.0)
    first, _ = lists(scored(places, MEAN), Policy(capacity=8))
    picture = draw(first, places)
    assert picture is not None
    assert picture.spots["C0000"].path.count("M") == 2


def test_without_shapes_the_page_says_so():
    for places in (None, county(shapes=False)):
        words = Reader(render(full(), places).decode()).words()
        assert "没有地点边界数据，未绘地图。" in words
        assert "辖区地图" not in words


def test_a_page_of_an_empty_night_says_that_it_is_empty():
    places = county()
    first, _ = lists(scored(places, np.full(48, 1e-6)), Policy(capacity=8, exploration=0), freshness=FRESH)
    words = Reader(render(first, places).decode()).words()
    assert "本期没有达到最低可能性的地点。" in words
    assert "各类信号近一周均在通常范围内。" in words
    assert "<0.1%" in words


def test_dates_are_written_as_the_language_does():
    assert date_text(AS_OF, "zh") == "2025年1月6日"
    assert date_text(AS_OF, "en") == "6 January 2025"
    assert short_date(AS_OF, "zh") == "1月6日"
    assert short_date(AS_OF, "en") == "6 January"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "2个数据源过期，最旧：complaints（2024年11月27日）；相关依据可能偏低或缺失。"),
        (
            "en",
            "2 sources are stale; the oldest is 'complaints' (27 November 2024). Reasons based on them may be too low or missing.",
        ),
    ],
)
def test_several_stale_sources_are_one_sentence(language, said):
    old = (STALE[0], replace(FRESH[1], through=AS_OF - 40, stale=True))
    whole = lists(scored(county(), MEAN), Policy(capacity=8), freshness=old)[0]
    assert notes(whole, language) == [said]


def test_a_suggested_service_has_full_width_commas_in_chinese():
    text = Text(zh="请安排上门走访,提前调解（矛盾）, 复核1,2号楼", en="visit, mediate")
    assert action_text(text, "zh") == "请安排上门走访，提前调解（矛盾），复核1,2号楼"
    assert action_text(text, "en") == "visit, mediate"


def test_a_first_list_says_that_there_is_nothing_to_compare():
    first = lists(scored(county(), MEAN), Policy(capacity=8))[0]
    words = Reader(render(first, county()).decode()).words()
    assert "首份名单，暂无对比" in words
    assert "较上次名单" not in words


def test_expected_numbers_are_whole_and_never_nought():
    assert about_text("expected_here", 10.7, "zh", days=14) == "预计全辖区未来14天约11起"
    assert about_text("expected_listed", 0.2, "zh") == "，名单地点占不到1起"
    assert about_text("expected_listed", 0.5, "en") == ", about 1 of them at the listed places"
    assert about_text("expected_here", 0.1, "en", days=7) == "Less than 1 expected in the area in the next 7 days"


def test_signs_that_turn_the_direction_of_text_are_isolated_on_the_page() -> None:
    page = FORMATS["html"].render(replace(full(), centre="a\u202eb\u2069c"), None, "en").decode()
    assert page.count("\u202e") == page.count("\u2068a\u202ebc\u2069") > 0
    assert page.count("\u2069") == page.count("\u2068")


ANSWERED: tuple[tuple[str, int, Grade | None], ...] = (("C0000", AS_OF - 20, "red"), ("C0002", AS_OF - 1, None))
FOLLOW_UPS = tuple(
    AnsweredWarning(
        "rental-fire", place, day, grade, 0.3, follow_up=True, number=n, warning=f"w{n}", centre="第1指挥中心", title=TITLE
    )
    for n, (place, day, grade) in enumerate(ANSWERED)
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_to_follow_up_stand_in_a_block_of_their_own_with_their_age(language):
    whole = lists(scored(county(), MEAN), Policy(capacity=8), answers=FOLLOW_UPS)[0]
    page = render(whole, county(), language).decode()
    block = page[page.index('id="to-follow-up"') : page.index('id="t-1"')]
    ages = {
        "zh": ["2024年12月17日起，已20天", "2025年1月5日起，已1天"],
        "en": ["since 17 December 2024, for 20 days", "since 5 January 2025, for 1 day"],
    }
    for one, age in zip(whole.follow_ups, ages[language], strict=True):
        assert age in block
        assert f'<td class="code">{one.id}</td>' in block
        assert one.place in block
    assert block.count("<tr><td>") == 2
    assert 'id="w-w0"' not in page
    rows = [
        row for row in rows_of(FORMATS["csv"].render(whole, None, language)) if PHRASES["follow_up"](language) in row.values()
    ]
    assert [row[PHRASES["id"](language)] for row in rows] == ["w0", "w1"]
    assert [row[PHRASES["reasons"](language)] for row in rows] == ages[language]
    assert 'id="to-follow-up"' not in render(full(), county(), language).decode()
    assert [one["id"] for one in json.loads(json_form.render(whole))["follow_ups"]] == ["w0", "w1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_spot_checks_have_no_arrows_and_a_place_that_rose_says_so(language):
    risen = replace(FOLLOW_UPS[0], follow_up=False, day=AS_OF - 2, expected=0.1)
    whole = lists(scored(county(), MEAN), Policy(capacity=8), answers=(risen,))[0]
    page = render(whole, county(), language).decode()
    spots = page[page.index('<table class="ranked spots">') :]
    spots = spots[: spots.index("</table>")]
    assert "↑" not in spots
    assert "↓" not in spots
    assert 'class="fact"' in spots
    first = page[page.index(f'id="w-{whole.sections[0].warnings[0].id}"') :]
    assert PHRASES["risen"](language) in first[: first.index("</tr>")]
    assert page.count(PHRASES["risen"](language)) == 1
