"""How fast the detectors are: ``python benchmarks/detection.py``.

Farrington flexible beside R's rate (125 evaluations a second at best, ``surveillance`` 1.20.3 on one core), every method on series of the
public scenarios, one night of 1,231 cells x 10 kinds x 3 levels, one of 120,000 cells x 3 levels, and a scan. Nights are also given in processor time, which does not
depend on what else the machine does; two threads share it.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import riskmodel as rm
from riskmodel.detection.methods import METHODS

R_RATE = 125.0
WEEKS, JUDGED = 624, 49


def series(number: int, seed: int = 1) -> np.ndarray:
    """Weekly counts with levels, trends and seasons of many kinds."""
    rng = np.random.default_rng(seed)
    week = np.arange(WEEKS)
    theta, phi = rng.uniform(-2, 4, (number, 1)), rng.uniform(1.1, 4, (number, 1))
    mean = np.exp(
        theta + rng.uniform(0, 0.002, (number, 1)) * week + rng.uniform(0, 0.6, (number, 1)) * np.cos(2 * np.pi * week / 52)
    )
    return rng.negative_binomial(mean / (phi - 1), 1 / phi)


def seconds(counts: np.ndarray, method: str, first: int, repeats: int = 3) -> float:
    """Best time of a call, compiled before."""
    rm.detect(counts[:2, :], method, first=first)
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        rm.detect(counts, method, first=first)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    counts = series(420)
    evaluations = counts.shape[0] * JUDGED
    print(f"{'method':32s} {'evaluations/s':>14s} {'times R':>8s}")
    for method in METHODS:
        rate = evaluations / seconds(counts, method, WEEKS - JUDGED)
        ratio = f"{rate / R_RATE:8.0f}" if method.startswith("farrington_flexible") else ""
        print(f"{method:32s} {rate:14,.0f} {ratio}", flush=True)
    for number in (1231 * 10 * 3, 120_000 * 3):
        night = np.resize(counts.astype(np.int32), (number, WEEKS))
        for method in ("farrington_flexible_nbplugin", "recent_excess_2w", "bayes_b2w4", "ears_c2"):
            used = time.process_time()
            wall = seconds(night, method, WEEKS - 1, 1)
            print(
                f"one night of {number:,} series, {method}: {wall:.2f} s, processor {time.process_time() - used:.2f} s",
                flush=True,
            )
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
    scan_night()


def scan_night() -> None:
    """Time a scan of 1,231 cells with 999 replicates."""
    rng = np.random.default_rng(1)
    mean = np.exp(rng.normal(-1, 1, (1231, 1))) * np.ones((1231, 60))
    counts = rng.poisson(mean)
    counts[:5, -1] += 9
    at = rng.random((1231, 2))
    for name, options in {"expected counts": {"expected": mean}, "permuted dates": {}}.items():
        rm.scan(counts[:20], centroids=at[:20], **{key: value[:20] for key, value in options.items()})
        wall, used = time.perf_counter(), time.process_time()
        found = rm.scan(counts, centroids=at, **options)
        wall, used = time.perf_counter() - wall, time.process_time() - used
        print(f"scan of 1,231 cells, {name}, {found.replicates} replicates: {wall:.2f} s, processor {used:.2f} s")


if __name__ == "__main__":
    main()
