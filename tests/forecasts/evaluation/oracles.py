"""Slow and obvious metrics: sums over counts, loops over rows, all orders of tied rows."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

from scipy import stats


def law(mean: float, psi: float) -> Any:
    """The distribution of a count."""
    return stats.poisson(mean) if psi == 0 else stats.nbinom(1 / psi, 1 / (1 + psi * mean))


def ranked_probability(y: int, mean: float, psi: float) -> float:
    """Sum over whole numbers until the remainder is negligible."""
    made = law(mean, psi)
    last = int(max(y, made.ppf(1 - 1e-13))) + 1
    return sum((made.cdf(k) - (y <= k)) ** 2 for k in range(last + 1))


def deviance(y: int, mean: float, psi: float) -> float:
    """Twice the log likelihood ratio to the distribution whose mean is the count."""
    best = law(max(y, 1e-12), psi)
    return 2 * (best.logpmf(y) - law(mean, psi).logpmf(y))


def interval(mean: float, psi: float, level: int) -> tuple[float, float]:
    """Ends of the central interval."""
    made = law(mean, psi)
    return float(made.ppf((100 - level) / 200)), float(made.ppf((100 + level) / 200))


def pit(rows: list[tuple[int, float, float]], bins: int) -> list[float]:
    """Heights of the histogram of each count's uniform interval."""

    def share(edge: float) -> float:
        total = 0.0
        for y, mean, psi in rows:
            made = law(mean, psi)
            low, high = made.cdf(y - 1), made.cdf(y)
            total += min(1.0, max(0.0, (edge - low) / (high - low)))
        return total / len(rows)

    return [bins * (share((j + 1) / bins) - share(j / bins)) for j in range(bins)]


def caught_in_every_order(score: list[float], values: list[float], budget: int) -> float:
    """Mean, over all orders that respect the score, of what the first ``budget`` rows hold."""
    found = []
    for order in permutations(range(len(score))):
        if all(score[a] >= score[b] for a, b in zip(order, order[1:], strict=False)):
            found.append(sum(values[row] for row in order[:budget]))
    return sum(found) / len(found)


def caught_by_area(score: list[float], unit: list[float], values: list[float], budget: float) -> float:
    """Go down the groups of equal score; the group in which the budget ends counts in part."""
    left, total = budget, 0.0
    for level in sorted(set(score), reverse=True):
        rows = [i for i in range(len(score)) if score[i] == level]
        whole = sum(unit[i] for i in rows)
        share = min(1.0, left / whole)
        total += share * sum(values[i] for i in rows)
        left -= share * whole
        if left <= 0:
            break
    return total


def precision_at_recall(score: list[float], hit: list[bool], recall: float) -> float:
    """Include rows, tied ones in equal parts, until enough are found."""
    wanted, found, listed = recall * sum(hit), 0.0, 0.0
    for level in sorted(set(score), reverse=True):
        rows = [i for i in range(len(score)) if score[i] == level]
        hits = sum(hit[i] for i in rows)
        if found + hits >= wanted - 1e-9:
            share = (wanted - found) / hits
            return wanted / (listed + share * len(rows))
        found, listed = found + hits, listed + len(rows)
    return math.nan
