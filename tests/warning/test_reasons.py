from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof.vocabulary import Count, Decay, Feature, HolidayDays, SinceHoliday, State, TimeSince, WorkedWeekends
from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import Policy
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.forecasts.explanation import ExplainedPart, Explanation
from riskmodel.forecasts.forecasters.adaptive_rate import ADAPTIVE_MEANINGS
from riskmodel.forecasts.forecasters.additive.part_meanings import ADDITIVE_MEANINGS, ARISING, UNFOUND
from riskmodel.forecasts.forecasters.endemic_epidemic.endemic_epidemic import EPIDEMIC_MEANINGS
from riskmodel.forecasts.forecasters.group_series.group_series import SERIES_MEANINGS
from riskmodel.forecasts.forecasters.harmonic_count import HARMONIC_MEANINGS, HISTORY
from riskmodel.forecasts.forecasters.seasonal_rate import SEASONAL_MEANINGS
from riskmodel.records.history import Coverage, History
from riskmodel.warning import AnsweredWarning, Evidence, Freshness, freshness, gather, shortlist, warn
from riskmodel.warning.numbers import ComparedWords, number, percent
from riskmodel.warning.reasons import ExplainedPlace, top_reasons
from tests.worlds.listed_county import AS_OF, FRESH, NOTICES, PARTS, STALE, county, scored

ALL_MEANINGS = (ADAPTIVE_MEANINGS, ADDITIVE_MEANINGS, HARMONIC_MEANINGS, EPIDEMIC_MEANINGS, SEASONAL_MEANINGS, SERIES_MEANINGS)


def one(contribution, value=None, usual=None, reasons=3, **options):
    """Evidence for cell 0 of a county with the parts' ``contribution``."""
    scores = scored(county(), np.full(48, 0.1))
    contribution = np.array([contribution], dtype=float)
    explanation = Explanation(
        np.array([0], dtype=np.int32),
        PARTS,
        -3.0,
        contribution,
        np.array([[2.0] * 5 if value is None else value]),
        np.array([1.0] * 5 if usual is None else usual),
    )
    return gather(scores, explanation, Policy(reasons=reasons, **options))


def test_the_best_part_of_each_family_comes_first_and_one_subject_once():
    reasons = one([0.9, 0.8, 0.1, 0.3, -0.5]).reasons["C0000"]
    assert [r.part for r in reasons] == ["rental_hazards_open_90d", "online_fire_28d", "police_fire_365d"]
    assert {r.direction for r in reasons} == {"raises"}


def test_states_that_a_reason_counts_by_kind_are_not_counted_again():
    def said(value: float, *contribution: float) -> list[str]:
        both, one, near = State(("wiring", "gas")), State("gas"), State("gas", over="neighbours")
        parts = [
            ExplainedPart(f"p{i}", f"f{i}", "count", Text(zh="{value}", en="{value}"), each)
            for i, each in enumerate((both, one, near))
        ]
        place = ExplainedPlace(parts, np.array(contribution), np.array([value, 1.0, 1.0]), np.zeros(3), np.ones(3, dtype=bool))
        return [reason.part for reason in top_reasons(place, 3)]

    # six hazards, one of them of gas: "6 (wiring 5, gas 1)" has said it
    assert said(6, 0.9, 0.5, 0.1) == ["p0", "p2"]
    # the one of gas stood first; the sum says more only where there are others
    assert said(6, 0.5, 0.9, 0.1) == ["p1", "p0", "p2"]
    assert said(1, 0.5, 0.9, 0.1) == ["p1", "p2"]


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [
        (SinceHoliday("CN"), 1.0, "ended 1 day ago (mean 32)"),
        (SinceHoliday("CN"), 21.0, "ended 21 days ago (mean 32)"),
        (HolidayDays("CN", 14), 1.0, "have 1 public holiday (mean 32)"),
        (WorkedWeekends("CN", 14), 1.0, "have 1 worked weekend day (mean 32)"),
        (Count("gas", 90), 1.0, "had 1 record of gas leak in the last 90 days (usually 32)"),
        (Decay("gas", 60), 0.1, "had 0.1 weighted records of gas leak"),
        (TimeSince("gas", 90), 1.0, "1 day since this cell's last record of gas leak"),
    ],
)
def test_one_is_not_followed_by_a_plural(feature: Feature, value: float, said: str) -> None:
    meaning = feature.meaning({"gas": Kind(family="hazard", zh="燃气泄漏", en="gas leak")})
    parts = [ExplainedPart("p", "f", "number", meaning, feature)]
    place = ExplainedPlace(parts, np.array([-0.5]), np.array([value]), np.array([32.0]), np.ones(1, dtype=bool))
    (reason,) = top_reasons(place, 1)
    assert said in reason.text.en


