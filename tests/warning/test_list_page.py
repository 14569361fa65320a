"""The page of a list: what it shows, that it is valid and safe, and its map."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from riskmodel.base.policy import GRADES, Policy
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.records.places import ContextLayer
from riskmodel.warning import FORMATS, Freshness
from riskmodel.warning.formats.html import render
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.map import draw
from riskmodel.warning.formats.map_context import MOST_BYTES, draw_context
from riskmodel.warning.formats.map_scale import Scale
from riskmodel.warning.formats.plain_text import about_text, days_text, expected_number
from riskmodel.warning.formats.surge_text import USUAL, USUAL_BELOW_ONE
from riskmodel.warning.formats.worklist import DETAIL, first_reason, grade_terms, work_rows
from riskmodel.warning.numbers import below_one, whole
from riskmodel.warning.summaries.summary_phrases import SUMMARY_PHRASES
from riskmodel.warning.warn import Section
from tests.worlds.full_list import MEAN, Reader, full
from tests.worlds.listed_county import AS_OF, FRESH, STALE, county, lists, scored


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
    assert "<script" not in page
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
        "等级上升 上次蓝色第6位",
        "请安排上门走访服务 期限 1月6日 有效至 2月2日",
        "预警7处（红色1、橙色2、黄色2、蓝色2）；随机抽查1处；较12月30日名单新增1处、移出1处；最早期限1月6日（5处，其中4处已过原定期限）。",
        "发生至少一起的可能性 43%",
        "数据源“calls”只完整到2024年12月7日",
        "无法评分",
        "没有名单不代表没有风险",
        "临江镇 · 网上投诉 12月30日至1月5日共41起，通常每周约18起，警戒上限30起。",
        "随机抽查",
        "处排名靠后，本期未列入",
        "预计全辖区未来28天约5起，名单地点约占2起",
        "模型版本",
        "0f3a9c2b71de",
        "从不针对人",
    ):
        assert piece in words, piece
    assert not re.search(r"\d[eE]-\d\d|\d\.\d{5}", words)


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


def test_without_shapes_the_map_is_schematic_and_says_so():
    whole, places = full(shapes=False), county(shapes=False)
    picture = draw(whole, places)
    assert picture is not None
    assert picture.schematic
    assert picture.cells.count("M") == 24
    assert len(picture.labels) == 24
    assert picture.names == ()
    assert picture.borders
    first = sorted(picture.labels, key=lambda one: (one.y, one.x))
    towns = [places.ids.index(one.text) // 12 for one in first]
    assert len(list(groupby(towns))) == 2, "the tiles of a town stand together"
    assert "<figcaption>示意图（非地理位置）" in render(whole, places).decode()
    assert "Schematic map, not geographic" in Reader(render(whole, places, "en").decode()).words()


def test_without_places_the_page_says_that_there_is_no_map():
    words = Reader(render(full(), None).decode()).words()
    assert "没有地点资料，未绘地图。" in words
    assert "辖区地图" not in words


def test_a_page_of_an_empty_night_says_that_it_is_empty():
    places = county()
    first, _ = lists(scored(places, np.full(48, 1e-6)), Policy(capacity=8, exploration=0), freshness=FRESH)
    words = Reader(render(first, places).decode()).words()
    assert "本期没有达到最低可能性的地点，名单为空。这不等于没有风险，请照常值守。" in words
    assert "各类信号在数据完整的最近一周均在通常范围内。" in words
    assert "<0.1%" in words


def test_a_first_list_says_that_there_is_nothing_to_compare():
    first = lists(scored(county(), MEAN), Policy(capacity=8))[0]
    words = Reader(render(first, county()).decode()).words()
    assert "首份名单，暂无对比" in words
    assert "较上次名单" not in words


def test_expected_numbers_are_whole_and_never_nought():
    here, listed = ((PHRASES[name], PHRASES[f"{name}_few"]) for name in ("expected_here", "expected_listed"))
    assert about_text(*here, 10.7, "zh", days=days_text(14, "zh")) == "预计全辖区未来14天约11起"
    assert about_text(*listed, 0.2, "zh") == "，名单地点占不到1起"
    assert about_text(*listed, 0.95, "en") == ", about 1 of them at the listed places"
    for days, said in ((7, "7 days"), (1, "1 day")):
        shown = about_text(*here, 0.1, "en", days=days_text(days, "en"))
        assert shown == f"Less than 1 expected in the area in the next {said}"


def test_an_expected_number_has_at_most_two_decimals() -> None:
    values = (0.0, 0.0094, 0.01, 0.194, 9.99, 10.7)
    assert [expected_number(one, "zh") for one in values] == ["0", "不到0.01", "0.01", "0.19", "9.99", "10.7"]
    assert expected_number(0.0094, "en") == "under 0.01"


@pytest.mark.parametrize(("expected", "few"), [(0.0, True), (0.5, True), (0.94, True), (0.95, False), (1.4, False)])
def test_what_is_below_one_is_told_alike_everywhere(expected: float, few: bool) -> None:
    """In sentences of lists, summaries and surges, and in tables."""
    pairs = (
        (PHRASES["expected_here"], PHRASES["expected_here_few"]),
        (PHRASES["notice"], PHRASES["notice_few"]),
        (SUMMARY_PHRASES["about"], SUMMARY_PHRASES["about_few"]),
        (USUAL, USUAL_BELOW_ONE),
    )
    for pair in pairs:
        said = [about_text(*pair, expected, language, days="7", first="", last="", count=0, upper=0) for language in LANGUAGES]
        assert ["约1起" in said[0], "bout 1" in said[1]] == [not few] * 2
        assert ["不到1" in said[0], bool(re.search("(less than|under) 1", said[1], re.IGNORECASE))] == [few] * 2
    assert below_one(expected) is few
    assert whole(expected) == ("0" if expected == 0 else "不到1" if few else "1")


def test_signs_that_turn_the_direction_of_text_are_isolated_on_the_page() -> None:
    page = FORMATS["html"].render(replace(full(), centre="a\u202eb\u2069c"), None, "en").decode()
    assert page.count("\u202e") == page.count("\u2068a\u202ebc\u2069") > 0
    assert page.count("\u2069") == page.count("\u2068")


def test_the_worklist_is_one_table_by_grade_with_the_spot_checks_last():
    whole = full()
    rows = work_rows(whole, "zh")
    assert [row.number for row in rows] == list(range(1, 9))
    order = [GRADES.index(row.grade) if row.grade else 4 for row in rows]
    assert order == sorted(order)
    assert {row.id for row in rows} == {w.id for s in whole.sections for w in (*s.warnings, *s.spot_checks)}
    page = render(whole, county()).decode()
    table = page[page.index('<table class="worklist"') :].split("</table>")[0]
    assert table.count('<tr role="row" class="r-') == len(rows)
    assert all(f'href="#w-{row.id}">{row.place}</a>' in table for row in rows)
    assert table.count('<td role="cell" class="blank"></td>') == 2 * len(rows)
    assert len(page.encode()) < 300_000


def test_what_lowers_a_forecast_is_no_reason_to_go_there():
    warning = full().sections[0].warnings[0]
    lowering = replace(warning.reasons[0], direction="lowers", family="calendar", text=Text(zh="较少", en="fewer"))
    assert first_reason(replace(warning, reasons=(lowering,)), "zh") == "主要依据都显示风险偏低"
    assert first_reason(replace(warning, reasons=()), "zh") == "没有单项突出的依据"
    fact = replace(lowering, direction="fact", text=Text(zh="近一年36起，平常38起", en="36 in the last year, usually 38"))
    assert first_reason(replace(warning, reasons=(lowering, fact)), "zh") == "近一年36起，平常38起"


def as_first(section: Section) -> Section:
    """The section as if its places had not been listed before."""
    return replace(section, warnings=tuple(replace(w, listed_since=None, first_deadline=None) for w in section.warnings))


def test_a_deadline_follows_the_grade_and_never_outlasts_the_warning():
    whole = replace(full(), sections=tuple(map(as_first, full().sections)))
    days = {"red": 1, "orange": 3, "yellow": 7, "blue": 28}
    section = whole.sections[0]
    assert {w.grade: section.deadline(w) - AS_OF + 1 for w in section.warnings if w.grade} == days
    assert section.deadline(section.spot_checks[0]) == section.spot_checks[0].expires
    short = replace(section.warnings[-1], grade="yellow", expires=AS_OF + 2)
    assert section.deadline(short) == AS_OF + 2
    assert [(label, meaning) for _, label, meaning in grade_terms(whole, "zh")] == [
        ("红色", "本中心处置名额的前10%，24小时内走访"),
        ("橙色", "其后20%，3天内走访"),
        ("黄色", "其后30%，7天内走访"),
        ("蓝色", "其后40%，有效期内走访"),
    ]


def test_places_go_by_village_and_name_where_the_project_states_names():
    places = county(names=[f"第{i % 4 + 1}网格" for i in range(48)])
    first = lists(scored(places, MEAN), Policy(capacity=8))[0]
    assert (first.sections[0].warnings[0].place, first.sections[0].warnings[0].name) == ("C0000", "第1网格")
    assert [(row.place, row.code) for row in work_rows(first, "zh")][:2] == [
        ("第1村 第1网格", "C0000"),
        ("第1村 第2网格", "C0001"),
    ]
    assert work_rows(full(), "zh")[0].place == "第2村 C0005"


def test_one_note_is_in_sight_and_the_others_are_behind_it():
    old = (STALE[0], Freshness("online", (), None, stale=True))
    whole = lists(scored(county(), MEAN), Policy(capacity=8), freshness=old)[0]
    page = render(whole, county()).decode()
    assert page.index('role="alert"') < page.index('<details class="alerts"') < page.rindex('class="alert"')
    assert '<details class="alerts"' not in render(full(), county()).decode()


def test_a_row_has_the_count_and_the_card_its_parts():
    text = Text(
        zh="目前消防隐患7处（电线3、通道4），平常不到1处", en="fire hazards now: 7 (wiring 3, passage 4), usually under 1"
    )
    assert DETAIL.sub("", text.zh) == "目前消防隐患7处，平常不到1处"
    assert DETAIL.sub("", text.en) == "fire hazards now: 7, usually under 1"
    assert DETAIL.sub("", "出租房间数228（全县平均93）") == "出租房间数228（全县平均93）"
    assert (
        DETAIL.sub("", "theft (the adjacent cells): 9 in the last year, usually 3")
        == "theft (the adjacent cells): 9 in the last year, usually 3"
    )


def context(detail: int = 400) -> tuple[ContextLayer, ...]:
    """A river, a lake with an island, a road and three villages over the grid of the county."""
    along = np.linspace(-1, 9, detail)
    river = np.column_stack([along, 3 + np.sin(along * 2)])
    turn = np.linspace(0, 2 * np.pi, detail)
    lake, island = (np.column_stack([5 + size * np.cos(turn), 2 + size * np.sin(turn)]) for size in (0.9, 0.3))
    road = np.column_stack([2 + 0.2 * np.cos(along * 3), along])
    nothing = np.zeros((0, 2))
    return (
        ContextLayer("roads", (road,), np.array([False]), (), nothing),
        ContextLayer("villages", (), np.zeros(0, bool), ("<b>下墩", "远村"), np.array([[1.5, 1.5], [90.0, 90.0]])),
        ContextLayer("water", (lake, island, river), np.array([True, True, False]), ("镜湖",), np.array([[5.0, 2.0]])),
    )


def test_the_map_shows_villages_water_and_roads_where_the_project_gives_them():
    places = replace(county(), context=context())
    page = FORMATS["html"].render(full(), places, "zh").decode()
    drawn = Reader(page)
    classes = [values.get("class") for tag, values in drawn.tags if tag == "path"]
    assert [classes.count(name) for name in ("water", "waterway", "road")] == [1, 1, 1]
    assert "outline" not in classes
    assert "<b>下墩" in drawn.words()
    assert "远村" not in drawn.words()
    plain = FORMATS["html"].render(full(), county(), "zh").decode()
    assert 'class="water"' not in plain
    # a lake of 400 corners is no larger on the page than the map can show
    assert len(page) - len(plain) < 6000


def test_a_layer_of_any_size_stays_small_on_the_page():
    rng = np.random.default_rng(1)
    lines = tuple(np.cumsum(rng.normal(0, 0.02, (50, 2)), axis=0) + rng.uniform(0, 6, 2) for _ in range(6000))
    roads = ContextLayer("roads", lines, np.zeros(len(lines), bool), (), np.zeros((0, 2)))
    page = FORMATS["html"].render(full(), replace(county(), context=(roads,)), "zh")
    assert 8000 < len(page) - len(FORMATS["html"].render(full(), county(), "zh")) < 26_000


def test_a_layer_with_too_many_lines_keeps_the_longest():
    """Many roads of one length fitted with none of them: the whole layer was missing."""
    turn = np.linspace(0, np.pi, 5000)
    sizes = np.where(np.arange(len(turn)) % 500 == 0, 90.0, 20.0)
    lines = tuple(
        np.column_stack([[50 - size * np.cos(at), 50 + size * np.cos(at)], [50 - size * np.sin(at), 50 + size * np.sin(at)]]) / 2
        for at, size in zip(turn.tolist(), sizes.tolist(), strict=True)
    )
    roads = ContextLayer("roads", lines, np.zeros(len(lines), bool), (), np.zeros((0, 2)))
    scale = Scale.of(np.array([[0.0, 0.0], [50.0, 50.0]]))
    path = draw_context((roads,), scale).roads
    assert 0.9 * MOST_BYTES < len(path) <= MOST_BYTES
    steps = [max(map(abs, map(int, part.partition("l")[2].split()))) for part in path.split("M")[1:]]
    assert sum(step > 500 for step in steps) == 10
    assert draw_context((roads,), scale).roads == path


def test_lines_far_from_the_map_change_nothing():
    """A province has the roads of every county."""
    near = np.array([[-10.0, 5.0], [60.0, 5.0]])
    around = np.array([[-99.0, -99.0], [99.0, -99.0], [99.0, 99.0], [-99.0, 99.0], [-99.0, -99.0]])
    far = tuple(near + np.array(step) for step in ([500.0, 0.0], [-500.0, 0.0], [0.0, 500.0], [0.0, -500.0]))
    scale = Scale.of(np.array([[0.0, 0.0], [50.0, 50.0]]))
    for name, closed, lines in (("roads", False, (near,)), ("water", True, (around,)), ("villages", True, (around,))):
        alone = ContextLayer(name, lines, np.full(1, closed), ("here",), np.array([[25.0, 25.0]]))
        among = ContextLayer(
            name,
            (*far, *lines, *far),
            np.full(9, closed),
            ("away", "here", "up"),
            np.array([[70.0, 25.0], [25.0, 25.0], [25.0, -70.0]]),
        )
        assert draw_context((among,), scale) == draw_context((alone,), scale)
        assert draw_context((alone,), scale) != draw_context((), scale)
        assert scale.shows(among.boxes).tolist() == [False] * 4 + [True] + [False] * 4


def test_targets_that_one_source_stops_share_a_box():
    whole = full()
    why = Text(
        zh="本期无法评分：数据源“警情”只完整到2024年12月1日。",
        en="This target cannot be scored: the source 'police' is complete only through 2024-12-01.",
    )
    first, other = (replace(one, cannot_score=why, warnings=()) for one in whole.sections)
    said: dict[Language, tuple[str, str]] = {
        "zh": (f"{first.title.zh}、{other.title.zh}", why.zh),
        "en": (f"{first.title.en}, {other.title.en}", why.en.replace("This target", "These targets").replace("'", "&#39;")),
    }
    for language, (title, text) in said.items():
        page = FORMATS["html"].render(replace(whole, sections=(first, other)), None, language).decode()
        assert page.count('<div class="alert strong"') == 1
        assert f"</span> {title}</strong></p><p>{text}</p>" in page
    alone = FORMATS["html"].render(replace(whole, sections=(first, whole.sections[1])), None, "en").decode()
    assert "This target cannot be scored" in alone
    different = replace(other, cannot_score=Text(zh="本期无法评分。", en="This target cannot be scored."))
    apart = FORMATS["html"].render(replace(whole, sections=(first, different)), None, "zh").decode()
    assert apart.count('<div class="alert strong"') == 2


def test_grades_are_explained_for_each_target_whose_policy_differs():
    whole = full()
    first, other = whole.sections
    scored = replace(other, cannot_score=None, shares=first.shares, within=first.within, capacity=20)
    assert grade_terms(replace(whole, sections=(first, scored)), "zh") == grade_terms(whole, "zh")
    title = Text(zh="盗窃（14天）", en="Theft (14 days)")
    slower = replace(scored, title=title, within={**first.within, "red": 2}, shares={**first.shares, "blue": 0.0})
    terms = grade_terms(replace(whole, sections=(first, slower)), "zh")
    assert [grade for grade, _, _ in terms] == ["red", "red", "orange", "yellow", "blue"]
    assert [meaning for grade, _, meaning in terms if grade == "red"] == [
        "本中心处置名额的前10%，24小时内走访（出租房火灾）", "本中心处置名额的前10%，2天内走访（盗窃）",
    ]  # fmt: skip
    assert "（" not in terms[2][2]
    page = FORMATS["html"].render(replace(whole, sections=(first, slower)), None, "en").decode()
    assert "visit within 2 days (Theft)" in page
    unused = replace(slower, capacity=0, warnings=())
    assert grade_terms(replace(whole, sections=(first, unused)), "zh") == grade_terms(whole, "zh")
