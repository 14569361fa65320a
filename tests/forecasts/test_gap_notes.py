"""Months in which a source was down: they are named with the line to write, and with that line forecasts are as without them."""

from __future__ import annotations

import pytest

from riskmodel.base.days import to_day
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.note_table import note_table
from riskmodel.forecasts.forecasters.fit_notes import GAP, FitNote, newer_notes
from riskmodel.forecasts.gap_notes import gap_notes
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import FEATURES, make_town

FIRST, LAST = "2022-03-05", "2022-05-25"
IGNORE = [{"source": "calls", "from": FIRST, "to": LAST}]
LINE = f'ignore = [{{ source = "calls", from = {FIRST}, to = {LAST} }}]'


@pytest.fixture(scope="module")
def plain() -> History:
    """The town."""
    return make_town()


@pytest.fixture(scope="module")
def down(plain: History) -> History:
    """The town without the records of some twelve weeks."""
    return plain.take((plain.occurred < to_day(FIRST)) | (plain.occurred > to_day(LAST)))


def one(**changed: object):
    settings = {key: value for key, value in SETTINGS["DecayedRate"].items() if key != "features"}
    return make_experiment(forecasters=[{"type": "DecayedRate", "name": "f", "settings": settings}], champion="f", **changed)


def test_training_names_the_days_and_the_line_to_write(down: History, plain: History) -> None:
    notes = train(one(), down, FEATURES, as_of="2022-08-01").notes
    (note,) = [each for each in notes if each.code == GAP]
    for text in (note.text.en, note.text.zh):
        assert LINE in text
        assert "82" in text
    assert newer_notes(gap_notes(down, ["theft"]), notes) == ()
    assert gap_notes(plain, ["theft", "noise", "stop"]) == ()


def test_with_the_line_no_gap_is_named_and_the_rate_is_that_without_it(down: History, plain: History) -> None:
    day = "2022-07-01"
    right, blind, informed = (
        train(stated, history, FEATURES, as_of=day)
        for stated, history in ((one(), plain), (one(), down), (one(ignore=IGNORE), down))
    )
    assert not [note for note in informed.notes if note.code == GAP]
    wanted, low, found = (
        bundle.score(history, day).mean.sum() for bundle, history in ((right, plain), (blind, down), (informed, down))
    )
    assert low < 0.5 * wanted
    assert found == pytest.approx(wanted, rel=0.1)


def test_a_backtest_names_a_gap_within_its_window(down: History) -> None:
    dates = {"first": "2021-06-01", "step": 7, "test_from": "2022-03-01", "test_to": "2022-06-28", "refit_every": 200}
    said = backtest(one(dates=dates), down, FEATURES)
    assert any(LINE in row["en"] and row["about"] == "records" for row in note_table(said.notes, said.origins))
    left = backtest(one(dates=dates, ignore=IGNORE), down, FEATURES)
    assert not any(LINE in row["en"] for row in note_table(left.notes, left.origins))
    early = backtest(one(dates={**dates, "test_from": "2022-01-04", "test_to": "2022-02-15"}), down, FEATURES)
    assert not any(LINE in row["en"] for row in note_table(early.notes, early.origins))


def test_a_note_about_the_records_is_called_so_in_both_languages(down: History) -> None:
    (note,) = gap_notes(down, ["theft"])
    assert (note.about.zh, note.about.en) == ("记录", "records")
    fit = FitNote("unchecked", "Blend", note.text)
    assert (fit.about.zh, fit.about.en) == ("Blend", "Blend")
