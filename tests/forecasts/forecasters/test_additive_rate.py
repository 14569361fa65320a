"""The sum of rates: known coefficients are recovered, the likelihood rises, missing figures are usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.asof.vocabulary import Decay, PlaceFigure, State
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import AdditiveRate, Forecaster
from riskmodel.forecasts.forecasters.additive.additive_rate import ADDITIVE_MEANINGS
from riskmodel.forecasts.forecasters.additive.coefficients import LARGEST_SWING, part_coefficients, season_coefficients
from tests.worlds.two_towns import TARGET

Maker = Callable[..., Forecaster]


def likelihood(y: np.ndarray, mean: np.ndarray) -> float:
    return float((y * np.log(mean) - mean).sum())


def test_the_coefficients_of_a_sum_are_recovered_and_those_of_noise_are_nearly_0() -> None:
    rng = np.random.default_rng(3)
    Z = rng.gamma(0.5, 2.0, (40_000, 4))
    season = np.exp(0.3 * rng.standard_normal(len(Z)))
    true = np.array([0.5, 0.2, 0.0, 0.1])
    y = rng.poisson(season * (Z @ true)).astype(float)
    found = np.full(4, 0.2)
    last = likelihood(y, season * (Z @ found))
    for _ in range(4):
        found = part_coefficients(y, Z, season, np.ones(len(Z)), found)
        now = likelihood(y, season * (Z @ found))
        assert now >= last - 1e-6
        last = now
    np.testing.assert_allclose(found, true, atol=0.02)
    assert (found >= 0).all()
    assert last >= likelihood(y, season * (Z @ true))


def test_the_season_is_that_of_a_poisson_regression_on_all_rows() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    as_of = np.tile(np.arange(0, 728, 14), 30)
    waves = [np.sin(2 * np.pi * as_of / 365.25), np.cos(2 * np.pi * as_of / 365.25)]
    mean = rng.gamma(1.0, 1.0, len(as_of))
    y = rng.poisson(mean * np.exp(0.4 * waves[0] - 0.2 * waves[1])).astype(float)
    X = sm.add_constant(np.stack(waves, axis=1))
    slow = sm.GLM(y, X, family=sm.families.Poisson(), offset=np.log(mean)).fit().params[1:]
    np.testing.assert_allclose(season_coefficients(y, mean, waves, as_of), slow, rtol=1e-6)
    assert season_coefficients(y[:3], mean[:3], [wave[:3] for wave in waves], as_of[:3]) == (0.0, 0.0)  # too few dates


@pytest.mark.parametrize("events", [3, 25, 300])
def test_a_season_of_a_few_events_or_of_one_burst_has_a_limited_swing(events: int) -> None:
    as_of = np.tile(7 * np.arange(53), 24)
    waves = [wave(2 * np.pi * order * as_of / 365.2425) for order in (1, 2) for wave in (np.sin, np.cos)]
    rng = np.random.default_rng(1)
    mean = np.full(len(as_of), events / len(as_of))
    burst = np.where((as_of > 100) & (as_of < 150), rng.poisson(7 * mean), 0).astype(float)
    found = season_coefficients(burst, mean, waves, as_of)
    factor = sum(b * wave for b, wave in zip(found, waves, strict=True))
    assert np.abs(factor).max() <= LARGEST_SWING + 1e-12
    assert abs(int(as_of[np.argmax(factor)]) - 125) < 40, "it still points to the burst"


def test_it_asks_for_rates_of_each_kind_half_life_and_scope_and_for_states_and_exposures() -> None:
    made = AdditiveRate((["noise", "stop"],), (["noise"],), ("households",), (30,), ("cell", "town"), 0)
    names = {feature.name for feature in made.needs(TARGET)}
    for kinds in (("theft",), ("noise", "stop")):
        assert {Decay(kinds, 30).name, Decay(kinds, 30, "town").name} <= names
    assert {State(("noise",)).name, PlaceFigure("households").name} <= names
    assert len(names) == 10


def test_a_missing_figure_counts_as_usual(learned: Design, ahead: Design, forecasters: Maker) -> None:
    fitted = forecasters("AdditiveRate").fit(learned)
    X = np.array(ahead.X, order="F")
    for name in fitted.explain(ahead).names:
        if name not in ADDITIVE_MEANINGS:
            X[:, ahead.position(name)] = np.nan
    blind = replace(ahead, X=X)
    parts = fitted.explain(blind)
    for name, column in zip(parts.names, parts.values.T, strict=True):
        assert name in ADDITIVE_MEANINGS or np.abs(column).max() < 1e-12
    assert np.isfinite(fitted.predict(blind).mean).all()


def test_forecasts_and_events_add_up_to_the_same(learned: Design, forecasters: Maker) -> None:
    fitted = forecasters("AdditiveRate").fit(learned)
    assert fitted.predict(learned).mean.sum() == pytest.approx(learned.y.sum(), rel=1e-3)


def test_faulty_settings_are_refused() -> None:
    with pytest.raises(UsageError, match=r"'signals' parameter of AdditiveRate must be a list of lists of kinds"):
        AdditiveRate(signals=("noise",))
    with pytest.raises(UsageError, match=r"The precursor of AdditiveRate lacks effort, exposure. It needs kinds"):
        AdditiveRate(precursor={"kinds": ["noise"]})
    with pytest.raises(UsageError, match=r"There is no setting of a precursor named 'efort'"):
        AdditiveRate(precursor={"kinds": ["noise"], "efort": ["stop"], "exposure": "households"})
    with pytest.raises(UsageError, match=r"'half_lives' parameter of AdditiveRate must be one or more"):
        AdditiveRate(half_lives=())
    with pytest.raises(UsageError, match=r"'harmonics' parameter of AdditiveRate must be 0 or more"):
        AdditiveRate(harmonics=-1)
