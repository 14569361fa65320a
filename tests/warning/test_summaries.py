"""Summaries for towns and the whole area, computed from the lists of a night."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.base.policy import GRADES, Policy
from riskmodel.base.texts import Text
from riskmodel.records.places import Grouping
from riskmodel.warning import PastList, WarningList, assemble
from riskmodel.warning.summaries import SUMMARY_FORMATS, Summary, SummaryRow, summarise, summary_file_name
from riskmodel.warning.summaries.summary_words import most_text, target_text
from riskmodel.warning.warn import with_subtotals
from riskmodel.warning.warn.list_entries import FollowUp
from tests.worlds.full_list import Reader
from tests.worlds.listed_county import AS_OF, FRESH, STALE, county, lists, scored

AREA = Text(zh="某县", en="a county")
HOMES = np.where(np.arange(48) % 7 == 3, 2.0, 100.0)
MEAN = np.linspace(0.0304, 0.0001, 48)


def night(stale: bool = False, places=None) -> tuple[WarningList, ...]:
    places = county(households=HOMES, minimum=5.0) if places is None else places
    fire, theft = scored(places, MEAN * 8), scored(places, MEAN[::-1], target="theft")
    policy = Policy(capacity=8, exploration=1)
    both = (lists(fire, policy), lists(theft, policy, freshness=STALE if stale else FRESH))
    return assemble(*(with_subtotals(one, scores, ("town", "village")) for one, scores in zip(both, (fire, theft), strict=True)))


@pytest.fixture(scope="module")
def whole() -> tuple[WarningList, ...]:
    return night()


def expected(row: SummaryRow, at: int) -> float:
    """The expected number of a target that was scored."""
    found = row.figures[at].expected
    assert found is not None
    return found


def town(lists: tuple[WarningList, ...]) -> Summary:
    return summarise(lists, "town", "village", AREA)[0]


def test_figures_are_sums_of_unrounded_ones(whole):
    (county_wide,) = summarise(whole, "all", "centre", AREA)
    towns = summarise(whole, "town", "village", AREA)
    assert [one.group.zh for one in towns] == sorted(one.group.zh for one in towns)
    assert len(towns) == 4
    for at in (0, 1):
        total = math.fsum(section.expected for one in whole for section in one.sections[at : at + 1])
        assert county_wide.total.figures[at].expected == pytest.approx(total, rel=1e-12)
        assert math.fsum(expected(one.total, at) for one in towns) == pytest.approx(total, rel=1e-12)
        rows = [expected(row, at) for row in towns[0].rows]
        assert towns[0].total.figures[at].expected == pytest.approx(math.fsum(rows), rel=1e-12)
    # each row of the second target is far below a half, and their sum is not nought
    assert all(expected(row, 1) < 0.5 for row in county_wide.rows)
    assert sum(sum(row.figures[0].warnings.values()) for row in county_wide.rows) == sum(
        len(one.sections[0].warnings) for one in whole
    )


def test_small_cells_have_no_figures_of_their_own():
    """A village of one small cell has no row; its figures stand in the village of its host."""
    villages = ["孤村" if i == 3 else f"第{i // 4 + 1}村" for i in range(48)]
    one = town(night(places=county(households=HOMES, minimum=5.0, villages=villages)))
    assert "孤村" not in {row.group for row in one.rows}
    assert one.total.figures[0].expected == pytest.approx(town(night()).total.figures[0].expected)
    assert "C0003" not in json.dumps(one.to_json(), ensure_ascii=False)


def test_a_target_that_cannot_be_scored_is_unknown_and_never_nought():
    found = night(stale=True)
    one = town(found)
    assert [figures.expected is None for figures in one.total.figures] == [False, True]
    table = rows_of(SUMMARY_FORMATS["csv"].render(one, "zh"))
    assert {row["预计起数"] for row in table[1::2]} == {"无法评分"}
    assert {row["红色"] for row in table[1::2]} == {""}
    page = SUMMARY_FORMATS["html"].render(one, "en").decode()
    assert page.count("cannot be scored</td>") == len(one.rows) + 1
    assert "This target cannot be scored" in page
    assert "theft: " not in page


def test_a_sum_of_which_a_part_is_unknown_is_unknown(whole):
    (area,) = summarise((whole[0], night(stale=True)[1]), "all", "centre", AREA)
    assert {row.group: row.figures[1].expected is None for row in area.rows} == {whole[0].centre: False, whole[1].centre: True}
    assert [figures.expected is None for figures in area.total.figures] == [False, True]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_summary_says_of_itself_that_it_forecasts_places(whole):
    one = summarise(whole, "all", "centre", AREA)[0]
    assert "本表只预测地点，从不针对人" in SUMMARY_FORMATS["html"].render(one, "zh").decode()
    english = SUMMARY_FORMATS["html"].render(one, "en").decode()
    assert "This summary forecasts places, never people" in english
    assert "This list forecasts" not in english


def test_a_summary_is_a_draft_until_all_its_lists_are_approved(whole):
    first, second = whole
    half = summarise((first.approved(), second), "town", "village", AREA)
    assert {one.group.zh: one.status for one in half} == {
        "临江镇": "approved", "石桥街道": "approved", "望溪镇": "draft", "南山乡": "draft",
    }  # fmt: skip
    (area,) = summarise((first.approved(), second), "all", "centre", AREA)
    assert summary_file_name(area, "html") == "2025-01-06_all.DRAFT.html"
    (done,) = summarise((first.approved(), second.approved()), "all", "centre", AREA)
    assert summary_file_name(done, "csv") == "2025-01-06_all.csv"
    assert done.digest == area.digest
    assert done.lists == {one.centre: one.digest for one in whole}


@pytest.mark.parametrize(("language", "said"), [("zh", "未来28天预计约"), ("en", "in the next 28 days")])
def test_the_page_says_in_a_minute_what_a_leader_needs(whole, language, said):
    (area,) = summarise(whole, "all", "centre", AREA)
    page = Reader(SUMMARY_FORMATS["html"].render(area, language).decode())
    words = page.words()
    assert said in words
    assert AREA(language) in words
    assert all(one.centre in words and one.digest[:8] in words for one in whole)
    assert page.loads == []
    assert len(set(page.ids)) == len(page.ids)
    assert ("草稿 DRAFT" if language == "zh" else "DRAFT") in words


def test_areas_with_most_warnings_are_named_unless_all_have_as_many(whole):
    (area,) = summarise(whole, "all", "centre", AREA)
    assert len(area.rows) == 2
    first, second = area.rows
    more = replace(second, figures=tuple(replace(one, warnings={**one.warnings, "red": 9}) for one in second.figures))
    assert most_text(replace(area, rows=(first, replace(first, group="B"))), "en") == ""
    assert most_text(replace(area, rows=(first, more)), "en").startswith(f"Most warnings: {more.group} (")


def test_a_centre_without_a_place_of_its_own_counts_as_a_list():
    """All its cells are merged with those of another centre; its draft is a draft of the area."""
    homes = np.where(np.arange(48) >= 47, 2.0, 100.0)
    places = county(households=homes, minimum=5.0)
    groups = {name: places.groupings[name] for name in ("village", "town")}
    own = np.zeros(48, dtype=np.int32)
    own[47] = 1
    alone = replace(places, groupings={**groups, "centre": Grouping(("甲中心", "乙中心"), own)})
    one, other = night(places=alone)
    assert [each.centre for each in (one, other) if not each.sections[0].subtotals] == ["乙中心"]
    assert summarise((one.approved(), other.approved()), "all", "centre", AREA)[0].status == "approved"
    for half in ((one.approved(), other), (one, other.approved())):
        (area,) = summarise(half, "all", "centre", AREA)
        assert area.status == "draft"
        assert set(area.lists) == {"甲中心", "乙中心"}


def test_the_record_of_whole_lists_stands_in_the_total(whole):
    past = tuple(replace(one, past=(PastList(AS_OF - 7, 5, 3, 1),)) for one in whole)
    own = summarise(past, "centre", "village", AREA)
    assert [(one.total.promised, one.total.answered, one.total.overdue) for one in own] == [(5, 3, 1)] * 2
    assert summarise(past, "all", "centre", AREA)[0].total.promised == 10
    # a list is not divided among towns
    assert {one.total.promised for one in summarise(past, "town", "village", AREA)} == {None}


def test_a_follow_up_of_a_place_that_is_gone_is_in_the_total_only(whole):
    """Every list repeats it, so that it is not lost; it belongs to none of them."""
    gone = FollowUp("w1", "theft", Text(zh="盗窃", en="theft"), "gone", (), "red", AS_OF - 9, AS_OF - 9)
    (area,) = summarise([replace(one, follow_ups=(gone,)) for one in whole], "all", "centre", AREA)
    assert [row.follow_ups for row in area.rows] == [0, 0]
    assert area.total.follow_ups == 1


def test_a_period_of_one_day_is_one_day(whole):
    (area,) = summarise(whole, "all", "centre", AREA)
    one = replace(area.targets[0], last_day=area.targets[0].first_day)
    assert "in the next 1 day," in target_text(one, area.total.figures[0], "en")
    assert "未来1天" in target_text(one, area.total.figures[0], "zh")


def test_a_place_has_the_label_of_its_own_target(whole):
    names = [{grade: Text(zh=f"{at}{grade}", en=f"{at}{grade}") for grade in GRADES} for at in "甲乙"]
    named = []
    for one in whole:
        fire, theft = (replace(s, labels=n) for s, n in zip(one.sections, names, strict=True))
        named.append(replace(one, sections=(replace(fire, warnings=()), theft)))
    (area,) = summarise(named, "all", "centre", AREA)
    assert {one.target for one in area.first} == {"theft"}
    page = SUMMARY_FORMATS["html"].render(area, "zh").decode()
    first = page[page.index('id="first"') :]
    assert "乙" + area.first[0].grade in first
    assert "甲" + area.first[0].grade not in first


def test_a_number_does_not_run_into_a_name_that_ends_with_one():
    one = town(night(places=county(villages=[f"网格{i // 4 + 1}" for i in range(48)])))
    assert most_text(one, "zh").startswith("预警最多：网格1（")


def test_names_are_text_in_every_format():
    villages = [f"=1+1<b>{i // 4}" for i in range(48)]
    one = town(night(places=county(villages=villages)))
    assert "=1+1&lt;b&gt;0" in SUMMARY_FORMATS["html"].render(one, "zh").decode()
    assert rows_of(SUMMARY_FORMATS["csv"].render(one, "zh"))[0]["单位"].startswith("'=1+1")


def test_lists_without_subtotals_have_no_summary():
    places = county()
    scores = scored(places, MEAN)
    assert summarise(lists(scores, Policy()), "town", "village", AREA) == ()


def test_subtotals_survive_json_and_do_not_depend_on_the_order_of_rows(whole):
    assert WarningList.from_json(whole[0].to_json()) == whole[0]
    places = county(households=HOMES, minimum=5.0)
    policy = Policy(capacity=8)
    straight, shuffled = (scored(places, MEAN, order=order) for order in (None, np.random.default_rng(3).permutation(48)))
    one, other = (with_subtotals(lists(scores, policy), scores, ("village",)) for scores in (straight, shuffled))
    assert [each.digest for each in one] == [each.digest for each in other]
