"""Detectors on the 42 weekly scenarios of Noufaily et al. (2013): ``python benchmarks/outbreaks.py [--replicates N] [--past K]``.

Series of 624 weeks are negative binomial with trend and season (Poisson where phi is 1). The last 49 weeks are judged and hold one outbreak,
whose size is Poisson with mean k times the standard deviation of its first week, k = 1 to 10 in turn, spread over the weeks after it by a
lognormal(0, 0.5). ``--past K`` adds four outbreaks of size K to the baseline. Half of the replicates sets the threshold of each method at
which 1 and 5 % of outbreak-free weeks alarm; the other half is judged. Two oracles know the true mean and dispersion.

POD is the share of outbreaks with an alarm in a week with outbreak cases, sensitivity the share of such weeks, and FPR the realised share
of false alarms. Intervals are two standard errors over replicates.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import riskmodel as rm
from riskmodel.counts.tails import mid_p_value
from riskmodel.detection.methods import METHODS

WEEKS, BASELINE, FIRST = 624, 312, 575
PARAMETERS = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2, 0.005, 0.1, 0.3, 2),
    (1.5, 0.003, 0.2, -0.4, 1),
    (0.5, 0.002, 0.5, 0.5, 5),
    (2.5, 0.001, 1, 0.1, 3),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5, 0.0001, 0.05, 0.01, 1.2),
)
"""theta, beta, gamma1, gamma2 and phi; each with and without trend, and with 0, 1 or 2 harmonics."""


class World(NamedTuple):
    """Counts, true means and dispersions, and cases of the current outbreak."""

    counts: np.ndarray
    mean: np.ndarray
    phi: np.ndarray
    outbreak: np.ndarray
    replicate: np.ndarray


def scenario_means() -> tuple[np.ndarray, np.ndarray]:
    """Means ``[scenario, week]`` and phi of the 42 scenarios."""
    week = np.arange(1, WEEKS + 1)
    means, phis = [], []
    for theta, beta, gamma1, gamma2, phi in PARAMETERS:
        for trend in (0, 1):
            for harmonics in (0, 1, 2):
                angles = [2 * np.pi * j * week / 52 for j in range(1, harmonics + 1)]
                season = sum((gamma1 * np.cos(angle) + gamma2 * np.sin(angle) for angle in angles), np.zeros(WEEKS))
                means.append(np.exp(theta + beta * trend * week + season))
                phis.append(phi)
    return np.array(means), np.array(phis, dtype=np.float64)


def outbreak_cases(rng: np.random.Generator, spread: float, k: float, low: int, high: int) -> np.ndarray:
    """Cases by week of an outbreak that starts in ``low:high`` and stays below ``high``."""
    start = int(rng.integers(low, high))
    delays = np.floor(rng.lognormal(0, 0.5, rng.poisson(k * spread))).astype(np.int64)
    weeks = start + delays
    return np.bincount(weeks[weeks < high], minlength=WEEKS)


def simulate(replicates: int, past: int, seed: int = 1) -> World:
    """Simulate every scenario ``replicates`` times."""
    means, phis = scenario_means()
    mean, phi = np.tile(means, (replicates, 1)), np.tile(phis, replicates)
    replicate = np.repeat(np.arange(replicates), len(means))
    rng = np.random.default_rng(seed)
    counts, outbreak = np.zeros(mean.shape, dtype=np.int64), np.zeros(mean.shape, dtype=np.int64)
    for s in range(len(mean)):
        p = phi[s]
        counts[s] = rng.poisson(mean[s]) if p == 1 else rng.negative_binomial(mean[s] / (p - 1), 1 / p)
        spread = float(np.sqrt(p * mean[s, FIRST:].mean()))
        for _ in range(4 if past else 0):
            counts[s] += outbreak_cases(rng, spread, past, BASELINE, FIRST)
        outbreak[s] = outbreak_cases(rng, spread, replicate[s] % 10 + 1, FIRST, WEEKS)
    return World(counts + outbreak, mean, phi, outbreak, replicate)


def method_scores(world: World, method: str) -> np.ndarray:
    """Scores of the judged weeks, higher where more unusual; lowest where a week cannot be judged."""
    found = rm.detect(world.counts, method, first=FIRST)
    score = found.statistic if np.isnan(found.p_value).all() else -found.p_value
    return np.where(np.isnan(score), -np.inf, score)


def oracle_scores(world: World, weeks: int) -> np.ndarray:
    """Scores of the tail of the last ``weeks`` weeks under the true distribution."""
    count = sum(world.counts[:, FIRST - back : WEEKS - back] for back in range(weeks))
    mean = sum(world.mean[:, FIRST - back : WEEKS - back] for back in range(weeks))
    return -np.asarray(mid_p_value(count, mean, (world.phi[:, None] - 1) / mean))


def rates(alarm: np.ndarray, world: World) -> np.ndarray:
    """FPR, POD and sensitivity of each replicate, ``[replicate, 3]``."""
    cases: np.ndarray = np.greater(world.outbreak[:, FIRST:], 0)
    rows = []
    for replicate in np.unique(world.replicate):
        own = np.flatnonzero(world.replicate == replicate)
        a, c = alarm[own], cases[own]
        some = np.any(c, axis=1)
        rows.append((a[~c].mean(), np.any(a & c, axis=1)[some].mean(), a[c].mean()))
    return np.array(rows)


def line(name: str, score: np.ndarray, worlds: tuple[World, World], first_scores: np.ndarray) -> str:
    """One row of the table: rates at thresholds set on the first world."""
    calibration, judged = worlds
    free = np.sort(first_scores[calibration.outbreak[:, FIRST:] == 0])[::-1]
    cells = []
    for level in (0.01, 0.05):
        threshold = free[int(level * len(free))]
        found = rates(score > threshold, judged)
        mean, error = found.mean(axis=0), 2 * found.std(axis=0, ddof=1) / np.sqrt(len(found))
        cells.append(f"{100 * mean[0]:5.2f} {mean[1]:.3f}±{error[1]:.3f} {mean[2]:.3f}±{error[2]:.3f}")
    return f"{name:30s} | " + " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description="Detectors on the 42 scenarios.")
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--past", type=int, default=0)
    options = parser.parse_args()
    half = max(options.replicates // 2, 2)
    worlds = simulate(half, options.past, 1), simulate(half, options.past, 2)
    print(f"{'method':30s} | at 1 %: FPR %, POD, sensitivity | at 5 %: the same | nominal FPR %")
    for method in METHODS:
        scores = [method_scores(world, method) for world in worlds]
        nominal = rates(rm.detect(worlds[1].counts, method, first=FIRST).alarm, worlds[1])[:, 0].mean()
        print(f"{line(method, scores[1], worlds, scores[0])} | {100 * nominal:5.2f}", flush=True)
    for weeks in (1, 2):
        scores = [oracle_scores(world, weeks) for world in worlds]
        print(line(f"oracle, {weeks} week(s)", scores[1], worlds, scores[0]), flush=True)


if __name__ == "__main__":
    main()
