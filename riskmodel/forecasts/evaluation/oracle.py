"""The distance to the truth: how much of what could be known a forecaster knows, where a simulation says what that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError
from riskmodel.counts.bootstrap import interval, paired_statistics
from riskmodel.counts.distribution import BERNOULLI, CountDistribution
from riskmodel.forecasts.evaluation.metrics import Interval, Judged
from riskmodel.forecasts.evaluation.metrics.table import TABLE
from riskmodel.forecasts.experiment import Experiment

if TYPE_CHECKING:
    from riskmodel.forecasts.evaluation.result import BacktestResult


@dataclass(frozen=True)
class Distance:
    """How far a forecaster is from the truth.

    ``excess`` is its log score above the oracle's; ``closed`` the share of the gap between the baseline and the oracle that it
    closes: 0 is the baseline, 1 the truth. ``closed_mean`` is the same share of what is to be expected of the log scores of the means
    alone (:func:`excess_of_mean`): neither the luck of what happened nor the dispersion is in it. NaN for the baseline itself.
    """

    excess: Interval
    closed: Interval
    closed_mean: Interval


def truth_name(experiment: Experiment, there: Any) -> str | None:
    """The table of truth that an experiment is judged by: the one it names, else one called like its only kind."""
    stated, kinds = experiment.evaluation.truth, experiment.target.kinds
    if stated:
        return stated
    return kinds[0] if len(kinds) == 1 and kinds[0] in there else None


def check_horizon(experiment: Experiment, outcome: str, horizon: int) -> None:
    """Check that a truth looks as far ahead as the experiment.

    Raises
    ------
    UsageError
        If it does not.
    """
    if horizon != experiment.horizon:
        raise UsageError(
            f"The truth of {outcome!r} is about {horizon} days and the target about {experiment.horizon}. "
            "Name another table in evaluation.truth, or give the target that horizon."
        )


def oracle(expected: Float64[np.ndarray, " row"]) -> CountDistribution:
    """The forecast of one who knows the state of the county: Poisson with the true expectation."""
    return CountDistribution.of(expected)


def distances(result: BacktestResult, over: str = "", draws: int = 1000) -> tuple[float, dict[str, Distance]]:
    """The oracle's log score, and every forecaster's distance to it, with paired 95 % intervals.

    Raises
    ------
    UsageError
        If the result has no truth.
    """
    if result.expected is None:
        raise UsageError(
            "This backtest has no truth to compare with. Only a simulated county has one: give 'truth' in riskmodel.toml."
        )
    metric = TABLE["log_score"]
    names = list(result.forecasts)
    base = names.index(over or result.experiment.baseline)
    truth = result.experiment.goal().outcome.distribution(oracle(result.expected))
    known = Judged(result.y, truth, result.as_of, result.cuts)
    parts = np.stack([*(result.judged(name).parts(metric) for name in names), known.parts(metric)])
    block = result.experiment.evaluation.block
    value, drawn = paired_statistics(parts, metric.value, draws, block)
    means = [known.by_date(excess_of_mean(one, truth)) for one in (*result.forecasts.values(), truth)]
    rows = np.broadcast_to(known.rows, (len(means), len(known.rows)))
    fair, fairly = paired_statistics(np.stack([means, rows], axis=-1), metric.value, draws, block)
    found = {}
    for at, name in enumerate(names):
        excess = interval(value[at] - value[-1], drawn[:, at] - drawn[:, -1])
        found[name] = Distance(excess, _closed(at, base, value, drawn), _closed(at, base, fair, fairly))
    return float(value[-1]), found


def _closed(at: int, base: int, value: Any, drawn: Any) -> Interval:
    """The share of the gap between model ``base`` and the last one, the oracle, that model ``at`` closes."""
    if at == base:
        return interval(np.nan, np.full(len(drawn), np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (value[base] - value[at]) / (value[base] - value[-1])
        return interval(share, (drawn[:, base] - drawn[:, at]) / (drawn[:, base] - drawn[:, -1]))


def excess_of_mean(forecast: CountDistribution, truth: CountDistribution) -> Float64[np.ndarray, " row"]:
    """How much higher the Poisson log score of a row's forecast mean is to be expected than that of the true one.

    ``true * log(true / mean) - true + mean``: this score is linear in the count, so the true mean alone says what is to be expected,
    whatever the distribution of counts. Where only matters whether there is any event, it is that of the probability.
    """
    from scipy.special import kl_div, rel_entr

    if (truth.dispersion == BERNOULLI).all():
        return rel_entr(truth.mean, forecast.mean) + rel_entr(1 - truth.mean, 1 - forecast.mean)
    return kl_div(truth.mean, forecast.mean)
