"""Calibration recovers a known bias, on rows later than the training rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.calibration import (
    LEAST_EVENTS,
    Calibration,
    cross_calibrated,
    fit_calibrated,
)
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.fitted_intervals import fit_intervals
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import FittedForecaster, Persistence
from riskmodel.forecasts.forecasters.persistence import FittedPersistence
from riskmodel.forecasts.forecasters.training_rows import LATER_SHARE, hold_out_begin
from tests.worlds.two_towns import TARGET


def drawn(rows: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(21)
    mean = rng.gamma(0.8, 0.6, rows) + 1e-3
    return mean, rng.poisson(mean)


@pytest.mark.parametrize(("intercept", "slope"), [(0.0, 1.0), (0.5, 1.0), (-0.7, 0.8), (0.2, 1.3)])
def test_a_known_bias_is_recovered(intercept: float, slope: float) -> None:
    mean, y = drawn()
    wrong = CountDistribution.of(np.exp((np.log(mean) - intercept) / slope))
    found = Calibration.fit(wrong, y)
    assert found.slope == pytest.approx(slope, abs=0.04)
    assert found.intercept == pytest.approx(intercept, abs=0.04)
    assert found.apply(wrong).mean.sum() == pytest.approx(y.sum(), rel=1e-6)
    # where the likelihood is highest, errors sum to nothing also weighted by the log mean
    assert abs(((y - found.apply(wrong).mean) * np.log(wrong.mean)).sum()) < 1e-6 * y.sum()
    assert found.dispersion is not None
    assert found.dispersion < 0.02


def test_the_slope_is_held_and_the_level_kept() -> None:
    mean, y = drawn()
    flat = CountDistribution.of(mean**4)
    found = Calibration.fit(flat, y)
    assert found.slope == 0.5
    assert found.apply(flat).mean.sum() == pytest.approx(y.sum())


def test_few_events_calibrate_only_the_level_and_none_nothing() -> None:
    forecast = CountDistribution.of(np.full(200, 0.5), 0.1)
    y = np.zeros(200, dtype=int)
    assert Calibration.fit(forecast, y) == Calibration()
    assert np.array_equal(Calibration().apply(forecast).mean, np.exp(np.log(forecast.mean)))
    assert np.array_equal(Calibration().apply(forecast).dispersion, forecast.dispersion)
    y[: LEAST_EVENTS - 1] = 1
    found = Calibration.fit(forecast, y)
    assert found.slope == 1.0
    assert found.apply(forecast).mean.sum() == pytest.approx(y.sum())


def test_equal_forecasts_leave_the_slope() -> None:
    y = np.random.default_rng(1).poisson(0.7, 3_000)
    found = Calibration.fit(CountDistribution.of(np.full(3_000, 0.5)), y)
    assert found.slope == 1.0
    assert found.apply(CountDistribution.of(np.array([0.5]))).mean[0] == pytest.approx(y.mean())


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Design, Design | None]]:
    """Designs of each fit in turn, of a forecaster that always forecasts half an event."""
    seen: list[tuple[Design, Design | None]] = []

    def fit(
        self: Persistence,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedPersistence:
        seen.append((design, validation))
        return FittedPersistence(settings=self, dispersion=0.0, name="theft_count_14d", share=0.0, least=0.5)

    monkeypatch.setattr(Persistence, "fit", fit)
    return seen


def test_no_label_of_the_earlier_fit_reaches_into_the_later_dates(
    learned: Design, fits: list[tuple[Design, Design | None]]
) -> None:
    given = Persistence()
    fitted, calibration, conformal, _ = fit_calibrated(given, Fold(learned))
    assert isinstance(fitted, FittedPersistence)
    assert given == Persistence(), "what is given stays as it was"
    (early, late), (whole, nothing) = fits
    assert late is not None
    assert nothing is None
    dates = np.unique(learned.as_of)
    assert np.array_equal(np.unique(late.as_of), dates[-round(LATER_SHARE * len(dates)) :])
    assert early.as_of.max() + TARGET.horizon <= late.as_of.min()
    assert len(early) > 0.6 * len(learned)
    assert whole is learned
    assert calibration.apply(CountDistribution.of(np.array([0.5]))).mean[0] == pytest.approx(late.y.mean())
    half = CountDistribution.of(np.full(len(late), 0.5))
    assert conformal == fit_intervals(IntervalRule(), late, cross_calibrated(Calibration.fit, half, late))
    assert conformal != fit_intervals(IntervalRule(), late, calibration.apply(half))


@pytest.mark.parametrize("back", [5, 40])
def test_a_burst_is_left_out_of_what_is_learned(learned: Design, fits: list[tuple[Design, Design | None]], back: int) -> None:
    """One date of 100 times the events outweighed all others in regressions, level, variance and weights."""
    day = np.unique(learned.as_of)[-back]
    burst = replace(learned, y=np.where(learned.as_of == day, learned.y + 200, learned.y).astype(np.int32))
    fold = Fold(burst)
    assert set(np.unique(learned.as_of)) - set(np.unique(fold.design.as_of)) == {day}
    assert Fold(learned).design is learned
    _, calibration, _, _ = fit_calibrated(Persistence(), fold)
    assert fold.split is not None
    assert day not in {*np.unique(fold.split[0].as_of), *np.unique(fold.split[1].as_of)}
    assert calibration.apply(CountDistribution.of(np.array([0.5]))).mean[0] == pytest.approx(fold.split[1].y.mean(), rel=0.1)


def test_without_events_on_the_later_dates_it_stays_neutral(learned: Design, fits: list[tuple[Design, Design | None]]) -> None:
    later = learned.as_of >= np.unique(learned.as_of)[-15]
    _, calibration, _, _ = fit_calibrated(Persistence(), Fold(replace(learned, y=np.where(later, 0, learned.y))))
    assert (calibration.intercept, calibration.slope) == (0.0, 1.0)
    assert len(fits) == 1
    none = replace(learned, y=np.zeros_like(learned.y))
    assert fit_calibrated(Persistence(), Fold(none))[1] == Calibration()


def test_where_the_mean_stands_only_the_dispersion_is_calibrated(
    learned: Design, fits: list[tuple[Design, Design | None]]
) -> None:
    given, fold = Persistence(mean_stands=True), Fold(learned)
    _, calibration, conformal, _ = fit_calibrated(given, fold)
    late = fits[0][1]
    assert late is not None
    half = CountDistribution.of(np.full(len(late), 0.5))
    assert conformal == fit_intervals(IntervalRule(), late, cross_calibrated(Calibration().with_variance, half, late))
    assert (calibration.intercept, calibration.slope) == (0.0, 1.0)
    assert calibration.dispersion == pytest.approx(fit_dispersion(late.y, np.full(len(late), 0.5)))
    assert calibration.linear == 0.0
    # that its mean stands is no part of what it learned: one whose mean does not stand shares the fits, and no more
    _, usual, _, _ = fit_calibrated(Persistence(), fold)
    assert len(fits) == 2
    assert usual.intercept != 0.0


def shaken(learned: Design, seed: int) -> tuple[Design, np.ndarray]:
    """Rows of 8 dates and 60 places and of 8 later dates, with the forecast means.

    All counts of a date are up or down together by some 30 %, which no forecast can know.
    """
    rng = np.random.default_rng([seed, 3])
    mean = np.tile(rng.gamma(2.0, 20.0, 60) + 1.0, 16)
    date = np.repeat(np.arange(16), 60)
    true = mean * np.exp(0.3 * rng.normal(size=16) - 0.045)[date]
    y = rng.negative_binomial(20.0, 20.0 / (20.0 + true)).astype(np.int32)
    rows = learned.take(np.arange(16 * 60))
    return replace(rows, y=y, as_of=(learned.as_of.min() + 7 * date).astype(np.int32)), mean


def test_intervals_are_learned_from_forecasts_calibrated_on_other_dates(learned: Design) -> None:
    """Dates have shocks of their own, so rows calibrated by themselves look more certain than later ones are."""
    rule, inside = IntervalRule(90), {"themselves": list[float](), "others": list[float]()}
    for seed in range(40):
        design, mean = shaken(learned, seed)
        ahead = design.as_of >= np.unique(design.as_of)[8]
        past, forecast, coming = design.take(~ahead), CountDistribution.of(mean[~ahead]), CountDistribution.of(mean[ahead])
        calibration = Calibration.fit(forecast, past.y)
        for name, right in (
            ("themselves", calibration.apply(forecast)),
            ("others", cross_calibrated(Calibration.fit, forecast, past)),
        ):
            made = Conformal.fit(rule, right, past.y)
            assert made is not None
            low, high = made.interval(calibration.apply(coming))
            inside[name].append(float(((low <= design.y[ahead]) & (design.y[ahead] <= high)).mean()))
    print({name: round(float(np.mean(share)), 3) for name, share in inside.items()})
    assert np.mean(inside["themselves"]) < 0.89
    assert 0.90 < np.mean(inside["others"]) < 0.94


def test_no_row_is_calibrated_by_its_own_half_of_the_dates(learned: Design) -> None:
    design, mean = shaken(learned, 1)
    forecast = CountDistribution.of(mean)
    whole = cross_calibrated(Calibration.fit, forecast, design)
    late = design.as_of >= np.unique(design.as_of)[8]
    other = cross_calibrated(Calibration.fit, forecast, replace(design, y=np.where(late, 3 * design.y, design.y)))
    assert np.array_equal(other.mean[late], whole.mean[late])
    assert not np.isclose(other.mean[~late], whole.mean[~late]).any()
    one_date = design.take(design.as_of == design.as_of.min())
    alone = CountDistribution.of(mean[: len(one_date)])
    found = cross_calibrated(Calibration.fit, alone, one_date)
    assert np.array_equal(found.mean, Calibration.fit(alone, one_date.y).apply(alone).mean)


@pytest.mark.parametrize("far", [1e2, 1e4, 1e8])
def test_a_forecast_that_is_far_off_in_a_few_rows_is_calibrated_as_far_as_possible(far: float) -> None:
    mean = np.append(np.geomspace(1e-4, 1.0, 2000), np.full(5, far))
    y = np.append(np.random.default_rng(4).poisson(mean[:2000]), np.zeros(5, dtype=int))
    found = Calibration.fit(CountDistribution.of(mean), y)
    assert 0.5 <= found.slope <= 1.5
    assert found.apply(CountDistribution.of(mean)).mean.sum() == pytest.approx(y.sum(), rel=1e-6)


def turned(learned: Design, horizon: int, change: float) -> Design:
    """Return counts of a thousand in each row, which change by a factor in the last fifth of the dates."""
    last = learned.as_of >= hold_out_begin(learned.as_of)
    y = np.random.default_rng(8).poisson(np.where(last, 1000 * change, 1000.0)).astype(np.int32)
    return replace(learned, y=y, target=replace(TARGET, horizon=horizon))


def thousand(given: Persistence, *_: Any, **__: Any) -> FittedPersistence:
    """Return a fit that forecasts a thousand events in each row."""
    return FittedPersistence(settings=given, dispersion=0.0, name="theft_count_14d", share=0.0, least=1000.0)


@pytest.mark.parametrize("change", [1.0, 0.5, 1.8])
@pytest.mark.parametrize(("horizon", "blocks"), [(7, 11), (14, 6), (70, 2), (140, 1.5)])
def test_a_level_learned_on_few_blocks_leaves_what_it_was_off_by(
    learned: Design, monkeypatch: pytest.MonkeyPatch, horizon: int, blocks: float, change: float
) -> None:
    """Without it, counts 91 days ahead were forecast as surely as a Poisson count after the season had turned."""
    monkeypatch.setattr(Persistence, "fit", thousand)
    found = fit_calibrated(Persistence(), Fold(turned(learned, horizon, change))).calibration
    assert found.dispersion == pytest.approx(2 * np.log(change) ** 2 / blocks, rel=0.02, abs=2e-4)
    forecast = found.apply(CountDistribution.of(np.full(1, 1000.0)))
    assert forecast.mean[0] == pytest.approx(1000 * change, rel=0.02), "the level is that of the last dates"


def test_a_fit_that_no_later_date_can_check_keeps_its_mean(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Persistence, "fit", thousand)
    design = turned(learned, 7, 1.0)
    few = design.take(design.as_of <= np.unique(design.as_of)[4])
    off = replace(few, y=few.y * 2, target=replace(TARGET, horizon=91))
    found = fit_calibrated(Persistence(), Fold(off)).calibration
    assert (found.intercept, found.slope) == (0.0, 1.0)
    assert found.dispersion == pytest.approx(2 * np.log(2) ** 2 / (1 + 28 / 91), rel=0.02)


@pytest.mark.parametrize(("cells", "horizon", "told"), [(30, 7, True), (30, 70, True), (3, 7, True), (3, 70, False)])
def test_a_few_places_on_overlapping_dates_tell_no_slope(
    learned: Design, monkeypatch: pytest.MonkeyPatch, cells: int, horizon: int, told: bool
) -> None:
    """Three cells and two horizons side by side gave a slope of 1.5, which held on these rows alone."""

    def counted(given: Persistence, *_: Any, **__: Any) -> FittedPersistence:
        return FittedPersistence(settings=given, dispersion=0.0, name="theft_count_14d", share=1.0, least=0.5)

    monkeypatch.setattr(Persistence, "fit", counted)
    few = learned.take(learned.cell < cells)
    mean = counted(Persistence()).predict(few).mean
    y = np.random.default_rng(4).poisson(20 * mean**1.3).astype(np.int32)
    found = fit_calibrated(Persistence(), Fold(replace(few, y=y, target=replace(TARGET, horizon=horizon)))).calibration
    assert found.slope == pytest.approx(1.3 if told else 1.0, abs=0.05 if told else 0.0)
