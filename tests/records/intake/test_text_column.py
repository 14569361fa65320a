"""Text columns as they are joined, and with each different value once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.records.intake.columns.text_column import Column, joined_column

TEXTS = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=6)


def column(texts: list[str]) -> Column:
    """A column in order, whose empty fields are empty."""
    return Column(np.array([row if text else -1 for row, text in enumerate(texts)], dtype=np.int32), pa.array(texts))


def rows(one: Column) -> list[str]:
    return one.map(str, "", object).tolist()


@settings(deadline=None)
@given(
    st.integers(1, 6).flatmap(lambda size: st.lists(st.lists(st.sampled_from("abc "), min_size=size, max_size=size), min_size=2))
)
def test_columns_are_joined_row_by_row(drawn: list[list[str]]) -> None:
    columns = [column([text.strip() for text in texts]) for texts in drawn]
    joined = joined_column(columns)
    each = zip(*map(rows, columns), strict=True)
    wanted = [" | ".join(texts) if all(texts) else "" for texts in each]
    assert rows(joined) == wanted
    once = joined_column([one.distinct() for one in columns])
    assert rows(once) == wanted
    filled = [text for text in once.values if text]
    assert len(set(filled)) == len(filled)


@pytest.mark.parametrize("different", [0, 8, 16])
def test_many_columns_of_many_values_are_not_confused(different: int) -> None:
    """Together they have more combinations than an integer holds."""
    columns = []
    for at in range(17):
        texts = [f"{number}" for number in range(15)]
        codes = np.array([*range(15), 1 if at == different else 0], dtype=np.int32)
        columns.append(Column(codes, pa.array(texts)))
    joined = rows(joined_column(columns))
    assert len(set(joined)) == 16
    assert joined[15] == " | ".join("1" if at == different else "0" for at in range(17))


@settings(deadline=None)
@given(TEXTS)
def test_a_column_with_each_value_once_has_the_same_rows(texts: list[str]) -> None:
    whole = column(texts)
    alike = frozenset(row for row, text in enumerate(texts) if text == "b")
    once = Column(whole.codes, whole.array, alike).distinct()
    assert rows(once) == texts
    assert len(set(once.values)) == len(once.values)
    assert {once.values[code] for code in once.alike} == {text for text in texts if text == "b"}
