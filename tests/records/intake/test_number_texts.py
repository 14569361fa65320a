"""Columns of numbers are written as text at once, with the same texts as one by one."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskmodel as rm
from riskmodel.base.plain_values import EXACT_INTEGER, number_text
from riskmodel.records.intake.readers.value_texts import number_texts

EDGES = [0.0, -0.0, 1e-4, 9.999999999999999e-05, -1e-4, 1e10, 9999999999.999998, -1e10, 101.0, 2.5, 1e-300, 5e-324, 2.0**52, -(2.0**52), np.inf, -np.inf, np.nan]  # fmt: skip


def texts(numbers: pa.Array) -> list[str]:
    return number_texts("table", "column", numbers).to_pylist()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(width=64) | st.floats(-1e6, 1e6) | st.integers(-(10**9), 10**9).map(lambda n: n / 8)))
def test_they_are_those_of_single_numbers(values: list[float]) -> None:
    values = [value for value in values if not EXACT_INTEGER <= abs(value) < float("inf")]
    assert texts(pa.array(values, pa.float64())) == [number_text(value) for value in values]


def test_so_are_those_at_the_ends_of_what_arrow_writes() -> None:
    assert texts(pa.array(EDGES, pa.float64())) == [number_text(value) for value in EDGES]
    grown = np.random.default_rng(0).normal(size=20_000) * 10.0 ** np.random.default_rng(1).uniform(-8, 12, 20_000)
    assert texts(pa.array(grown)) == [number_text(value) for value in grown.tolist()]


def test_short_numbers_and_decimals_are_written_as_before() -> None:
    short = np.array([41.65, 0.1, 3.0], dtype=np.float32)
    assert texts(pa.array(short)) == [number_text(float(value)) for value in short]
    assert texts(pa.array([Decimal("1.50"), Decimal("101.0000")])) == ["1.5", "101"]


def test_whole_numbers_that_are_not_exact_are_refused() -> None:
    with pytest.raises(rm.UsageError, match="The column 'column' of the table 'table' holds whole numbers of 16 digits or more"):
        texts(pa.array([1.5, 2.0**53]))
