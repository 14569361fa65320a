"""One backtest of the town that all tests of reports share."""

from __future__ import annotations

import pytest

from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES


@pytest.fixture(scope="session")
def result(town: History) -> BacktestResult:
    """A backtest whose title must be escaped."""
    return backtest(make_experiment(title={"zh": "盗窃<两周>", "en": "Theft <in> two weeks & more"}), town, FEATURES, threads=1)
