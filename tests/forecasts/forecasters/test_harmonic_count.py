"""Poisson regression recovers the coefficients that generated the counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import HarmonicCount
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
    draws = [np.random.default_rng(seed).poisson(3 * np.exp(eta)) for seed in range(4)]
    found = np.array(
        [HarmonicCount((120,), 1, "town", "households").fit(replace(rows, y=y.astype(np.int32))).coefficients for y in draws]
    )
    wanted[0] += np.log(3)
    np.testing.assert_allclose(found.mean(axis=0), wanted, atol=0.06)


def test_the_fit_is_that_of_maximum_likelihood(rows: Design) -> None:
    """At the optimum of a Poisson likelihood with log link the residuals are orthogonal to every regressor."""
    fitted = HarmonicCount((120,), 1, "town", "households").fit(rows)
    residual = rows.y - fitted.predict(rows).mean
    for _, values in fitted.regressors(rows):
        assert abs(residual @ values) < 1e-4 * (np.abs(residual) @ np.abs(values))


def test_the_threads_of_linear_algebra_change_no_bit(town: History) -> None:
    """From some 50,000 rows on, the products in statsmodels have other bits with each number of threads."""
    from threadpoolctl import threadpool_limits

    stated = HarmonicCount((14, 30, 120), 2, "town", signals=(("noise",),), near=True)
    few = design(town, day_range("2021-06-01", "2022-06-01", 7), stated.needs(TARGET), TARGET)
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
    residual = rows.y - fitted.predict(rows).mean
    for _, values in fitted.regressors(rows):
        assert abs(residual @ values) < 1e-4 * (np.abs(residual) @ np.abs(values))
    with pytest.raises(UsageError, match=r"'signals' parameter of HarmonicCount must be a list of lists of kinds"):
        HarmonicCount(signals=("noise",))
