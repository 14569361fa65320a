"""Late reports: how long labels wait, and what says so where they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.days import NEVER, to_day
from riskmodel.records.check import check_history
from riskmodel.records.history import late_reports, source_reports
from tests.worlds.late_calls import late_history, taken_back_calls
from tests.worlds.two_towns import make_town

NOTHING: dict[str, Any] = {"parts": [], "sources": {}}


def reports(occurred: Any, known: Any, **more: Any) -> dict[str, Any]:
    return {"occurred": np.asarray(occurred), "known": np.asarray(known)} | more


def reported(days: int, late: Any, seed: int = 1) -> pd.DataFrame:
    """Return 8 events a day in 20 districts, and when they were reported."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), 8)
    begin = pd.Timestamp("2023-01-02")
    return pd.DataFrame(
        {
            "occurred": begin + pd.to_timedelta(day, "D"),
            "reported": begin + pd.to_timedelta(day + late(rng, len(day)), "D"),
            "district": [f"D{one:02d}" for one in rng.integers(0, 20, len(day))],
        }
    )


@pytest.mark.parametrize(
    ("delays", "days", "missing"),
    [
        (lambda number: number % 1, 0, 0.0),
        (lambda number: number % 2, 1, 1 / 14),
        (lambda number: number % 5, 4, 2 / 7),
        (lambda number: np.where(number % 50 == 0, 3, 0), 0, 3 / 7 / 50),  # less than one in a hundred
        (lambda number: np.where(number % 10 == 0, 365, 0), 0, 0.1),  # no wait would bring them
    ],
)
def test_a_label_waits_until_one_event_in_a_hundred_is_missing(delays: Any, days: int, missing: float) -> None:
    occurred = np.arange(7000) // 10
    found = late_reports(reports(occurred, occurred + delays(np.arange(7000))), through=1100)
    assert found.days == days
    assert found.after(0) == pytest.approx(missing, abs=1e-3)
    assert f"{found.after(days):.0%}" in ("0%", "1%", "10%")


def test_counts_of_weeks_stand_on_their_last_day() -> None:
    occurred = np.arange(700) // 2 * 7
    found = late_reports(reports(occurred, occurred + np.arange(700) % 4), 3000, 1)
    assert found.days == 3
    assert found.after(0) == pytest.approx(3 / 4)


def test_a_longer_horizon_holds_fewer_late_events() -> None:
    occurred = np.arange(7000) // 10
    days = reports(occurred, occurred + 14)
    assert [late_reports(days, 1100, horizon).after(0) for horizon in (7, 14, 28, 91)] == [1.0, 1.0, 0.5, pytest.approx(14 / 91)]


def test_quick_reports_of_the_last_days_say_nothing_of_slow_ones() -> None:
    occurred = np.arange(2000) // 10
    known = occurred + np.where(np.arange(2000) % 2 == 0, 0, 12)
    there = known <= 200
    assert late_reports(reports(occurred[there], known[there]), 200).days == 12
    assert late_reports(reports(occurred[:50], known[:50]), 200).days == 0  # too few to tell


def test_reports_that_all_come_late_are_waited_for_within_an_eighth_of_the_history() -> None:
    occurred = np.arange(8000) // 10
    assert late_reports(reports(occurred, occurred + 56), 860).days == 56
    known = np.where(np.arange(8000) % 4 == 0, occurred + 90, occurred + 56)
    assert late_reports(reports(occurred, known), 900).days == 90
    found = late_reports(reports(occurred, occurred + 300), 1100)
    assert (found.days, found.after(found.days), found.too_early(0)) == (0, pytest.approx(1.0), False)


def test_a_corrected_row_was_reported_when_its_first_form_was() -> None:
    # every event is known on its day and corrected after 20 days: nothing is missing in between
    occurred = np.arange(3500) // 10
    first = reports(occurred, occurred, until=occurred + 20)
    second = reports(occurred, occurred + 20, until=np.full(3500, NEVER))
    both = {name: np.concatenate([first[name], second[name]]) for name in first}
    assert late_reports(both, 600).after(0) == 0.0
    # and an amount that grows from 6 to 10 lacks four tenths until then
    grown = both | {"amount": np.repeat([6, 10], 3500)}
    found = late_reports(grown, 600)
    assert (found.days, found.after(0), found.after(19)) == (20, pytest.approx(0.4), pytest.approx(0.4 / 7))
    # what is taken back after the last day of knowledge is still believed
    assert late_reports(first, 600).after(0) == 0.0
    assert late_reports(reports(occurred, occurred, until=occurred + 900), 600).after(0) == 0.0


