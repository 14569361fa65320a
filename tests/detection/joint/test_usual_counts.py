"""Usual counts against the same rules written out night by night."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.detection.joint.usual_counts import UsualCounts, level_factor, tail_p_value, usual_counts

WEEKS, NIGHTS = 84, 30
"""30 nights with two weeks of gap and 52 of baseline behind each."""


def world(seed: int, clumps: int = 1, moves: float = 0.0) -> np.ndarray:
    """Counts of 9 places: records come in clumps, and rates move from week to week."""
    draw = np.random.default_rng(seed)
    rates = draw.gamma(2.0, 2.0, 9) * (draw.gamma(1 / moves, moves, (WEEKS, 9)) if moves else np.ones((WEEKS, 9)))
    return (draw.poisson(rates / clumps) * clumps).astype(float)


def mean_by_hand(counts: np.ndarray, known: np.ndarray, night: int, window: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each place without the level, and its evidence."""
    weeks = [week for week in range(night + 2, night + 54) if known[week]]
    if len(weeks) < 13:
        return np.full(9, np.nan), np.full(9, np.nan)
    sums = counts[weeks].sum(axis=0)
    rates = sums / len(weeks)
    middle = rates.mean()
    spread = max(((rates - middle) ** 2).mean() - middle * window / len(weeks), 0.0)
    shape = 200.0 if spread == 0 else min(max(middle**2 / spread, 0.05), 200.0)
    evidence = shape + sums / window
    return evidence / (shape / middle + len(weeks) / window), evidence


def lacking_by_hand(y: np.ndarray, m: np.ndarray, own: np.ndarray) -> tuple[float, float]:
    """What the variance lacks, by least squares that a library solves."""
    lacking = ((y - m) ** 2 - m - own * m**2) / m
    weight = np.sqrt(m)
    both = np.linalg.lstsq(np.column_stack([weight, weight * m]), weight * lacking, rcond=None)[0]
    if (both >= 0).all():
        return float(both[0]), float(both[1])

    def loss(several: float, moving: float) -> float:
        return float((m * (lacking - several - moving * m) ** 2).sum())

    one, other = max(0.0, (m * lacking).sum() / m.sum()), max(0.0, (m**2 * lacking).sum() / (m**3).sum())
    return (one, 0.0) if loss(one, 0.0) <= loss(0.0, other) else (0.0, other)


@pytest.mark.parametrize(
    ("counts", "window", "sort"),
    [
        (world(1), 1, "neither"), (world(2, clumps=3), 1, "several"), (world(3, moves=0.5), 1, "moving"), (world(4, clumps=2, moves=0.3), 1, "both"), (world(5, clumps=2, moves=0.3), 4, "both"),
    ],
    ids=["Poisson", "clumps", "moving rates", "both", "a window of four weeks"],
)  # fmt: skip
@pytest.mark.parametrize("unknown", [0, 5, 60], ids=["all known", "five unknown", "most unknown"])
def test_means_and_dispersions_are_those_of_the_rules(counts: np.ndarray, window: int, sort: str, unknown: int) -> None:
    known = np.ones(WEEKS + 60, dtype=bool)
    known[10 : 10 + unknown] = False
    # the same total in every week leaves the level as it is
    found = usual_counts(counts, np.full(len(known), 50.0), known, window)
    by_hand = [mean_by_hand(counts, known, night, window) for night in range(NIGHTS)]
    mean, own = np.array([one for one, _ in by_hand]), 1 / np.array([evidence for _, evidence in by_hand])
    np.testing.assert_allclose(found.mean, mean, rtol=1e-12)
    past = [night for night in range(2, NIGHTS) if known[night] and np.isfinite(mean[night, 0])]
    if not past:
        several, moving = 0.0, 0.0
    else:
        several, moving = lacking_by_hand(counts[past].ravel(), mean[past].ravel(), own[past].ravel())
    np.testing.assert_allclose(found.dispersion, own + (1 + own) * moving + several / mean, rtol=1e-7)
    if not unknown:
        assert {
            "neither": several < 0.1 and moving < 0.1,
            "several": several > 1,
            "moving": moving > 0.1,
            "both": several + moving > 0.3,
        }[sort]


def test_a_count_that_is_not_above_the_usual_one_is_no_sign() -> None:
    usual = UsualCounts(np.array([[4.0, 4.0, np.nan, 0.0]]), np.array([[0.1, 0.1, np.nan, np.nan]]))
    p = tail_p_value(np.array([[4.0, 5.0, 9.0, 0.0]]), usual)
    assert (p[0, 0], p[0, 3]) == (1.0, 1.0)
    assert 0.3 < p[0, 1] < 0.5
    assert np.isnan(p[0, 2])


def test_the_level_is_that_of_the_last_eight_weeks_and_of_the_season_a_year_before() -> None:
    draw = np.random.default_rng(6)
    total, known = draw.poisson(40, 140).astype(float), draw.random(140) < 0.9

    def mean(first: int, weeks: int) -> float:
        there = [week for week in range(first, first + weeks) if known[week]]
        return float(total[there].mean())

    found = level_factor(total, known, 20)
    for night in range(20):
        recent, before = mean(night + 2, 8), mean(night + 2, 52)
        season, then = mean(night + 50, 5), mean(night + 54, 8)
        level = (8 * recent + 25) / (8 * before + 25) * (5 * season + 25) / (5 * then + 25)
        assert found[night] == pytest.approx(level, rel=1e-12)
