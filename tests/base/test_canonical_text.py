"""The text of canonical JSON is that of the standard library."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.canonical_text import canonical_text


def reference(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)


class Grade(IntEnum):
    """An integer with a name."""

    RED = 3


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.just(Grade.RED)
)
PLAIN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner) | st.dictionaries(st.integers(), inner)
    ),
)


@settings(deadline=None, max_examples=50)
@given(PLAIN)
def test_it_is_the_text_of_json_dumps(value: Any) -> None:
    assert canonical_text(value) == reference(value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [{"a": -float("inf")}], {"a": object()}, {(1, 2): 3}, {"a": 1, 2: 3}]
)
def test_its_errors_are_those_of_json_dumps(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)) as expected:
        reference(value)
    with pytest.raises(type(expected.value)) as found:
        canonical_text(value)
    assert str(found.value) == str(expected.value)


def test_a_circle_is_an_error() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="Circular reference"):
        canonical_text(value)
