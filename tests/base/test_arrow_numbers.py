"""Numbers of arrow's columns are those that arrow itself gives, of any type, slice and number of chunks."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from riskmodel.base.arrow_numbers import numbers_of

TYPES = (pa.int8(), pa.uint8(), pa.int32(), pa.int64(), pa.uint64(), pa.bool_())


@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 1000])
def test_numbers_are_those_of_arrow(kind: pa.DataType, length: int) -> None:
    drawn = np.random.default_rng(length).integers(0, 2 if kind == pa.bool_() else 100, length).tolist()
    whole = pa.array([bool(one) if kind == pa.bool_() else one for one in drawn], kind)
    slices = [whole.slice(first, many) for first in (0, 1, 3, 8, 11) for many in (0, 2, 9, length)]
    for one in (whole, *slices, pa.chunked_array(slices), pa.chunked_array([], kind)):
        found = numbers_of(one)
        assert found.dtype == np.dtype(str(kind))
        assert found.tolist() == one.to_pylist()
        assert not found.flags.writeable or not len(found) or kind == pa.bool_()


def test_a_missing_number_is_no_number() -> None:
    with pytest.raises(ValueError, match="1 of 2 numbers are missing"):
        numbers_of(pa.array([4, None]))


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64(), pa.date32(), pa.string()], ids=str)
def test_a_column_of_another_type_is_refused(kind: pa.DataType) -> None:
    with pytest.raises(
        TypeError, match=f"whole numbers or booleans are expected, and the column is of type {re.escape(str(kind))}"
    ):
        numbers_of(pa.array([], kind))
