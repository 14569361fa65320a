"""Group series: the filter against statsmodels, shares against loops, and short, empty or gapped series."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import GroupSeries
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Grouping
from tests.in_memory import matrix
from tests.worlds.plain import make_history
from tests.worlds.two_towns import KINDS, make_places

FIRST, WEEKS = 17_000, 4 * 52
WEEK = Target(("theft",), 7)


@pytest.fixture(scope="module")
def waves() -> History:
    """Four years in which the towns have seasons of their own, and the west a level that wanders."""
    rng = np.random.default_rng(6)
    week = np.arange(WEEKS)
    turn = 2 * np.pi * week * 7 / 365.2425
    east = 0.8 * np.exp(0.5 * np.sin(turn))
    west = 1.5 * np.exp(0.4 * np.cos(turn) + np.cumsum(rng.normal(0, 0.06, WEEKS)))
    size = rng.gamma(2.0, 0.5, 24)
    return history_of(rng.poisson(size[:, None] * np.where(np.arange(24)[:, None] % 2 == 0, east, west)))


def history_of(counts: np.ndarray, delay: np.ndarray | int = 0) -> History:
    """Weekly counts ``[cell, week]`` on each week's last day, known ``delay`` days after."""
    cell, week = np.nonzero(counts)
    occurred = FIRST + 7 * week + 6
    end = FIRST + 7 * counts.shape[1] - 1
    return make_history(
        make_places(len(counts)), KINDS, occurred, cell=cell, known=occurred + delay, amount=counts[cell, week],
        coverage=(Coverage("calls", ("theft",), FIRST, end, end),),
    )  # fmt: skip


def rows_of(history: History, maker: GroupSeries, first: int, stop: int, step: int = 1) -> Design:
    dates = day_range(FIRST + 7 * first, FIRST + 7 * stop, 7 * step)
    return design(history, dates, maker.needs(WEEK), WEEK, now=FIRST + 7 * WEEKS + 400)


