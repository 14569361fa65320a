"""The truth table: the one that the experiment names, or the one of its only kind."""

from __future__ import annotations

from pathlib import Path

from riskmodel.forecasts.backtesting.truth_table import truth_table_name
from tests.worlds.quick_forecasters import make_experiment


def test_the_table_is_the_one_named_or_called_like_the_only_kind() -> None:
    there: dict[str, Path] = {"theft": Path("theft.parquet")}
    assert truth_table_name(make_experiment(), there) == "theft"
    assert truth_table_name(make_experiment(evaluation={"truth": "other"}), there) == "other"
    assert truth_table_name(make_experiment(), {}) is None
    two = make_experiment(target={"kinds": ["theft", "noise"], "horizon": 14})
    assert truth_table_name(two, there) is None