def test_a_multiple_is_said_once_though_members_of_a_blend_differ_about_it():
    season = Text(zh="当前季节为平常的{value}倍", en="{value} times the usual at this time")
    here = Text(zh="该处为平常的{value}倍", en="{value} times the usual here")
    told = {"seasonal.now": season, "waves.now": season, "past": here}
    parts = [ExplainedPart(name, "calendar", "", text, form="times") for name, text in told.items()]
    place = ExplainedPlace(parts, np.log([1.2, 1.3, 1.1]), np.array([1.2, 1.3, 1.1]), np.ones(3), np.ones(3, dtype=bool))
    assert [reason.part for reason in top_reasons(place, 3)] == ["waves.now", "past"]


@pytest.mark.parametrize("value", [2.0, 0.5])
def test_a_contribution_of_less_than_a_hundredth_is_no_reason(value):
    def found(contribution):
        evidence = one([contribution, 0, 0, 0, 0], [value] * 5)
        return len(evidence.reasons["C0000"]), evidence.agreeing["C0000"]

    assert [found(each) for each in (0.0099, -0.0099)] == [(0, ())] * 2
    assert [found(each) for each in (0.01, -0.01)] == [(1, ("rental",) if value == 2 else ()), (1, ())]


def test_what_lowers_fills_the_rest():
    reasons = one([0.9, 0.8, 0.0, 0.005, -0.5], value=[2.0, 2.0, 2.0, 2.0, 0.5]).reasons["C0000"]
    assert [(r.part, r.direction) for r in reasons] == [("rental_hazards_open_90d", "raises"), ("calendar_winter", "lowers")]


def test_a_multiple_of_one_is_no_reason():
    multiple = replace(PARTS[0], form="times", meaning=Text(zh="约为平常的{value}倍", en="{value} times the usual"))
    scores = scored(county(), np.full(48, 0.1))
    said = []
    for value in (1.03, 0.97, 1.2):
        explanation = Explanation(
            np.array([0], dtype=np.int32),
            (multiple, *PARTS[1:]),
            -3.0,
            np.array([[0.3, 0.2, 0, 0, 0]]),
            np.array([[value, 2.0, 1, 1, 1]]),
            np.ones(5),
        )
        said.append([reason.text.en for reason in gather(scores, explanation, Policy(reasons=3)).reasons["C0000"]])
    assert ["1 times the usual" in one for one in said] == [False, False, False]
    assert "1.2 times the usual" in said[2]
    assert all(said)


def test_a_multiple_says_whether_it_is_more_or_less():
    texts = {}
    for value in (3.2, 0.6):
        part = replace(PARTS[0], form="times", meaning=HARMONIC_MEANINGS[HISTORY])
        values = np.full((1, 1), value)
        explanation = Explanation(np.array([0], dtype=np.int32), (part,), -3.0, np.log(values), values, np.ones(1))
        reasons = gather(scored(county(), np.full(48, 0.1)), explanation, Policy(reasons=3)).reasons["C0000"]
        texts[value] = reasons[0].text
        assert reasons[0].direction == ("raises" if value > 1 else "lowers")
    assert texts[3.2] == Text(zh="该处以往发案较多，风险约为平常的3倍", en="Many past events here: 3 times the usual risk")
    assert texts[0.6] == Text(zh="该处以往发案较少，风险约为平常的0.6倍", en="Few past events here: 0.6 times the usual risk")
    assert ADDITIVE_MEANINGS[ARISING]("zh", value="4", than=ComparedWords(above=True)) == "此处新隐患出现较快，风险约为平常的4倍"
    assert (
        ADDITIVE_MEANINGS[UNFOUND]("zh", value="0.5", than=ComparedWords(above=False))
        == "尚未查出的隐患应较少，风险约为平常的0.5倍"
    )


