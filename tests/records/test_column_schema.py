"""Schemas: declared columns are taken and converted, undeclared ones are refused."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from riskmodel.records.column_schema import Schema

TWO = Schema("row", {"a": np.int16, "b": np.float64, "c": np.int32}, optional=frozenset({"c"}))


def test_columns_are_converted_in_the_declared_order() -> None:
    b = np.array([0.5, 1.5])
    found = TWO.convert({"b": b, "a": [1, 2], "c": None})
    assert list(found) == ["a", "b"]
    assert found["a"].dtype == np.int16
    assert found["b"] is b


def test_rows_are_taken_from_every_column() -> None:
    holder = SimpleNamespace(a=np.arange(3), b=np.arange(3) / 2, c=None)
    found = TWO.take(holder, np.array([True, False, True]))
    assert {name: values.tolist() for name, values in found.items()} == {"a": [0, 2], "b": [0.0, 1.0]}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1]}, r"The columns of a row are a, b, c\. Missing: \['b'\]; unknown: \[\]"),
        ({"a": [1], "b": [2], "x": [3]}, r"Missing: \[\]; unknown: \['x'\]"),
    ],
)
def test_missing_and_unknown_columns_are_named(columns: dict[str, list[int]], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        TWO.convert(columns)
