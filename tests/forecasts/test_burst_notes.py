"""A dump of records on one cut-over day: it is named with the line to write, and with that line forecasts are as without it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.note_table import note_table
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.burst_notes import burst_notes
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters.fit_notes import FitNote, newer_notes
from riskmodel.forecasts.training import train
from riskmodel.records.history import History, from_columns
from riskmodel.warning.draft_lists import warning_lists
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import FEATURES, make_town

DAY, DUMPED = "2022-06-01", 5000
IGNORE = [{"source": "calls", "from": DAY, "to": DAY}]
LINE = f'ignore = [{{ source = "calls", from = {DAY}, to = {DAY} }}]'


def with_dump(history: History, cells: Any) -> History:
    """The history with 5,000 more thefts on one day."""
    mine, day = history.arrays(), to_day(DAY)
    more = {"kind": 0, "cell": cells, "occurred": day, "known": day, "until": NEVER, "ended": NEVER, "amount": 1}
    joined = {name: np.concatenate([values, np.broadcast_to(more[name], DUMPED)]) for name, values in mine.items()}
    return from_columns(history.places, history.kinds, coverage=history.coverage, **joined)


@pytest.fixture(scope="module")
def plain() -> History:
    """The town."""
    return make_town()


@pytest.fixture(scope="module")
def dumped(plain: History) -> History:
    """The town with a dump."""
    return with_dump(plain, np.random.default_rng(1).integers(0, 24, DUMPED))


def one(name: str, **changed: object) -> Experiment:
    """An experiment with one forecaster."""
    settings = {key: value for key, value in SETTINGS[name].items() if key != "features"}
    return make_experiment(forecasters=[{"type": name, "name": "f", "settings": settings}], champion="f", **changed)


@pytest.mark.parametrize(
    "name", ["Persistence", "DecayedRate", "HarmonicCount", "SeasonalRate", "LagEnsemble", "EndemicEpidemic", "GroupSeries"]
)
def test_with_the_day_ignored_forecasts_are_those_without_the_dump(name: str, plain: History, dumped: History) -> None:
    after = "2022-06-02"
    right, found = train(one(name), plain, FEATURES, as_of=after), train(one(name, ignore=IGNORE), dumped, FEATURES, as_of=after)
    for as_of in (after, "2022-06-09", "2022-08-01"):
        expected, mean = right.score(plain, as_of).mean, found.score(dumped, as_of).mean
        assert mean.sum() == pytest.approx(expected.sum(), rel=0.03)
        assert np.quantile(np.abs(np.log(mean / expected)), 0.9) < 0.06
    assert not [note for note in found.notes if note.code == "burst"]


def test_trained_long_after_it_is_as_without_the_dump(plain: History, dumped: History) -> None:
    right = train(one("DecayedRate"), plain, FEATURES, as_of="2022-10-01").score(plain, "2022-10-01").mean.sum()
    found = train(one("DecayedRate", ignore=IGNORE), dumped, FEATURES, as_of="2022-10-01").score(dumped, "2022-10-01").mean.sum()
    assert found == pytest.approx(right, rel=0.03)


def test_training_names_the_day_the_place_and_the_line_to_write(dumped: History) -> None:
    (note,) = [note for note in train(one("DecayedRate"), dumped, FEATURES, as_of="2022-06-02").notes if note.code == "burst"]
    for text in (note.text.en, note.text.zh):
        assert all(part in text for part in (DAY, "5,001", "c19", LINE))
    assert FitNote.from_json(note.to_json()) == note
    assert newer_notes(burst_notes(dumped, ["theft"]), [note]) == ()
    assert newer_notes(burst_notes(dumped, ["theft"]), []) == (note,)


def test_a_place_with_few_households_is_named_by_the_one_it_is_shown_as(plain: History) -> None:
    (note,) = burst_notes(with_dump(plain, 0), ["theft"])
    assert "c00" not in note.text.en
    assert burst_notes(plain, ["theft", "noise", "stop"]) == ()


def test_a_backtest_names_the_day_and_leaves_it_out(dumped: History) -> None:
    dates = {"first": "2021-06-01", "step": 7, "test_from": "2022-05-10", "test_to": "2022-06-28", "refit_every": 28}
    said = backtest(one("DecayedRate", dates=dates), dumped, FEATURES)
    assert any(LINE in row["en"] for row in note_table(said.notes, said.origins))
    left = backtest(one("DecayedRate", dates=dates, ignore=IGNORE), dumped, FEATURES)
    assert not any(LINE in row["en"] for row in note_table(left.notes, left.origins))
    assert {to_day("2022-05-24"), to_day("2022-05-31")} == set(said.as_of.tolist()) - set(left.as_of.tolist())
    assert left.y.max() < 50 < said.y.max()
    with pytest.raises(UsageError, match="Every test date of 'town-theft' has an ignored day"):
        backtest(
            one("DecayedRate", dates=dates, ignore=[{**IGNORE[0], "from": "2022-05-01", "to": "2022-07-30"}]), dumped, FEATURES
        )


def test_the_bundle_keeps_the_days(dumped: History, tmp_path: Any) -> None:
    bundle = train(one("DecayedRate", ignore=IGNORE), dumped, FEATURES, as_of="2022-06-02")
    bundle.save(tmp_path)
    assert Bundle.load(tmp_path).experiment.ignored_days() == bundle.experiment.ignored_days() != ()


def test_a_dump_does_not_widen_what_a_night_may_forecast(plain: History, dumped: History) -> None:
    right, found = (train(one("DecayedRate"), rows, FEATURES, as_of="2022-08-01") for rows in (plain, dumped))
    assert found.seen == right.seen
    assert 0 < right.seen.events < 500


def test_reasons_count_no_record_of_an_ignored_day(dumped: History) -> None:
    bundle = train(one("DecayedRate", ignore=IGNORE), dumped, FEATURES, as_of="2022-08-01")
    lists = warning_lists(bundle, bundle.score(dumped, "2022-08-01"), dumped, "town")
    texts = [reason.text.en for each in lists for warning in each for reason in warning.reasons]
    counts = [
        int(found[1].replace(",", "")) for text in texts if (found := re.search(r"theft.*: ([\d,]+) in the last 90 days", text))
    ]
    assert 0 < max(counts) < 150


@pytest.mark.parametrize(
    ("ignore", "said"),
    [
        ([{"source": "calls", "from": "2022-06-02", "to": "2022-06-01"}], "to lies before from"),
        ([{"source": "calls", "from": "June", "to": "2022-06-01"}], "'June' is not a date"),
    ],
)
def test_days_that_cannot_be_are_refused(ignore: list[dict[str, str]], said: str) -> None:
    with pytest.raises((UsageError, ValueError), match=said):
        one("DecayedRate", ignore=ignore)
