"""Surges on lists: whose list, what they raise, how the page and the story show them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from riskmodel.base.policy import GRADES, Policy
from riskmodel.base.texts import Text
from riskmodel.detection.joint import EarlySign, JudgedFamily, Surge, SurgeFamily, UnjudgedFamily
from riskmodel.detection.joint.surge_cluster import SurgeState
from riskmodel.warning import Evidence, WarningList, assemble, gather, shortlist, warn
from riskmodel.warning.formats.html import render
from riskmodel.warning.formats.list_summary import list_summary
from riskmodel.warning.formats.surge_text import surge_text
from tests.warning.test_list_page import MALICE
from tests.worlds.full_list import MEAN, Reader
from tests.worlds.listed_county import AS_OF, FRESH, county, explained, scored

WEEKS = (0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 1, 6)


def family(name: str, *, unusual: bool = True) -> SurgeFamily:
    since = AS_OF - 4 if unusual else None
    return SurgeFamily(name, "unusual" if unusual else "usual", 6, 0.5, 0.001 if unusual else 0.4, since, AS_OF - 1, WEEKS)


LATE = SurgeFamily("sentiment", "late", None, None, None, None, AS_OF - 20, WEEKS)


def surge(*cells: str, state: SurgeState = "new", families: tuple[SurgeFamily, ...] | None = None) -> Surge:
    shown = (family("police"), family("online"), LATE) if families is None else families
    return Surge(
        f"s{cells[0]}",
        "all",
        Text(zh="全部类别", en="all kinds"),
        "cell",
        cells[0],
        f"第1村 {cells[0]}",
        cells,
        state,
        AS_OF - 2,
        1e-7,
        40,
        10.5,
        shown,
        (EarlySign("online", "police", 3, 1, 6),),
    )


def decided(surges: tuple[Surge, ...] | None, *, raises: bool = True, **known: object) -> tuple[WarningList, ...]:
    policy = Policy(capacity=8, exploration=0, surge_raises=raises)
    scores = scored(county(), MEAN)
    cells = shortlist(scores, policy, "centre")
    evidence = gather(scores, explained(cells), policy, Evidence(freshness=FRESH, surges=surges, **known))  # type: ignore[arg-type]
    return assemble(warn(scores, evidence, None, policy, grouping="centre"))


def grades(lists: tuple[WarningList, ...]) -> dict[str, str | None]:
    return {w.place: w.grade for one in lists for w in one}


@pytest.fixture(scope="module")
def plain() -> tuple[WarningList, ...]:
    return decided(())


def raised_place(lists: tuple[WarningList, ...], grade: str) -> str:
    return next(place for place, given in grades(lists).items() if given == grade)


@pytest.mark.parametrize("grade", ["orange", "yellow", "blue"])
def test_a_listed_place_in_a_surge_gets_the_next_grade_where_the_policy_says_so(
    plain: tuple[WarningList, ...], grade: str
) -> None:
    place = raised_place(plain, grade)
    lists = decided((surge(place),))
    assert grades(lists) == grades(plain) | {place: GRADES[GRADES.index(grade) - 1]}
    touched = [rule for one in lists for section in one.sections for rule in section.rules_of(place)]
    assert "surge" in touched
    assert grades(decided((surge(place),), raises=False)) == grades(plain)


def test_only_a_finding_on_which_families_agree_raises(plain: tuple[WarningList, ...]) -> None:
    place = raised_place(plain, "yellow")
    one_family = (family("police"), family("online", unusual=False))
    for weak in (surge(place, state="fading"), surge(place, state="closed"), surge(place, families=one_family)):
        assert grades(decided((weak,))) == grades(plain)
    assert grades(decided((surge(raised_place(plain, "red")),))) == grades(plain)


def test_a_surge_stands_on_the_lists_of_its_cells_and_its_families_agree(plain: tuple[WarningList, ...]) -> None:
    place = raised_place(plain, "yellow")
    lists = decided((surge(place, "C0000"), surge("C0012")), unjudged=(UnjudgedFamily("sentiment", AS_OF - 20),))
    shown = {one.centre: {each.id for each in one.surges or ()} for one in lists}
    centre = next(one.centre for one in lists if place in {w.place for w in one})
    assert f"s{place}" in shown[centre]
    assert {"sC0012"} in shown.values() or any("sC0012" in ids for ids in shown.values())
    warning = next(w for one in lists for w in one if w.place == place)
    assert {"police", "online"} <= set(warning.agreeing)
    for one in lists:
        assert WarningList.from_json(one.to_json()) == one


def test_the_page_shows_sparklines_in_words_without_scripts(plain: tuple[WarningList, ...]) -> None:
    place = raised_place(plain, "yellow")
    one = next(each for each in decided((surge(place),)) if each.surges)
    page = render(one, county()).decode()
    assert "近一周警情6起（通常不到1起），自1月2日起偏多" in page
    assert "警情、网上投诉相互印证" in page
    assert "这样的情况平均约40晚才出现一次" in page
    assert "民情上报只到2024年12月17日，未判断" in page
    assert "早期迹象：网上投诉通常比警情早约3天（1至6天）" in page
    assert "处在异动中，等级上调一级" in page
    read = Reader(page)
    assert not {tag for tag, _ in read.tags} & {"script"}
    assert sum(tag == "rect" and values.get("class") in ("unusual", "late") for tag, values in read.tags) == 3 * len(WEEKS)
    english = render(one, county(), "en").decode()
    assert "police calls and online complaints agree; about once in 40 nights; early sign: online complaints usually" in english


def test_the_page_says_quiet_only_of_what_was_judged(plain: tuple[WarningList, ...]) -> None:
    quiet = "各类情况联合判断，未见异动。"
    assert quiet in render(plain[0], county()).decode()
    assert quiet not in render(decided(None)[0], county()).decode()
    late = decided((), unjudged=(UnjudgedFamily("online", None),))
    page = render(late[0], county()).decode()
    assert quiet not in page
    assert "本次无法判断是否有异动。" in page
    assert "网上投诉数据未到或不足，未参加判断；未判断不代表正常。" in page


def test_the_page_names_the_families_that_were_judged_and_says_where_it_was_only_one() -> None:
    two = decided((), judged=(JudgedFamily("police", AS_OF - 2), JudgedFamily("online", None)))[0]
    page = render(two, county()).decode()
    assert "各类情况联合判断，未见异动。" in page
    assert "参加判断：警情（数据到2025年1月4日）、网上投诉。" in page
    assert WarningList.from_json(two.to_json()).judged == two.judged
    one = decided((), judged=(JudgedFamily("police", AS_OF - 2),), unjudged=(UnjudgedFamily("online", None),))[0]
    page = render(one, county()).decode()
    assert "参加判断的来源未见异动。" in page
    assert "只有警情（数据到2025年1月4日）一个来源可判断，没有其他来源相互印证。" in page
    english = render(one, county(), "en").decode()
    assert "In what was judged, no place is unusual." in english
    assert "Only police calls (through 4 January 2025) could be judged; no other family can agree with it." in english


def test_the_first_sentence_names_where_it_is_unusual(plain: tuple[WarningList, ...]) -> None:
    whole = replace(plain[0], surges=(surge("C0003", state="lasting"), surge("C0000"), surge("C0005", state="closed")))
    assert list_summary(whole, "zh").startswith("异动2处：第1村 C0000（新出现）、第1村 C0003（仍在持续）；预警8处（")
    assert list_summary(whole, "en").startswith("2 surges: 第1村 C0000 (new), 第1村 C0003 (lasting); 8 places warned of (")
    many = replace(whole, surges=tuple(surge(f"C000{n}") for n in range(5)))
    assert list_summary(many, "zh").startswith("异动5处：第1村 C0000（新出现）、第1村 C0001（新出现）、第1村 C0002（新出现）等；")
    assert not list_summary(plain[0], "zh").startswith("异动")


def test_a_surge_is_no_gap_in_the_data_and_the_page_says_what_to_do(plain: tuple[WarningList, ...]) -> None:
    fresh = tuple(replace(row, through=AS_OF - 1, stale=False, alert=None) for row in plain[0].freshness)
    whole = replace(plain[0], surges=(surge("C0000"),), freshness=fresh)
    page = render(whole, county()).decode()
    assert "单独看各类信号，在数据完整的最近一周均未超出警戒上限；几类合起来的异动见“三情联判”。" in page
    assert "数据过期、缺失" not in page
    assert "请先核对这些记录，再决定是否派人去看。" in page
    assert "近12周每周起数，横线为通常水平" in page
    late = replace(whole, unjudged=(UnjudgedFamily("sentiment", None),))
    assert "无法判断全部信号" in render(late, county()).decode()
    quiet = render(replace(whole, surges=()), county()).decode()
    assert "各类信号在数据完整的最近一周均在通常范围内。" in quiet
    assert "请先核对这些记录" not in quiet


def test_labels_are_escaped_on_the_page(plain: tuple[WarningList, ...]) -> None:
    one = replace(plain[0], surges=(replace(surge("C0000"), called=MALICE),))
    assert "<script>" not in render(one, county()).decode()


def test_words_count_nights_and_name_states() -> None:
    assert "几乎每晚都有" in surge_text(replace(surge("C0000"), nights=1), "zh")
    over = replace(family("police"), count=0, weeks=(*WEEKS[:-2], 6, 0))
    assert "近两周警情6起（通常约1起）" in surge_text(surge("C0000", families=(over,)), "zh")
    assert "less often than once in 1,000 nights" in surge_text(replace(surge("C0000"), nights=1000), "en")


def test_a_list_without_a_joint_judgement_keeps_the_digest_of_earlier_versions(plain: tuple[WarningList, ...]) -> None:
    earlier = replace(plain[0], surges=None, unjudged=()).to_json()
    assert not {"surges", "unjudged"} & set(earlier)
    assert WarningList.from_json(earlier).surges is None
    judged = replace(plain[0], surges=()).to_json()
    assert judged["surges"] == []
    assert WarningList.from_json(judged).surges == ()
