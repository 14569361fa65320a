"""Whole numbers that are given per unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.records.intake.columns.date_column import UNREADABLE
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.whole_numbers import NOT_WHOLE, TOO_LARGE, counts_per_unit, whole_numbers


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**4)), min_size=1, max_size=20))
def test_a_figure_per_unit_becomes_the_whole_number_that_gives_it(rows: list[tuple[int, int]]) -> None:
    figures = [repr(count / units) for count, units in rows] + ["0.1", "1", "x", "", "1", "nan"]
    units = [str(units) for _, units in rows] + ["3", "0", "1", "1", "", "2"]
    codes = np.arange(len(figures), dtype=np.int32)
    found = counts_per_unit(*(Column(np.where(np.array(texts) == "", -1, codes), texts) for texts in (figures, units)))
    assert found[: len(rows)].tolist() == [count for count, _ in rows]
    # no whole number of thirds is 0.1, and nothing is rounded to be one
    assert set(found[len(rows) :].tolist()) == {UNREADABLE}


@given(st.integers(-(2**63) + 2, 2**63 - 1))
def test_every_whole_number_of_64_bits_is_read_exactly(number: int) -> None:
    texts = [str(number), f"{number:+}", "1.5", "x", "nan", "inf", "1e99", str(2**63), str(-(2**63)), "9" * 400, "1e3", "3.0"]
    found = whole_numbers(Column(np.array([*range(len(texts)), -1], dtype=np.int32), texts), 7)
    assert found.tolist() == [number, number, *[NOT_WHOLE] * 5, *[TOO_LARGE] * 3, 1000, 3, 7]


@pytest.mark.parametrize(
    ("thousands", "expected"),
    [
        (".", [2000, 1250, 1234567, 315, NOT_WHOLE]),
        ("", [2, NOT_WHOLE, NOT_WHOLE, 315, NOT_WHOLE]),
        (None, [NOT_WHOLE, NOT_WHOLE, NOT_WHOLE, 315, NOT_WHOLE]),
        (",", [2, NOT_WHOLE, NOT_WHOLE, 315, 1500]),
    ],
)
def test_thousands_are_read_only_where_their_sign_is_stated(thousands: str | None, expected: list[int]) -> None:
    texts = ["2.000", "1.250", "1.234.567", "315", "1,500"]
    assert whole_numbers(Column(np.arange(5, dtype=np.int32), texts), 0, thousands).tolist() == expected
