"""Weights of a pool: against a fine grid, and what they need as evidence."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.counts.distribution import fit_dispersion, log_pmf
from riskmodel.forecasts.forecasters.blend_weights import PoolRows, chosen_pool, fit_pool


def score(y: np.ndarray, logs: list[np.ndarray], weights: Any, level: float) -> float:
    mean = np.exp(level + sum(w * column for w, column in zip(weights, logs, strict=True)))
    return float(log_pmf(y, mean, np.full(len(y), fit_dispersion(y, mean))).mean())


def test_weights_are_those_of_the_best_score() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.5, 0.7, 3000)
    logs = [truth + rng.normal(0, noise, 3000) for noise in (0.3, 0.5, 2.0)]
    y = rng.negative_binomial(2.0, 2.0 / (2.0 + np.exp(truth))).astype(float)
    weights, level, dispersion = fit_pool(PoolRows(y, logs))
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    assert weights[0] > weights[1] > weights[2]
    assert dispersion == pytest.approx(0.5, abs=0.15)
    best = max(
        score(y, logs, (a / 12, b / 12, 1 - (a + b) / 12), c)
        for a, b, c in itertools.product(range(13), range(13), (level - 0.1, level, level + 0.1))
        if a + b <= 12
    )
    assert score(y, logs, weights, level) >= best - 1e-6


def test_a_member_that_adds_nothing_gets_no_weight() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0.0, 1.0, 2000)
    y = rng.poisson(np.exp(truth)).astype(float)
    weights, level, dispersion = fit_pool(PoolRows(y, [truth, rng.normal(0.0, 1.0, 2000)]))
    assert weights.tolist() == [1.0, 0.0]
    assert level == pytest.approx(0.0, abs=0.05)
    assert dispersion < 0.05
    alone = fit_pool(PoolRows(y, [truth - 1.0]))
    assert alone[0].tolist() == [1.0]
    assert alone[1] == pytest.approx(1.0, abs=0.05)


def test_weights_of_an_average_are_those_of_the_best_score() -> None:
    """One member forecasts almost nothing for half the rows, which ruins a geometric mean."""
    rng = np.random.default_rng(5)
    truth = np.exp(rng.normal(0.0, 1.0, 4000))
    cautious = truth * np.exp(rng.normal(0, 0.8, 4000))
    bold = np.where(rng.random(4000) < 0.5, 1e-6, 2 * truth)
    y = rng.poisson(truth).astype(float)
    logs = [np.log(cautious), np.log(bold)]
    weights, level, _ = fit_pool(PoolRows(y, logs, "mean"))

    def judged(share: float, level: float) -> float:
        mean = np.exp(level) * ((1 - share) * cautious + share * bold)
        return float(log_pmf(y, mean, np.full(len(y), fit_dispersion(y, mean))).mean())

    best = max(judged(share, at) for share in np.linspace(0, 1, 51) for at in (level - 0.1, level - 0.02, level, level + 0.1))
    assert judged(weights[1], level) >= best - 1e-6
    assert weights[1] > 0.1
    assert fit_pool(PoolRows(y, logs))[0][1] < weights[1]


def noisy(seed: int, periods: int) -> PoolRows:
    """Two equally good members and one bad one, whose errors are shared by all rows of a period."""
    rng = np.random.default_rng(seed)
    rows, period = 40 * periods, np.repeat(np.arange(periods), 40)
    truth = rng.normal(1.0, 0.6, rows)
    logs = [truth + rng.normal(0, 0.15, periods)[period] + rng.normal(0, 0.2, rows) for _ in range(2)]
    logs.append(truth + rng.normal(0, 1.0, rows))
    return PoolRows(rng.poisson(np.exp(truth)).astype(float), logs, period=period)


def test_few_periods_draw_weights_toward_equal() -> None:
    def apart(periods: int) -> list[float]:
        """Mean difference of the weights of two equal members, fitted freely and chosen."""
        worlds = [noisy(seed, periods) for seed in range(8)]
        ways = [[way(rows).weights for rows in worlds] for way in (fit_pool, chosen_pool)]
        return [float(np.mean([abs(w[0] - w[1]) for w in found])) for found in ways]

    free, drawn = apart(4)
    assert drawn <= free
    assert apart(30)[1] < 0.25


def test_members_that_rows_do_not_tell_apart_weigh_nearly_alike() -> None:
    """A gain of one standard error or less keeps half of the way from equal weights, or less."""
    rng = np.random.default_rng(1)
    truth = rng.normal(0.0, 1.0, 400)
    rows = PoolRows(rng.poisson(np.exp(truth)).astype(float), [truth + rng.normal(0, 0.3, 400) for _ in range(3)])
    free, found = fit_pool(rows).weights, chosen_pool(rows).weights
    assert np.abs(found - 1 / 3).max() < 0.5 * np.abs(free - 1 / 3).max()


@pytest.mark.parametrize("unit", ["cell", "period"])
def test_rows_that_repeat_each_other_are_no_further_evidence(unit: str) -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(0.0, 1.0, 60)
    y = rng.poisson(np.exp(truth)).astype(float)
    logs = [truth, truth + rng.normal(0, 0.6, 60), truth + rng.normal(0, 0.6, 60)]
    once = chosen_pool(PoolRows(y, logs)).weights
    repeated = PoolRows(np.tile(y, 20), [np.tile(log, 20) for log in logs])
    number = np.tile(np.arange(60), 20)
    alike = replace(repeated, cell=number) if unit == "cell" else replace(repeated, period=number)
    often = chosen_pool(alike).weights
    np.testing.assert_allclose(often, once, atol=0.02)
    assert chosen_pool(repeated).weights[0] > often[0] + 0.02


def test_without_events_weights_are_equal() -> None:
    np.testing.assert_allclose(chosen_pool(PoolRows(np.zeros(9), [np.zeros(9)] * 3)).weights, np.full(3, 1 / 3))


def test_a_member_that_is_clearly_best_stands_alone() -> None:
    rng = np.random.default_rng(6)
    period = np.repeat(np.arange(12), 200)
    truth = rng.normal(1.0, 1.0, len(period))
    y = rng.poisson(np.exp(truth)).astype(float)
    others = [truth.mean() - 0.3 * truth + rng.normal(0, 1.5, len(period)) for _ in range(2)]
    weights = chosen_pool(PoolRows(y, [truth, *others], period=period)).weights
    assert weights[0] > 0.97


def test_members_that_add_nothing_evident_to_the_simplest_get_half_of_their_weight() -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0.0, 1.0, 300)
    rows = PoolRows(rng.poisson(np.exp(truth)).astype(float), [truth] * 3)
    np.testing.assert_allclose(chosen_pool(rows).weights, np.full(3, 1 / 3))
    np.testing.assert_allclose(chosen_pool(rows, simplest=1).weights, [1 / 6, 2 / 3, 1 / 6])


def test_members_that_are_plainly_better_than_the_simplest_keep_their_weight() -> None:
    def taken(rows: int) -> float:
        """Share of its weight that a far better member loses to the simplest one."""
        rng = np.random.default_rng(3)
        truth = rng.normal(0.0, 0.7, rows)
        logs = [truth + rng.normal(0, 0.7, rows), truth]
        pool = PoolRows(rng.poisson(0.3 * np.exp(truth)).astype(float), logs)
        return float(1 - chosen_pool(pool, simplest=0).weights[1] / chosen_pool(pool).weights[1])

    few, many = taken(60), taken(6_000)
    assert 0.1 < few <= 0.5 + 1e-9
    assert 0.0 <= many < 0.01


def drawn(noise: tuple[float, ...], rows: int = 2_000, seed: int = 5) -> PoolRows:
    """Forecasts whose log means are off by so much, of rows in 20 periods."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.0, 0.7, rows)
    logs = [truth + rng.normal(0, one, rows) for one in noise]
    return PoolRows(rng.poisson(np.exp(truth)).astype(float), logs, period=np.arange(rows) % 20)


