"""The design: its rows, columns, labels and frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Threads
from riskmodel.asof.target import Target, labels, mature
from riskmodel.asof.vocabulary import Count, Decay, Feature, Share
from riskmodel.base.errors import UsageError
from riskmodel.records.history import History
from tests.in_memory import matrix
from tests.worlds.drawn_histories import FIRST, as_of_days, histories
from tests.worlds.leap_day import two_cells

FEW: tuple[Feature, ...] = (Count("theft", 7), Decay("noise", 20, over="town"), Share("theft", ("theft", "noise"), 30))
TARGET = Target(("theft",), 7)
dates = st.lists(as_of_days, min_size=1, max_size=4, unique=True).map(sorted)


@settings(deadline=None, max_examples=25)
@given(histories(), dates)
def test_rows_are_cells_at_dates_and_columns_the_features(history: History, dates: list[int]) -> None:
    made = design(history, dates, FEW, TARGET)
    assert made.X.shape == (len(made), 3) == (len(history.places) * len(dates), 3)
    assert matrix(made).dtype == np.float32
    assert matrix(made).flags.f_contiguous
    assert made.names == tuple(feature.name for feature in FEW)
    assert made.cell.tolist() == sorted(made.cell.tolist())
    assert made.as_of.tolist() == dates * len(history.places)
    days = np.array(dates, dtype=np.int32)
    version = history.places.version_at(days)
    np.testing.assert_array_equal(made.at_risk, (version >= 0).ravel())
    np.testing.assert_array_equal(made.y, labels(history, TARGET, days).ravel())
    np.testing.assert_array_equal(made.mature, np.tile(mature(history, TARGET, days), len(history.places)))
    np.testing.assert_array_equal(made.group("town"), history.places.group("town", version).ravel())


@settings(deadline=None, max_examples=25)
@given(histories(), dates, st.data())
def test_a_part_of_a_design_says_the_same(history: History, dates: list[int], data: st.DataObject) -> None:
    made = design(history, dates, FEW, TARGET)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(made), max_size=len(made))))
    part = made.take(mask)
    assert matrix(part).flags.f_contiguous or min(part.X.shape) <= 1
    np.testing.assert_array_equal(matrix(part), matrix(made)[mask])
    np.testing.assert_array_equal(part.y, made.y[mask])
    np.testing.assert_array_equal(part.group("town"), made.group("town")[mask])
    np.testing.assert_array_equal(part.relabelled(history).y, part.y)
    assert made.take(np.flatnonzero(mask)).identical(part)
    assert made.take(slice(None)).identical(made)


@settings(deadline=None, max_examples=15)
@given(histories(), dates)
def test_a_frame_holds_the_rows_at_risk_and_labels_that_are_mature(history: History, dates: list[int]) -> None:
    made = design(history, dates, FEW, TARGET, now=FIRST + 50)
    frame = made.frame()
    assert list(frame.columns) == ["cell", "as_of", *made.names, "y"]
    assert len(frame) == made.at_risk.sum()
    np.testing.assert_array_equal(frame["y"].isna(), ~made.mature[made.at_risk])
    assert frame["y"].dropna().tolist() == made.y[made.at_risk & made.mature].tolist()
    assert "y" not in design(history, dates, FEW).frame()


@pytest.fixture
def made() -> Design:
    return design(two_cells(), ["2020-02-20", "2020-02-29", "2020-03-01"], FEW, TARGET)


def test_a_leap_day_counts(made: Design) -> None:
    assert made.column("theft_count_7d").tolist() == [0, 1, 1, 0, 0, 1]
    assert made.y.tolist() == [0, 0, 0, 0, 1, 0]


def test_a_design_is_shown_in_a_line(made: Design) -> None:
    assert (
        repr(made)
        == "<Design: 6 rows x 3 features, as of 2020-02-20 to 2020-03-01 (3 dates); 0 events in 7 days, not known yet in 4 rows>"
    )
    assert repr(made.take(slice(0, 0))).startswith("<Design: 0 rows x 3 features, as of no date")
    assert repr(design(two_cells(), "2020-03-01", FEW)).endswith("features, as of 2020-03-01 (1 date)>")
    assert repr(design(two_cells(), "2020-03-01", FEW, TARGET)).endswith("(1 date); events not known yet>")


def test_columns_are_found_by_their_whole_names(made: Design) -> None:
    np.testing.assert_array_equal(made.columns(reversed(made.names)), matrix(made)[:, ::-1])
    assert made.columns(made.names) is made.X
    with pytest.raises(UsageError, match=r"no feature in the design named 'theft_count'.*did you mean 'theft_count_7d'\?"):
        made.column("theft_count")


def test_a_difference_of_one_bit_or_a_nan_is_seen(made: Design) -> None:
    import dataclasses

    X = matrix(made).copy(order="F")
    assert made.identical(dataclasses.replace(made, X=X))
    for value in (np.nextafter(X[0, 0], np.float32(1)), np.float32(np.nan), np.float32(-0.0)):
        X[0, 0] = value
        assert not made.identical(dataclasses.replace(made, X=X))
    X[:] = made.X
    X[np.isnan(X)] = -np.float32(np.nan)
    assert made.identical(dataclasses.replace(made, X=X))


def test_equal_definitions_are_one_column() -> None:
    assert design(two_cells(), "2020-03-01", [*FEW, *FEW]).names == tuple(feature.name for feature in FEW)


def test_no_feature_is_a_design_of_keys() -> None:
    assert design(two_cells(), "2020-03-01", []).X.shape == (2, 0)


def test_progress_reaches_the_end() -> None:
    said: list[float] = []
    design(two_cells(), "2020-03-01", FEW, engine=Threads(1, block=1), progress=said.append)
    assert said == [0.5, 1.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"as_of": []}, r"No as-of date was given"),
        ({"as_of": ["2020-03-01", "2020-03-01"]}, r"as-of dates are not strictly increasing"),
        ({"as_of": ["2020-03-02", "2020-03-01"]}, r"as-of dates are not strictly increasing"),
        ({"as_of": "soon"}, r"'as_of' parameter of design must be a date such as 2024-01-02\. Got 'soon'"),
        ({"as_of": 7.5}, r"'as_of' parameter of design must be a date or a sequence of dates\. Got 7\.5"),
    ],
)
def test_faulty_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        design(two_cells(), **{"as_of": "2020-03-01", "features": FEW, **arguments})


def test_several_targets_share_one_design() -> None:
    made = design(two_cells(), ["2020-02-28", "2020-02-29"], FEW)
    counts = made.labelled(two_cells(), Target(("theft", "noise"), 7))
    some = made.labelled(two_cells(), Target(("theft", "noise"), 7, at_least_one=True))
    assert counts.X is made.X is some.X
    assert counts.y.tolist() == [2, 1, 1, 1]
    assert some.y.tolist() == [1, 1, 1, 1]
    assert counts.identical(made)


def test_without_a_target_there_is_nothing_to_relabel() -> None:
    made = design(two_cells(), "2020-03-01", FEW)
    assert made.y.size == 0
    with pytest.raises(UsageError, match=r"The design has no target, so there are no labels to renew"):
        made.relabelled(two_cells())
