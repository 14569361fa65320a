"""Backtest results that need no fit: forecasts of known quality on 24 cells and ten dates.

Use them for evaluation and reports, where a result must only have the right shape or a known best forecaster.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting import BacktestResult
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import make_places

LABELS = ("decayed", "boosted", "harmonic", "persistence")


def made(**changed: Any) -> BacktestResult:
    """A result for 24 cells on ten dates: a true, a blurred, a shuffled and a constant forecast."""
    rng = np.random.default_rng(3)
    cells, dates = 24, 10
    rows = cells * dates
    mean = np.tile(rng.gamma(0.7, 1.5, cells) + 0.02, dates)
    as_of = np.repeat(19_000 + 7 * np.arange(dates), cells).astype(np.int32)
    forecasts = (0.5 * mean + 0.5 * mean.mean(), mean, rng.permutation(mean), np.full(rows, mean.mean()))
    content: dict[str, Any] = {
        "experiment": make_experiment(),
        "places": make_places(cells),
        "cell": np.tile(np.arange(cells, dtype=np.int32), dates),
        "as_of": as_of,
        "y": rng.poisson(mean).astype(np.int32),
        "fold": np.where(as_of < 19_035, 0, 1).astype(np.int32),
        "origins": (19_000, 19_035),
        "forecasts": {name: CountDistribution.of(values, 0.1) for name, values in zip(LABELS, forecasts, strict=True)},
    }
    return BacktestResult(**(content | changed))


def blended() -> BacktestResult:
    """The same result, in which the forecaster named ``persistence`` is a blend."""
    tables = [
        {"type": kind, "name": name, "settings": {}}
        for name, kind in zip(LABELS, ("DecayedRate", "BoostedCount", "HarmonicCount", "Blend"), strict=True)
    ]
    return made(experiment=make_experiment(forecasters=tables))


def crowded() -> BacktestResult:
    """A result with eight forecasters, whose champion has a Chinese name."""
    plain = made()
    names = ["混合", *(f"forecaster number {at}" for at in range(7))]
    tables = [{"type": "Persistence", "name": name, "settings": {}} for name in names]
    return made(
        experiment=make_experiment(forecasters=tables, champion="混合"),
        forecasts=dict(zip(names, [*plain.forecasts.values()] * 2, strict=True)),
        first_fit=dict.fromkeys(names, plain.forecasts["decayed"]),
    )
