"""Labels that are taken too early: a fit, a backtest and a night say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from riskmodel.base.days import NEVER, to_day
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.note_table import note_table
from riskmodel.forecasts.forecasters.fit_notes import EARLY_LABELS
from riskmodel.forecasts.label_notes import label_notes
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.worlds.late_calls import late_history, taken_back_calls
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import FEATURES, make_town


def test_a_note_is_about_the_kinds_and_the_horizon_of_the_target() -> None:
    history, day = late_history(6), to_day("2023-07-01")
    (note,) = label_notes(history, ["theft"], day, 7)
    assert note.text.en == (
        "the last label waited 0 days (label_delay of source 'calls'); 86% of its events became known after that, so it learned from counts that are too low. Set the "
        "label_delay of this source to 6 days and train again."
    )
    assert note.text.zh == (
        "来源“calls”的 label_delay 为0天，最近一个标签有86%的事件在此之后才获知，模型学到的计数偏低。请将该来源的 label_delay 设为6天后重新训练。"
    )
    assert label_notes(history, ["noise"], day, 7) == ()
    assert label_notes(history, ["theft"], day, 364) == ()  # six days of a year are not many
    assert label_notes(late_history(6, label_delay=6), ["theft"], day, 7) == ()


def test_events_that_are_taken_back_are_too_many() -> None:
    history, day = taken_back_calls(), to_day("2023-07-01")
    (note,) = label_notes(history, ["theft"], day, 7)
    assert note.text.en == (
        "the last label waited 0 days (label_delay of source 'calls'); 33% too many events were in it, which were taken back after that, so it learned from counts that are "
        "too high. Set the label_delay of this source to 20 days and train again."
    )
    assert "有33%的事件在此之后被撤销，模型学到的计数偏高" in note.text.zh


def hasty(town: History) -> History:
    """Return the town with reports two days later and labels that wait for nothing."""
    until = np.where(town.until < NEVER, town.until + 2, town.until).astype(np.int32)
    coverage = tuple(replace(one, label_delay=0) for one in town.coverage)
    return replace(town, known=town.known + np.int32(2), until=until, coverage=coverage)


def test_training_and_backtests_say_so() -> None:
    settings = {key: value for key, value in SETTINGS["DecayedRate"].items() if key != "features"}
    made = make_experiment(forecasters=[{"type": "DecayedRate", "name": "f", "settings": settings}], champion="f")
    town = make_town()
    assert not [one for one in train(made, town, FEATURES, as_of="2022-08-01").notes if one.code == EARLY_LABELS]
    (note,) = [one for one in train(made, hasty(town), FEATURES, as_of="2022-08-01").notes if one.code == EARLY_LABELS]
    # three fourteenths are reported later, less those that are taken back in the end
    assert note.text.en.startswith(
        "the last label waited 0 days (label_delay of source 'calls'); 18% of its events became known after that,"
    )
    said = backtest(made, hasty(town), FEATURES)
    rows = [row for row in note_table(said.notes, said.origins) if row["code"] == EARLY_LABELS]
    assert rows
    assert {row["about"] for row in rows} == {"records"}
    assert all(row["en"].startswith("the last label waited 0 days (label_delay of source 'calls'); ") for row in rows)
    patient = backtest(made, town, FEATURES)
    assert not [row for row in note_table(patient.notes, patient.origins) if row["code"] == EARLY_LABELS]
