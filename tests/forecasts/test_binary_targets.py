"""Binary targets: trees, blends, calibration and backtests that give probabilities."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.counts import any_event
from riskmodel.counts.distribution import BERNOULLI, CountDistribution, probability
from riskmodel.counts.outcome import AnyEvent
from riskmodel.counts.row_scores import log_score
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.calibration import Calibration, fit_calibrated
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import BoostedCount, FittedForecaster, Forecaster, lightgbm_trees
from riskmodel.forecasts.forecasters.blend_weights import PoolRows, fit_pool
from riskmodel.forecasts.forecasters.boosted_count import FittedBoostedCount
from riskmodel.forecasts.forecasters.training_rows import hold_out_begin
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES, TARGET

Maker = Callable[..., Forecaster]
ANY = Target(TARGET.kinds, TARGET.horizon, at_least_one=True)


@pytest.fixture(scope="module")
def seen(learned: Design, town: History) -> Design:
    return learned.labelled(town, ANY)


@pytest.fixture(scope="module")
def later(ahead: Design, town: History) -> Design:
    return ahead.labelled(town, ANY)


def test_a_split_is_the_best_of_all_and_a_leaf_one_step_of_newton(seen: Design) -> None:
    """One tree of two leaves against all splits of all columns, tried in loops."""
    l2, rows = 3.0, 40
    names = [feature.name for feature in FEATURES]
    made = BoostedCount(
        tuple(names), trees=1, learning_rate=1.0, leaves=2, rows_a_leaf=rows, l2=l2, feature_share=1.0, rising=False,
        half_lives=(120,), over="town", exposure="households",
    ).fit(seen)  # fmt: skip
    start = np.log(made.rate.predict(seen).mean)
    g = [-(math.exp(e) / math.expm1(math.exp(e)) if y else -math.exp(e)) for y, e in zip(seen.y, start, strict=True)]
    h = [math.exp(2 * e) / math.expm1(math.exp(e)) for e in start]

    def worth(rows_in: np.ndarray) -> float:
        total = sum(g[i] for i in rows_in)
        return total**2 / (sum(h[i] for i in rows_in) + l2)

    best = (-1.0, "", 0.0)
    for name in made.names:
        values = seen.column(name)
        for cut in np.unique(values)[:-1]:
            left, right = np.flatnonzero(values <= cut), np.flatnonzero(values > cut)
            if min(len(left), len(right)) >= rows:
                best = max(best, (worth(left) + worth(right), name, float(cut)))
    found = np.unique(made.model.booster.predict(seen.columns(made.names), raw_score=True))
    assert len(found) == 2
    raw = made.model.booster.predict(seen.columns(made.names), raw_score=True)
    gained = sum(worth(np.flatnonzero(raw == value)) for value in found)
    # bins of 127 may leave out the very best cut
    assert best[0] * 0.98 <= gained <= best[0] * (1 + 1e-6)
    for value in found:
        inside = np.flatnonzero(raw == value)
        assert value == pytest.approx(-sum(g[i] for i in inside) / (sum(h[i] for i in inside) + l2), rel=1e-5)


@pytest.mark.parametrize("name", ["BoostedCount", "Blend"])
def test_trees_and_blends_keep_what_every_forecaster_keeps(name: str, seen: Design, later: Design, forecasters: Maker) -> None:
    one, other = (forecasters(name).fit(seen, threads=threads) for threads in (1, 2))
    form = json.loads(json.dumps(one.to_json(), allow_nan=False))
    assert json.dumps(other.to_json(), sort_keys=True) == json.dumps(form, sort_keys=True)
    again = FittedForecaster.from_json(form)
    assert again.to_json() == form
    forecast = one.predict(later)
    assert again.predict(later).mean.tobytes() == forecast.mean.tobytes()
    assert (forecast.dispersion == 0).all()
    found = one.explain(later)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), np.log(forecast.mean), rtol=1e-6, atol=1e-6)


def test_more_of_its_own_never_lowers_the_probability(seen: Design, later: Design, forecasters: Maker) -> None:
    made = forecasters("BoostedCount", trees=40).fit(seen)
    before = np.zeros(len(later))
    for value in (0, 1, 2, 3, 5, 8, 20):
        X = np.asfortranarray(np.asarray(later.X).copy())
        X[:, later.position("theft_count_28d")] = value
        assert isinstance(made, FittedBoostedCount)
        after = made.model.booster.predict(replace(later, X=X).columns(made.names), raw_score=True)
        assert value == 0 or (after >= before).all()
        before = after


def test_the_validation_rows_choose_the_number_of_trees(seen: Design, later: Design, forecasters: Maker) -> None:
    made = forecasters("BoostedCount", trees=200, learning_rate=0.5)
    made = made.fit(seen, later)
    assert isinstance(made, FittedBoostedCount)
    assert 1 <= made.trees < 200
    scores = []
    for trees in range(1, made.trees + 10):
        raw = made.model.booster.predict(later.columns(made.names), raw_score=True, num_iteration=min(trees, made.trees))
        eta = raw + np.log(made.rate.predict(later).mean)
        # trees cannot know the level of later rows, which calibration corrects: they are compared at that level
        scores.append(any_event.log_likelihood(later.y, eta + any_event.level(later.y, eta)).mean())
    assert int(np.argmax(scores)) + 1 == made.trees


def test_rows_that_were_drawn_weigh_what_they_stand_for() -> None:
    class Rows:
        def get_label(self) -> Any:
            return np.array([0.0, 1.0])

        def get_weight(self) -> Any:
            return np.array([1.0, 3.0])

    eta, objective = np.array([0.1, -0.4]), lightgbm_trees.objective(AnyEvent())
    assert callable(objective)
    gradient, hessian = objective(eta, Rows())
    np.testing.assert_allclose(gradient, -any_event.slope([0, 1], eta) * [1, 3])
    np.testing.assert_allclose(hessian, any_event.curvature(eta) * [1, 3])


def test_probabilities_add_up_to_the_rows_with_an_event_and_those_of_a_count_do_not(seen: Design, forecasters: Maker) -> None:
    """Trees for counts take the share of rows with an event as the mean, so their probabilities are too low."""
    as_counts = forecasters("BoostedCount", trees=100).fit(replace(seen, target=TARGET)).predict(seen)
    as_probabilities = forecasters("BoostedCount", trees=100).fit(seen).predict(seen)
    share = seen.y.mean()
    assert 0.2 < share < 0.8
    assert probability(as_probabilities.mean, as_probabilities.dispersion).mean() == pytest.approx(share, abs=0.01)
    assert probability(as_counts.mean, as_counts.dispersion).mean() < share - 0.05
    scores = [log_score(seen.y, any_event.as_binary(one)).mean() for one in (as_counts, as_probabilities)]
    assert scores[1] < scores[0] - 0.01


@pytest.mark.parametrize(("intercept", "slope"), [(0.0, 1.0), (0.5, 1.0), (-0.7, 0.8), (0.2, 1.3)])
def test_calibration_finds_a_known_fault_of_probabilities(intercept: float, slope: float) -> None:
    rng = np.random.default_rng(21)
    mean = rng.gamma(0.8, 1.2, 60_000) + 1e-3
    y = (rng.poisson(mean) > 0).astype(int)
    wrong = CountDistribution.of(np.exp((np.log(mean) - intercept) / slope), 0.3)
    found = Calibration.fit(wrong, y, outcome=AnyEvent())
    assert found.slope == pytest.approx(slope, abs=0.04)
    assert found.intercept == pytest.approx(intercept, abs=0.04)
    right = found.apply(wrong)
    assert (right.dispersion == 0).all()
    assert probability(right.mean, right.dispersion).mean() == pytest.approx(y.mean(), abs=0.002)


def test_any_forecaster_is_calibrated_by_its_probabilities_on_later_dates(seen: Design, forecasters: Maker) -> None:
    fitted, calibration, _, _ = fit_calibrated(forecasters("DecayedRate"), Fold(seen))
    start = hold_out_begin(seen.as_of)
    late = seen.take(seen.as_of >= start)
    earlier = forecasters("DecayedRate").fit(seen.take(seen.as_of + ANY.horizon <= start)).predict(late)
    assert calibration.slope == Calibration.fit(earlier, late.y, outcome=AnyEvent()).slope
    right = calibration.apply(fitted.predict(late))  # the level is that of the fit that is used
    assert probability(right.mean, right.dispersion).sum() == pytest.approx(late.y.sum(), rel=0.05)


def test_weights_of_a_blend_are_those_of_the_best_probabilities() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.3, 1.0, 3_000)
    logs = [truth + rng.normal(0, noise, 3_000) for noise in (0.4, 0.7, 2.0)]
    y = (rng.poisson(np.exp(truth)) > 0).astype(float)
    weights, level, dispersion = fit_pool(PoolRows(y, logs, outcome=AnyEvent()))
    assert dispersion == 0.0
    assert weights.sum() == pytest.approx(1.0)

    def score(stated: Any, shift: float) -> float:
        eta = shift + sum(w * column for w, column in zip(stated, logs, strict=True))
        p = 1 - np.exp(-np.exp(np.minimum(eta, 3.5)))
        return float(np.where(y > 0, np.log(p), -np.exp(eta)).mean())

    found = score(weights, level)
    for a in range(0, 11, 2):
        for b in range(0, 11 - a, 2):
            assert found >= score((a / 10, b / 10, 1 - (a + b) / 10), level) - 1e-6
    assert found >= max(score(weights, level - 0.1), score(weights, level + 0.1))


def test_probabilities_of_a_blend_add_up_to_the_rows_with_an_event(seen: Design, forecasters: Maker) -> None:
    made = forecasters("Blend").fit(seen)
    forecast = made.predict(seen)
    assert probability(forecast.mean, forecast.dispersion).sum() == pytest.approx(seen.y.sum(), rel=1e-6)


@pytest.fixture(scope="module")
def result(town: History) -> BacktestResult:
    target = {"kinds": ["theft"], "horizon": TARGET.horizon, "at_least_one": True}
    return backtest(make_experiment(target=target, features=[one.name for one in FEATURES]), town, FEATURES)


def test_a_backtest_judges_probabilities(result: BacktestResult) -> None:
    assert set(np.unique(result.y)) == {0, 1}
    for name, forecast in result.forecasts.items():
        assert (forecast.dispersion == BERNOULLI).all()
        scores = result.row_scores(name)
        slow = [-math.log(p if y else 1 - p) for y, p in zip(result.y, forecast.mean, strict=True)]
        np.testing.assert_allclose(scores["log_score"], slow, rtol=1e-9)
        np.testing.assert_allclose(scores["brier"], (forecast.mean - result.y) ** 2)
        np.testing.assert_allclose(scores["crps"], scores["brier"])


def test_shown_units_hold_any_event_of_their_cells(result: BacktestResult) -> None:
    shown = result.published()
    assert len(shown) < len(result)
    assert shown.y.max() == 1
    forecast = shown.forecasts["decayed"]
    assert (forecast.dispersion == BERNOULLI).all()
    host = np.flatnonzero(shown.as_of == shown.as_of[0])
    cells = np.flatnonzero(result.as_of == shown.as_of[0])
    assert result.y[cells].sum() >= shown.y[host].sum()
    none = np.log1p(-result.forecasts["decayed"].mean[cells]).sum()
    assert np.log1p(-forecast.mean[host]).sum() == pytest.approx(none)
