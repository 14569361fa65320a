"""The whole path from scores to lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json
from riskmodel.base.policy import Grade, Policy
from riskmodel.warning import AnsweredWarning, Evidence, ModelAge, WarningList, assemble, gather, shortlist, warn
from riskmodel.warning.warn import Membership
from riskmodel.warning.warn.target_night import short_id
from tests.worlds.listed_county import AS_OF, FRESH, NOTICES, STALE, TITLE, county, explained, lists, scored

MEAN = np.linspace(0.30, 0.001, 48)


def test_one_list_a_centre_with_ranks_and_grades(places, policy):
    first, second = lists(scored(places, MEAN), policy)
    assert (first.centre, second.centre) == ("第1指挥中心", "第2指挥中心")
    (section,) = first.sections
    assert [w.rank for w in section.warnings] == list(range(1, 8))
    assert [w.place for w in section.warnings] == [f"C{i:04d}" for i in range(7)]
    assert [w.grade for w in section.warnings] == ["red", "orange", "orange", "yellow", "yellow", "blue", "blue"]
    assert (section.first_day, section.last_day, section.scored) == (AS_OF, AS_OF + 27, 24)
    warning = section.warnings[0]
    assert warning.groups == (Membership("village", "第1村"), Membership("town", "临江镇"), Membership("centre", "第1指挥中心"))
    assert warning.expires == AS_OF + 27
    assert warning.data_through == AS_OF - 3
    assert len(warning.reasons) == 3
    assert warning.change.kind == "new"
    assert section.previous_as_of is None
    assert first.status == "draft"
    assert first.approved().status == "approved"
    assert "7 warnings" in repr(first)


def test_ids_are_stable_and_differ_by_target_place_and_date(places, policy):
    def ids(**options):
        return {w.id for each in lists(scored(places, MEAN, **options), policy) for w in each}

    assert ids() == ids()
    assert len(ids()) == 14
    assert not ids() & ids(target="theft")
    assert not ids() & ids(as_of=AS_OF + 1)
    assert lists(scored(places, MEAN), policy)[0].sections[0].warnings[0].id == "le5495e7fde3"


def test_no_spreadsheet_takes_an_id_for_a_number():
    ids = {short_id("theft", place, 20000) for place in range(5000)}
    assert len(ids) == 5000
    assert all(re.fullmatch("[g-v][0-9a-f]{11}", one) for one in ids)
    assert any(one[1:].isdecimal() for one in ids)


def test_ties_are_broken_by_place(places, policy):
    first, _ = lists(scored(places, np.full(48, 0.1)), policy)
    assert [w.place for w in first] == [f"C{i:04d}" for i in range(7)]


def test_what_changed_is_said(places, policy):
    before = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    mean = MEAN.copy()
    mean[[5, 8, 1]] = 0.6, 0.35, 0.265
    after, _ = lists(scored(places, mean), policy, before)
    (section,) = after.sections
    changes = {w.place: w.change for w in section.warnings}
    assert section.previous_as_of == AS_OF - 7
    assert (changes["C0005"].kind, changes["C0005"].previous_rank, changes["C0005"].previous_grade) == ("risen", 6, "blue")
    assert changes["C0008"].kind == "new"
    assert changes["C0001"].kind == "fallen"
    assert changes["C0002"].kind == "unchanged"
    assert [(d.place, d.previous_rank, d.reason) for d in section.dropped] == [("C0006", 7, "over capacity")]


def test_the_last_scored_list_before_this_one_counts(places, policy):
    old = lists(scored(places, MEAN[::-1], as_of=AS_OF - 14), policy)
    last = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    blocked = lists(scored(places, MEAN, as_of=AS_OF - 1), policy, freshness=STALE)
    itself = lists(scored(places, MEAN), policy)
    many = (*blocked, *itself, *last, *old)
    assert lists(scored(places, MEAN), policy, many) == lists(scored(places, MEAN), policy, last)
    other = lists(scored(places, MEAN, target="theft"), policy, many)
    assert other[0].sections[0].previous_as_of is None


def test_an_expired_list_no_longer_holds_a_grade(places):
    policy = Policy(capacity=8, exploration=0, expires_after=5)
    mean = np.full(48, 0.001)
    mean[0] = 0.11
    before = lists(scored(places, mean, as_of=AS_OF - 5), policy)
    mean[0] = 0.09
    assert lists(scored(places, mean), policy, before)[0].sections[0].warnings[0].grade == "orange"
    later = replace(before[0], as_of=AS_OF - 4)
    held = replace(later.sections[0], warnings=tuple(replace(w, expires=AS_OF) for w in later.sections[0].warnings))
    assert lists(scored(places, mean), policy, (replace(later, sections=(held,)),))[0].sections[0].warnings[0].grade == "red"


def test_withheld_places_say_why(places):
    policy = Policy(capacity=4, exploration=0)
    answers = (AnsweredWarning("rental-fire", "C0000", AS_OF - 3, "red"), AnsweredWarning("theft", "C0001", AS_OF - 3, "red"))
    section = lists(scored(places, MEAN), policy, answers=answers)[0].sections[0]
    assert "C0000" not in {w.place for w in section.warnings}
    assert section.withheld_counts == {"cool-down": 1, "over capacity": 19}
    assert [(c.place, c.reason) for c in section.withheld][:2] == [("C0000", "cool-down"), ("C0005", "over capacity")]
    assert len(section.withheld) == 5
    low = lists(scored(places, np.full(48, 0.001)), policy)[0].sections[0]
    assert low.warnings == ()
    assert low.withheld_counts == {"below the minimum probability": 4}


def test_a_cool_down_ends_and_yields_to_a_clear_rise_of_the_forecast(places):
    policy = Policy(capacity=4, exploration=0, cool_down=7, cool_down_rise=1.5)

    def listed(day: int, grade: Grade | None, expected: float | None = 0.3) -> bool:
        answers = (AnsweredWarning("rental-fire", "C0000", day, grade, expected),)
        (section,) = lists(scored(places, MEAN), policy, answers=answers)[0].sections
        assert (section.rules.get("risen") == ("C0000",)) == (day == AS_OF - 1 and expected == 0.2)
        return "C0000" in {w.place for w in section.warnings}

    assert not listed(AS_OF - 6, "red")
    assert listed(AS_OF - 7, "red")
    assert listed(AS_OF, "red")
    # a higher grade alone is no reason to come back
    assert not listed(AS_OF - 1, "orange")
    assert not listed(AS_OF - 1, None)
    assert not listed(AS_OF - 1, "red", 0.21)
    assert not listed(AS_OF - 1, "red", None)
    assert listed(AS_OF - 1, "red", 0.2)


def test_grades_do_not_rise_because_others_rest(places):
    policy = Policy(capacity=8, exploration=0)
    before = {w.place: w.grade for w in lists(scored(places, MEAN), policy)[0]}
    answers = tuple(AnsweredWarning("rental-fire", place, AS_OF - 2, "red", 0.3) for place in ("C0000", "C0001", "C0003"))
    (section,) = lists(scored(places, MEAN), policy, answers=answers)[0].sections
    after = {w.place: w.grade for w in section.warnings}
    assert len(after) == 8
    assert {place: grade for place, grade in after.items() if place in before} == {
        place: grade for place, grade in before.items() if place not in ("C0000", "C0001", "C0003")
    }
    assert section.rules["freed capacity"] == ("C0008", "C0009", "C0010")
    assert {after[place] for place in section.rules["freed capacity"]} == {"blue"}
    assert section.rules["cool-down"] == ("C0000", "C0001", "C0003")


def test_a_model_younger_than_the_list_makes_it_a_replay_and_an_old_one_is_said(places, policy):
    def timing(trained, target="rental-fire"):
        return lists(scored(places, MEAN, target=target), policy, age=ModelAge(trained, 91))

    assert [one.timing for one in timing(AS_OF)] == ["night"] * 2
    assert [one.timing for one in timing(AS_OF + 1)] == ["replay"] * 2
    both = assemble(timing(AS_OF), timing(AS_OF + 1, "theft"))
    assert [one.timing for one in both] == ["replay"] * 2
    assert [section.hindsight for section in both[0].sections] == [False, True]
    assert [one.timing for one in assemble(timing(AS_OF), timing="preview")] == ["preview"] * 2
    assert [timing(AS_OF - days)[0].sections[0].outdated for days in (0, 91, 92)] == [False, False, True]
    # an unscored target of a younger model counts as well
    stale = lists(scored(places, MEAN), policy, freshness=STALE, age=ModelAge(AS_OF + 1, 91))
    assert [one.timing for one in stale] == ["replay"] * 2


def follow_up(place="C0000", day=AS_OF - 20, number=1, **options):
    return AnsweredWarning(
        "rental-fire", place, day, "red", 0.3, follow_up=options.pop("follow_up", True), number=number, warning="w1",
        centre="第1指挥中心", title=TITLE, **options,
    )  # fmt: skip


def test_a_place_that_needs_follow_up_stays_until_an_answer_closes_it(places, policy):
    opened = follow_up()
    first, second = lists(scored(places, MEAN), policy, answers=(opened,))
    (section,) = first.sections
    (pinned,) = first.follow_ups
    assert (pinned.id, pinned.place, pinned.title, pinned.since, pinned.answered) == (
        "w1",
        "C0000",
        TITLE,
        AS_OF - 20,
        AS_OF - 20,
    )
    assert pinned.groups == section.warnings[0].groups[:0] + (
        Membership("village", "第1村"), Membership("town", "临江镇"), Membership("centre", "第1指挥中心"),
    )  # fmt: skip
    assert second.follow_ups == ()
    assert "C0000" not in {w.place for w in (*section.warnings, *section.spot_checks)} | {c.place for c in section.withheld}
    assert section.rules["follow-up"] == ("C0000",)
    again = follow_up(day=AS_OF - 5, number=2)
    (pinned,) = lists(scored(places, MEAN), policy, answers=(again, opened))[0].follow_ups
    assert (pinned.since, pinned.answered) == (AS_OF - 20, AS_OF - 5)
    closed = follow_up(day=AS_OF - 3, number=3, follow_up=False)
    assert lists(scored(places, MEAN), policy, answers=(closed, again, opened))[0].follow_ups == ()
    # what was answered on the day of the night or later was not known
    assert lists(scored(places, MEAN), policy, answers=(replace(closed, day=AS_OF), opened))[0].follow_ups != ()


def test_a_follow_up_is_never_lost(places, policy):
    """Not where the target cannot be scored or has no section, the cell became small, or the centre was dissolved."""
    stale = lists(scored(places, MEAN), policy, answers=(follow_up(),), freshness=STALE)[0]
    assert stale.sections[0].cannot_score is not None
    assert [one.place for one in stale.follow_ups] == ["C0000"]
    other = replace(follow_up(), target="gone", title=None)
    both = assemble(*(lists(scored(places, MEAN, target=t), policy, answers=(other,)) for t in ("rental-fire", "theft")))
    assert [(one.target, one.title.en) for one in both[0].follow_ups] == [("gone", "gone")]
    homes = np.full(48, 100.0)
    homes[0] = 3
    merged = lists(scored(county(households=homes, minimum=20.0), MEAN), policy, answers=(follow_up(),))[0]
    assert [one.place for one in merged.follow_ups] == ["C0001"]
    assert "C0001" not in {w.place for w in merged}
    unknown = replace(follow_up(place="X"), centre="第9指挥中心")
    both = lists(scored(county(names=["第1网格"] * 48), MEAN), policy, answers=(unknown,))
    assert [[one.name for one in each.follow_ups] for each in both] == [[""], [""]]


def test_a_place_rests_although_another_stands_for_it_now(places, policy):
    homes = np.full(48, 100.0)
    homes[0] = 3
    visited = replace(follow_up(day=AS_OF - 3, follow_up=False), expected=100.0)
    (section,) = lists(scored(county(households=homes, minimum=20.0), MEAN), policy, answers=(visited,))[0].sections
    assert section.rules["cool-down"] == ("C0001",)
    assert "C0001" not in {w.place for w in section.warnings}


def test_a_place_that_left_for_follow_up_is_not_said_to_rank_lower(places, policy):
    before = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    (section,) = lists(scored(places, MEAN), policy, before, answers=(follow_up(day=AS_OF - 2),))[0].sections
    assert [(gone.place, gone.reason) for gone in section.dropped] == [("C0000", "follow-up")]


def test_every_rule_that_touched_a_place_is_recorded():
    homes = np.full(48, 100.0)
    homes[0] = 3
    small = county(households=homes, minimum=20.0)
    policy = Policy(capacity=4, exploration=1, expires_after=3)
    before = lists(scored(small, MEAN, as_of=AS_OF - 7), policy)
    mean = MEAN.copy()
    mean[40:] = 1e-5
    (section,) = lists(scored(small, mean), policy, before)[0].sections
    assert section.rules["merged"] == ("C0001",)
    assert section.rules["expired"] == ("C0001", "C0002", "C0003")
    assert section.rules["exploration"] == tuple(w.place for w in section.spot_checks)
    assert section.rules_of("C0001") == ("expired", "merged")
    assert len(section.rules["over capacity"]) == Counter(section.withheld_counts)["over capacity"] == 19
    held = Policy(capacity=4, exploration=0)
    before = lists(scored(small, MEAN, as_of=AS_OF - 7), held)
    mean = MEAN.copy()
    mean[5] = mean[4] + 0.001
    (section,) = lists(scored(small, mean), held, before)[0].sections
    assert section.rules["hysteresis"] == ("C0004", "C0005")
    assert [w.place for w in section.warnings][-1] == "C0004"


def test_a_stale_needed_feed_gives_a_notice_and_no_list(places, policy):
    before = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    first, _ = lists(scored(places, MEAN), policy, before, freshness=STALE)
    (section,) = first.sections
    assert section.warnings == section.spot_checks == ()
    assert section.cannot_score is not None
    assert "calls" in section.cannot_score.zh
    assert "2024-12-30" in section.cannot_score.en
    evidence = Evidence(freshness=STALE, needs=("fire",))
    assert warn(scored(places, MEAN), evidence, before, policy, grouping="centre")[0].sections[0].cannot_score


def test_a_stale_feed_that_is_not_needed_only_shows(places, policy):
    stale = (FRESH[0], replace(FRESH[1], stale=True))
    first, _ = lists(scored(places, MEAN), policy, freshness=stale)
    assert first.sections[0].cannot_score is None
    assert [row.source for row in first.stale()] == ["complaints"]


def test_spot_checks_carry_their_propensity(places, policy):
    (section,) = lists(scored(places, MEAN), policy)[0].sections
    (spot,) = section.spot_checks
    assert spot.rank is None
    assert spot.grade is None
    assert spot.propensity == 1 / 17
    assert spot.place not in {w.place for w in section.warnings}
    assert spot.place not in {c.place for c in section.withheld}


def test_a_capacity_is_shared_among_targets_and_differs_by_centre(places):
    policy = Policy(capacity=10, exploration=0, capacity_by_centre={"第2指挥中心": 5})
    first, second = lists(scored(places, np.full(48, 0.2)), policy, share=0.5)
    assert (len(list(first)), len(list(second))) == (5, 2)
    assert not list(lists(scored(places, np.full(48, 0.2)), policy, share=0.0)[0])
    # 0.29 of 100 is 29, although the product of the two binary numbers is a little less
    (section,) = lists(scored(places, np.full(48, 0.2)), Policy(capacity=100), share=0.29)[0].sections
    assert section.capacity == 29


def test_small_cells_are_shown_under_their_host(places, policy):
    homes = np.full(48, 100.0)
    homes[[0, 9]] = 3
    small = county(households=homes, minimum=20.0)
    mean = MEAN.copy()
    mean[0] = 0.9
    scores = scored(small, mean)
    assert 0 in shortlist(scores, policy, "centre")
    first, _ = lists(scores, policy)
    (section,) = first.sections
    assert section.warnings[0].place == "C0001"
    assert section.warnings[0].expected == pytest.approx(0.9 + MEAN[1])
    shown = {w.place for w in (*section.warnings, *section.spot_checks)} | {c.place for c in section.withheld}
    assert not shown & {"C0000", "C0009"}
    assert section.scored == 22


def test_notices_go_to_the_centres_of_their_groups(places, policy):
    first, second = lists(scored(places, MEAN), policy, notices=NOTICES)
    assert [n.group for n in first.notices] == ["临江镇"]
    assert [n.group for n in second.notices] == ["望溪镇"]
    assert {f for w in first for f in w.agreeing} >= {"online"}


def test_targets_are_joined_by_centre(places, policy):
    fire, theft = (lists(scored(places, MEAN, target=t), policy) for t in ("rental-fire", "theft"))
    joined = assemble(fire, theft)
    assert [[s.target for s in each.sections] for each in joined] == [["rental-fire", "theft"]] * 2
    assert joined[0].id == fire[0].id
    assert assemble(fire, [each.approved() for each in theft])[0].status == "draft"
    with pytest.raises(UsageError, match="comes twice"):
        assemble(fire, fire)
    with pytest.raises(UsageError, match="different as-of dates"):
        assemble(fire, lists(scored(places, MEAN, as_of=AS_OF - 1), policy))


def test_a_listed_place_must_have_been_explained(places, policy):
    scores = scored(places, MEAN)
    with pytest.raises(UsageError, match="was not explained"):
        warn(scores, gather(scores, explained([0]), policy), None, policy, grouping="centre")


def test_scores_of_several_dates_are_refused(places, policy):
    scores = scored(places, MEAN)
    two = replace(scores, as_of=np.where(np.arange(48) < 5, AS_OF, AS_OF + 1).astype(np.int32))
    with pytest.raises(UsageError, match="one as-of date"):
        shortlist(two, policy, "centre")
    with pytest.raises(UsageError, match="'share' parameter of warn"):
        shortlist(scores, policy, "centre", share=1.5)


means = st.lists(st.sampled_from([0.01, 0.05, 0.2]) | st.floats(1e-4, 1.0), min_size=48, max_size=48).map(np.array)


@settings(max_examples=25, deadline=None)
@given(means, means, st.permutations(range(48)), st.sampled_from([0.0, 30.0]))
def test_same_input_gives_the_same_bytes_in_any_order(mean, older, order, minimum):
    homes = 100.0 - 7 * (np.arange(48) % 13)
    small = county(shapes=False, households=homes, minimum=minimum)
    policy = Policy(capacity=6, exploration=2)
    before = lists(scored(small, older, as_of=AS_OF - 7), policy)
    answers = tuple(AnsweredWarning("rental-fire", w.place, AS_OF - 2, w.grade) for w in list(before[0])[:2])
    one = lists(scored(small, mean), policy, before, answers=answers)
    two = lists(scored(small, mean, order=order), policy, before[::-1], answers=answers[::-1])
    assert [canonical_json(each.to_json()) for each in one] == [canonical_json(each.to_json()) for each in two]
    for each in one:
        section = each.sections[0]
        assert len(section.warnings) + len(section.spot_checks) <= 6
        again = WarningList.from_json(json.loads(canonical_json(each.to_json())))
        assert again == each
        assert WarningList.from_text(canonical_json(each.to_json()).decode()) == each
        assert canonical_json(again.to_json()) == canonical_json(each.to_json())


@settings(max_examples=40, deadline=None)
@given(means, st.integers(0, 23), st.floats(1.0, 10.0))
def test_a_higher_mean_never_lowers_a_place(mean, which, factor):
    small = county(shapes=False)
    policy = Policy(capacity=6, exploration=1)
    place = f"C{which:04d}"

    def rank(values):
        found = next((w.rank for w in lists(scored(small, values), policy)[0] if w.place == place), 1000)
        assert found is not None
        return found

    before = rank(mean)
    mean = mean.copy()
    mean[which] *= factor
    assert rank(mean) <= before


def test_faulty_json_is_named(places, policy):
    content = lists(scored(places, MEAN), policy)[0].to_json()
    content["sections"][0]["warnings"][0]["grade"] = "purple"
    with pytest.raises(UsageError, match=r"sections\.0\.warnings\.0\.grade"):
        WarningList.from_json(content)
    with pytest.raises(UsageError, match=r"sections\.0\.warnings\.0\.grade"):
        WarningList.from_text(canonical_json(content).decode())
