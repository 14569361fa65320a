"""Places that fell silent are named where a model learns from them."""

from __future__ import annotations

from riskmodel.asof.target import Target
from riskmodel.forecasts.forecasters.fit_notes import SILENCE, FitNote
from riskmodel.forecasts.record_notes import record_notes
from riskmodel.forecasts.silence_notes import silence_notes
from riskmodel.records.history import History, silences
from tests.records.test_silent_places import FIRST, LENGTH, RATES, town, without

DAY = FIRST + LENGTH


def notes_of(history: History) -> tuple[FitNote, ...]:
    return silence_notes(history, ["theft"], DAY, silences(history, DAY, ["theft"]))


def test_the_note_names_places_and_days() -> None:
    history = town(without(7, 700, rates=without(3, 800)))
    (note,) = notes_of(history)
    assert note.text.en.startswith(
        "source 'calls' has no records any more from 2 places where many would be usual: c7 (since 2022-12-"
    )
    assert note.text.en.endswith("A model takes them for places without events; ask whether they still report.")
    assert "c3（2023-03-" in note.text.zh
    assert SILENCE in {one.code for one in record_notes(history, Target("theft", 7), DAY, FIRST)}
    assert notes_of(town(RATES)) == ()


def test_of_many_places_three_are_named() -> None:
    rates = RATES
    for place in range(5):
        rates = without(place, 780, rates=rates)
    (note,) = notes_of(town(rates))
    assert " and 2 more. A model" in note.text.en
    assert "等5处；" in note.text.zh


def test_a_kind_that_fell_silent_where_others_go_on_is_named() -> None:
    history = town(without(3, 800), noise=RATES)
    (note,) = notes_of(history)
    assert note.text.en.startswith(
        "source 'calls' has no records of 'theft' any more from 1 place where many would be usual: c3 (since 2023-03-"
    )
    assert note.text.zh.startswith("来源“calls”已没有以下地点的“盗窃”记录，而按以往应有很多：c3（2023-03-")
    assert SILENCE in {one.code for one in record_notes(history, Target("theft", 7), DAY, FIRST)}
    assert SILENCE not in {one.code for one in record_notes(history, Target("noise", 7), DAY, FIRST)}
