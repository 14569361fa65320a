"""Signs between groups of three digits: what a column of numbers tells of them, and where it tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.digit_groups import SIGNS, UNCLEAR, group_sign, has_three_zeros, is_round_group, ungrouped


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["2.000", "1.250", "315"], "."),
        (["2.000", "315", "0"], "."),
        (["1.234.567", "2.000"], "."),
        (["1.234,00", "2.000,00"], "."),
        (["1,500", "17"], ","),
        (["1，500", "17"], ","),
        (["1'500", "2’000"], "'"),
        (["12 500", "3\u00a0000", "7\u202f100"], " "),
        (["-2.000", "315"], "."),
        # nothing tells
        (["2.000", "1.250"], UNCLEAR),
        (["2.000"], UNCLEAR),
        (["2.000", "0"], UNCLEAR),
        (["2.000", "1500"], UNCLEAR),
        (["1,250", "3,125"], UNCLEAR),
        # decimals for certain
        (["0.000", "2.000"], ""),
        (["2.000", "2.5"], ""),
        (["2.000", "1500.000"], ""),
        # no such form
        (["2.5", "7"], None),
        (["12.50"], None),
        (["1.2万", "17"], None),
        (["17", "2024"], None),
        (["2024-01-31"], None),
        ([], None),
    ],
)
def test_what_a_column_of_whole_numbers_tells(texts: list[str], sign: str | None) -> None:
    assert group_sign(texts) == sign


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["2.000", "1.251", "315"], "."),
        (["1.234.567,8"], None),
        (["1.251", "3.125", "315"], None),
        (["2.000", "1.250"], None),
        (["0.315", "1.25"], None),
    ],
)
def test_figures_may_have_decimals(texts: list[str], sign: str | None) -> None:
    assert group_sign(texts, whole=False) == sign


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from(SIGNS))
def test_grouped_numbers_are_read_again(numbers: list[int], sign: str) -> None:
    texts = [f"{number:,}".replace(",", sign) for number in numbers]
    assert [int(ungrouped(text, sign)) for text in texts] == numbers
    assert group_sign(texts) in (sign, UNCLEAR, None)


def test_groups_of_two_digits_before_the_last() -> None:
    assert group_sign(["1,23,456", "12,34,567", "17"]) == ","
    assert [ungrouped(text, ",") for text in ("1,23,456", "12,34,567", "1,23,45,678", "12,3,456")] == [
        "123456",
        "1234567",
        "12345678",
        "12,3,456",
    ]


def test_what_may_be_thousands() -> None:
    assert [is_round_group(text) for text in ("2.000", "-12.000", "2.0", "0.000", "007.000", "1.250", "1234.000")] == [
        True,
        True,
        *[False] * 5,
    ]
    assert [has_three_zeros(text) for text in ("0.000", "1234.000", "1.250", "2.0")] == [True, True, False, False]