def test_shares_are_those_that_counting_gives() -> None:
    town, day, horizon = make_town(), to_day("2022-08-01"), 14
    found = source_reports(town, "calls", day, horizon, ["theft"])
    seen = town.known_by(day)
    mine = seen.kind == seen.kind_number["theft"]
    most = len(found.missing) - 1
    assert most == (day - 1 - int(seen.occurred[mine].min())) // 8
    mine &= seen.occurred <= day - 1 - most
    occurred, known, until = (getattr(seen, name)[mine] for name in ("occurred", "known", "until"))
    until = np.minimum(until, 10**6)

    def believed(age: int) -> int:
        return int(((known <= occurred + age) & (until > occurred + age)).sum())

    final = believed(most + horizon)
    for wait in (0, 1, 5, most):
        wanted = 1 - sum(believed(wait + age) for age in range(horizon)) / (horizon * final)
        assert found.after(wait) == pytest.approx(wanted, abs=1e-12)


def test_check_names_a_source_whose_late_reports_labels_do_not_wait_for() -> None:
    (found,) = (one for one in check_history(late_history(6), NOTHING, to_day("2023-07-01")).findings if one.code == "RM114")
    # six of the seven days of three of the four events
    assert found.said.en == (
        "label_delay is 0 days: 64% of the events of a label become known after that, so models learn from counts that are too low and forecast too little."
    )
    assert (
        found.remedy.en
        == "Set label_delay = 6 for this source in riskmodel.toml (0% are missing after that), ingest and train again."
    )
    assert found.said.zh == "label_delay 为 0 天：每个标签有 64% 的事件在此之后才获知，模型从偏低的计数学习，预测也偏低。"
    assert found.severity == "warning"


def test_answers_that_come_in_late_are_no_labels() -> None:
    past = late_history(6)
    answers = {name: kind.with_changes(family="outcome") for name, kind in past.kinds.items()}
    report = check_history(replace(past, kinds=answers), NOTHING, to_day("2023-07-01"))
    assert not [one for one in report.findings if one.code == "RM114"]


def test_check_names_a_source_whose_withdrawals_labels_do_not_wait_for() -> None:
    day = to_day("2023-07-01")
    (found,) = (one for one in check_history(taken_back_calls(), NOTHING, day).findings if one.code == "RM114")
    assert found.said.en == (
        "label_delay is 0 days: a label holds 33% too many events, which are taken back after that, so models learn from counts that are too high and forecast too much."
    )
    assert found.remedy.en.startswith("Set label_delay = 20 for this source in riskmodel.toml (0% are taken back after that)")
    assert not [one for one in check_history(taken_back_calls(label_delay=20), NOTHING, day).findings if one.code == "RM114"]


@pytest.mark.parametrize(("delay", "stated"), [(6, 6), (6, 30), (0, 0)])
def test_check_is_silent_where_labels_wait_long_enough(delay: int, stated: int) -> None:
    report = check_history(late_history(delay, label_delay=stated), NOTHING, to_day("2023-07-01"))
    assert not [one for one in report.findings if one.code == "RM114"]
    assert [one.state for one in report.checks if one.code == "RM114"] == ["passed"]


def test_what_is_not_known_yet_is_not_seen() -> None:
    history = late_history(6)
    early, day = to_day("2022-05-01"), to_day("2023-07-01")
    assert source_reports(history, "calls", early, 7, ["theft"]).after(0) == pytest.approx(6 / 7)
    whole, known = (source_reports(one, "calls", early) for one in (history, history.known_by(early)))
    assert np.array_equal(whole.missing, known.missing)
    assert source_reports(history, "calls", day, 7, ["rooms"]).after(0) == 0.0  # a state is no event


def test_a_frame_with_days_of_knowledge_says_how_long_its_labels_wait() -> None:
    frame = reported(330, lambda rng, rows: np.floor(rng.exponential(2.0, rows)).astype(int))
    places = rm.Places.from_frame(pd.DataFrame({"cell": sorted(frame["district"].unique())}))
    frame = frame.rename(columns={"district": "cell", "reported": "known"}).assign(kind="theft")
    history = rm.History.from_frame(frame, places)
    assert history.label_delay("theft") == 7
    assert rm.History.from_frame(frame.drop(columns="known"), places).label_delay("theft") == 0


def test_forecasts_of_a_table_with_late_reports_sum_to_its_events() -> None:
    frame = reported(330, lambda rng, rows: np.floor(rng.exponential(2.0, rows)).astype(int))
    look = rm.quick(frame, date="occurred", known="reported", cell="district")
    assert look.history.label_delay(look.experiment.target.kinds) == 7
    # all of its forecasters learn from the same labels, and one takes a twentieth of the time; without the delay it has 0.982
    decayed = tuple(one for one in look.experiment.forecasters if one.label == "decayed")
    stated = look.experiment.model_copy(update={"champion": "decayed", "forecasters": decayed})
    found = rm.backtest(stated, look.history, look.features, threads=1)
    assert float(found.evaluation.metrics["decayed"]["ratio"]) == pytest.approx(1.0, abs=0.01)
