"""The evaluation set: outcomes and several forecasts of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import unknown_name
from riskmodel.counts.bootstrap import BLOCK, DRAWS, SEED, blank_if_few_dates, multiplicities, paired_statistics, widening
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, METRICS, Cuts, ForecastEvaluation, Metric, metric_values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class EvaluationSet:
    """Outcomes and the forecasts of several forecasters on the same rows.

    Parameters
    ----------
    cell
        Number of each row's cell.
    as_of
        As-of day of each row.
    y
        Observed count of each row.
    forecasts
        Distributions of all rows, by forecaster.
    cuts
        Where rankings are cut.
    baseline
        Forecaster that others are compared with.
    blends
        Forecasters that combine others; the rest are single ones.
    block
        As-of dates in a block of the bootstrap.
    """

    cell: Int32[np.ndarray, " row"]
    as_of: Int32[np.ndarray, " row"]
    y: Int32[np.ndarray, " row"]
    forecasts: dict[str, CountDistribution]
    cuts: Cuts
    baseline: str
    blends: tuple[str, ...] = ()
    block: int = BLOCK

    def __len__(self) -> int:
        return len(self.y)

    @cached_property
    def _evaluations(self) -> dict[str, ForecastEvaluation]:
        return {name: ForecastEvaluation(self.y, one, self.as_of, self.cuts) for name, one in self.forecasts.items()}

    def of(self, name: str) -> ForecastEvaluation:
        """Return the evaluation of one forecaster.

        Raises
        ------
        UsageError
            If there is no such forecaster.
        """
        if name not in self.forecasts:
            raise unknown_name("forecaster in the backtest", name, self.forecasts)
        return self._evaluations[name]

    def row_scores(self, name: str) -> dict[str, Any]:
        """Return each row's scores for a forecaster, by name."""
        return self.of(name).scores

    @cached_property
    def metrics(self) -> dict[str, dict[str, float]]:
        """Every metric of every forecaster."""
        return {name: metric_values(self.of(name)) for name in self.forecasts}

    @property
    def by_log_score(self) -> list[str]:
        """Names of the forecasters, the best log score first."""
        return sorted(self.forecasts, key=lambda name: self.metrics[name]["log_score"])

    def frame(self) -> pd.DataFrame:
        """Return a table of all metrics, one row per forecaster.

        The best log score comes first.
        """
        import pandas as pd

        return pd.DataFrame(self.metrics).T[list(METRICS)].sort_values("log_score")

    @property
    def widening(self) -> float:
        """How much wider an interval is than its draws."""
        return widening(len(self.of(next(iter(self.forecasts))).dates), self.block)

    def draws(
        self, metric: str, draws: int = DRAWS, seed: int = SEED
    ) -> tuple[Float64[np.ndarray, " forecaster"], Float64[np.ndarray, "draw forecaster"]]:
        """Compute a metric of every forecaster, and of every bootstrap draw.

        A draw takes as-of dates in blocks; all forecasters are evaluated on the same draws. Results are cached, since every
        comparison needs the same draws.

        Raises
        ------
        UsageError
            If there is no such metric.
        """
        if metric not in METRIC_TABLE:
            raise unknown_name("metric", metric, METRIC_TABLE)
        key = (metric, draws, seed)
        if key not in self._drawn:
            self._drawn[key] = self._draw(METRIC_TABLE[metric], draws, seed)
        return self._drawn[key]

    @cached_property
    def _drawn(self) -> dict[tuple[str, int, int], tuple[Any, Any]]:
        return {}

    def _draw(self, metric: Metric, draws: int, seed: int) -> tuple[Any, Any]:
        evaluations = [self.of(name) for name in self.forecasts]
        if metric.parts is not None:
            return paired_statistics(np.stack([metric.sums(one) for one in evaluations]), metric.value, draws, self.block, seed)
        assert metric.pooled is not None
        dates = len(evaluations[0].dates)
        weights = multiplicities(dates, draws, self.block, seed).astype(np.float64)
        drawn = np.array([[metric.pooled(one, weight[one.at]) for one in evaluations] for weight in weights])
        return np.array([metric.compute(one) for one in evaluations]), blank_if_few_dates(drawn, dates)