@pytest.mark.parametrize("at", [0, 2])
def test_a_member_in_reserve_changes_nothing_without_evidence(at: int) -> None:
    """Not a bit: the others are weighted as if it did not exist."""
    rows = drawn((0.3, 0.4, 1.5))
    others = [0, 1]
    logs = [rows.logs[k] for k in others]
    logs.insert(at, rows.logs[2])
    simplest = 1 if at == 0 else 0
    found = chosen_pool(replace(rows, logs=logs), simplest=simplest, reserve=at)
    without = chosen_pool(replace(rows, logs=[rows.logs[k] for k in others]), simplest=0)
    assert found.weights[at] == 0
    np.testing.assert_array_equal(np.delete(found.weights, at), without.weights)
    assert (found.level, found.dispersion) == (without.level, without.dispersion)


def test_a_member_in_reserve_has_the_weight_that_its_gain_supports() -> None:
    plain = [float(chosen_pool(drawn((0.8, 0.8, 0.1), rows), simplest=0, reserve=2).weights[2]) for rows in (40, 200, 4_000)]
    assert plain[0] < 0.5 < plain[2]
    assert plain == sorted(plain)
    assert plain[2] > 0.9


def test_what_repeats_itself_is_no_evidence_for_a_member_in_reserve() -> None:
    rows = drawn((0.8, 0.8, 0.1), 60)
    often = PoolRows(np.tile(rows.y, 20), [np.tile(log, 20) for log in rows.logs], cell=np.tile(np.arange(60), 20))
    once = replace(rows, cell=np.arange(60), period=None)
    assert chosen_pool(often, reserve=2).weights[2] == pytest.approx(chosen_pool(once, reserve=2).weights[2], abs=0.05)


def test_without_events_a_member_in_reserve_has_no_weight_unless_it_is_alone() -> None:
    nothing = PoolRows(np.zeros(9), [np.zeros(9)] * 3)
    np.testing.assert_allclose(chosen_pool(nothing, reserve=1).weights, [0.5, 0, 0.5])
    assert chosen_pool(drawn((0.3,)), reserve=0).weights.tolist() == [1.0]
