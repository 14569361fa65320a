"""Texts of one length are judged by their ranges as by the patterns."""

from __future__ import annotations

import tracemalloc

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.byte_ranges import byte_ranges
from riskmodel.base.personal_data.forbidden_values import MOMENT, MOMENT_BOUNDS, are_moments, forbidden
from riskmodel.base.personal_data.safe_texts import PLAIN_CODE, is_harmless
from riskmodel.records.intake.privacy.value_check import suspects

SIGNS = "09AZaz[`/:@ -T12é"
COLUMNS = st.integers(1, 6).flatmap(lambda size: st.lists(st.text(SIGNS, min_size=size, max_size=size), min_size=1, max_size=5))


def matches(texts: list[str], pattern: str) -> list[bool]:
    return arrow_compute().match_substring_regex(pa.array(texts), pattern).to_pylist()


@pytest.mark.parametrize("count", [1, 2_729, 2_730, 2_731, 6_000])
def test_ranges_are_those_of_every_position(count: int) -> None:
    """Whole blocks and the rest both count, and empty texts and those outside of a slice do not."""
    texts = [f"P{number % 7}{number % 10}" for number in range(count)]
    found = byte_ranges(pa.array(["é", "", *texts, "", "zzz"]).slice(1, count + 2))
    assert found is not None
    columns = [[text.encode()[at] for text in texts] for at in range(3)]
    assert found.lowest.tolist() == [min(column) for column in columns]
    assert found.highest.tolist() == [max(column) for column in columns]


@pytest.mark.parametrize("count", [1, 3])
def test_long_texts_take_no_memory_beyond_their_own(count: int) -> None:
    size = 1 << 20
    texts = pa.array(["a" * (size - 1) + str(number) for number in range(count)])
    tracemalloc.start()
    try:
        found = byte_ranges(texts)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is not None
    assert (chr(found.lowest[-1]), chr(found.highest[-1])) == ("0", str(count - 1))
    assert found.lowest[:-1].tobytes() == found.highest[:-1].tobytes() == b"a" * (size - 1)
    assert peak < 6 * size


@pytest.mark.parametrize("texts", [[], [""], ["a", "bb"], ["a", None], [None]])
def test_other_texts_have_no_ranges(texts: list[str | None]) -> None:
    assert byte_ranges(pa.array(texts, pa.string())) is None


@given(COLUMNS)
def test_codes_are_what_the_pattern_says(texts: list[str]) -> None:
    """No column passes that has a value which does not match; columns of equal classes pass if all values match."""
    found = byte_ranges(pa.array(texts))
    if found is not None and found.are_codes(4, 30):
        assert all(matches(texts, PLAIN_CODE))
    classes = {"".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.islower() else c for c in text) for text in texts}
    if len(classes) == 1 and all(matches(texts, PLAIN_CODE)):
        assert found is not None
        assert found.are_codes(4, 30)


@pytest.mark.parametrize("text", ["A" * 5 + "1", "1" * 31, "A", "1A", "A1A", "1 1"])
def test_other_forms_are_no_codes(text: str) -> None:
    found = byte_ranges(pa.array([text]))
    assert found is not None
    assert not found.are_codes(4, 30)


@pytest.mark.parametrize(("low", "high"), MOMENT_BOUNDS)
@given(shares=st.lists(st.floats(0, 1), min_size=19, max_size=19))
def test_texts_between_the_bounds_are_instants(low: str, high: str, shares: list[float]) -> None:
    text = "".join(chr(ord(a) + round(share * (ord(b) - ord(a)))) for a, b, share in zip(low, high, shares, strict=True))
    assert matches([low, text, high], MOMENT) == [True] * 3


def test_instants_need_no_pattern_unless_one_differs() -> None:
    instants = ["2014-05-13 00:00:00", "2023-12-31 23:59:59"]
    for texts, all_are in (
        (instants, True),
        ([*instants, "2023-12-31x23:59:59"], False),
        ([*instants, "1999-12-31 23:59:59"], False),
    ):
        found = byte_ranges(pa.array(texts))
        assert found is not None
        assert are_moments(found) == all_are


@pytest.mark.parametrize("hidden", ["13912345678", "138001380001234", "@zhangsan12"])
def test_a_suspect_among_instants_or_codes_is_found(hidden: str) -> None:
    """Values beside it do not hide it, whether it has their length or not."""
    for others in (["2014-05-13 00:00:00"] * 3, ["P" + "1" * (len(hidden) - 1)] * 3):
        array = pa.array([*others, hidden])
        assert 3 in suspects(array) or forbidden(hidden) is None


@given(COLUMNS)
def test_a_column_is_judged_as_its_values(texts: list[str]) -> None:
    whole = is_harmless(pa.array(texts)).tolist()
    assert whole == [bool(is_harmless(pa.array([text, "x y"]))[0]) for text in texts]
