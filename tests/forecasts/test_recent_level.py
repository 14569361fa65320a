"""Between fits the level follows the last mature dates, by what was known, and the night follows it as the backtest does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import NEVER, to_day
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.recent_level import SHARE, DateTotals, followed_shift, recent_dates
from riskmodel.forecasts.training import train
from riskmodel.records.history import Coverage, History
from riskmodel.records.history.history import from_columns
from tests.worlds.other_future import with_another_future
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

DAYS = np.arange(0, 84, 7, dtype=np.int32)
SUNDAY = 3
DECAYED = {"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [365]}}


def totals(factor: float, noise: float = 0.0, count: float = 400.0, dates: int = 12) -> DateTotals:
    wave = 1 + noise * np.where(np.arange(dates) % 2, 1.0, -1.0)
    return DateTotals(DAYS[:dates], factor * count * wave, np.full(dates, count))


def test_a_level_that_all_dates_agree_on_is_followed_by_its_share() -> None:
    assert followed_shift(totals(0.8), 84, 7) == pytest.approx(SHARE * np.log(0.8), rel=0.03)
    assert followed_shift(totals(1.0), 84, 7) == 0.0


def test_the_less_dates_agree_the_less_is_followed() -> None:
    found = [abs(followed_shift(totals(0.9, noise), 84, 7)) for noise in (0.0, 0.2, 0.5)]
    assert found[0] > 1.2 * found[1] > 1.44 * found[2]


def test_horizons_that_overlap_say_less() -> None:
    """The same dates with the same weights: horizons of 28 days share three quarters of their events with the next one."""
    noisy = totals(0.9, noise=0.2, count=100.0)
    apart, shared = followed_shift(noisy, 84, 7), followed_shift(noisy, 84 + 21, 28)
    assert apart < 1.2 * shared < 0


def test_the_followed_shift_is_that_of_its_description() -> None:
    """By loops over the dates: weights of age, the spread between dates or that of a count, and overlapping horizons."""
    events, expected, horizon, day = [9.0, 14.0, 30.0, 11.0, 12.0], [10.0, 20.0, 18.0, 16.0, 15.0], 14, 100
    dates = [58, 65, 72, 79, 86]
    weights = [0.5 ** ((day - horizon - date) / 28) for date in dates]
    some, usual = (sum(w * n for w, n in zip(weights, of, strict=True)) + 0.5 for of in (events, expected))
    spread = [max((n - some / usual * e) ** 2, n, some / usual * e) for n, e in zip(events, expected, strict=True)]
    # two horizons of 14 days overlap where dates are 7 days apart
    error = (2 * sum(w**2 * each for w, each in zip(weights, spread, strict=True))) ** 0.5 / some
    shift = float(np.log(some / usual))
    found = followed_shift(DateTotals(np.array(dates, dtype=np.int32), np.array(events), np.array(expected)), day, horizon)
    assert found == pytest.approx(SHARE * shift * shift**2 / (shift**2 + error**2), rel=1e-9)


def test_two_dates_or_a_few_events_are_not_followed() -> None:
    assert followed_shift(totals(0.5, dates=2), 84, 7) == 0.0
    assert followed_shift(totals(0.5, count=1.5), 84, 7) == 0.0


@pytest.mark.parametrize(("events", "factor"), [(0.0, 1 / 3), (500.0, 3.0)])
def test_no_events_or_a_dump_move_the_level_by_a_bounded_factor(events: float, factor: float) -> None:
    """After twelve weeks in which a source was down, forecasts were a few hundredths of what then came."""
    found = followed_shift(DateTotals(DAYS, np.full(12, events), np.full(12, 10.0)), 84, 7)
    assert found == pytest.approx(np.log(factor))


def test_late_dates_count_more() -> None:
    rising = DateTotals(DAYS, np.linspace(80, 120, 12) * 4, np.full(12, 400.0))
    assert followed_shift(rising, 84, 7) > 0.02


@pytest.mark.parametrize(("horizon", "back"), [(7, 4), (91, 1)])
def test_a_date_of_a_half_life_ago_counts_half(horizon: int, back: int) -> None:
    """The half-life is 28 days, or the horizon if that is longer; dates are a horizon apart."""
    days = np.arange(12, dtype=np.int32) * horizon

    def shift(date: int, more: float) -> float:
        events = np.full(12, 1e4)
        events[date] += more
        return followed_shift(DateTotals(days, events, np.full(12, 1e4)), int(days[-1]) + horizon, horizon)

    assert 0 < shift(11, 40) == pytest.approx(shift(11 - back, 80), rel=0.01)


@pytest.mark.parametrize(("step", "horizon", "count"), [(7, 7, 12), (1, 1, 84), (7, 28, 12), (30, 91, 9), (31, 31, 3)])
def test_the_dates_end_a_horizon_before_the_day(step: int, horizon: int, count: int) -> None:
    found = recent_dates(5000, 0, step, horizon, 50)
    assert len(found) == count
    assert found.max() <= 5000 - horizon
    assert np.all((5000 - found) % step == 0)
    assert np.all(np.diff(found) > 0)


def test_no_date_lies_before_the_first() -> None:
    assert recent_dates(100, 80, 7, 7, 50).min() >= 80
    assert len(recent_dates(100, 99, 7, 7, 50)) == 0


def risen(town: History) -> History:
    """The town with three times as many thefts from 20 July 2022 on."""
    theft = (town.kind == 0) & (town.occurred >= to_day("2022-07-20"))
    columns = town.arrays() | {"amount": np.where(theft, 3 * town.amount, town.amount)}
    return from_columns(town.places, town.kinds, coverage=town.coverage, **columns)


@pytest.fixture(scope="module")
def stated() -> Experiment:
    follows = [{**DECAYED, "calibrate": "level"}, {**DECAYED, "name": "fixed"}]
    dates = {"first": "2021-06-01", "step": 7, "test_from": "2022-08-02", "test_to": "2022-09-27", "refit_every": 91}
    return make_experiment(champion="decayed", dates=dates, forecasters=follows)


@pytest.fixture(scope="module")
def found(town: History, stated: Experiment) -> BacktestResult:
    return backtest(stated, risen(town), FEATURES, threads=1)


@pytest.fixture(scope="module")
def bundle(town: History, stated: Experiment) -> Bundle:
    return train(stated, risen(town), FEATURES, as_of="2022-08-02", threads=1)


def test_a_risen_level_is_followed(found: BacktestResult) -> None:
    ratio: dict[str, Any] = {name: one["ratio"] for name, one in found.evaluation.metrics.items()}
    assert 0.8 * np.log(ratio["fixed"]) < np.log(ratio["decayed"]) < 0
    scores = {name: one["log_score"] for name, one in found.evaluation.metrics.items()}
    assert scores["decayed"] < scores["fixed"]


def test_the_night_follows_the_level_as_the_backtest_does(found: BacktestResult, bundle: Bundle, town: History) -> None:
    history = risen(town)
    for day in np.unique(found.as_of).tolist():
        scores, rows = bundle.score(history, day), np.flatnonzero(found.as_of == day)
        at = np.searchsorted(scores.cell, found.cell[rows])
        np.testing.assert_allclose(scores.mean[at], found.forecasts["decayed"].mean[rows], rtol=1e-12)


def test_a_future_changes_no_bit_of_a_score(bundle: Bundle, town: History) -> None:
    day = to_day("2022-09-06")
    one, other = (bundle.score(history, day) for history in (risen(town), with_another_future(risen(town), day)))
    assert one.level == other.level != 0.0
    assert one.mean.tobytes() == other.mean.tobytes()


def test_dates_whose_records_have_not_all_arrived_are_not_followed(bundle: Bundle, town: History) -> None:
    """Twenty days of records are missing: they have none, and the level stays that of the dates before."""
    day, whole = to_day("2022-09-06"), risen(town)
    there = whole.occurred < day - 20
    columns = {name: values[there] for name, values in whole.arrays().items()}
    stated = Coverage("calls", tuple(whole.kinds), int(whole.occurred.min()), day - 21, day - 20, 60)
    cut = from_columns(whole.places, whole.kinds, coverage=(stated,), **columns)
    assert bundle.score(cut, day).level > 0.5 * bundle.score(whole, day).level > 0.05


def test_an_explanation_adds_up_to_the_followed_mean(bundle: Bundle, town: History) -> None:
    scores = bundle.score(risen(town), "2022-09-06")
    explanation = bundle.explain(scores, scores.cell)
    np.testing.assert_allclose(explanation.base + explanation.contribution.sum(axis=1), np.log(scores.mean), atol=1e-9)


def test_a_bundle_that_follows_its_level_has_a_format_of_its_own(bundle: Bundle, town: History, stated: Experiment) -> None:
    assert bundle.format == 3
    assert train(with_fixed_champion(stated), risen(town), FEATURES, as_of="2022-08-02", threads=1).format < 3


def with_fixed_champion(stated: Experiment) -> Experiment:
    return stated.model_copy(update={"champion": "fixed"})


def test_a_forecaster_whose_mean_stands_follows_nothing() -> None:
    table = {"type": "LagEnsemble", "name": "lag", "calibrate": "level"}
    other = make_experiment(champion="lag", forecasters=[table])
    assert not other.follows_level


def weekly(town: History, delay: int) -> History:
    """The risen town by counts of weeks, on their Sundays, all known so many days later."""
    town = risen(town)
    ends = town.occurred + (SUNDAY - town.occurred) % 7
    columns = town.arrays() | {"occurred": ends, "known": ends + delay, "until": np.full_like(ends, NEVER)}
    stated = (Coverage("weeks", tuple(town.kinds), int(ends.min()) - 6, int(ends.max()), period="week"),)
    return from_columns(town.places, town.kinds, coverage=stated, **columns)


@pytest.mark.parametrize("delay", [0, 3])
def test_between_two_counts_of_weeks_a_forecast_stays(town: History, stated: Experiment, delay: int) -> None:
    """Rates fell by a tenth from the day after a count to the day before the next one, and seasons went on.

    With a delay the week ahead is another one from Monday on, and so is its season.
    """
    waves = [{"type": "HarmonicCount", "name": "waves", "settings": {"half_lives": [14, 60]}, "calibrate": "level"}]
    experiment = make_experiment(champion="waves", dates=stated.dates.model_dump(), forecasters=waves)
    history, monday = weekly(town, delay), to_day("2022-08-01")
    made = train(experiment, history, FEATURES, as_of=monday + delay, threads=1)
    week = [made.score(history, monday + delay + day).mean for day in range(8)]
    for day in range(1, 7):
        if day != 7 - delay:
            np.testing.assert_array_equal(week[day], week[day - 1])
    assert week[6].sum() == pytest.approx(week[0].sum(), rel=0.03)
    assert abs(week[7].sum() / week[0].sum() - 1) > 0.01
