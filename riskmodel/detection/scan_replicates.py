"""Replicates of a scan under the hypothesis that nothing is unusual.

Poisson counts are drawn around their expectations (negative binomial where there is dispersion). Permuted counts keep the total of each cell and
of each period: dates are shuffled among events, drawn period by period from the multivariate hypergeometric distribution. Every replicate
has a seed of its own, so neither threads nor batches change it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.detection.compiled import in_blocks
from riskmodel.detection.scan_statistic import Recent, ScanTable

BATCH = 32
"""Replicates between two looks at the stopping rule."""


def recent_totals(values: Float64[np.ndarray, "cell period"]) -> Recent:
    """Sums of the last 1, 2, ... periods of each cell."""
    return np.cumsum(values[:, ::-1], axis=1)


class ScanModel(ABC):
    """What is usual, and how to draw from it."""

    @abstractmethod
    def table(self, events: Float64[np.ndarray, "cell span"], fewest: int) -> ScanTable:
        """Return the table of these events, by cell and recent period."""

    @abstractmethod
    def draw(self, seed: int, number: int) -> Float64[np.ndarray, "cell span"]:
        """Return the events of one replicate, by cell and recent period."""


@dataclass(frozen=True, eq=False)
class PoissonScan(ScanModel):
    """Counts around known expectations ``[cell, span]``, oldest period first."""

    mean: Float64[np.ndarray, "cell span"]
    dispersion: Float64[np.ndarray, "cell span"]

    def table(self, events: Float64[np.ndarray, "cell span"], fewest: int) -> ScanTable:
        variance = self.mean + self.dispersion * self.mean**2
        return ScanTable(recent_totals(events), recent_totals(self.mean), recent_totals(variance), 0.0, fewest)

    def draw(self, seed: int, number: int) -> Float64[np.ndarray, "cell span"]:
        rng = np.random.default_rng([seed, number])
        mean = self.mean
        if self.dispersion.any():
            shape = 1 / np.maximum(self.dispersion, 1e-9)
            mean = np.where(self.dispersion > 0, rng.gamma(shape, mean / shape), mean)
        return rng.poisson(mean).astype(np.float64)


@dataclass(frozen=True, eq=False)
class PermutationScan(ScanModel):
    """Counts with given totals of cells and of recent periods."""

    by_cell: Int64[np.ndarray, " cell"]
    by_period: Int64[np.ndarray, " span"]

    def table(self, events: Float64[np.ndarray, "cell span"], fewest: int) -> ScanTable:
        total = float(self.by_cell.sum())
        usual = recent_totals(self.by_cell[:, None] * self.by_period[None, :] / max(total, 1.0))
        return ScanTable(recent_totals(events), usual, usual, total, fewest)

    def draw(self, seed: int, number: int) -> Float64[np.ndarray, "cell span"]:
        rng = np.random.default_rng([seed, number])
        left = self.by_cell.copy()
        found = np.zeros((len(left), len(self.by_period)))
        for period, events in enumerate(self.by_period):
            drawn = rng.multivariate_hypergeometric(left, int(events), method="marginals")
            left -= drawn
            found[:, period] = drawn
        return found


@dataclass(frozen=True, eq=False)
class ReplicateMaxima:
    """Largest statistics of the replicates that were needed.

    Sequential test of Besag and Clifford (1991): replicates stop once ``stop_after`` of them reach the observed statistic.
    """

    maxima: Float64[np.ndarray, " replicate"]
    stopped: bool

    def p_value(self, statistic: float) -> float:
        """Return the p-value of a statistic."""
        reached = int(np.sum(self.maxima >= statistic))
        return reached / len(self.maxima) if self.stopped else (reached + 1) / (len(self.maxima) + 1)


def replicate_maxima(
    largest: Callable[[int], float], observed: float, replicates: int, stop_after: int, threads: int
) -> ReplicateMaxima:
    """Compute ``largest(number)`` until enough replicates reach ``observed``."""
    maxima = np.zeros(0)
    while len(maxima) < replicates:
        batch = np.zeros(min(BATCH, replicates - len(maxima)))
        done = len(maxima)

        def run(low: int, high: int, batch: np.ndarray = batch, done: int = done) -> None:
            for at in range(low, high):
                batch[at] = largest(done + at)

        in_blocks(run, len(batch), threads)
        maxima = np.concatenate([maxima, batch])
        reached = np.cumsum(maxima >= observed)
        if reached[-1] >= stop_after:
            return ReplicateMaxima(maxima[: int(np.argmax(reached >= stop_after)) + 1], True)
    return ReplicateMaxima(maxima, False)
