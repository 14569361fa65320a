"""Weekdays are learned where a horizon is shorter than a week, and forecasts follow them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.forecasts.forecasters import Blend, BoostedCount, DecayedRate, FittedForecaster
from riskmodel.forecasts.forecasters.weekdays import WEEKDAY, weekday_factors, weekday_profile

TRUE = np.array([0.9, 0.9, 0.95, 1.0, 1.3, 1.4, 0.55])
DATES = np.arange(20_000, 20_000 + 140)


def drawn(horizon: int, level: float, seed: int = 1) -> np.ndarray:
    mean = level * weekday_profile(tuple(TRUE / TRUE.mean()), DATES, horizon)
    return np.random.default_rng(seed).poisson(mean)


@pytest.mark.parametrize("horizon", [1, 3, 6])
def test_the_profile_of_the_week_is_recovered(horizon: int) -> None:
    found = weekday_factors(DATES, horizon, drawn(horizon, 2_000.0), np.full(140, 7.0))
    truth = weekday_profile(tuple(TRUE / TRUE.mean()), DATES, horizon)
    np.testing.assert_allclose(weekday_profile(found, DATES, horizon), truth, rtol=0.03)


def test_a_week_or_more_and_few_dates_have_no_profile() -> None:
    assert weekday_factors(DATES, 7, drawn(1, 50.0), np.ones(140)) == ()
    assert weekday_factors(DATES[:27], 1, drawn(1, 50.0)[:27], np.ones(27)) == ()
    assert weekday_profile((), DATES[:3], 1).tolist() == [1.0, 1.0, 1.0]


def test_weekdays_that_are_noise_stay_near_one() -> None:
    y = np.random.default_rng(2).poisson(3.0, 140)
    free = np.array([y[day == (DATES + 3) % 7].mean() for day in range(7)]) / y.mean()
    found = np.array(weekday_factors(DATES, 1, y, np.ones(140)))
    assert np.abs(np.log(found)).max() < 0.7 * np.abs(np.log(free)).max()


def test_dates_that_vary_more_than_poisson_give_less_of_a_profile() -> None:
    rng = np.random.default_rng(3)
    even, mean = drawn(1, 200.0), np.full(140, 1.0)
    wild = rng.poisson(even * rng.gamma(2.0, 0.5, 140))
    calm = np.abs(np.log(weekday_factors(DATES, 1, even, mean))).sum()
    assert np.abs(np.log(weekday_factors(DATES, 1, wild, mean)[0])) < calm


@pytest.fixture(scope="module")
def daily(learned: Design) -> Design:
    """Rows of consecutive days, on which places have the same mean and weekdays differ."""
    rows = learned.take(np.arange(len(learned)))
    dates, at = np.unique(rows.as_of, return_inverse=True)
    as_of = (20_000 + at).astype(np.int32)
    y = np.random.default_rng(4).poisson(4 * (TRUE / TRUE.mean())[(as_of + 3) % 7])
    return replace(rows, as_of=as_of, y=y.astype(np.int32), target=Target(("theft",), 1))


def mean_by_weekday(fitted: FittedForecaster, rows: Design) -> np.ndarray:
    forecast = fitted.predict(rows).mean
    return np.array([forecast[(rows.as_of + 3) % 7 == day].mean() for day in range(7)])


@pytest.mark.parametrize(
    "forecaster",
    [
        DecayedRate(half_lives=(30,), over="town"),
        BoostedCount(half_lives=(30,), over="town", trees=5),
        Blend(({"type": "DecayedRate", "settings": {"half_lives": [30], "over": "town"}},)),
    ],
    ids=["decayed", "boosted", "blend"],
)
def test_daily_forecasts_follow_the_week(forecaster: DecayedRate, daily: Design) -> None:
    fitted = forecaster.fit(daily, threads=1)
    events = np.array([daily.y[(daily.as_of + 3) % 7 == day].mean() for day in range(7)])
    np.testing.assert_allclose(mean_by_weekday(fitted, daily) / events, 1.0, atol=0.06)
    explained = fitted.explain(daily)
    assert WEEKDAY in explained.names
    assert WEEKDAY in explained.parts
    np.testing.assert_allclose(explained.base + explained.values.sum(axis=1), np.log(fitted.predict(daily).mean), atol=1e-6)
    assert FittedForecaster.from_json(fitted.to_json()).predict(daily).mean.tobytes() == fitted.predict(daily).mean.tobytes()


def test_a_weekday_that_happened_to_have_no_event_keeps_a_forecast() -> None:
    """Ten events in twenty weeks: a weekday without one is no evidence that it never has any."""
    y = np.zeros(140, dtype=np.int32)
    y[[1, 9, 17, 30, 44, 59, 72, 88, 101, 120]] = 1
    free = np.array([y[day == (DATES + 3) % 7].sum() for day in range(7)])
    found = np.array(weekday_factors(DATES, 1, y, np.ones(140)))
    assert free.min() == 0
    assert found.min() > 0.3
