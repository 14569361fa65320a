"""The regression recovers the coefficients that generated the counts, and knows what its rows cannot tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import HarmonicCount
from riskmodel.forecasts.forecasters.fit_notes import SEASON_UNKNOWN
from riskmodel.forecasts.forecasters.harmonic_count import (
    HISTORY,
    HISTORY_PENALTY,
    LEVEL,
    LEVEL_SPREAD,
    SEASON,
    TREND,
    WEEKDAY,
    YEARLY,
    YEARLY_PENALTY,
    FittedHarmonicCount,
)
from riskmodel.forecasts.forecasters.poisson_regression import PENALTY
from riskmodel.forecasts.forecasters.training_rows import TREND_DAYS, YEAR_DAYS, days_spanned
from riskmodel.records.history import History
from tests.worlds.two_towns import TARGET


@pytest.fixture(scope="module")
def rows(town: History) -> Design:
    return design(
        town, day_range("2021-06-01", "2022-12-01", 7), HarmonicCount((120,), 1, "town", "households").needs(TARGET), TARGET
    )


def test_it_recovers_the_coefficients_that_generated_the_counts(rows: Design) -> None:
    maker = HarmonicCount((120,), 1, "town", "households")
    blank = maker.fit(rows)
    wanted = [-0.2, 0.8, 0.5, -0.3, 0.4]
    eta = sum(b * values for b, (_, values) in zip(wanted, blank.regressors(rows), strict=True))
    draws = [np.random.default_rng(seed).poisson(30 * np.exp(eta)) for seed in range(4)]
    found = np.array(
        [HarmonicCount((120,), 1, "town", "households").fit(replace(rows, y=y.astype(np.int32))).coefficients for y in draws]
    )
    wanted[0] += np.log(30)
    np.testing.assert_allclose(found.mean(axis=0), wanted, atol=0.06)


def assert_at_the_optimum(fitted: FittedHarmonicCount, rows: Design) -> None:
    """At the optimum the slope of the Poisson likelihood is that of the penalty, by each standardised regressor.

    Where the penalty draws nowhere, residuals are orthogonal to the regressor.
    """
    residual = rows.y - fitted.predict(rows).mean
    own = len(fitted.settings.half_lives)
    for coefficient, j in zip(fitted.coefficients, fitted.used, strict=True):
        part, values = fitted.regressors(rows)[j]
        if j == 0:
            assert abs(residual.sum()) < 1e-4 * np.abs(residual).sum()
            continue
        of_part = {HISTORY: HISTORY_PENALTY, LEVEL: 1 / (LEVEL_SPREAD * values.std()) ** 2} | dict.fromkeys(
            YEARLY, YEARLY_PENALTY
        )
        penalty = of_part.get(part, PENALTY)
        wanted = penalty * values.std() * (coefficient - (1 / own if part == HISTORY else 0.0))
        standard = (values - values.mean()) / values.std()
        assert abs(residual @ standard - wanted) < 1e-4 * (np.abs(residual) @ np.abs(standard))


def test_the_fit_is_that_of_penalised_likelihood(rows: Design) -> None:
    assert_at_the_optimum(HarmonicCount((120,), 1, "town", "households").fit(rows), rows)


def test_few_dates_do_not_tell_how_rates_of_different_length_are_weighed(town: History) -> None:
    """Rates have equal weights until many events say otherwise."""
    maker = HarmonicCount((30, 120), 0, "town", "households")
    some = design(town, day_range("2021-06-01", "2022-12-01", 7), maker.needs(TARGET), TARGET)
    (_, short), (_, long) = maker.fit(some).regressors(some)[1:3]
    weights = []
    for level in (0.5, 500.0):
        y = np.random.default_rng(2).poisson(level * np.exp(short))
        weights.append(maker.fit(replace(some, y=y.astype(np.int32))).coefficients[1:3])
    assert np.ptp(short - long) > 0.5
    few_events, many_events = np.array(weights)
    assert np.abs(few_events - 0.5).max() < 0.2
    assert np.abs(many_events - [1.0, 0.0]).max() < 0.1


def test_the_threads_of_linear_algebra_change_no_bit(town: History) -> None:
    """From some 50,000 rows on, matrix products have other bits with each number of threads."""
    from threadpoolctl import threadpool_limits

    stated = HarmonicCount((14, 30, 120), 2, "town", signals=(("noise",),), near=True)
    few = design(town, day_range("2021-06-01", "2022-12-01", 7), stated.needs(TARGET), TARGET)
    many = few.take(np.tile(np.arange(len(few)), -(-50_000 // len(few))))
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.append(replace(stated).fit(many).coefficients)
    assert len(found[0]) == 18
    assert found[0] == found[1]


def test_one_date_leaves_season_and_trend_out(rows: Design) -> None:
    one = rows.take(rows.as_of == rows.as_of.max())
    fitted = HarmonicCount((120,), 1, "town", "households").fit(one)
    assert fitted.used == (0, 1)
    assert np.isfinite(fitted.predict(rows).mean).all()


def test_the_trend_is_held_beyond_the_training_years(rows: Design) -> None:
    early = rows.take(rows.as_of < np.median(rows.as_of))
    fitted = HarmonicCount((120,), 0, "town", "households").fit(early)
    parts = fitted.regressors(rows)
    assert max(values.max() for part, values in parts if part == "trend") == 0.0


def test_signals_and_neighbours_are_regressors_of_their_own(town: History) -> None:
    maker = HarmonicCount((30, 120), 1, "town", "households", signals=(["noise"],), near=True)
    plain = HarmonicCount((30, 120), 1, "town", "households")
    rows = design(town, day_range("2021-06-01", "2022-12-01", 7), maker.needs(TARGET), TARGET)
    fitted = maker.fit(rows)
    found = fitted.explain(rows)
    signals = {"noise_decay_30d", "noise_decay_120d"}
    near = {f"{kind}_decay_{days}d_neighbours" for kind in ("theft", "noise") for days in (30, 120)}
    assert signals | near <= set(found.names)
    assert len(fitted.coefficients) == len(plain.fit(rows).coefficients) + len(signals | near)
    assert_at_the_optimum(fitted, rows)
    with pytest.raises(UsageError, match=r"'signals' parameter of HarmonicCount must be a list of lists of kinds"):
        HarmonicCount(signals=("noise",))


def parts_used(fitted: FittedHarmonicCount, rows: Design) -> set[str]:
    regressors = fitted.regressors(rows)
    return {regressors[j][0] for j in fitted.used}


@pytest.mark.parametrize(("days", "known"), [(YEAR_DAYS - 7, set()), (YEAR_DAYS, {SEASON}), (TREND_DAYS, {SEASON, TREND})])
def test_waves_need_a_year_and_a_trend_needs_longer(rows: Design, days: int, known: set[str]) -> None:
    spanned = rows.take(rows.as_of < rows.as_of.min() + days - TARGET.horizon + 7)
    assert days <= days_spanned(spanned) < days + 7
    fitted = HarmonicCount((120,), 1, "town", "households").fit(spanned)
    assert parts_used(fitted, spanned) & {SEASON, TREND} == known
    assert [note.code for note in fitted.notes] == ([] if SEASON in known else [SEASON_UNKNOWN])
    if not known:
        assert "364 days" in fitted.notes[0].text.en
        assert "364天" in fitted.notes[0].text.zh


@pytest.fixture(scope="module")
def levelled(town: History) -> tuple[HarmonicCount, Design]:
    maker = HarmonicCount((30, 120), 1, "town", "households", group_level=True)
    return maker, design(town, day_range("2021-06-01", "2022-12-01", 7), maker.needs(TARGET), TARGET)


@pytest.mark.parametrize(("days", "known"), [(YEAR_DAYS - 7, set()), (YEAR_DAYS, {LEVEL})])
def test_the_recent_level_of_all_cells_needs_a_year_too(
    levelled: tuple[HarmonicCount, Design], days: int, known: set[str]
) -> None:
    maker, rows = levelled
    spanned = rows.take(rows.as_of < rows.as_of.min() + days - TARGET.horizon + 7)
    assert parts_used(maker.fit(spanned), spanned) & {LEVEL} == known


def test_the_recent_level_is_the_same_in_all_cells_of_a_group(levelled: tuple[HarmonicCount, Design]) -> None:
    maker, rows = levelled
    date = rows.take(rows.as_of == rows.as_of.max())
    found = maker.fit(rows).explain(date)
    levels, town = found.values[:, found.names.index(LEVEL)], date.group("town")
    assert all(np.ptp(levels[town == at]) < 1e-9 for at in np.unique(town))
    assert np.ptp(levels) > 1e-3


def test_a_rising_half_year_is_not_projected(town: History) -> None:
    """Counts that triple within half a year looked like a season, whose waves left all bounds in the rest of the year."""
    maker = HarmonicCount(half_lives=(30, 120))
    rows = design(town, day_range("2021-06-01", "2022-12-01", 7), maker.needs(TARGET), TARGET)
    past = rows.take(rows.as_of < rows.as_of.min() + 180)
    risen = np.random.default_rng(1).poisson(np.exp((past.as_of - past.as_of.min()) / 165)).astype(np.int32)
    fitted = maker.fit(replace(past, y=risen))
    ahead = fitted.predict(rows.take(rows.as_of >= past.as_of.max() + 7)).mean
    assert ahead.max() < 3 * risen.max()
    assert ahead.mean() < 2 * risen[past.as_of > past.as_of.max() - 30].mean()


def test_days_have_weekdays_and_weeks_have_none(town: History) -> None:
    daily, maker = Target(("theft",), horizon=1), HarmonicCount(half_lives=(30, 120))
    rows = design(town, day_range("2021-06-01", "2021-09-01", 1), maker.needs(daily), daily)
    sunday = (rows.as_of + 3) % 7 == 6
    y = np.random.default_rng(2).poisson(np.where(sunday, 0.4, 1.2)).astype(np.int32)
    fitted = maker.fit(replace(rows, y=y))
    assert WEEKDAY in parts_used(fitted, rows)
    mean = fitted.predict(rows).mean
    for chosen in (sunday, ~sunday):
        assert mean[chosen].sum() == pytest.approx(y[chosen].sum(), rel=0.02)
    found = fitted.explain(rows)
    assert found.parts[WEEKDAY].en.endswith("on these days of the week: {value} times the usual")
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), np.log(mean), atol=1e-10)
    few = rows.take(rows.as_of < rows.as_of.min() + 21)
    assert WEEKDAY not in parts_used(maker.fit(few), few)
    weekly = design(town, day_range("2021-06-01", "2022-06-01", 7), maker.needs(TARGET), TARGET)
    assert WEEKDAY not in {part for part, _ in maker.fit(weekly).regressors(weekly)}


def test_twenty_thousand_events_in_one_cell_on_one_day_give_a_fit(rows: Design) -> None:
    """Steps without control gave a mean beyond all numbers, and a traceback."""
    burst = rows.y.copy()
    at = np.flatnonzero(rows.as_of == np.unique(rows.as_of)[40])[3]
    burst[at] = 20_000
    fitted = HarmonicCount((120,), 1, "town", "households").fit(replace(rows, y=burst))
    assert fitted.converged
    assert np.isfinite(fitted.predict(rows).mean).all()
    assert fitted.predict(rows).mean.sum() == pytest.approx(burst.sum(), rel=1e-6)


def test_of_forty_events_season_trend_and_level_are_not_their_noise(town: History) -> None:
    """With 42 events in two years, at the same rate throughout, the half-year afterwards was forecast 5 to 26 times too high."""
    maker = HarmonicCount(group_level=True)
    rows = design(town, day_range("2021-02-01", "2022-12-01", 7), maker.needs(TARGET), TARGET)
    late = rows.as_of >= rows.as_of.max() - 126
    past, ahead = rows.take(~late), rows.take(late)
    ratios = []
    for seed in range(6):
        y = np.random.default_rng(seed).poisson(40 / len(past), len(past)).astype(np.int32)
        ratios.append(maker.fit(replace(past, y=y)).predict(ahead).mean.sum() / (y.mean() * len(ahead)))
    assert max(ratios) < 1.4
    assert min(ratios) > 0.7


def test_the_recent_level_is_held_at_the_ends_of_what_was_seen(town: History, levelled: tuple[HarmonicCount, Design]) -> None:
    """After three silent months of a source the mean left all bounds: 7,570 events where at most 36 had been seen."""
    maker, rows = levelled
    fitted = maker.fit(rows)
    day = int(rows.as_of.max())
    silent = town.take(town.occurred < day - 120)
    late = design(silent, day_range("2022-12-01", "2022-12-02", 7), maker.needs(TARGET), TARGET)
    parts = dict(fitted.regressors(late))
    assert parts[LEVEL].tolist() == [fitted.levels[0][0]] * len(late)
    assert fitted.predict(late).mean.max() < rows.y.max()
