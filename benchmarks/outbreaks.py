"""Detectors on the 42 weekly scenarios of Noufaily et al. (2013): ``python benchmarks/outbreaks.py [--replicates N] [--past K] [--plot FILE]``.

Series of 624 weeks are negative binomial with trend and season (Poisson where phi is 1). The last 49 weeks are judged and hold one outbreak,
whose size is Poisson with mean k times the standard deviation of its first week, k from 1 to 10, spread over the weeks after it by a
lognormal(0, 0.5). Four outbreaks lie in the 263 weeks before; their size is 0 (none), 2, 3, 5 or 10 in turn, or ``--past K`` for all.

Every method is judged at its own nominal level and at equal shares of false alarms of 1 and 5 % (``equal_rates.py``). POD is the share of outbreaks with
an alarm in a week with outbreak cases, sensitivity the share of such weeks. Oracles know the true mean and dispersion. ``--plot`` draws
POD by size of the outbreak.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

from equal_rates import LEVELS, RATES, Truth, alarms_at, days_to_detection, scores, summary

import riskmodel as rm
from riskmodel.detection import Detection
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


PAST = (0, 2, 3, 5, 10)
"""Sizes of past outbreaks; 0 is none."""

ORACLES = {
    "oracle, last week": {},
    "oracle, last two weeks": {"spans": 2},
    "oracle, one and two weeks combined": {"spans": 2, "combined": True},
    "oracle, e-detector over two weeks": {"spans": 2, "between_alarms": 100.0},
    "oracle, e-detector over eight weeks": {"spans": 8, "between_alarms": 100.0},
}
"""Settings of the forecast excess whose forecasts are the true distributions."""

DRAWN = ("ears_c2", "bayes3", "cusum_rossi_glm", "glrnb_int", "farrington_flexible_nbplugin", "recent_excess_2w",
         "recent_excess_1to2w", "oracle, last week", "oracle, last two weeks")  # fmt: skip
"""Methods of the figure."""


class World(NamedTuple):
    """Counts, true means and dispersions, size of the current outbreak by series, and the truth."""

    counts: np.ndarray
    mean: np.ndarray
    phi: np.ndarray
    size: np.ndarray
    truth: Truth


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


def outbreak_cases(rng: np.random.Generator, spread: np.ndarray, k: float, low: int, high: int) -> np.ndarray:
    """Cases by week of an outbreak that starts in ``low:high`` and stays below ``high``."""
    start = int(rng.integers(low, high))
    delays = np.floor(rng.lognormal(0, 0.5, rng.poisson(k * spread[start]))).astype(np.int64)
    weeks = start + delays
    return np.bincount(weeks[weeks < high], minlength=WEEKS)


def simulate(replicates: int, past: int | None, seed: int = 1) -> World:
    """Simulate every scenario ``replicates`` times; ``past`` None takes all past sizes in turn."""
    means, phis = scenario_means()
    mean, phi = np.tile(means, (replicates, 1)), np.tile(phis, replicates)
    replicate, scenario = np.divmod(np.arange(len(mean)), len(means))
    size = (replicate // 2 + scenario) % 10 + 1
    rng = np.random.default_rng(seed)
    counts, outbreak = np.zeros(mean.shape, dtype=np.int64), np.zeros(mean.shape, dtype=np.int64)
    for s in range(len(mean)):
        p, spread = phi[s], np.sqrt(phi[s] * mean[s])
        counts[s] = rng.poisson(mean[s]) if p == 1 else rng.negative_binomial(mean[s] / (p - 1), 1 / p)
        before = PAST[replicate[s] // 2 % len(PAST)] if past is None else past
        for _ in range(4 if before else 0):
            counts[s] += outbreak_cases(rng, spread, before, BASELINE, FIRST)
        outbreak[s] = outbreak_cases(rng, spread, int(size[s]), FIRST, WEEKS)
    return World(counts + outbreak, mean, phi, size, Truth(outbreak[:, FIRST:] > 0, replicate))


def nominal(found: Detection) -> tuple[str, np.ndarray]:
    """Return alarms at 1 % for methods with p-values, else at their own threshold."""
    if np.isnan(found.p_value).all():
        return "own threshold", found.alarm
    return "1 %", (found.p_value < LEVELS[0]) & (found.observed > np.nan_to_num(found.expected, nan=-1.0))


def detections(world: World) -> dict[str, Detection]:
    """Run all methods and oracles."""
    found = {method: rm.detect(world.counts, method, first=FIRST) for method in METHODS}
    dispersion = (world.phi[:, None] - 1) / world.mean
    for name, settings in ORACLES.items():
        found[name] = rm.detect(world.counts, rm.ForecastExcess(world.mean, dispersion, **settings), first=FIRST)
    return found


def tables(world: World, found: dict[str, Detection]) -> None:
    """Print rates at equal shares of false alarms, and at nominal levels."""
    for level in LEVELS:
        print(f"\n| at {100 * level:g} % | {' | '.join(RATES)} |\n|---|{'---|' * len(RATES)}")
        for name, detection in found.items():
            print(f"| {name} | {summary(alarms_at(scores(detection), world.truth, level), world.truth).cells()} |")
    shown = RATES[:5]
    print(f"\n| nominal | level | {' | '.join(shown)} |\n|---|---|{'---|' * len(shown)}")
    for name, detection in found.items():
        level, alarm = nominal(detection)
        print(f"| {name} | {level} | {summary(alarm, world.truth).cells(shown)} |")


def common_delays(world: World, found: dict[str, Detection], one: str, other: str) -> None:
    """Print days to detection on the outbreaks that two methods both find at 1 %."""
    days = [days_to_detection(alarms_at(scores(found[name]), world.truth, LEVELS[0]), world.truth.cases) for name in (one, other)]
    both = ~np.isnan(days[0]) & ~np.isnan(days[1])
    mean = [d[both].mean() for d in days]
    print(f"days on the {both.sum():,} outbreaks that both find at 1 %: {one} {mean[0]:.2f}, {other} {mean[1]:.2f}")


def plot(world: World, found: dict[str, Detection], file: str) -> None:
    """Draw POD by size of the outbreak at both levels."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "outbreaks"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True)
    some, sizes = world.truth.cases.any(axis=1), np.arange(1, 11)
    for axis, level in zip(axes, LEVELS, strict=True):
        for name in DRAWN:
            hit = np.any(alarms_at(scores(found[name]), world.truth, level) & world.truth.cases, axis=1)
            style = "--" if name.startswith("oracle") else "-"
            axis.plot(sizes, [hit[some & (world.size == k)].mean() for k in sizes], style, marker=".", label=name)
        axis.set(title=f"{100 * level:g} % false alarms", xlabel="size of the outbreak in standard deviations", ylim=(0, 1))
    axes[0].set_ylabel("probability of detection")
    axes[1].legend(fontsize=7, loc="lower right")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description="Detectors on the 42 scenarios.")
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--past", type=int)
    parser.add_argument("--plot")
    options = parser.parse_args()
    world = simulate(max(options.replicates, 4), options.past)
    for method in METHODS:
        rm.detect(world.counts[:2], method, first=FIRST)
    wall, cpu = time.perf_counter(), time.process_time()
    found = detections(world)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{len(world.counts):,} series x {WEEKS - FIRST} weeks, {len(found)} detectors: {wall:.0f} s, {cpu:.0f} s of processor time"
    )
    tables(world, found)
    for method in ("recent_excess_2w", "recent_excess_1to2w"):
        common_delays(world, found, method, "farrington_flexible_nbplugin")
    if options.plot:
        plot(world, found, options.plot)


if __name__ == "__main__":
    main()
