"""One text for one value, however a table writes it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.plain_values import is_missing, number_text, plain_text, value_text

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_is_one_text(number: int) -> None:
    text = str(number)
    spellings = (number, float(number), Decimal(number), Decimal(f"{number}.0000000000"), np.int64(number), np.float64(number))
    assert {value_text(one) for one in spellings} == {text}
    written = (text, f"{text}.0", f" {text}\t", f"{text}.000", f"\u3000{text}\u00a0", text.translate(WIDE))
    assert {plain_text(one) for one in written} == {text}


@given(st.text())
def test_plain_texts_stay_as_they_are(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


@pytest.mark.parametrize("text", ["007", "1.10", "1.5", "1e3", "0x10", "1,000.0", "v1.0", "1.0.0", "+5", "A-1.0", "滨江路（东）"])
def test_other_texts_are_not_numbers(text: str) -> None:
    assert plain_text(text) == text


def test_leading_zeros_are_kept() -> None:
    assert [plain_text(text) for text in ("007", "007.0", "7")] == ["007", "007", "7"]


@pytest.mark.parametrize("text", ["nan", "NaN", "NA", "null", "None", "<NA>", "NaT", "N/A", "-"])
def test_a_text_that_looks_missing_is_a_text(text: str) -> None:
    assert not is_missing(text)
    assert value_text(text) == text


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT, ""], ids=repr)
def test_only_absent_values_are_missing(value: object) -> None:
    assert is_missing(value)
    assert value_text(value) == ""


def test_decimals_are_written_plainly() -> None:
    assert [number_text(Decimal(text)) for text in ("1.50", "0.000010", "1E+3", "NaN")] == ["1.5", "0.00001", "1000", ""]
