"""Rankings against loops, all orders of tied rows, and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, Cuts, ForecastEvaluation, hit_curve
from riskmodel.forecasts.evaluation.metrics.precision_curve import PrecisionCurve
from riskmodel.forecasts.evaluation.metrics.rankings import Ranking
from tests.forecasts.evaluation import oracles

few = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.1, 0.5, 1.0])), min_size=1, max_size=6)
rows = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.5, 1.0, 2.5]), st.integers(0, 3), st.integers(-1, 2)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=80, deadline=None)
@given(few, st.integers(0, 7))
def test_ties_count_as_in_the_mean_over_all_orders(found: list[tuple[int, float]], budget: int) -> None:
    y, score = (list(column) for column in zip(*found, strict=True))
    one = np.zeros(len(y), dtype=int)
    (got,) = Ranking.of(one, 1, np.array(score), np.ones(len(y))).within_budget(np.array([budget]), np.array(y))
    assert got[0] == pytest.approx(oracles.caught_in_every_order(score, y, budget))


@settings(max_examples=100, deadline=None)
@given(rows, st.floats(0.01, 1.0))
def test_every_block_is_ranked_separately(found: list[tuple[int, float, int, int]], share: float) -> None:
    y, score, unit, block = (np.array(column) for column in zip(*found, strict=True))
    unit = unit + 1.0
    budget = share * np.array([unit[block == b].sum() for b in range(3)])
    got = Ranking.of(block, 3, score, unit).within_budget(budget, y, unit)
    for b in range(3):
        here = block == b
        args = (score[here].tolist(), unit[here].tolist())
        expected = oracles.caught_by_area(*args, y[here].tolist(), budget[b]) if here.any() else 0.0
        assert got[0][b] == pytest.approx(expected, abs=1e-9)
        assert got[1][b] == pytest.approx(budget[b], abs=1e-9)


def test_results_do_not_depend_on_the_order_of_cells() -> None:
    rng = np.random.default_rng(4)
    n = 400
    y, mean, as_of = rng.poisson(0.4, n), rng.choice([0.1, 0.2, 0.4, 0.9], n), rng.integers(0, 5, n)
    centre, area = rng.integers(0, 3, n).astype(np.int32), rng.choice([1.0, 2.0, 3.5], n)
    mixed = rng.permutation(n)
    for cells in (None, 7):
        cuts = Cuts(centre, np.array([3.0, 5.0, 2.0]), area, cells=cells, share=0.1)
        one = ForecastEvaluation(y, CountDistribution.of(mean), as_of, cuts)
        other = ForecastEvaluation(y[mixed], CountDistribution.of(mean[mixed]), as_of[mixed], cuts.take(mixed))
        for name, metric in METRIC_TABLE.items():
            if name != "top_decile":
                assert metric.compute(other) == pytest.approx(metric.compute(one), rel=1e-12), name


def slow_capacity(
    evaluation: ForecastEvaluation, y: np.ndarray, mean: np.ndarray, as_of: np.ndarray, cuts: Cuts
) -> dict[str, float]:
    listed = hits = events = 0.0
    for day in np.unique(as_of):
        for centre, capacity in enumerate(cuts.capacity):
            here = (as_of == day) & (cuts.centre == centre)
            args = (mean[here].tolist(), [1.0] * int(here.sum()))
            listed += oracles.caught_by_area(*args, [1.0] * int(here.sum()), capacity) if here.any() else 0
            hits += oracles.caught_by_area(*args, (y[here] > 0).tolist(), capacity) if here.any() else 0
            events += oracles.caught_by_area(*args, y[here].tolist(), capacity) if here.any() else 0
    return {
        "precision_at_capacity": hits / listed,
        "recall_at_capacity": hits / (y > 0).sum(),
        "hit_rate_at_capacity": events / y.sum(),
    }


def test_lists_are_cut_at_each_centre_s_capacity() -> None:
    rng = np.random.default_rng(8)
    n = 240
    mean = np.round(rng.gamma(0.8, 1.0, n), 1) + 0.1
    y, as_of = rng.poisson(mean), np.repeat(np.arange(6), 40)
    cuts = Cuts(rng.integers(-1, 3, n).astype(np.int32), np.array([3.0, 5.0, 40.0]), np.ones(n))
    evaluation = ForecastEvaluation(y, CountDistribution.of(mean), as_of, cuts)
    for name, value in slow_capacity(evaluation, y, mean, as_of, cuts).items():
        assert METRIC_TABLE[name].compute(evaluation) == pytest.approx(value), name
    # a centre with fewer places than its capacity lists them all; a row without a centre is never listed
    everything = ForecastEvaluation(
        y, CountDistribution.of(mean), as_of, Cuts(np.zeros(n, np.int32), np.array([99.0]), np.ones(n))
    )
    assert METRIC_TABLE["hit_rate_at_capacity"].compute(everything) == 1.0
    nowhere = ForecastEvaluation(
        y, CountDistribution.of(mean), as_of, Cuts(np.full(n, -1, np.int32), np.array([9.0]), np.ones(n))
    )
    assert METRIC_TABLE["hit_rate_at_capacity"].compute(nowhere) == 0.0
    assert math.isnan(METRIC_TABLE["precision_at_capacity"].compute(nowhere))


def test_pai_and_pei_by_hand() -> None:
    """Two dates of four cells; the best one is chosen on each: 3 of 5 events on a quarter of the area, where 4 were possible."""
    y = np.array([3, 1, 0, 0, 0, 0, 1, 0])
    mean = np.array([2.0, 1.0, 0.5, 0.1, 1.0, 0.5, 0.4, 0.2])
    as_of = np.repeat([0, 7], 4)
    one = ForecastEvaluation(y, CountDistribution.of(mean), as_of, Cuts.plain(8, cells=1))
    assert METRIC_TABLE["pai"].compute(one) == pytest.approx((3 / 5) / (2 / 8))
    assert METRIC_TABLE["pei"].compute(one) == pytest.approx(3 / 4)
    assert METRIC_TABLE["hit_rate_at_area"].compute(one) == pytest.approx(3 / 5)
    assert METRIC_TABLE["precision_at_area"].compute(one) == pytest.approx(1 / 2)
    assert METRIC_TABLE["recall_at_area"].compute(one) == pytest.approx(1 / 3)
    half = ForecastEvaluation(y, CountDistribution.of(mean), as_of, Cuts.plain(8, share=0.5))
    assert METRIC_TABLE["pai"].compute(half) == pytest.approx((4 / 5) / 0.5)
    assert METRIC_TABLE["pei"].compute(half) == pytest.approx(4 / 5)


def test_cells_of_unequal_area_are_ranked_by_events_per_area() -> None:
    """A large cell with more events but fewer per area comes later; one that does not fit counts in part."""
    y, mean = np.array([6, 4, 0]), np.array([6.0, 4.0, 0.1])
    area = np.array([6.0, 1.0, 3.0])
    evaluation = ForecastEvaluation(
        y, CountDistribution.of(mean), np.zeros(3), Cuts(np.zeros(3, np.int32), np.ones(1), area, share=0.4)
    )
    caught_events = 4 + 6 * (3 / 6)
    assert METRIC_TABLE["hit_rate_at_area"].compute(evaluation) == pytest.approx(caught_events / 10)
    assert METRIC_TABLE["pai"].compute(evaluation) == pytest.approx((caught_events / 10) / 0.4)
    assert METRIC_TABLE["pei"].compute(evaluation) == pytest.approx(1.0)
    # by number of cells, it is the events that count, and the area is the one that was chosen
    one = ForecastEvaluation(y, CountDistribution.of(mean), np.zeros(3), Cuts(np.zeros(3, np.int32), np.ones(1), area, cells=1))
    assert METRIC_TABLE["pai"].compute(one) == pytest.approx((6 / 10) / (6 / 10))


def test_a_constant_forecast_scores_like_a_random_order() -> None:
    rng = np.random.default_rng(3)
    y = rng.poisson(0.3, 500)
    evaluation = ForecastEvaluation(
        y, CountDistribution.of(np.full(500, 0.3)), np.repeat(np.arange(5), 100), Cuts.plain(500, capacity=10, share=0.2)
    )
    assert METRIC_TABLE["pai"].compute(evaluation) == pytest.approx(1.0)
    assert METRIC_TABLE["hit_rate_at_area"].compute(evaluation) == pytest.approx(0.2)
    assert METRIC_TABLE["precision_at_capacity"].compute(evaluation) == pytest.approx((y > 0).mean())
    assert METRIC_TABLE["average_precision"].compute(evaluation) == pytest.approx((y > 0).mean())


def test_an_area_must_be_above_zero() -> None:
    with pytest.raises(UsageError, match=r"'area' parameter of Cuts must be above 0 .* Got 0.0"):
        Cuts(np.zeros(2, np.int32), np.ones(1), np.array([1.0, 0.0]))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.3, 0.5])), min_size=1, max_size=40),
    st.floats(0.05, 1.0),
)
def test_precision_equals_scikit_learn_and_a_loop(found: list[tuple[bool, float]], recall: float) -> None:
    hit, score = (list(column) for column in zip(*found, strict=True))
    made = PrecisionCurve(np.array(score), np.array(hit))
    if not any(hit):
        assert math.isnan(made.average())
        assert math.isnan(made.at_recall(recall))
        return
    assert made.average() == pytest.approx(average_precision_score(hit, score))
    assert made.at_recall(recall) == pytest.approx(oracles.precision_at_recall(score, hit, recall))


def test_weights_stand_for_repeated_rows() -> None:
    rng = np.random.default_rng(6)
    hit, score, times = rng.random(50) < 0.3, rng.choice([0.1, 0.4, 0.8], 50), rng.integers(0, 4, 50)
    weighted, repeated = PrecisionCurve(score, hit), PrecisionCurve(np.repeat(score, times), np.repeat(hit, times))
    assert weighted.average(times.astype(float)) == pytest.approx(repeated.average())
    assert weighted.at_recall(0.6, times.astype(float)) == pytest.approx(repeated.at_recall(0.6))


def test_the_hit_curve_rises_to_one() -> None:
    rng = np.random.default_rng(2)
    mean = rng.gamma(0.5, 2.0, 300)
    y, at = rng.poisson(mean), np.repeat(np.arange(3), 100)
    shares = np.array([0.0, 0.05, 0.2, 1.0])
    found = hit_curve(at, mean, y, shares)
    assert found[0] == 0
    assert found[-1] == pytest.approx(1.0)
    assert np.all(np.diff(found) > 0)
    evaluation = ForecastEvaluation(y, CountDistribution.of(mean), at, Cuts.plain(300, share=0.05))
    assert found[1] == pytest.approx(METRIC_TABLE["hit_rate_at_area"].compute(evaluation))


def slow_top_decile(y: list[int], mean: list[float], as_of: list[int]) -> float:
    found = total = 0
    for day in sorted(set(as_of)):
        here = [i for i in range(len(y)) if as_of[i] == day]
        k = math.ceil(len(here) / 10)
        true = {i for i in sorted(here, key=lambda i: (-y[i], i))[:k] if y[i] > 0}
        found += len(true & set(sorted(here, key=lambda i: (-mean[i], i))[:k]))
        total += len(true)
    return found / total if total else float("nan")


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 45).flatmap(
        lambda count: st.lists(
            st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.5, 1.0, 2.5]), st.integers(0, 1)), min_size=count, max_size=count
        )
    )
)
def test_the_top_decile_equals_a_plain_loop(found: list[tuple[int, float, int]]) -> None:
    """On up to 45 rows a day: of fewer than eleven the decile is one place, however it is rounded."""
    y, mean, as_of = (list(column) for column in zip(*found, strict=True))
    evaluation = ForecastEvaluation(np.array(y), CountDistribution.of(np.array(mean)), np.array(as_of))
    got = METRIC_TABLE["top_decile"].compute(evaluation)
    assert got == pytest.approx(slow_top_decile(y, mean, as_of), nan_ok=True)


def test_the_top_decile_of_fifteen_places_has_two() -> None:
    y, mean = np.array([3, 2, *[0] * 13]), np.array([0.5, 2.5, 1.0, *[0.1] * 12])
    evaluation = ForecastEvaluation(y, CountDistribution.of(mean), np.zeros(15, dtype=int))
    assert METRIC_TABLE["top_decile"].compute(evaluation) == 0.5