@pytest.mark.parametrize("meanings", ALL_MEANINGS)
def test_no_sentence_of_a_multiple_says_how_it_varies_instead_of_what_it_is(meanings):
    for text in meanings.values():
        more, fewer = (text("zh", value="2", usual="1", than=ComparedWords(above=above)) for above in (True, False))
        assert more != fewer
        assert not any(word in more for word in ("快慢", "影响", "情况", "水平", "（"))


def test_a_number_of_the_whole_area_that_is_the_usual_one_is_no_reason():
    county_count = replace(
        PARTS[0],
        form="count",
        meaning=Text(zh="全辖区近两年盗窃{value}起，平常{usual}起", en="{value}, usually {usual}"),
        everywhere=True,
    )
    explanation = Explanation(
        np.array([0], dtype=np.int32),
        (county_count, PARTS[2]),
        -3.0,
        np.array([[0.9, 0.2]]),
        np.array([[2765.0, 3.0]]),
        np.array([2765.0, 1.0]),
    )
    reasons = gather(scored(county(), np.full(48, 0.1)), explanation, Policy(reasons=3)).reasons["C0000"]
    assert [reason.part for reason in reasons] == [PARTS[2].name]


def test_an_unknown_multiple_is_no_reason():
    multiple = replace(PARTS[0], form="times", meaning=HARMONIC_MEANINGS[HISTORY])
    explanation = Explanation(
        np.array([0], dtype=np.int32), (multiple,), -3.0, np.array([[0.9]]), np.array([[np.nan]]), np.ones(1)
    )
    assert gather(scored(county(), np.full(48, 0.1)), explanation, Policy(reasons=3)).reasons["C0000"] == ()


def test_what_is_alike_everywhere_comes_after_what_is_particular_here():
    assert [r.part for r in one([0.1, 0.2, 0.0, 0.3, 0.9], reasons=3).reasons["C0000"]] == [
        "online_fire_28d",
        "rental_hazards_open_365d",
        "calendar_winter",
    ]
    assert "calendar_winter" not in {r.part for r in one([0.1, 0.0, 0.2, 0.3, 0.9], reasons=3).reasons["C0000"]}
    values = {"police_fire_365d": np.full(48, 400.0), "online_fire_28d": np.arange(48.0)}
    design: Any = SimpleNamespace(names=tuple(values), column=values.__getitem__)
    scores = replace(scored(county(), np.full(48, 0.1)), design=design)
    contribution = np.array([[0.0, 0.0, 0.9, 0.3, 0.0]])
    explanation = Explanation(np.array([0]), PARTS, 0.0, contribution, np.full((1, 5), 2.0), np.ones(5))
    evidence = gather(scores, explanation, Policy(reasons=1))
    assert [r.part for r in evidence.reasons["C0000"]] == ["online_fire_28d"]
    assert evidence.agreeing["C0000"] == ("online",)


