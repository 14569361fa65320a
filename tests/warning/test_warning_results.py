"""What visits found beside what lists forecast: figures, words, page."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.warning.results import ListCoverage, SpanOfLists, WarnedStay, WarningResults, results_text, write_results_page
from riskmodel.warning.results.stay_tables import result_tables
from tests.worlds.full_list import Reader

FIRST = to_day("2026-01-01")
SPAN = SpanOfLists(
    FIRST,
    FIRST + 30,
    FIRST + 60,
    approved=9,
    drafts=2,
    undelivered=1,
    titles=(("theft", Text(zh="盗窃（7天）", en="Theft (7 days)")),),
)
STAY = WarnedStay("theft", "东区", "c1", "", "red", FIRST, FIRST + 1, FIRST + 1, 7, 0.9, 0.6, "m", period="over", events=0)


def visited(place: str, result: str, on: int, **fields: object) -> WarnedStay:
    return replace(STAY, place=place, result=result, visited_on=FIRST + on, received=FIRST + on, **fields)


STAYS = (
    visited("c1", "needs_followup", 1, events=2),
    visited("c2", "nothing_found", 1, events=1),
    visited("c3", "visited", 3),
    replace(STAY, place="c4", result="not_done", received=FIRST + 2),
    replace(STAY, place="c5"),
    replace(STAY, place="c6", waiting=True, period="not over", events=None),
    replace(STAY, place="c7", grade="blue", probability=0.05, period="unknown", events=None),
    visited("c8", "nothing_found", 2, grade=None, centre="西区", probability=0.1),
)
COVERED = ListCoverage("theft", FIRST, FIRST + 20, events=40, at_listed=10, places=200.0, listed=8.0)
FOUND = WarningResults(SPAN, STAYS, (), (COVERED, ListCoverage("fire")))


def test_every_stay_is_counted_once_in_visits_and_once_in_events() -> None:
    for one in (*FOUND.grades, *FOUND.centres):
        assert one.warned == one.visited + one.not_done + one.unanswered + one.waiting
        assert one.visited == one.needs_followup + one.nothing_found + one.not_stated
        assert one.warned == one.over + one.not_over + one.unknown
    red, blue, every, spot = FOUND.grades
    assert [one.grade for one in FOUND.grades] == ["red", "blue", "", "spot check"]
    assert (red.visited, red.late, red.unanswered, red.waiting, red.not_done) == (3, 1, 1, 1, 1)
    assert every.warned == red.warned + blue.warned == 7
    assert (red.over, red.expected, red.events) == (5, pytest.approx(4.5), 3)
    assert (spot.warned, spot.happened.value) == (1, 0)
    assert red.found.value == 0.5


def test_each_target_has_figures_and_tables_of_its_own() -> None:
    theft, fire = STAYS[:2], tuple(replace(one, target="fire") for one in STAYS[2:5])
    both = WarningResults(SPAN, (*theft, *fire))
    assert [(one.target, one.grade, one.warned) for one in both.grades] == [
        ("fire", "red", 3), ("fire", "", 3), ("theft", "red", 2), ("theft", "", 2),
    ]  # fmt: skip
    assert [len(table.rows) for table in result_tables(both, "zh")] == [2] * 4


def test_a_table_has_no_number_of_what_is_not_over() -> None:
    visits, happened = result_tables(FOUND, "en")
    assert visits.words == (True, *[False] * 10)
    assert [name for name, is_word in zip(happened.head, happened.words, strict=True) if is_word] == ["grade", "compared"]
    assert happened.rows[:2] == (
        ("red", "5", "60%", "40% (5.3%–85%)", "agrees", "4", "3", "1", "0"),
        ("blue", "0", "–", "–", "–", "–", "–", "0", "1"),
    )
    by_centre = [*result_tables(FOUND, "en", centres=True)]
    assert [one.title for one in by_centre] == [f"{one.title}: By centre" for one in (visits, happened)]
    assert [one.head for one in by_centre] == [("centre", *one.head) for one in (visits, happened)]
    assert [row[0] for row in by_centre[0].rows] == ["东区", "东区", "东区", "西区"]


def test_the_rate_that_happened_has_an_interval_of_few_trials() -> None:
    red, blue, *_ = FOUND.grades
    assert red.happened == pytest.approx((0.4, 0.0527, 0.8534), abs=1e-4)
    assert red.agrees is True
    assert (blue.over, blue.agrees, blue.events) == (0, None, None)
    assert math.isnan(blue.forecast)
    assert math.isnan(blue.happened.value)
    sure = tuple(replace(STAY, place=f"c{i}", first_listed=FIRST + i % 20, probability=0.9) for i in range(60))
    assert WarningResults(SPAN, sure).grades[0].agrees is False


def test_one_place_listed_again_and_again_is_few_trials() -> None:
    """Ten stays of one place within a horizon are one trial; ten places are ten."""
    same = tuple(replace(STAY, first_listed=FIRST, horizon=91, events=1) for _ in range(10))
    other = tuple(replace(one, place=f"c{i}") for i, one in enumerate(same))
    assert WarningResults(SPAN, same).grades[0].happened.low == pytest.approx(0.025)
    assert WarningResults(SPAN, other).grades[0].happened.low > 0.6


def test_tables_and_json_say_unknown_and_never_none_of_what_is_not_over() -> None:
    frame = FOUND.frame()
    assert list(frame.loc[frame["grade"] == "blue", ["forecast", "happened", "events"]].isna().all()) == [True] * 3
    stays = FOUND.frame("stays").set_index("place")
    assert all(stays[name].isna()["c6"] for name in ("events", "visited_on", "received"))
    assert str(stays.loc["c1", "visited_on"])[:10] == "2026-01-02"
    assert (stays.loc["c1", "events"], stays.loc["c8", "grade"]) == (2, "spot check")
    empty = WarningResults(SPAN, ()).frame("stays")
    assert (len(empty), list(empty.columns)) == (0, list(FOUND.frame("stays").columns))
    plain = FOUND.to_json()
    assert (plain["first"], plain["stays"][5]["events"], plain["stays"][0]["visited_on"]) == ("2026-01-01", None, "2026-01-02")
    blue = next(one for one in plain["grades"] if one["grade"] == "blue")
    assert (blue["forecast"], blue["happened_low"], blue["events"]) == (None, None, None)
    with pytest.raises(UsageError, match="table of results"):
        FOUND.frame("nights")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_page_say_the_same_and_what_they_do_not_know(language: Language, tmp_path: Path) -> None:
    text = results_text(FOUND, language)
    page = Reader(write_results_page(FOUND, tmp_path / "results.html", language).read_text(encoding="utf-8")).words()
    caveats = {
        "zh": (
            "届时尚未批准",
            "1份未全部送达",
            "未列入名单的地点没有走访",
            "1处次的预测时段未满",
            "1处次无法统计",
            "没有说明是否发现问题",
            "共发生40起，其中10起（25%）在当时名单上的地点；这些地点平均每天占全部地点的4.0%",
            "西区",
            "另有2份名单届时尚未批准，不计入。",
            "只算一处次，按首次列入时的等级和预测计",
            "走访可能已防止事件发生",
            "区间按95%计。数量少时区间很宽",
        ),
        "en": (
            "not approved by then",
            "1 not delivered",
            "are not visited",
            "1 stay is not over",
            "1 stay cannot be",
            "only says 'visited'",
            "40 events in the whole area from 2026-01-01 to 2026-01-21, 10 of them (25%)",
            "西区",
            " 2 more lists were not approved by then and are left out.",
            "counts once, with the grade and the forecast of the first",
            "A visit may prevent an event",
            "Intervals are of 95 %. Where counts are small they are wide",
        ),
    }
    # of fires nobody knows since when they are recorded
    assert "1970" not in text
    for part in (*caveats[language], *{"zh": ("40%（5.3%–85%）", "相符"), "en": ("40% (5.3%–85%)", "agrees")}[language]):
        assert part in text
        assert part in page
    empty = results_text(WarningResults(replace(SPAN, approved=0), ()), language)
    assert {"zh": "不代表没有风险", "en": "do not mean no risk"}[language] in empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_table_of_events_before_a_period_is_over(language: Language) -> None:
    early = WarningResults(SPAN, tuple(replace(one, period="not over", events=None) for one in STAYS))
    several = [table.title for table in result_tables(early, language, centres=True)]
    assert [len([*result_tables(one, language)]) for one in (FOUND, early)] == [2, 1]
    assert len(several) == 1
    said = {"zh": "实际情况尚不知道，暂不列“预测与实际”表。", "en": "so there is no table of what happened."}[language]
    assert said in results_text(early, language)
    assert said not in results_text(FOUND, language)


def test_results_count_by_what_an_outcome_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another outcome of the same meaning counts in the same column."""
    changed = {
        "handed_on": OUTCOME_MEANINGS["needs_followup"],
        "mended": OUTCOME_MEANINGS["nothing_found"],
        "closed": OUTCOME_MEANINGS["not_done"],
    }
    for name, meaning in changed.items():
        monkeypatch.setitem(OUTCOME_MEANINGS, name, meaning)  # type: ignore[arg-type]
    others: dict[str | None, str] = dict(zip(("needs_followup", "nothing_found", "not_done"), changed, strict=True))
    renamed = tuple(replace(one, result=others.get(one.result, one.result)) for one in STAYS)
    assert WarningResults(SPAN, renamed).grades == FOUND.grades


def test_spot_checks_are_only_compared_where_there_are_some() -> None:
    ranked = WarningResults(SPAN, tuple(one for one in STAYS if one.grade is not None))
    assert "只有随机抽查能说明，而这段时间一处也没有。" in results_text(ranked, "zh")
    assert "只有随机抽查（1处次，已走访1）能说明，请与各等级对照。" in results_text(FOUND, "zh")
