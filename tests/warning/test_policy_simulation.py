"""Policies tried on past nights: what was known then, what came, and how it is counted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.target import labels, mature
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES, Policy
from riskmodel.forecasts.training import train
from riskmodel.records.history import Coverage, History
from riskmodel.warning import Evidence, warn
from riskmodel.warning.policy_simulation import (
    ADOPTED,
    PolicySimulation,
    WalkedNights,
    simulate_policies,
    simulation_text,
    stated_policies,
    walk_nights,
    write_policy_page,
)
from riskmodel.warning.policy_simulation.hit_intervals import exact_share, precision_of_lines
from riskmodel.warning.policy_simulation.policy_walk import PolicyWalk
from riskmodel.warning.policy_simulation.simulated_visits import Visits
from riskmodel.warning.policy_simulation.simulation_page import page
from riskmodel.warning.policy_simulation.simulation_sentences import caveats
from riskmodel.warning.policy_simulation.simulation_tables import tables
from tests.records.test_silent_places import records, without
from tests.worlds.plain import make_history
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import KINDS, LAST, START, make_places, make_town

NIGHTS = 30
POLICY = Policy(capacity=6, exploration=1, cool_down=5)
EXPERIMENT = make_experiment(champion="decayed", policy=POLICY)


@pytest.fixture(scope="module")
def town() -> History:
    return make_town()


@pytest.fixture(scope="module")
def walked(town: History) -> WalkedNights:
    """The last thirty nights of which anything is known: the outcome of the last eighteen is open."""
    return walk_nights(EXPERIMENT, town, (), nights=NIGHTS, last=LAST + 1)


@pytest.fixture(scope="module")
def simulation(walked: WalkedNights) -> PolicySimulation:
    policies = {ADOPTED: POLICY, **stated_policies(POLICY, ["capacity=12", "cool_down=0"])}
    return simulate_policies(walked, policies, grouping="town", capacities=(0.5, 1.0, 2.0), explorations=(0, 2))


def test_nights_are_scored_from_what_was_known_then(town: History, walked: WalkedNights) -> None:
    """A night of the middle is the same without anything that became known later."""
    night = walked.nights[10]
    then = walk_nights(EXPERIMENT, town.known_by(night.as_of), (), nights=11, last=night.as_of)
    assert [fit.as_of for fit in walked.fits] == [walked.nights[0].as_of, walked.nights[28].as_of]
    for early, whole in zip(then.nights, walked.nights, strict=False):
        assert early.scores is not None
        assert whole.scores is not None
        assert np.array_equal(early.scores.mean, whole.scores.mean)
        assert early.trained == whole.trained == walked.nights[0].as_of


def test_scores_are_those_of_the_bundle(town: History, walked: WalkedNights) -> None:
    bundle = train(EXPERIMENT, town, (), as_of=walked.nights[0].as_of)
    scores = bundle.score(town, walked.nights[4].as_of)
    assert walked.fits[0].version == bundle.version
    assert walked.nights[4].scores is not None
    assert np.array_equal(walked.nights[4].scores.mean, scores.mean)


def test_without_a_last_night_the_last_final_one_is_taken(town: History) -> None:
    found = walk_nights(EXPERIMENT, town, (), nights=2)
    after = np.array([found.nights[-1].as_of + 1], dtype=np.int32)
    assert found.final.all()
    assert not mature(town, EXPERIMENT.goal(), after)[0]


def test_open_nights_are_neither_hits_nor_misses(simulation: PolicySimulation, walked: WalkedNights) -> None:
    assert 0 < walked.final.sum() < NIGHTS
    lines = simulation.frame("lines")
    final = np.isin(lines["as_of"].to_numpy().astype("datetime64[D]").astype(int), walked.dates[walked.final])
    assert lines["events"].notna().tolist() == final.tolist()
    mine = lines[(lines["policy"] == ADOPTED) & (lines["grade"] != "spot check")]
    judged = mine[mine["events"].notna()]
    figures = simulation.figures[0]
    assert figures.precision.value == pytest.approx((judged["events"] > 0).mean())
    assert figures.stated == pytest.approx(judged["probability"].mean())
    assert figures.hits.value == pytest.approx((judged["events"] > 0).sum() / walked.final.sum())
    # warnings are counted on every night
    assert figures.warnings == pytest.approx(len(mine) / NIGHTS)


def test_the_lists_are_those_that_warn_decides(simulation: PolicySimulation, walked: WalkedNights) -> None:
    scores = walked.nights[0].scores
    assert scores is not None
    reasons = dict.fromkeys(walked.history.places.ids, ())
    lists = warn(scores, Evidence(reasons=reasons), None, POLICY, grouping="town")
    lines = simulation.frame("lines")
    first = lines[(lines["policy"] == ADOPTED) & (lines["as_of"] == lines["as_of"].min())]
    decided = [(one.centre, w.place, w.grade) for one in lists for w in one]
    assert list(first[first["grade"] != "spot check"][["centre", "place", "grade"]].itertuples(index=False, name=None)) == decided
    assert (first["cause"] == "first").sum() == len(decided)


def test_events_are_those_of_the_place_that_stands_for_the_cell(walked: WalkedNights) -> None:
    """The first cell has too few households; its events count where it is shown."""
    counts = labels(walked.history, EXPERIMENT.goal(), walked.dates)
    shown = walked.history.places.shown_as(int(walked.dates[0]))
    host = int(shown[0])
    assert host != 0
    assert (walked.events[:, 0] == 0).all()
    assert walked.events[:, host].tolist() == counts[shown == host].sum(axis=0).tolist()
    assert walked.events.sum() == counts.sum()


def test_last_counts_and_news_follow_from_the_records(walked: WalkedNights) -> None:
    history = walked.history
    theft = history.kind == history.kind_number["theft"]
    number, date = 12, int(walked.dates[12])
    known = np.maximum(history.occurred, history.known)
    seen = theft & (known < date) & (history.until >= date) & (history.occurred >= date - 30)
    assert walked.recent[number].sum() == seen.sum()
    assert walked.news[number].sum() == (theft & (known == date - 1)).sum()


def test_an_answered_place_rests_and_without_answers_none_does(walked: WalkedNights, simulation: PolicySimulation) -> None:
    within = {grade: POLICY.grades[grade].model_copy(update={"within": 1}) for grade in GRADES}
    quick = POLICY.model_copy(update={"grades": within, "cool_down_rise": 100.0})
    lines = PolicyWalk(walked, "town", 1.0, Visits()).lines("quick", quick)
    places = {(one.night, one.place) for one in lines.lines if one.grade}
    # listed and answered on the same day: not listed again for the days of the cool-down
    for night, place in places:
        assert not {(night + later, place) for later in range(1, POLICY.cool_down)} & places
    assert {one.cause for one in lines.lines} >= {"first", "returned", "room"}
    assert max(simulation.lines[0].resting) > 0
    still = simulate_policies(walked, grouping="town", answered=0.0, capacities=(), explorations=())
    assert still.figures[0].resting == 0
    assert {one.cause for one in still.lines[0].lines} <= {"first", "stayed", "event", "flap", "drawn"}


def test_a_share_of_visits_is_that_share_and_the_same_for_every_policy(walked: WalkedNights) -> None:
    lists = [warn(night.scores, Evidence(reasons=dict.fromkeys(walked.history.places.ids, ())), None, POLICY, grouping="town")
             for night in walked.nights if night.scores is not None]  # fmt: skip
    warnings = [w for each in lists for one in each for w in one]
    happened = np.array([Visits(0.4).happens(w) for w in warnings])
    assert 0.3 < happened.mean() < 0.5
    assert not any(Visits(0.0).happens(w) for w in warnings)
    assert all(Visits(0.4).happens(w) <= Visits(0.6).happens(w) for w in warnings)
    with pytest.raises(UsageError, match="'answered' parameter of Visits must be a share from 0 to 1"):
        Visits(1.5)


def test_ranking_by_counts_lists_as_many_places_with_the_highest_counts(walked: WalkedNights) -> None:
    walk = PolicyWalk(walked, "town", 1.0, Visits(0.0))
    lines = walk.lines(ADOPTED, POLICY)
    counts = walk.lines_by_counts("counts", lines)
    group = walked.history.places.groupings["town"].codes
    for number in range(NIGHTS):
        for town in (0, 1):
            ours = [one.place for one in lines.lines if one.night == number and one.grade and group[one.place] == town]
            theirs = [one.place for one in counts.lines if one.night == number and group[one.place] == town]
            rest = set(np.flatnonzero(group == town)) - set(theirs)
            assert len(theirs) == len(ours)
            assert min(walked.recent[number][theirs]) >= max(walked.recent[number][sorted(rest)])


def test_where_rates_are_steady_lists_state_what_happens_catch_more_and_keep_still(town: History) -> None:
    """Half a year of weeks with every place visited: the small version of benchmarks/ninety_nights.py."""
    experiment = make_experiment(champion="decayed", policy=POLICY.model_copy(update={"capacity": 5}))
    weeks = walk_nights(experiment, town, (), nights=26, every=7)
    found = simulate_policies(weeks, grouping="town", capacities=(), explorations=())
    assert weeks.final.all()
    assert [row.agrees for row in found.grades] == [True] * 5
    assert found.figures[0].against_counts.value > 1
    assert found.figures[0].flapping < 0.1
    assert found.figures[0].resting > 0


def test_a_night_that_cannot_be_scored_has_no_list_and_is_named(walked: WalkedNights) -> None:
    nights = list(walked.nights)
    nights[3] = nights[3]._replace(scores=None, gap="the source 'calls' is complete only through 2022-11-01.")
    found = simulate_policies(replace(walked, nights=tuple(nights)), grouping="town", capacities=(), explorations=())
    assert found.walked.final.sum() == walked.final.sum() - 1
    lines = found.frame("lines")
    assert to_iso(int(walked.dates[3])) not in set(lines["as_of"].dt.strftime("%Y-%m-%d"))
    assert "1 night could not be scored" in simulation_text(found, 1000)
    assert "the source 'calls' is complete only through 2022-11-01." in simulation_text(found, 1000)
    assert [night["not_scored"] for night in found.to_json()["nights"] if night["not_scored"]] == [nights[3].gap]
    none = tuple(night._replace(scores=None, gap="nothing was known") for night in nights)
    with pytest.raises(UsageError, match="None of the 30 nights could be scored: nothing was known"):
        simulate_policies(replace(walked, nights=none), grouping="town")


def test_silent_places_of_past_nights_are_found_and_named(walked: WalkedNights) -> None:
    """The lists of these nights would have said that nobody knows what happened there."""
    place, day = records(without(3, 600, rates=np.ones((700, 24))))
    occurred = day + START
    coverage = (Coverage("calls", ("theft",), START, START + 699),)
    busy = make_history(make_places(minimum=0.0), KINDS, occurred, kind=0, cell=place, known=occurred, coverage=coverage)
    (night,) = walk_nights(EXPERIMENT, busy, (), nights=1, last=START + 700).nights
    assert [one.place for one in night.silent] == ["c03"]
    nights = (*walked.nights[:-2], *(one._replace(silent=night.silent) for one in walked.nights[-2:]))
    found = simulate_policies(replace(walked, nights=nights), grouping="town", capacities=(), explorations=())
    first = to_iso(walked.nights[-2].as_of)
    assert (
        f"On 2 nights, the first as of {first}, the lists would have named places from which no record came any more: c03. Here they count as places without events, so what happened there is "
        "neither a hit nor a miss."
    ) in list(caveats(found))


def test_a_night_on_which_nothing_is_heard_of_a_target_has_no_list(town: History) -> None:
    heard = town.take(~((town.kind == 0) & (town.occurred > LAST - 60)))
    found = walk_nights(EXPERIMENT, heard, (), nights=5, last=LAST + 1)
    assert not found.scored.any()
    known = heard.known[(heard.kind == 0) & (heard.known < LAST - 3)]
    assert found.nights[0].gap == (
        f"No record of its kinds came since {to_iso(int(known.max()) + 1)}, so nobody knew whether nothing had happened."
    )


def test_more_capacity_and_fewer_rests_catch_more(simulation: PolicySimulation) -> None:
    adopted, larger, restless = simulation.figures
    assert larger.warnings > adopted.warnings
    assert larger.against_first.value > 1
    assert adopted.against_first == (1, 1, 1)
    assert restless.resting == 0
    caught = [one.caught.value for one in simulation.capacity_figures]
    assert caught == sorted(caught)
    quotas = simulation.exploration_figures
    assert [one.exploration for one in quotas] == [0, 1, 2]
    assert [one.spot_checks for one in quotas] == sorted(one.spot_checks for one in quotas)


def test_an_interval_of_a_rate_without_misses_still_has_a_width(simulation: PolicySimulation) -> None:
    lines = simulation.lines[0]
    hits = np.nan_to_num(lines.columns["events"]) > 0
    found = precision_of_lines(lines, hits)
    assert found.value == 1
    assert found.low < 1
    assert found.high == 1
    assert exact_share(0.0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert np.isnan(precision_of_lines(lines, np.zeros(len(hits), dtype=bool)).value)


def test_every_frame_has_its_rows_and_the_same_input_gives_the_same_json(
    simulation: PolicySimulation, walked: WalkedNights
) -> None:
    rows = {name: len(simulation.frame(name)) for name in ("policies", "grades", "centres", "capacity", "exploration")}
    assert rows == {"policies": 4, "grades": 15, "centres": 30, "capacity": 3, "exploration": 3}
    with pytest.raises(UsageError, match="grade"):
        simulation.frame("grade")  # type: ignore[arg-type]
    again = simulate_policies(walked, grouping="town", capacities=(), explorations=()).to_json()
    whole = simulation.to_json()
    assert json.dumps(again["figures"][0]) == json.dumps(whole["figures"][0])
    assert json.dumps(again["grades"]) == json.dumps(whole["grades"][:5])
    assert json.dumps(again["nights"]) == json.dumps(whole["nights"])
    assert "<table" in simulation._repr_html_()
    assert "30 nights" in repr(simulation)
    assert "30 nights" in repr(walked)


def test_the_page_stands_alone_and_states_what_was_not_known(simulation: PolicySimulation, tmp_path: Path) -> None:
    text = write_policy_page(simulation, tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|src=|@import|url\(http|href=\"http", text)
    assert "neither as hits nor as misses" in text
    assert "capacity = 12 (instead of 6)" in text
    assert text.count("<table>") == 5
    assert len(text.encode()) < 300_000
    shown = simulation_text(simulation, 100)
    assert all(part in shown for part in ("Hits against capacity", "Hits against spot checks", "last 30 days' counts"))
    assert "−" not in shown


@pytest.mark.parametrize("name", ["_mine", "a$B$", r"a$\foo$", "新政策"])
def test_the_name_of_a_policy_stands_in_the_plots_as_it_is(walked: WalkedNights, name: str) -> None:
    found = simulate_policies(walked, {ADOPTED: POLICY, name: POLICY}, grouping="town", capacities=(), explorations=())
    (plot,) = re.findall(r"<figure.*?</figure>", page(found), flags=re.DOTALL)
    assert name in plot


def test_an_event_of_a_night_without_a_list_explains_a_new_line(walked: WalkedNights) -> None:
    """On the night of the gap an event became known at a place that the next list has and the last one had not."""
    walk = PolicyWalk(walked, "town", 1.0, Visits(0.0))
    new = next(one for one in walk.lines(ADOPTED, POLICY).lines if one.cause == "event")
    nights = list(walked.nights)
    nights[new.night] = nights[new.night]._replace(scores=None, gap="nothing was known")
    gap = replace(walked, nights=tuple(nights))
    lines = PolicyWalk(gap, "town", 1.0, Visits(0.0)).lines(ADOPTED, POLICY).lines
    assert walked.news[new.night + 1, new.place] == 0
    assert [one.cause for one in lines if (one.night, one.place) == (new.night + 1, new.place)] == ["event"]


def test_a_place_ranked_by_counts_rests_unless_its_count_rises(walked: WalkedNights) -> None:
    """Half of a town is listed and visited each night, places without a count included."""
    within = {grade: rule.model_copy(update={"within": 1, "minimum_probability": 0.0}) for grade, rule in POLICY.grades.items()}
    for rise in (1.0, 1.5):
        policy = POLICY.model_copy(update={"capacity": 11, "exploration": 0, "grades": within, "cool_down_rise": rise})
        walk = PolicyWalk(walked, "town", 1.0, Visits())
        counts = walk.lines_by_counts("counts", walk.lines("all", policy))
        before: dict[int, tuple[int, int]] = {}
        again = 0
        for one in counts.lines:
            night, count = before.get(one.place, (-NIGHTS, 0))
            now = int(walked.recent[one.night, one.place])
            if one.night - night < policy.cool_down:
                assert now > count
                assert now >= rise * count
                again += 1
            before[one.place] = one.night, now
        assert again > 0
        assert any(walked.recent[one.night, one.place] == 0 for one in counts.lines)
        assert np.isnan(counts.columns["probability"]).all()


def test_each_capacity_is_tried_once_and_a_wrong_one_is_refused(walked: WalkedNights) -> None:
    """The usual capacity rounds to one and two; that of a centre differs in each."""
    policy = POLICY.model_copy(update={"capacity": 1, "capacity_by_centre": {"east": 8}})
    found = simulate_policies(walked, {"a": policy}, grouping="town", capacities=(0.5, 0.5, 1.0, 2.0), explorations=())
    assert [one.policy.capacity_by_centre["east"] for one in found.capacities] == [4, 8, 16]
    assert [one.policy.capacity for one in found.capacities] == [1, 1, 2]
    with pytest.raises(UsageError, match="'capacities' parameter of simulate_policies must be multiples above 0"):
        simulate_policies(walked, grouping="town", capacities=(0.0,))
    with pytest.raises(UsageError, match="'explorations' parameter of simulate_policies must be a whole number, at least 0"):
        simulate_policies(walked, grouping="town", explorations=(-1,))


def test_what_cannot_be_compared_is_said_and_never_taken_as_agreement(walked: WalkedNights) -> None:
    """No place reaches the minimum of red; nothing happened where counts are highest."""
    grades = POLICY.grades | {"red": POLICY.grades["red"].model_copy(update={"minimum_probability": 1.0})}
    policies = {"strict": POLICY.model_copy(update={"grades": grades, "exploration": 0}), "same": POLICY, "twin": POLICY}
    found = simulate_policies(walked, policies, grouping="town", capacities=(), explorations=())
    assert found.grades[0].agrees is None
    text = simulation_text(found, 1000)
    assert "cannot be compared for red and spot check: no such warning has a final outcome" in text
    none = replace(found.figures[0], against_counts=found.figures[0].hits._replace(value=float("nan")))
    found.__dict__["figures"] = (none, *found.figures[1:])
    row = tables(found)[0].rows[0]
    assert row[3] == f"{100 * none.stated:.1f} %"
    assert tables(found)[0].rows[-1][3] == "–"
    shown = page(found)
    assert shown.count("exploration = 1 (instead of 0)") == 2
    first = {"strict": policies["strict"], "twin": policies["strict"]}
    assert "as the first policy" in page(simulate_policies(walked, first, grouping="town", capacities=(), explorations=()))


def test_a_walk_that_cannot_be_made_says_why(town: History) -> None:
    with pytest.raises(UsageError, match="lies after 2023-01-02"):
        walk_nights(EXPERIMENT, town, (), last="2023-02-01")
    with pytest.raises(UsageError, match="'nights' parameter of walk_nights must be a whole number, at least 1"):
        walk_nights(EXPERIMENT, town, (), nights=0)
    with pytest.raises(UsageError, match="has a final outcome"):
        walk_nights(EXPERIMENT, town.known_by("2021-01-03"), ())
    with pytest.raises(UsageError, match=r"No model can be fitted as of 2021-06-\d\d, .* Or simulate fewer or later nights"):
        walk_nights(EXPERIMENT, town, (), nights=560)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("capacity", "it is not KEY=VALUE as in TOML"),
        ("surge_raises=True", "true and false in small letters"),
        ("capacity=0", "capacity: "),
        ("capacty=5", "did you mean 'capacity'"),
        ("grades.red.share=0.5", "add up to"),
        ("grades.pink.share=0.5", "grades.pink"),
    ],
)
def test_a_fault_of_a_setting_names_the_setting(setting: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        stated_policies(Policy(), [setting])
    assert f"--set {setting}" in str(error.value)
    assert said in str(error.value)


def test_a_policy_file_may_hold_a_table_or_its_keys(tmp_path: Path) -> None:
    whole, keys, both = (tmp_path / f"{name}.toml" for name in ("whole", "keys", "both"))
    whole.write_text("[policy]\ncapacity = 7\n", encoding="utf-8")
    keys.write_text("capacity = 8\n[grades.blue]\nminimum_probability = 0.001\n", encoding="utf-8")
    both.write_text("name = 'x'\n[policy]\ncapacity = 7\n", encoding="utf-8")
    found = stated_policies(Policy(), ["capacity=9"], [whole, keys])
    assert {name: policy.capacity for name, policy in found.items()} == {"capacity=9": 9, "whole": 7, "keys": 8}
    assert found["keys"].grades["blue"].minimum_probability == 0.001
    with pytest.raises(UsageError, match="name: it stands beside the table"):
        stated_policies(Policy(), (), [both])
    with pytest.raises(UsageError, match="Two policies are named 'whole'"):
        stated_policies(Policy(), (), [whole, whole])
    with pytest.raises(UsageError, match=r"none\.toml"):
        stated_policies(Policy(), (), [tmp_path / "none.toml"])