def shown_values(reason):
    """The value and the usual one in the English sentence of a reason of :data:`PARTS`."""
    value, usual = re.findall(r"no data|under 0\.0001|\d[\d.,]*", re.sub("28 days", "", reason.text.en))
    return value, usual


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.floats(-2, 2), min_size=5, max_size=5),
    st.lists(st.sampled_from([0.0, 0.46, 1.0, 4.16, np.nan]) | st.floats(0, 20), min_size=5, max_size=5),
    st.lists(st.sampled_from([0.0, 0.46, 1.0, 4.16, 1.0000001]) | st.floats(0, 20), min_size=5, max_size=5),
)
def test_no_reason_contradicts_its_arrow(contribution, value, usual):
    places = county()
    scores = scored(places, np.linspace(0.9, 0.001, 48))
    cells = shortlist(scores, Policy(), "centre")
    many = len(cells)
    explanation = Explanation(cells, PARTS, -3.0, np.tile(contribution, (many, 1)), np.tile(value, (many, 1)), np.array(usual))
    evidence = gather(scores, explanation, Policy(reasons=5))
    at = {part.name: i for i, part in enumerate(PARTS)}
    for each in warn(scores, evidence, None, Policy(), grouping="centre"):
        section = each.sections[0]
        for warning in section.warnings:
            for reason in warning.reasons:
                i = at[reason.part]
                now, then = shown_values(reason)
                if reason.direction == "raises":
                    assert value[i] > usual[i]
                    assert contribution[i] > 0
                if reason.direction == "lowers":
                    assert value[i] < usual[i]
                    assert contribution[i] < 0
                if now == then or "no data" in (now, then):
                    assert reason.direction == "fact"
        assert section.spot_checks
        assert {reason.direction for spot in section.spot_checks for reason in spot.reasons} <= {"fact"}


def test_a_part_without_numbers_keeps_its_direction():
    part = replace(PARTS[2], meaning=Text(zh="该处以往发案较多", en="many cases here in the past"))
    explanation = Explanation(np.array([0]), (part,), 0.0, np.ones((1, 1)), np.array([[np.nan]]), np.array([1.0]))
    (reason,) = gather(scored(county(), np.full(48, 0.1)), explanation, Policy()).reasons["C0000"]
    assert reason.direction == "raises"


def test_what_is_below_its_usual_value_comes_last_and_agrees_with_nothing():
    evidence = one([0.9, 0.0, 0.5, 0.3, 0.0], value=[0.46, 0, 3, 2, 0], usual=[4.16, 0, 1, 1, 0], reasons=3)
    assert [(r.part, r.direction) for r in evidence.reasons["C0000"]] == [
        ("police_fire_365d", "raises"), ("online_fire_28d", "raises"), ("rental_hazards_open_90d", "fact"),
    ]  # fmt: skip
    assert evidence.agreeing["C0000"] == ("police", "online")


def test_numbers_and_usual_values_are_filled_in():
    reason = one([0.9, 0, 0, 0, 0], value=[3.0, 0, 0, 0, 0], usual=[0.41234567, 0, 0, 0, 0]).reasons["C0000"][0]
    assert reason.text.zh == "未整改隐患 3 处（通常 0.41 处）"
    assert reason.text.en == "3 open hazards (usually 0.41)"
    missing = one([0.9, 0, 0, 0, 0], value=[np.nan, 0, 0, 0, 0]).reasons["C0000"][0]
    assert missing.text.zh == "未整改隐患 暂无数据 处（通常 1 处）"
    assert "no data" in missing.text.en
    part = replace(PARTS[0], meaning=Text(zh="隐患{value}处（平常{usual}处）", en="{value} hazards"))
    nothing = np.array([[np.nan]])
    explanation = Explanation(np.array([0], dtype=np.int32), (part,), 0.0, np.ones((1, 1)), nothing, np.array([np.nan]))
    (reason,) = gather(scored(county(), np.full(48, 0.1)), explanation, Policy()).reasons["C0000"]
    assert reason.text.zh == "隐患暂无数据（平常暂无数据）"


def test_families_agree_by_their_sum_or_by_a_notice():
    assert one([0.5, -0.6, 0.2, 0.3, 0.9]).agreeing["C0000"] == ("online", "police")
    scores = scored(county(), np.full(48, 0.1))
    explanation = Explanation(np.array([0, 13]), PARTS, 0.0, np.zeros((2, 5)), np.zeros((2, 5)), np.zeros(5))
    evidence = gather(scores, explanation, Policy(), Evidence(notices=NOTICES, notice_grouping="town"))
    assert evidence.agreeing == {"C0000": ("online",), "C0013": ("dispute",)}
    with pytest.raises(UsageError, match="no notice_grouping"):
        gather(scores, explanation, Policy(), Evidence(notices=NOTICES))


