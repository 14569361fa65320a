"""Scores of another model: what a table must hold, and lists that follow from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from tests.worlds.two_towns import make_places

PLACES = make_places(4)
TABLE = pd.DataFrame({"cell": PLACES.ids, "as_of": "2024-01-02", "mean": [0.5, 1.0, 0.0, 2.0]})


def scores(table: Any) -> rm.Scores:
    return rm.Scores.from_frame(table, PLACES, target="theft", horizon=7, model="gbm")


def test_rows_are_sorted_by_date_and_cell_whatever_their_order_and_index() -> None:
    twice = pd.concat([TABLE.assign(as_of=pd.Timestamp("2024-01-09")), TABLE.assign(mean=3.0)]).assign(dispersion=0.5)
    found = scores(twice.sample(frac=1, random_state=1))
    assert found.as_of.tolist() == [19724] * 4 + [19731] * 4
    assert found.cell.tolist() == [0, 1, 2, 3] * 2
    assert found.mean.tolist() == [3.0] * 4 + [0.5, 1.0, 0.0, 2.0]
    assert np.isnan(found.frame()["low"]).all()
    assert found.model == "gbm"


def test_a_table_of_ours_is_read_back() -> None:
    table = scores(TABLE)
    shown = table.frame()
    again = rm.Scores.from_frame(shown, PLACES, target="theft", horizon=7)
    assert again.mean.sum() == pytest.approx(table.mean.sum())


def test_two_places_without_any_expected_event_are_merged_without_one() -> None:
    nothing = scores(TABLE.assign(mean=0.0))
    assert nothing.published().mean.tolist() == [0.0] * len(nothing.published())
    assert nothing.published().dispersion.max() == 0.0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.drop(columns="mean"), "no column of the table of scores named 'mean'. Available: as_of, cell"),
        (TABLE.assign(mean=-1.0), r"'mean' parameter of Scores must be finite numbers from 0. Got -1 in row 0"),
        (TABLE.assign(mean=np.nan), "Got nan in row 0"),
        (TABLE.assign(dispersion=-0.5), "'dispersion' parameter of Scores"),
        (TABLE.assign(mean="many"), "holds values that are no numbers"),
        (TABLE.assign(cell="nowhere"), "no cell named"),
        (TABLE.assign(as_of="2.1.2024"), "no date such as 2024-01-02 in the column 'as_of'"),
        (TABLE.assign(as_of=pd.Series(pd.NaT, index=TABLE.index)), "Row 1 of the table of scores has no date"),
        (pd.concat([TABLE, TABLE]), "has two rows of one date"),
        ([1, 2], "must be a frame"),
    ],
)
def test_a_faulty_table_is_named(table: Any, message: str) -> None:
    with pytest.raises(rm.UsageError, match=message):
        scores(table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": np.array([0, 1, 2, 4])}, "numbers of cells from 0 to 3. Got 4 in row 3"),
        ({"cell": list("abcd")}, "'cell' parameter of Scores must be an array of whole numbers"),
        ({"as_of": "2024-01-02"}, "'as_of' parameter of Scores"),
        ({"mean": np.ones(3)}, "as long as cell, 4 rows. Got 3 instead"),
        ({"mean": np.array([1.0, np.inf, 1.0, 1.0])}, "Got inf in row 1"),
        ({"horizon": 0}, "'horizon' parameter of Scores"),
    ],
)
def test_impossible_columns_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(rm.UsageError, match=message):
        replace(scores(TABLE), **change)


def test_coverage_takes_dates_and_one_kind() -> None:
    coverage: Any = rm.Coverage
    found = coverage("calls", "theft", since="2024-01-02", through=pd.Timestamp("2024-02-01"), known=np.datetime64("2024-02-03"))
    assert (found.kinds, found.since, found.through, found.known) == (("theft",), 19724, 19754, 19756)
    with pytest.raises(rm.UsageError, match="'since' parameter of Coverage must be a date"):
        coverage("calls", ("theft",), since="soon")
    with pytest.raises(rm.UsageError, match="'stale_after' parameter of Coverage"):
        coverage("calls", ("theft",), stale_after=-1)
    with pytest.raises(rm.UsageError, match="'kinds' parameter of Coverage"):
        coverage("calls", 3)
