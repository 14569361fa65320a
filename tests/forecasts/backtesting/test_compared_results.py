"""Results of several experiments are compared on the rows that all have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import BacktestResult, compare
from riskmodel.forecasts.backtesting.compared_results import common_evaluation
from tests.worlds.made_results import made


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    return made()


def test_two_forecasters_of_one_result_differ_as_in_the_result(result: BacktestResult) -> None:
    found = compare({"usual": (result, "decayed"), "trees": (result, "boosted")}, metrics=["log_score", "pai"])
    own = result.compare("decayed", metrics=["log_score", "pai"])
    own = own[own["forecaster"] == "boosted"].reset_index(drop=True)
    assert found[["better_by", "low", "high", "share"]].equals(own[["better_by", "low", "high", "share"]])
    assert list(found["forecaster"]) == ["trees", "trees"]
    assert list(found["rows"]) == [len(result)] * 2
    assert list(found["usual"]) == list(own["decayed"])


def test_rows_that_one_lacks_are_left_out_whatever_their_order(result: BacktestResult) -> None:
    rows = np.flatnonzero(result.as_of > result.as_of.min())[::-1]
    evaluation = common_evaluation({"whole": result, "part": (result.take(rows), "boosted")})
    kept = result.take(np.sort(rows))
    assert np.array_equal(evaluation.cell, kept.cell)
    assert np.array_equal(evaluation.as_of, kept.as_of)
    assert np.array_equal(evaluation.forecasts["part"].mean, kept.forecasts["boosted"].mean)
    assert evaluation.metrics["part"]["log_score"] == kept.evaluation.metrics["boosted"]["log_score"]


def test_cells_are_compared_by_their_ids(result: BacktestResult) -> None:
    """Another history may number them in another way, and have further ones."""
    ids = ["elsewhere", *result.places.ids]
    moved = replace(result, cell=(result.cell + 1).astype(np.int32))
    object.__setattr__(moved, "places", _Named(ids))
    assert compare({"one": result, "two": moved}, metrics=["rmse"])["better_by"].tolist() == [0.0]


class _Named:
    def __init__(self, ids: list[str]) -> None:
        self.ids = ids


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda one: replace(one, y=one.y + 1), "'main' cannot be compared: the counts of 'other' differ: cell "),
        (lambda one: replace(one, as_of=one.as_of + 1), "No row is in all of 'main', 'other': a row is a cell at an as-of date"),
        (
            lambda one: replace(one, experiment=one.experiment.with_changes(target={"horizon": 21})),
            "'other' cannot be compared with 'main': its horizon is 21 days, not ",
        ),
        (lambda one: (one, "decaid"), "no forecaster in the backtest 'other' named 'decaid'.*did you mean 'decayed'"),
        (lambda _: "other.json", "The 'results' parameter of compare must be two or more results of backtests by name"),
    ],
)
def test_what_cannot_be_compared_is_refused(result: BacktestResult, other: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        compare({"main": result, "other": other(result)})


def test_one_result_alone_is_no_comparison(result: BacktestResult) -> None:
    with pytest.raises(UsageError, match="two or more results of backtests by name"):
        compare({"main": result})


def test_names_are_texts(result: BacktestResult) -> None:
    with pytest.raises(UsageError, match="must be named by texts, such as '7'. Got 7 instead"):
        compare({7: result, 14: result})  # type: ignore[dict-item]