def counts_of(history: History, town: int) -> np.ndarray:
    chosen = history.places.groupings["town"].codes[history.cell] == town
    return np.bincount((history.occurred[chosen] - FIRST) // 7, history.amount[chosen], WEEKS)


def test_the_filter_is_that_of_statsmodels(waves: History) -> None:
    """Weeks after training, the row's own filter with its long-run gain against the Kalman filter on the whole series."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    maker = GroupSeries("town", harmonics=1, periods=30, half_lives=(365,))
    fitted = maker.fit(rows_of(waves, maker, 30, 170))
    ahead = rows_of(waves, maker, 172, 200)
    found = fitted.group_means(ahead).mean
    series = counts_of(waves, 1)
    settings = {
        "level": "local level",
        "freq_seasonal": [{"period": 365.2425 / 7, "harmonics": 1}],
        "stochastic_freq_seasonal": [False],
    }
    start = 30 - 29 - 1
    roots = np.sqrt(series + 0.375)
    learned = UnobservedComponents(roots[start:169], **settings).fit(disp=0, return_params=True)
    for week in (172, 180, 199):
        whole = UnobservedComponents(roots[start:week], **settings).filter(learned)
        forecast = whole.get_forecast(1)
        mean = forecast.predicted_mean[0] ** 2 + forecast.var_pred_mean[0] - 0.375
        row = np.flatnonzero((ahead.as_of == FIRST + 7 * week) & (ahead.cell == 1))[0]
        assert found[row] == pytest.approx(mean, rel=0.06)


def test_a_group_mean_is_its_recursion(waves: History) -> None:
    maker = GroupSeries("town", harmonics=2, periods=5, half_lives=(365,))
    fitted = maker.fit(rows_of(waves, maker, 5, 170))
    ahead = rows_of(waves, maker, 180, 183)
    found, flat = fitted.group_means(ahead)
    assert fitted.complete == (1.0,) * 5
    for town, label in enumerate(("east", "west")):
        model = fitted.series[label]
        series = counts_of(waves, town)

        def season(week: int, waves: tuple[float, ...] = model.waves) -> float:
            angles = [2 * np.pi * order * (week - 169) * 7 / 365.2425 for order in (1, 2)]
            return sum(waves[2 * i] * np.cos(a) + waves[2 * i + 1] * np.sin(a) for i, a in enumerate(angles))

        for week in (180, 182):
            level = model.level
            for back in (5, 4, 3, 2, 1):
                surprise = np.sqrt(series[week - back] + 0.375) - season(week - back + 1) - level
                level += model.gain * surprise
            row = np.flatnonzero((ahead.as_of == FIRST + 7 * week) & (ahead.cell == town))[0]
            assert found[row] == pytest.approx((level + season(week + 1)) ** 2 + model.variance - 0.375)
            assert flat[row] == pytest.approx(level**2 + model.variance - 0.375)


def test_shares_add_up_and_follow_the_cells(waves: History) -> None:
    maker = GroupSeries("town", periods=2, half_lives=(91, 365))
    fitted = maker.fit(rows_of(waves, maker, 5, 170))
    ahead = rows_of(waves, maker, 180, 181)
    share = fitted.share(ahead)
    for town in (0, 1):
        assert share[ahead.group("town") == town].sum() == pytest.approx(1.0, rel=1e-5)
    t = FIRST + 7 * 180
    weights = 0.5 ** ((t - waves.occurred.astype(float)) / fitted.half_life) * waves.amount * (waves.occurred < t)
    own = np.bincount(waves.cell, weights, 24)
    k = fitted.strength
    assert share[4] == pytest.approx((k + own[4]) / (12 * k + own[::2].sum()), rel=1e-5)


def test_shares_follow_exposure_where_little_is_known(waves: History) -> None:
    maker = GroupSeries("town", periods=2, half_lives=(365,), exposure="households")
    fitted = maker.fit(rows_of(waves, maker, 5, 170))
    rows = rows_of(waves, maker, 180, 181)
    X = matrix(rows).copy(order="F")
    for name in ("theft_decay_365d", "theft_decay_365d_town"):
        X[:, rows.position(name)] = 0.0
    bare = replace(fitted, half_life=365, strength=2.0).share(replace(rows, X=X))
    homes = waves.places.exposures["households"]
    assert bare[5] / bare[7] == pytest.approx(homes[5] / homes[7], rel=1e-4)


def test_the_season_is_left_out_of_less_than_two_years(waves: History) -> None:
    maker = GroupSeries("town", periods=2, half_lives=(365,))
    assert [len(model.waves) for model in maker.fit(rows_of(waves, maker, 2, 90)).series.values()] == [0, 0]
    assert [len(model.waves) for model in maker.fit(rows_of(waves, maker, 2, 120)).series.values()] == [4, 4]


def test_empty_short_and_constant_series_have_forecasts(waves: History) -> None:
    rng = np.random.default_rng(1)
    busy = rng.poisson(1.0, (24, WEEKS))
    for nothing in (0, 1, 3):
        counts = busy.copy()
        counts[1::2] = nothing  # in the west
        history = history_of(counts)
        maker = GroupSeries("town", periods=3, half_lives=(365,))
        for last in (4, 15, 200):
            fitted = maker.fit(rows_of(history, maker, 3, last))
            rows = rows_of(history, maker, 200, 205)
            forecast = fitted.predict(rows)
            assert np.isfinite(forecast.mean).all()
            assert (forecast.mean > 0).all()
            if last == 200:
                level = forecast.mean[rows.group("town") == 1].mean()
                assert level == pytest.approx(nothing, abs=0.05)


def test_only_convergence_warnings_are_suppressed(waves: History, monkeypatch: pytest.MonkeyPatch) -> None:
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    fit = UnobservedComponents.fit
    said: list[type[Warning]] = [ConvergenceWarning]

    def warned(self: UnobservedComponents, **settings: Any) -> object:
        warnings.warn("some warning", said[0], stacklevel=1)
        return fit(self, **settings)

    monkeypatch.setattr(UnobservedComponents, "fit", warned)
    maker = GroupSeries("town", periods=2, half_lives=(365,))
    rows = rows_of(waves, maker, 5, 170)
    maker.fit(rows)
    said[0] = RuntimeWarning
    with pytest.raises(RuntimeWarning, match="some warning"):
        maker.fit(rows)


def test_a_group_that_was_not_there_gets_what_is_typical(waves: History) -> None:
    maker = GroupSeries("town", periods=8, half_lives=(365,))
    rows = rows_of(waves, maker, 8, 170)
    fitted = maker.fit(rows.take(rows.group("town") == 0))
    assert set(fitted.series) == {"east"}
    ahead = rows_of(waves, maker, 180, 200)
    west = ahead.group("town") == 1
    assert fitted.predict(ahead).mean[west].mean() == pytest.approx(ahead.y[west].mean(), rel=0.35)


def test_groups_may_begin_at_different_times(waves: History) -> None:
    maker = GroupSeries("town", periods=4, half_lives=(365,))
    rows = rows_of(waves, maker, 4, 170)
    late = rows.take((rows.group("town") == 0) | (rows.as_of > FIRST + 7 * 100))
    whole, fitted = maker.fit(rows).series, GroupSeries("town", periods=4, half_lives=(365,)).fit(late).series
    assert fitted["east"] == whole["east"]
    assert fitted["west"].waves == ()
    assert fitted["west"].level == pytest.approx(whole["west"].level, rel=0.15)


def test_groups_are_known_by_their_names(waves: History) -> None:
    maker = GroupSeries("town", periods=3, half_lives=(365,))
    fitted = maker.fit(rows_of(waves, maker, 8, 170))
    grouping = waves.places.groupings["town"]
    more = Grouping(("another", *grouping.labels), grouping.codes + np.int32(1))
    renamed = replace(waves, places=replace(waves.places, groupings={"town": more}))
    one, other = (fitted.predict(rows_of(history, maker, 180, 182)).mean for history in (waves, renamed))
    np.testing.assert_array_equal(one, other)


def test_counts_are_scaled_up_for_late_records(waves: History) -> None:
    counts = np.zeros((24, WEEKS), dtype=int)
    np.add.at(counts, (waves.cell, (waves.occurred - FIRST) // 7), waves.amount)
    events = np.repeat(np.arange(int((counts > 0).sum())), 1)
    late = history_of(counts, np.where(events % 3 == 0, 9, 0))
    maker = GroupSeries("county", periods=4, half_lives=(365,))
    rows = rows_of(late, maker, 4, 170)
    fitted = maker.fit(rows)
    # of the last week two thirds are known, of the week before nearly all with a delay of nine days
    assert fitted.complete[0] == pytest.approx(2 / 3, abs=0.05)
    assert fitted.complete[1] == pytest.approx(2 / 3, abs=0.05)
    assert fitted.complete[2:] == (1.0, 1.0)
    ahead = rows_of(late, maker, 172, 200)
    assert fitted.predict(ahead).mean.mean() == pytest.approx(ahead.y.mean(), rel=0.15)


def test_gaps_and_other_steps_do_not_matter(waves: History) -> None:
    maker = GroupSeries("town", harmonics=0, periods=6, half_lives=(365,))
    weekly = maker.fit(rows_of(waves, maker, 10, 170)).series
    fortnightly = GroupSeries("town", harmonics=0, periods=6, half_lives=(365,)).fit(rows_of(waves, maker, 11, 170, 2)).series
    assert fortnightly["west"].level == pytest.approx(weekly["west"].level, rel=0.05)
    rows = rows_of(waves, maker, 2, 170)
    X = matrix(rows).copy(order="F")
    for lag in range(6):
        name = maker.lags(WEEK)[lag].name
        X[(rows.as_of > FIRST + 500) & (rows.as_of < FIRST + 560 + 7 * lag), rows.position(name)] = np.nan
    gapped = replace(rows, X=X)
    fitted = maker.fit(gapped)
    assert fitted.series["west"].level == pytest.approx(weekly["west"].level, rel=0.05)
    assert np.isfinite(fitted.predict(gapped).mean).all()


def test_the_county_is_one_group_and_a_cell_that_does_not_exist_is_in_none(waves: History) -> None:
    maker = GroupSeries(periods=4, half_lives=(365,))
    rows = rows_of(waves, maker, 4, 170)
    gone = replace(rows, at_risk=rows.cell != 3)
    fitted = maker.fit(gone)
    assert set(fitted.series) == {"county"}
    np.testing.assert_array_equal(maker.groups(gone)[1], np.where(rows.cell == 3, -1, 0))
    assert np.isfinite(fitted.predict(gone).mean).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"periods": 0}, r"'periods' parameter of GroupSeries must be 1 or more"),
        ({"harmonics": -1}, r"'harmonics' parameter of GroupSeries must be 0 or more"),
    ],
)
def test_faulty_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        GroupSeries(**settings)
