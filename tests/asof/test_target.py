"""Labels and their maturity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof.target import Target, labels, last_knowledge, mature
from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places
from tests import oracles
from tests.worlds.drawn_histories import FIRST, KINDS, cases
from tests.worlds.plain import make_history

targets = st.builds(Target, st.sampled_from([("theft",), ("theft", "noise")]), st.integers(1, 40))


def history(*rows: tuple[int, int, int | np.integer], coverage: tuple[Coverage, ...] = ()) -> History:
    """Thefts in one cell: (occurred, known, until), days from FIRST."""
    places = Places.from_frame(pd.DataFrame({"cell": ["a"]}))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    until = np.where(columns[2] == NEVER, NEVER, FIRST + columns[2])
    return make_history(places, KINDS, FIRST + columns[0], known=FIRST + columns[1], until=until, coverage=coverage)


def days(*numbers: int) -> Any:
    return np.array([FIRST + number for number in numbers], dtype=np.int32)


@settings(deadline=None, max_examples=60)
@given(cases(most=5), targets)
def test_labels_count_what_occurs_within_the_horizon(case: tuple[History, list[int]], target: Target) -> None:
    history, dates = case
    found = labels(history, target, np.array(dates, dtype=np.int32))
    wanted = [[oracles.label(history, target, cell, t) for t in dates] for cell in range(len(history.places))]
    np.testing.assert_array_equal(found, wanted)


def test_the_horizon_begins_on_the_as_of_date_and_ends_before_its_last() -> None:
    records = history((0, 0, NEVER), (7, 7, NEVER))
    assert labels(records, Target(("theft",), 7), days(-7, -6, 0, 1, 7, 8)).tolist() == [[0, 1, 1, 1, 1, 0]]


@settings(deadline=None, max_examples=20)
@given(cases(most=4), targets)
def test_at_least_one_is_whether_there_is_any(case: tuple[History, list[int]], target: Target) -> None:
    history, dates = case
    when = np.array(dates, dtype=np.int32)
    found = labels(history, Target(target.kinds, target.horizon, at_least_one=True), when)
    np.testing.assert_array_equal(found, labels(history, target, when) > 0)


def test_a_corrected_record_is_no_label() -> None:
    assert labels(history((3, 3, 9)), Target(("theft",), 7), days(0)).tolist() == [[0]]


def test_labels_are_mature_once_the_horizon_and_the_delay_have_passed() -> None:
    records = history((0, 0, NEVER), coverage=(Coverage("calls", ("theft",), label_delay=5),))
    target = Target(("theft",), 7)
    # days 0 to 6 are over on day 7, and their records are in on day 12
    assert mature(records, target, days(0), FIRST + 11).tolist() == [False]
    assert mature(records, target, days(0), FIRST + 12).tolist() == [True]


def test_labels_are_not_mature_beyond_a_complete_source() -> None:
    stated = (
        Coverage("calls", ("theft",), FIRST, FIRST + 6, FIRST + 8),
        Coverage("calls", ("theft",), FIRST, FIRST + 9, FIRST + 10),
    )
    records, target = history((0, 0, NEVER), coverage=stated), Target(("theft",), 7)
    assert mature(records, target, days(0, 1, 3, 4), FIRST + 10).tolist() == [True, False, False, False]
    assert last_knowledge(records) == FIRST + 11
    assert mature(records, target, days(0, 1, 3, 4)).tolist() == [True, True, True, False]


def test_labels_before_the_source_began_are_not_mature() -> None:
    """No record is known of these days, which is not the same as no event."""
    begun = Coverage("calls", ("theft",), FIRST + 3, FIRST + 40, FIRST + 41)
    records, target = history((5, 5, NEVER), coverage=(begun,)), Target(("theft",), 7)
    assert mature(records, target, days(0, 2, 3, 4)).tolist() == [False, False, True, True]
    assert labels(records, target, days(3)).tolist() == [[1]]
    joined = (begun, Coverage("reports", ("theft",), FIRST + 20, FIRST + 40, FIRST + 41))
    assert mature(history((5, 5, NEVER), coverage=joined), target, days(2, 3)).tolist() == [False, True], (
        "a source may join another"
    )
    other = (begun, Coverage("reports", ("noise",), FIRST + 4, FIRST + 40, FIRST + 41))
    both = mature(history((5, 5, NEVER), coverage=other), Target(("theft", "noise"), 7), days(3, 4))
    assert both.tolist() == [False, True], "a sum needs all of its kinds"


def test_the_last_knowledge_is_the_day_after_the_last_record_where_nothing_is_stated() -> None:
    assert last_knowledge(history((0, 4, NEVER), (2, 3, NEVER))) == FIRST + 5
    assert last_knowledge(history()) == 0


@pytest.mark.parametrize(
    ("kinds", "horizon", "message"),
    [
        (7, "theft", r"'kinds' parameter of Target must be a name or several names\. Got 7"),
        ((), 7, r"'kinds' parameter of Target must be a kind, or several without repetition"),
        (("theft", "theft"), 7, r"'kinds' parameter of Target must be a kind, or several without repetition"),
        (("theft", 3), 7, r"'kinds' parameter of Target must be a name or several names"),
        (("theft",), 0, r"'horizon' parameter of Target must be a whole number of days, at least 1\. Got 0"),
        (("theft",), 7.5, r"'horizon' parameter of Target must be a whole number of days"),
        (("theft",), "7", r"'horizon' parameter of Target must be a whole number of days"),
    ],
)
def test_a_faulty_target_is_refused(kinds: Any, horizon: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Target(kinds, horizon)


def test_one_kind_is_a_text_and_numbers_of_numpy_are_numbers() -> None:
    assert Target("theft", 7) == Target(["theft"], np.int64(7)) == Target(kinds=("theft",), horizon=7)
    assert type(Target("theft", np.int32(7)).horizon) is int


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UsageError, match=r"no kind named 'thefts'.*did you mean 'theft'\?"):
        labels(history(), Target(("thefts",), 7), days(0))