def test_a_cell_with_too_few_homes_speaks_through_its_host():
    homes = np.full(48, 100.0)
    homes[5] = 2
    places = county(households=homes, minimum=20.0)
    scores = scored(places, np.full(48, 0.1))
    explanation = Explanation(np.array([5]), PARTS, 0.0, np.ones((1, 5)), np.ones((1, 5)), np.ones(5))
    assert set(gather(scores, explanation, Policy()).reasons) == {"C0004"}
    both = replace(explanation, cell=np.array([4, 5]), contribution=np.ones((2, 5)), value=np.ones((2, 5)))
    with pytest.raises(UsageError, match="shown under one name"):
        gather(scores, both, Policy())


def test_answers_of_the_future_are_left_out():
    scores = scored(county(), np.full(48, 0.1))
    nothing = Explanation(np.zeros(0, np.int32), PARTS, 0.0, np.zeros((0, 5)), np.zeros((0, 5)), np.zeros(5))
    answers = [AnsweredWarning("rental-fire", "C0001", day, "red") for day in (AS_OF - 1, AS_OF, AS_OF + 1)]
    assert [a.day for a in gather(scores, nothing, Policy(), Evidence(answers=tuple(answers))).answers] == [AS_OF - 1]


def test_freshness_is_what_was_known():
    places = county()
    kinds = {"fire": Kind(family="police", zh="火警", en="fire")}
    rows = (
        Coverage("b", ("fire",), through=AS_OF - 20, known=AS_OF - 15, stale_after=7),
        Coverage("b", ("fire",), through=AS_OF - 1, known=AS_OF, stale_after=7),
        Coverage("a", ("fire",)),
        Coverage("c", ("fire",), since=int(NEVER), through=int(ALWAYS)),
    )
    empty = np.zeros(0, np.int32)
    history = History(places, kinds, empty.astype(np.int16), empty, empty, empty, empty, empty, empty, rows)
    # a source that was never heard of has no first day
    wanted = (
        Freshness("a", ("fire",), None, False), Freshness("b", ("fire",), AS_OF - 20, True), Freshness("c", ("fire",), None, True)
    )  # fmt: skip
    assert freshness(history, AS_OF) == wanted
    assert freshness(history.known_by(AS_OF), AS_OF) == wanted
    assert not freshness(history, AS_OF + 1)[1].stale


def test_only_needed_sources_stop_the_scoring():
    scores = scored(county(), np.full(48, 0.1))
    nothing = Explanation(np.zeros(0, np.int32), PARTS, 0.0, np.zeros((0, 5)), np.zeros((0, 5)), np.zeros(5))
    assert gather(scores, nothing, Policy(), Evidence(freshness=STALE, needs=("complaint",))).missing() == ()
    assert gather(scores, nothing, Policy(), Evidence(freshness=STALE, needs=("fire",))).missing() == STALE[:1]
    assert gather(scores, nothing, Policy(), Evidence(freshness=FRESH, needs=("fire",))).missing() == ()


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        (0, "0"), (1e-05, "不足 0.0001"), (0.004312, "0.0043"), (0.0412, "0.041"), (-1e-05, "略低于 0"),
        (0.4123456, "0.41"), (0.5, "0.5"), (3.0, "3"), (12.3456, "12.3"),
        (1234567.8, "1,234,568"), (float("nan"), "暂无数据"), (float("inf"), "暂无数据"), (-2.5, "-2.5"),
    ],
)  # fmt: skip
def test_numbers_are_for_readers(value, zh):
    assert number(value) == zh


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "<0.1%"), (0.0012, "0.1%"), (0.0349, "3.5%"), (0.0996, "10%"), (0.256, "26%"), (0.999, ">99%")]
)
def test_percentages_never_claim_certainty(share, shown):
    assert percent(share) == shown
