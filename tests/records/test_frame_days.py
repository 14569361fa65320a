"""Days of a column of a frame: typed columns at once, with the days of single values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.records.frame_days import days_of

WHEN = [
    datetime(1969, 12, 31, 23, 59, 59),
    datetime(1970, 1, 1),
    None,
    datetime(2024, 2, 29, 23, 30),
    datetime(1900, 1, 1, 0, 0, 1),
]
DAYS = [-1, 0, -7, to_day("2024-02-29"), to_day("1900-01-01")]
"""The days of these instants; -7 where there is none."""


def of(frame: Any) -> list[int]:
    return days_of(nw.from_native(frame, eager_only=True)["day"], -7, "day", "the table").tolist()


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(pd.DataFrame({"day": pd.array(pd.Series(WHEN), dtype="datetime64[ns]")}), id="pandas ns"),
        pytest.param(pd.DataFrame({"day": pd.array(pd.Series(WHEN), dtype="datetime64[s]")}), id="pandas s"),
        pytest.param(
            pa.table({"day": pa.array(WHEN, pa.timestamp("us"))}).to_pandas(types_mapper=pd.ArrowDtype), id="pandas arrow"
        ),
        pytest.param(pd.DataFrame({"day": pd.Series(WHEN, dtype=object)}), id="objects"),
        pytest.param(pl.DataFrame({"day": WHEN}), id="polars"),
        pytest.param(pl.DataFrame({"day": [None if one is None else one.date() for one in WHEN]}), id="polars dates"),
        pytest.param(pa.table({"day": pa.array(WHEN, pa.timestamp("ms"))}), id="arrow"),
        pytest.param(
            pa.table({"day": pa.array([None if one is None else one.date() for one in WHEN], pa.date32())}), id="arrow dates"
        ),
        pytest.param(pd.DataFrame({"day": ["" if one is None else one.isoformat() for one in WHEN]}), id="texts"),
    ],
)
def test_each_type_of_column_has_the_same_days(frame: Any) -> None:
    assert of(frame) == DAYS


def test_instants_with_a_zone_and_days_of_no_calendar_are_named() -> None:
    zoned = pd.DataFrame({"day": pd.to_datetime([datetime(2024, 1, 2, tzinfo=UTC)])})
    with pytest.raises(UsageError, match=r"Row 1 of the table .* an instant with a time zone must be a date of the place"):
        of(zoned)
    last = to_day(date(9999, 12, 31))
    far = pa.table({"day": pa.array([last, last + 1], pa.int32()).cast(pa.date32())})
    assert of(far.slice(0, 1)) == [last]
    with pytest.raises(UsageError, match="Row 2 of the table has a date outside the years 1 to 9999 in the column 'day'"):
        of(far)


def test_a_million_rows_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.records.frame_days.is_missing", lambda value: pytest.fail("a value was looked at"))
    days = np.arange(1000).astype("datetime64[D]").astype("datetime64[s]")
    assert of(pd.DataFrame({"day": days})) == list(range(1000))
