"""A calibrated refit is compared with its last dates: levels are corrected, explosions and worse-than-flat forecasts fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import DecayedRate, FittedForecaster, Persistence
from riskmodel.forecasts.forecasters.fit_notes import (
    BEYOND_SEEN,
    LAST_DATES_FAILED,
    LEVEL_CORRECTED,
    LEVEL_HALVED,
    UNCHECKED,
    FitNote,
)
from riskmodel.forecasts.forecasters.persistence import FittedPersistence
from riskmodel.forecasts.level_ratio import level_of
from riskmodel.forecasts.refit_check import (
    LEVEL_FACTOR,
    LastDates,
    MostSeen,
    beyond,
    beyond_seen,
    check_refit,
    most_seen,
)
from tests.in_memory import matrix
from tests.worlds.two_towns import TARGET

RATE = DecayedRate(half_lives=(30, 120), over="town", exposure="households")


def last_dates(rows: Design, mean: np.ndarray, **changed: Any) -> LastDates:
    found = LastDates(
        "DecayedRate", rows, CountDistribution.of(mean, 0.1), None, float(rows.y.max()), MostSeen(200.0), stands=False
    )
    return replace(found, **changed)


@pytest.fixture(scope="module")
def rows(learned: Design) -> tuple[Design, np.ndarray]:
    """Rows of a year whose counts are drawn from known means."""
    rng = np.random.default_rng(5)
    mean = rng.gamma(1.0, 1.0, len(learned)) + 0.05
    return replace(learned, y=rng.poisson(mean).astype(np.int32)), mean


@pytest.mark.parametrize("factor", [0.3, 1 / 1.5, 1.5, 3.0])
def test_a_level_that_is_off_is_corrected_and_named(rows: tuple[Design, np.ndarray], factor: float) -> None:
    design, mean = rows
    shift, notes = check_refit(last_dates(design, factor * mean))
    assert shift == pytest.approx(-np.log(factor), abs=0.05)
    assert [note.code for note in notes] == [LEVEL_CORRECTED]
    assert f"{factor * mean.sum() / design.y.sum():.2f} times" in notes[0].text.en
    assert not notes[0].failed
    stays, notes = check_refit(last_dates(design, factor * mean, stands=True))
    assert stays == 0.0
    assert "stays as the experiment states" in notes[0].text.en


@pytest.mark.parametrize(("factor", "left"), [(0.5, 0.5**0.5), (1.6, 1.6**0.5), (9.0, 3**0.5), (1 / 16, 3**-0.5)])
def test_one_date_corrects_a_level_half_of_the_way(rows: tuple[Design, np.ndarray], factor: float, left: float) -> None:
    """A year ahead, one date said .74 of the events, was followed in full, and forecasts became 1.49 of what then came."""
    design, mean = rows
    one = design.as_of == design.as_of.min()
    y = 50 * design.y[one]
    even = factor * y.sum() * mean[one] / mean[one].sum()
    shift, notes = check_refit(last_dates(replace(design.take(one), y=y), even, most=MostSeen(1e6, 0)))
    assert factor * np.exp(shift) == pytest.approx(left, rel=1e-3)
    assert notes[0].code == LEVEL_HALVED
    assert "corrected half of the way" in notes[0].text.en
    assert "只修正了一半" in notes[0].text.zh


def test_dates_whose_horizons_overlap_are_as_few_as_their_blocks(rows: tuple[Design, np.ndarray]) -> None:
    """Twelve weekly dates 28 days ahead were taken for twelve separate ones."""
    design, mean = rows
    twelve = design.as_of < np.unique(design.as_of)[12]
    last = design.take(twelve)
    even = 1.2 * last.y.sum() * mean[twelve] / mean[twelve].sum()
    off, less = (check_refit(last_dates(replace(last, target=replace(TARGET, horizon=days)), even)).shift for days in (7, 28))
    assert off < less < 0, "less certain, less of it is followed"
    weekly, overlapping = (level_of(last.as_of, last.y, even, days) for days in (7, 28))
    assert (weekly.blocks, overlapping.blocks) == (12, 3.75)
    assert overlapping.error == pytest.approx(weekly.error * np.sqrt(12 / 3.75))


@pytest.mark.parametrize("factor", [1.0, 1.1, 0.9])
def test_a_level_within_bounds_is_followed_as_far_as_dates_agree(rows: tuple[Design, np.ndarray], factor: float) -> None:
    design, mean = rows
    shift, notes = check_refit(last_dates(design, factor * mean))
    off = float(np.log(factor * mean.sum() / design.y.sum()))
    level = level_of(design.as_of, design.y, factor * mean, TARGET.horizon)
    assert level.blocks == 27, "53 weekly dates of a fortnight each"
    error = level.error * np.sqrt(27 / 26)
    assert shift == pytest.approx(-off * off**2 / (off**2 + error**2))
    assert 0 < abs(shift) < abs(off)
    assert notes == ()
    assert check_refit(last_dates(design, factor * mean, stands=True)).shift == 0.0


def test_a_level_that_dates_do_not_agree_on_stays(rows: tuple[Design, np.ndarray]) -> None:
    """Eight events where five were expected are no shift."""
    design, mean = rows
    few = design.take(design.as_of == design.as_of.min())
    y = np.zeros(len(few), dtype=np.int32)
    y[:8] = 5
    even = np.full(len(few), 25.0 / len(few))
    assert level_of(few.as_of, y, even, TARGET.horizon).ratio == pytest.approx(0.625)
    assert check_refit(last_dates(replace(few, y=y), even)).shift == 0.0


def test_a_burst_on_the_last_dates_is_no_level(rows: tuple[Design, np.ndarray]) -> None:
    design, mean = rows
    y = design.y.copy()
    y[design.as_of == np.unique(design.as_of)[30]] += 400
    assert level_of(design.as_of, y, mean, TARGET.horizon).ratio == pytest.approx(1.0, abs=0.1)
    assert abs(check_refit(last_dates(replace(design, y=y), mean)).shift) < 0.02


def test_a_forecast_worse_than_one_rate_for_all_fails(rows: tuple[Design, np.ndarray]) -> None:
    design, mean = rows
    wrong = np.random.default_rng(1).permutation(mean) ** 3
    shift, notes = check_refit(last_dates(design, wrong))
    failed = [note for note in notes if note.failed]
    assert [note.code for note in failed] == [LAST_DATES_FAILED]
    assert "is worse than that of one rate for all places" in failed[0].text.en
    assert "劣于" in failed[0].text.zh


@pytest.mark.parametrize(("top", "failed"), [(10.0, []), (1e3, [BEYOND_SEEN]), (1e6, [BEYOND_SEEN, BEYOND_SEEN])])
def test_newest_rows_beyond_what_was_seen_fail(rows: tuple[Design, np.ndarray], top: float, failed: list[str]) -> None:
    design, mean = rows
    newest = design.take(design.as_of == design.as_of.max())
    ahead = np.full(len(newest), 0.5)
    ahead[2] = top
    found = last_dates(design, mean, newest=(newest, CountDistribution.of(ahead)), most=MostSeen(500.0))
    notes = check_refit(found).notes
    assert [note.code for note in notes] == failed
    assert all(note.failed for note in notes)


@pytest.mark.parametrize(("factor", "failed"), [(1.0, False), (4.9, False), (5.1, True), (50.0, True)])
def test_more_places_have_more_events_without_any_divergence(factor: float, failed: bool) -> None:
    """A model of a county of 100 places forecasts a province of 10,000; the bound holds for each as many places."""
    seen = MostSeen(200.0, 100)
    as_of = np.repeat(np.array([1, 2], dtype=np.int32), [10_000, 100])
    mean = np.where(as_of == 1, 2.0 * factor, 2.0)
    note = beyond_seen("Blend", as_of, mean, seen)
    assert (note is not None) is failed
    if note is not None:
        assert "where at most 200 were seen at 100 places; there are now 10,000" in str(note)
        assert "训练期100个地点最多只有200起，现有10000个地点" in note.text.zh


def test_fewer_places_have_a_bound_of_their_own() -> None:
    as_of = np.zeros(50, dtype=np.int32)
    assert beyond_seen("Blend", as_of, np.full(50, 9.9), MostSeen(200.0, 100)) is None
    assert beyond_seen("Blend", as_of, np.full(50, 10.1), MostSeen(200.0, 100)) is not None
    assert beyond_seen("Blend", as_of, np.full(50, 10.1), MostSeen(200.0)) is None


def test_nothing_seen_is_not_unknown() -> None:
    as_of = np.zeros(50, dtype=np.int32)
    assert beyond_seen("Blend", as_of, np.full(50, 2.1), MostSeen(0.0, 50)) is not None
    assert beyond_seen("Blend", as_of, np.full(50, 1.9), MostSeen(0.0, 50)) is None
    assert beyond_seen("Blend", as_of, np.full(50, 2.1), MostSeen()) is None


def test_the_most_seen_is_that_of_one_date(rows: tuple[Design, np.ndarray]) -> None:
    design, _ = rows
    totals = {
        day: (float(design.y[design.as_of == day].sum()), int((design.as_of == day).sum())) for day in np.unique(design.as_of)
    }
    assert most_seen(design) == max(totals.values())


def test_a_binary_level_is_that_of_probabilities(rows: tuple[Design, np.ndarray]) -> None:
    design, mean = rows
    binary = replace(design, y=np.minimum(design.y, 1), target=Target(("theft",), 14, at_least_one=True))
    shift, notes = check_refit(last_dates(binary, 0.3 * mean))
    assert shift == pytest.approx(-np.log(0.3), abs=0.1)
    assert [note.code for note in notes] == [LEVEL_CORRECTED]


def test_a_burst_at_a_cut_over_does_not_pull_every_forecast_down(learned: Design) -> None:
    """Calibration of the early fit, which had the burst in its rates, was applied to a refit that had forgotten it.

    The date is no longer learned from, so there is no level to correct either.
    """
    burst = replace(learned, y=learned.y + np.where(learned.as_of == np.unique(learned.as_of)[30], 60, 0).astype(np.int32))
    fitted, calibration, _, notes = fit_calibrated(RATE, Fold(burst))
    last = burst.take(burst.as_of >= np.unique(burst.as_of)[-10])
    forecast = calibration.apply(fitted.predict(last)).mean
    ratio = forecast.sum() / last.y.sum()
    assert 1 / LEVEL_FACTOR < ratio < LEVEL_FACTOR
    assert LEVEL_CORRECTED not in {note.code for note in notes}
    without = fit_calibrated(RATE, Fold(learned.take(learned.as_of != np.unique(learned.as_of)[30])))
    np.testing.assert_allclose(forecast, without.calibration.apply(without.forecaster.predict(last)).mean)


def test_a_refit_that_explodes_fails(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(
        self: Persistence,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedPersistence:
        return FittedPersistence(settings=self, dispersion=0.0, name="theft_count_14d", share=2000.0, least=0.5)

    monkeypatch.setattr(Persistence, "fit", fit)
    newest = learned.take(learned.as_of == learned.as_of.max())
    wild = replace(newest, X=np.asfortranarray(np.full(matrix(newest).shape, 1e5, dtype=np.float32)))
    notes = fit_calibrated(Persistence(), Fold(learned, 1, wild)).notes
    assert any(note.failed for note in notes)


def test_too_few_dates_to_check_are_said(learned: Design) -> None:
    one_date = learned.take(learned.as_of == learned.as_of.min())
    notes = fit_calibrated(RATE, Fold(one_date)).notes
    assert [note.code for note in notes] == [UNCHECKED]
    assert not notes[0].failed


def test_a_usual_fit_has_no_notes(learned: Design) -> None:
    level = replace(learned, y=np.random.default_rng(3).poisson(1 + learned.cell % 3).astype(np.int32))
    newest = level.take(level.as_of == level.as_of.max())
    assert fit_calibrated(RATE, Fold(level, 1, newest)).notes == ()


def test_a_note_is_data() -> None:
    note = beyond("Blend", 81.5, MostSeen(3.0))
    assert FitNote.from_json(note.to_json()) == note
    assert str(note) == "Blend: it forecasts 81.5 events on the newest date, where at most 3 were seen."


@pytest.mark.parametrize("events", [1, 19])
def test_a_level_far_above_few_events_is_named(rows: tuple[Design, np.ndarray], events: int) -> None:
    design, _ = rows
    y = np.zeros(len(design), dtype=np.int32)
    y[np.linspace(0, len(y) - 1, events).astype(int)] = 1
    _, notes = check_refit(last_dates(replace(design, y=y), np.full(len(y), 400.0 / len(y)), stands=True))
    assert LEVEL_CORRECTED in [note.code for note in notes]
