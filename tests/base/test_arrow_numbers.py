"""Columns of arrow and arrays of numpy are those that arrow itself makes of each other."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskmodel.base.arrow_numbers import number_column, numbers_of, text_column

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


@pytest.mark.parametrize("count", [0, 1, 500])
def test_columns_are_those_that_arrow_makes_to_the_byte_of_a_file(count: int) -> None:
    numbers = np.random.default_rng(count).random((count, 2)).T[0]
    texts = [f"第{n}格"[: n % 5] + "é" * (n % 3) for n in range(count)]
    made = pa.table({"text": text_column(texts), "number": number_column(numbers)})
    other = pa.table({"text": pa.array(texts, pa.string()), "number": pa.array(numbers, pa.float64())})
    made.validate(full=True)
    assert made.equals(other)
    files = [pa.BufferOutputStream() for _ in range(2)]
    for table, file in zip((made, other), files, strict=True):
        pq.write_table(table, file, compression="zstd")
    assert files[0].getvalue().equals(files[1].getvalue())
