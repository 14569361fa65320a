"""The joint judgement of a made-up county with planted events."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.counts.tails import at_least
from riskmodel.detection.joint import Surge, place_judgement
from riskmodel.detection.joint.followed_surges import followed
from riskmodel.detection.joint.place_judgement import judged_level
from riskmodel.detection.joint.usual_counts import UsualCounts, level_factor, tail_p_value
from riskmodel.detection.joint.weekly_counts import WEEKS, family_records
from riskmodel.records.history import History
from tests.worlds.three_families import AS_OF, DAYS, GROUPS, RATES, Event, make_families

FIRE = (Event("fire", 8, 6), Event("smoke", 8, 7), Event("hazard", 8, 6))


@pytest.fixture(scope="module")
def quiet() -> History:
    return make_families()


@pytest.fixture(scope="module")
def burning() -> History:
    return make_families(FIRE)


@pytest.fixture(scope="module")
def found(burning: History) -> rm.SurgeReport:
    return rm.surge(burning, AS_OF, groups=GROUPS)


def test_a_quiet_county_has_no_surge(quiet: History) -> None:
    report = rm.surge(quiet, AS_OF, groups=GROUPS)
    assert report.surges == ()
    assert not report.unjudged
    report.figure()


def test_an_event_of_three_families_is_one_surge_where_it_is_clearest(found: rm.SurgeReport) -> None:
    (one,) = found.surges
    assert (one.topic, one.level, one.label, one.cells) == ("fire_signs", "cell", "c08", ("c08",))
    assert one.agreeing == ("police", "online", "sentiment")
    assert {family.since for family in one.families} == {AS_OF - 3}
    assert one.state == "new"
    assert one.first_seen == AS_OF
    assert one.nights is not None
    assert one.nights >= 100
    assert one.excess == pytest.approx(sum(f.count - f.expected for f in one.families))  # type: ignore[operator]


def test_a_surge_shows_the_records_of_the_last_week(found: rm.SurgeReport, burning: History) -> None:
    (one,) = found.surges
    there = (burning.cell == burning.places.index["c08"]) & (burning.occurred >= AS_OF - 7) & (burning.occurred < AS_OF)
    there &= burning.known < AS_OF
    kinds = [list(burning.kinds)[kind] for kind in burning.kind[there].tolist()]
    counted = Counter(burning.kinds[kind].family for kind in kinds if kind in GROUPS["fire_signs"].kinds)
    assert {family.family: family.count for family in one.families} == counted
    frame = found.frame()
    row = frame[(frame["topic"] == "fire_signs") & (frame["place"] == "c08")].iloc[0]
    assert {family: row[f"{family}_count"] for family in counted} == counted
    # three years at the rates of the made-up county, in a week
    for family, rate in (("police", RATES["fire"]), ("online", RATES["smoke"]), ("sentiment", RATES["hazard"])):
        assert row[f"{family}_expected"] == pytest.approx(7 * rate, rel=0.25)


def test_past_nights_alone_count_once_they_are_enough_and_unknown_families_count_nothing(
    burning: History, found: rm.SurgeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = found.judgements[0]
    np.testing.assert_array_equal(few.p, np.maximum(few.joint, few.often))
    assert (few.often < few.joint).any()
    records = {family: family_records(burning, kinds, AS_OF) for family, kinds in few.topic.kinds.items()}
    stopped = records | {"online": replace(records["online"], stop=None)}
    monkeypatch.setattr(place_judgement, "ENOUGH", int(np.isfinite(few.often).sum()))
    enough = judged_level(few.topic, few.level, stopped)
    np.testing.assert_array_equal(enough.p, enough.often)
    online = enough.families.index("online")
    for values in (enough.count, enough.expected, enough.family_p):
        assert np.isnan(values).all(axis=1).tolist() == [at == online for at in range(len(enough.families))]


def test_surges_stand_in_order_of_their_evidence_and_move_by_more_than_half_an_event(found: rm.SurgeReport) -> None:
    before = replace(found.surges[0], excess=10.0)

    def now(surges: tuple[Surge, ...], old: tuple[Surge, ...] = ()) -> tuple[Surge, ...]:
        return followed(surges, old, (), make_families().places, {}, AS_OF)

    some = [replace(before, id=name, p=p) for name, p in (("a", None), ("b", 0.01), ("c", 0.001))]
    assert [one.id for one in now(tuple(some))] == ["c", "b", "a"]
    states = [now((replace(before, id="x", excess=excess),), (before,))[0].state for excess in (9.4, 9.5, 10.5, 10.6)]
    assert states == ["fading", "lasting", "lasting", "growing"]


def test_a_season_that_is_not_known_moves_no_level() -> None:
    """Unknown weeks are no weeks without events."""
    total, known = np.full(WEEKS, 50.0), np.ones(WEEKS, dtype=bool)
    known[50:55] = False
    np.testing.assert_array_equal(level_factor(total, known, 1), [1.0])
    total[50:55], known[50:55] = 105.0, True
    assert level_factor(total, known, 1)[0] > 1.5


def test_where_nothing_was_ever_recorded_an_event_is_judged_against_one_in_the_baseline() -> None:
    usual = UsualCounts(np.array([[0.0, 0.0, np.nan]]), np.array([[np.inf, 0.5, 0.5]]))
    p = tail_p_value(np.array([[1.0, 0.0, 1.0]]), usual)
    np.testing.assert_allclose(p, [[at_least(np.array([1.0]), np.array([1 / 52]), np.array([1.0]))[0], 1.0, np.nan]])


def test_the_frame_has_every_place_of_every_level_and_topic(found: rm.SurgeReport) -> None:
    frame = found.frame()
    assert len(frame) == 2 * (36 + 6 + 2)
    first = frame[(frame["topic"] == "fire_signs") & (frame["level"] == "cell")].iloc[0]
    assert (first["place"], first["agreeing"], bool(first["rule"])) == ("c08", "police online sentiment", True)
    assert first["surge"] == found.surges[0].id
    assert set(found.lead_frame()["topic"]) == {"all", "fire_signs"}
    found.figure()


def test_neighbours_are_one_surge_and_a_whole_village_is_named() -> None:
    spread = [Event(kind, cell, 3) for kind in ("fire", "smoke", "hazard") for cell in range(12, 18)]
    report = rm.surge(make_families(spread), AS_OF, groups=GROUPS)
    (one,) = report.surges
    assert (one.level, one.label) == ("village", "v2")
    assert one.cells == tuple(f"c{c}" for c in range(12, 18))


def test_a_late_family_is_named_and_never_counts_as_usual() -> None:
    report = rm.surge(make_families(FIRE, online=AS_OF - 20), AS_OF, groups=GROUPS)
    assert report.unjudged == {"online": AS_OF - 21 + 1}
    (one,) = report.surges
    online = next(each for each in one.families if each.family == "online")
    assert (online.state, online.count, online.expected, online.p) == ("late", None, None, None)
    assert one.agreeing == ("police", "sentiment")


def test_nothing_is_judged_before_anything_is_known(quiet: History) -> None:
    report = rm.surge(quiet, AS_OF - 1500, groups=GROUPS)
    assert set(report.unjudged) == {"police", "online", "sentiment"}
    assert report.surges == ()
    assert report.frame()["joint"].isna().all()


def test_a_family_with_too_short_a_history_is_named_as_not_judged(quiet: History) -> None:
    day = AS_OF - DAYS + 60
    report = rm.surge(quiet, day, groups=GROUPS)
    assert report.frame()["joint"].isna().all()
    assert report.unjudged == dict.fromkeys(("police", "online", "sentiment"), day - 1)


def test_only_what_was_known_before_the_night_counts(burning: History) -> None:
    for day in (AS_OF, AS_OF - 5, AS_OF - 100):
        whole, then = (rm.surge(each, day, groups=GROUPS) for each in (burning, burning.known_by(day)))
        assert whole.surges == then.surges
        assert whole.frame().equals(then.frame())


def test_past_weeks_are_counted_as_they_were_known_then(quiet: History) -> None:
    records = family_records(quiet, ("smoke",), AS_OF)
    late = quiet.known - quiet.occurred
    number = quiet.kind_number["smoke"]
    for night in (0, 3):
        then = AS_OF - 7 * night
        seen = (quiet.kind == number) & (quiet.occurred >= then - 7) & (quiet.occurred < then) & (quiet.known < then)
        mine = (records.age // 7 == night) & (records.first_night <= night) & (records.last_night >= night)
        assert mine.sum() == seen.sum()
    assert (late > 0).any()


def test_a_surge_keeps_its_id_while_it_grows_and_fades(found: rm.SurgeReport) -> None:
    first = found.surges

    def next_night(*events: Event, **through: int) -> tuple[Surge, ...]:
        return rm.surge(make_families(events, **through), AS_OF, groups=GROUPS, previous=first).surges

    (grown,) = next_night(*FIRE, Event("fire", 9, 8), Event("smoke", 9, 8), Event("hazard", 9, 8))
    assert (grown.id, grown.state, grown.first_seen) == (first[0].id, "growing", AS_OF)
    assert set(grown.cells) >= {"c08", "c09"}
    (fading,) = next_night(Event("fire", 8, 4), Event("smoke", 8, 3))
    assert (fading.id, fading.state) == (first[0].id, "fading")
    (closed,) = next_night()
    assert (closed.id, closed.state) == (first[0].id, "closed")
    late = dict.fromkeys(("police", "online", "sentiment"), AS_OF - 30)
    (unknown,) = next_night(**late)
    assert (unknown.id, unknown.state) == (first[0].id, "unknown")
    assert {(one.state, one.count, one.since) for one in unknown.families} == {("late", None, None)}
    assert unknown.excess is None
    assert rm.surge(make_families(), AS_OF, groups=GROUPS, previous=[closed]).surges == ()


@pytest.mark.parametrize("change", [{"label": "c99"}, {"topic": "gone"}])
def test_a_surge_whose_place_is_not_judged_any_more_is_unknown_once_and_never_closed(
    found: rm.SurgeReport, quiet: History, change: dict[str, str]
) -> None:
    before = replace(found.surges[0], **change)
    (gone,) = rm.surge(quiet, AS_OF, groups=GROUPS, previous=[before]).surges
    assert (gone.id, gone.state, gone.p, gone.excess) == (before.id, "unknown", None, None)
    assert gone.agreeing == ()
    assert {one.count for one in gone.families} == {None}
    assert rm.surge(quiet, AS_OF, groups=GROUPS, previous=[gone]).surges == ()


def test_a_family_that_moves_first_is_found_with_its_lead() -> None:
    rng = np.random.default_rng(2)
    starts = [(int(rng.integers(36)), int(rng.integers(30, 700))) for _ in range(250)]
    events = [e for cell, age in starts for e in (Event("smoke", cell, 4, age), Event("fire", cell, 3, age - 6))]
    report = rm.surge(make_families(events), AS_OF, groups=GROUPS)
    lead = next(
        one for one in report.lead_lag if one.topic == "fire_signs" and {one.leader, one.follower} == {"online", "police"}
    )
    assert (lead.leader, lead.follower, lead.clear) == ("online", "police", True)
    assert lead.low <= 6 <= lead.high


def test_small_cells_are_judged_under_the_cell_that_stands_for_them() -> None:
    events = [Event("fire", 0, 6), Event("smoke", 0, 7), Event("hazard", 0, 6)]
    report = rm.surge(make_families(events, minimum=5.0), AS_OF, groups=GROUPS)
    assert "c00" not in set(report.frame()["place"])
    assert report.surges[0].label == "c01"


def test_the_order_of_records_changes_nothing(burning: History, found: rm.SurgeReport) -> None:
    again = rm.surge(burning, AS_OF, groups=GROUPS)
    assert again.surges == found.surges


def test_arguments_out_of_range_are_refused(quiet: History) -> None:
    with pytest.raises(UsageError, match="'rate' parameter of surge must be between 0 and 1"):
        rm.surge(quiet, AS_OF, rate=0)
    with pytest.raises(UsageError, match="families of counted kinds"):
        rm.surge(quiet, AS_OF, families=("police", "weather"))


def test_a_family_that_no_source_delivers_is_named_and_never_counts_as_usual() -> None:
    whole = make_families(FIRE)
    history = replace(whole, coverage=tuple(one for one in whole.coverage if one.source != "online"))
    report = rm.surge(history.take(history.kind != list(history.kinds).index("smoke")), AS_OF)
    assert report.unjudged == {"online": None}
    (one,) = report.surges
    assert {each.family: each.state for each in one.families}["online"] == "late"
    assert all(np.isnan(each.family_p[each.families.index("online")]).all() for each in report.judgements)
