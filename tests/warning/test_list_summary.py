"""A list in one sentence: places by grade, the first deadline, follow-ups and overdue answers; and the periods of its matters."""

from __future__ import annotations

from dataclasses import replace

from riskmodel.base.texts import Text
from riskmodel.warning.formats.html import render
from riskmodel.warning.formats.list_summary import forecast_period, list_summary
from riskmodel.warning.warn.list_entries import FollowUp, OverduePlace, PastList
from riskmodel.warning.warn.warning_list import Section, WarningList
from tests.worlds.full_list import full
from tests.worlds.listed_county import AS_OF, county


def second(whole: WarningList) -> Section:
    """Another matter, of the same places within a week."""
    first = whole.sections[0]
    short = [replace(one, target="theft", id=f"t{one.id}", expires=AS_OF + 6, horizon=7) for one in first.warnings]
    title = Text(zh="盗窃（7天）", en="Theft (7 days)")
    return replace(first, target="theft", title=title, horizon=7, last_day=AS_OF + 6, warnings=tuple(short), spot_checks=())


def late(id: str) -> OverduePlace:
    """A place that nobody answered in time, on two lists under one warning each."""
    return OverduePlace(id, "rental-fire", Text(zh="火灾", en="Fire"), f"P{id}", (), "red", AS_OF - 1)


def test_the_sentence_counts_places_and_names_the_first_deadline() -> None:
    whole = full()
    counts = {grade: count for grade, count in whole.sections[0].counts().items() if count}
    assert counts == {"red": 1, "orange": 2, "yellow": 2, "blue": 2}
    whole = replace(whole, follow_ups=(), past=())
    assert list_summary(whole, "zh") == (
        "预警7处（红色1、橙色2、黄色2、蓝色2）；随机抽查1处；较12月30日名单新增1处、移出1处；最早期限1月6日（5处，其中4处已过原定期限）。"
    )
    assert (
        list_summary(whole, "en")
        == "7 places warned of (1 red, 2 orange, 2 yellow, 2 blue); 1 spot check; since the list of 30 Dec: 1 new, 1 left it; "
        "first deadline 6 Jan (5 places, 4 of them due before)."
    )


def test_deadlines_that_are_all_over_are_said_to_be() -> None:
    (section, *others) = full().sections
    over = tuple(one for one in section.warnings if section.promised(one) < section.first_day)
    whole = replace(full(), sections=(replace(section, warnings=over, spot_checks=()), *others), follow_ups=(), past=())
    assert list_summary(whole, "zh").endswith("最早期限1月6日（4处，已过原定期限）。")
    assert list_summary(whole, "en").endswith("first deadline 6 Jan (4 places, due before).")


def test_what_waits_from_earlier_lists_is_in_the_sentence() -> None:
    whole = replace(
        full(),
        past=(PastList(AS_OF - 1, 8, 5, 2, late=(late("w1"), late("w2"))), PastList(AS_OF - 2, 8, 7, 1, late=(late("w1"),))),
    )
    open_one = FollowUp("w9", "fire", Text(zh="火灾", en="Fire"), "C0001", (), "red", AS_OF - 9, AS_OF - 9)
    said = list_summary(replace(whole, follow_ups=(open_one, replace(open_one, id="w8", since=AS_OF - 3))), "zh")
    assert said.endswith("；待跟进2处，最早的自2024年12月28日起；前几期有2处超期未反馈。")
    said = list_summary(replace(whole, follow_ups=(open_one,)), "en")
    assert said.endswith("; 1 place to follow up, the oldest since 28 December 2024; 2 places of earlier lists overdue.")


def test_an_empty_list_has_no_sentence() -> None:
    empty = replace(full().sections[0], warnings=(), spot_checks=())
    whole = replace(full(), sections=(empty,), follow_ups=(), past=())
    assert list_summary(whole, "zh") == ""
    assert '<p class="sum">' not in render(whole, county()).decode()


def test_matters_of_different_horizons_have_their_own_last_day() -> None:
    whole = full()
    assert forecast_period(AS_OF, whole.sections, "zh") == "2025年1月6日至2025年2月2日"
    both = replace(whole, sections=(whole.sections[0], second(whole)))
    first = whole.sections[0].title
    assert forecast_period(AS_OF, both.sections, "zh") == f"2025年1月6日起：盗窃至1月12日，{first.zh}至2月2日"
    assert forecast_period(AS_OF, both.sections, "en") == f"From 6 January 2025: Theft to 12 January, {first.en} to 2 February"
    page = render(both, county()).decode()
    assert forecast_period(AS_OF, both.sections, "zh") in page
    assert list_summary(both, "zh") in page


def test_within_a_grade_what_is_due_first_stands_first() -> None:
    whole = full()
    both = replace(whole, sections=(whole.sections[0], second(whole)))
    page = render(both, county()).decode()
    blue = page.split('class="r-blue"')[1:5]
    assert ["盗窃" in row.split("</tr>")[0] for row in blue] == [True, True, False, False]
