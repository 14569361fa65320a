"""Whole numbers of Python and numpy are taken alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.number_arguments import whole_number


@pytest.mark.parametrize("value", [7, np.int64(7), np.int8(7), np.uint16(7), pd.Series([7])[0]])
def test_a_whole_number_is_an_int(value: Any) -> None:
    found = whole_number(value, "horizon", "Target")
    assert found == 7
    assert type(found) is int


@pytest.mark.parametrize("value", [True, np.bool_(True), 7.0, "7", None, np.array([7]), float("nan"), 0, -1])
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(
        rm.UsageError, match=r"The 'horizon' parameter of Target must be a whole number of days, at least 1\. Got "
    ):
        whole_number(value, "horizon", "Target", unit="days")


@pytest.mark.parametrize(
    "make",
    [
        lambda n: rm.Count("theft", n),
        lambda n: rm.Count("theft", 7, lag=n),
        lambda n: rm.Trend("theft", n, 182),
        lambda n: rm.Threads(workers=n),
        lambda n: rm.Coverage("calls", ("theft",), stale_after=n),
        lambda n: rm.Target(("theft",), n),
    ],
)
def test_objects_made_with_numbers_of_numpy_are_those_made_with_ints(make: Any) -> None:
    assert make(np.int64(14)) == make(14)
    assert repr(make(np.int64(14))) == repr(make(14))


def test_a_target_of_an_experiment_is_one_kind_or_several() -> None:
    stated: Any = {
        "name": "x",
        "title": "X",
        "dates": {"first": "2022-05-03", "test_from": "2024-01-02", "test_to": "2024-06-12"},
        "champion": "d",
        "forecasters": [{"type": "DecayedRate", "name": "d"}],
    }
    one = rm.Experiment(**stated, target={"kinds": "assault", "horizon": np.int64(7)})
    assert one.target.kinds == ("assault",)
