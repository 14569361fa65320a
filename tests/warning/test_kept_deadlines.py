"""A place that stays on the lists keeps its deadline, and every form says since when it is there."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from riskmodel.base.policy import Policy
from riskmodel.cli.list_text import list_text
from riskmodel.warning import FORMATS, AnsweredWarning, WarningList
from riskmodel.warning.formats.list_summary import list_summary
from riskmodel.warning.formats.worklist import work_rows
from riskmodel.warning.warn import Warning
from tests.worlds.listed_county import AS_OF, county, lists, scored

FIRST = AS_OF - 5
POLICY = Policy(capacity=8, exploration=0, expires_after=28)
"""Ranks 1 to 8: red, two orange (3 days), three yellow (7 days), two blue (28 days)."""


def means(**changed: float) -> np.ndarray:
    mean = np.linspace(0.30, 0.001, 48)
    for place, value in changed.items():
        mean[int(place[1:])] = value
    return mean


def nights(*means_: np.ndarray, answers: tuple[AnsweredWarning, ...] = (), policy: Policy = POLICY) -> list[WarningList]:
    """The first centre's lists of nights in turn, each compared with the one before it."""
    found: list[WarningList] = []
    before: tuple[WarningList, ...] = ()
    for number, mean in enumerate(means_):
        before = tuple(lists(scored(county(), mean, as_of=FIRST + number), policy, before, answers=answers))
        found.append(before[0])
    return found


def of(whole: WarningList, place: str) -> Warning:
    return next(one for one in whole if one.place == place)


def deadlines(whole: WarningList, place: str) -> tuple[int | None, int | None, int]:
    one = of(whole, place)
    return one.listed_since, one.first_deadline, whole.sections[0].deadline(one)


def test_a_place_that_stays_keeps_the_deadline_of_its_first_list():
    one, two, three, four = nights(*[means()] * 4)
    orange = "C0001"
    assert deadlines(one, orange) == (None, None, FIRST + 2)
    assert deadlines(two, orange) == (FIRST, FIRST + 2, FIRST + 2)
    assert deadlines(three, orange) == (FIRST, FIRST + 2, FIRST + 2)
    # it is over: the place is due at once, and the list says what was promised
    assert deadlines(four, orange) == (FIRST, FIRST + 2, FIRST + 3)
    assert four.sections[0].promised(of(four, orange)) == FIRST + 2
    assert deadlines(two, "C0000") == (FIRST, FIRST, FIRST + 1)


def test_a_more_urgent_grade_brings_the_deadline_forward_and_never_back():
    # C0004 is yellow (by FIRST + 6); on the sixth night it is orange, whose own three days would end later
    whole = nights(*[means()] * 5, means(C0004=0.6))[-1]
    assert (of(whole, "C0004").grade, of(whole, "C0004").change.kind) == ("red", "risen")
    assert deadlines(whole, "C0004") == (FIRST, None, FIRST + 5)
    orange = nights(*[means()] * 5, means(C0004=0.299, C0001=0.05))[-1]
    assert (of(orange, "C0004").grade, of(orange, "C0004").change.kind) == ("orange", "risen")
    assert deadlines(orange, "C0004") == (FIRST, FIRST + 6, FIRST + 6)


def test_a_less_urgent_grade_counts_from_the_first_night():
    whole = nights(means(), means(), means(C0001=0.22))[-1]
    assert (of(whole, "C0001").grade, of(whole, "C0001").change.kind) == ("yellow", "fallen")
    assert deadlines(whole, "C0001") == (FIRST, FIRST + 6, FIRST + 6)


def test_a_visit_or_a_night_without_it_begins_anew():
    policy = POLICY.model_copy(update={"cool_down": 0})
    visited = AnsweredWarning("rental-fire", "C0001", FIRST + 1)
    two, three, four = nights(*[means()] * 4, answers=(visited,), policy=policy)[1:]
    assert deadlines(two, "C0001") == (FIRST, FIRST + 2, FIRST + 2)
    assert deadlines(three, "C0001") == (None, None, FIRST + 4)
    assert deadlines(four, "C0001") == (FIRST + 2, FIRST + 4, FIRST + 4)
    elsewhere = replace(visited, target="theft")
    assert deadlines(nights(*[means()] * 3, answers=(elsewhere,))[-1], "C0001") == (FIRST, FIRST + 2, FIRST + 2)
    away = nights(means(), means(C0001=0.002), means(C0001=0.5))[-1]
    assert (of(away, "C0001").grade, deadlines(away, "C0001")) == ("red", (None, None, FIRST + 2))


def test_an_ended_warning_keeps_no_deadline():
    policy = POLICY.model_copy(update={"expires_after": 1})
    assert deadlines(nights(means(), means(), policy=policy)[-1], "C0001") == (None, None, FIRST + 1)
    # on its last day a warning still stands
    policy = POLICY.model_copy(update={"expires_after": 2})
    two, three = nights(*[means()] * 3, policy=policy)[1:]
    assert (of(two, "C0001").listed_since, of(three, "C0001").listed_since) == (FIRST, FIRST)


def test_json_keeps_both_days_and_an_older_list_has_neither():
    one, two = nights(*[means()] * 2)
    assert WarningList.from_json(two.to_json()) == two
    assert "listed_since" not in str(one.to_json())
    stored = two.to_json()["sections"][0]["warnings"][1]
    assert (stored["listed_since"], stored["first_deadline"]) == ("2025-01-01", "2025-01-03")


@pytest.mark.parametrize(
    ("language", "missed", "new", "since", "summary"),
    [
        ("zh", "原定1月3日", "新增", "1月1日列入名单", "较1月3日名单新增1处、移出1处"),
        ("en", "was due 3 Jan", "new", "listed since 1 Jan", "since the list of 3 Jan: 1 new, 1 left it"),
    ],
)
def test_every_form_says_what_is_new_since_when_and_what_was_missed(language, missed, new, since, summary):
    whole = nights(*[means()] * 3, means(C0010=0.4, C0007=0.001))[-1]
    rows = {row.code: row for row in work_rows(whole, language)}
    assert (rows["C0010"].standing, rows["C0010"].missed) == (new, "")
    assert (rows["C0001"].standing, rows["C0001"].missed) == (since, missed)
    assert summary in list_summary(whole, language)
    page = FORMATS["html"].render(whole, county(), language).decode()
    assert page.count(f'<span class="new">{new}</span>') == 1
    assert f'<b class="missed">{missed}</b>' in page
    assert f"· {since}" in page
    assert f"{missed}</b>" in page.split('id="details"')[1]
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(whole, county(), language))).worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {f"{since} {missed}", new} <= cells
    text = list_text(whole, language)
    assert f"{since}  {missed}" in text
    table = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(whole, county(), "en").decode("utf-8-sig"))))
    row = next(row for row in table if row["Place"] == "C0001")
    assert (row["Listed since"], row["First deadline"], row["By"]) == ("2025-01-01", "2025-01-03", "2025-01-04")


def test_the_summary_says_that_nothing_moved():
    whole = nights(*[means()] * 2)[-1]
    assert "地点与1月1日名单相同" in list_summary(whole, "zh")
    assert "the same places as on the list of 1 Jan" in list_summary(whole, "en")
    first = nights(means())[0]
    assert "名单" not in list_summary(first, "zh")
