"""The rough look for names says of every column what the long pattern says, which takes ten times as long to compile."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pytest

from riskmodel.records.intake.privacy.dotted_numbers import matches
from riskmodel.records.intake.privacy.name_forms import IN_ANY_LETTERS, IN_PLAIN_LETTERS, PLAIN, are_like_names

WORDS = (
    "Ximena",
    "O'Brien",
    "no",
    "id",
    "vs",
    "张三",
    "王某",
    "诉",
    "盗窃",
    "案",
    "、",
    "，",
    "·",
    "*",
    "12",
    "#4",
    "(7)",
    "-",
    ".",
    ",",
    "A1",
)
FOREIGN = ("Ольга", "José", "김철수", "ことり", "Zoë", "e\u0301", "々", "ſ")


def drawn(words: tuple[str, ...], count: int, seed: int) -> list[str]:
    """Texts of one to eight words, with and without spaces."""
    rng = np.random.default_rng(seed)
    return [rng.choice(["", " "]).join(rng.choice(words, rng.integers(1, 9))) for _ in range(count)]


def test_letters_of_plain_texts_are_those_of_the_short_pattern() -> None:
    every = pa.array([chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000])
    plain = every.filter(pa.array(matches(every, PLAIN)))
    assert len(plain) > 21_000
    assert (matches(plain, r"^\p{L}$") == matches(plain, r"^[A-Za-z\x{4E00}-\x{9FFF}]$")).all()
    assert not matches(plain, r"\p{M}").any()


def test_plain_texts_are_like_names_by_both_patterns_or_by_none() -> None:
    texts = pa.array(drawn(WORDS, 4_000, 1))
    assert matches(texts, PLAIN).all()
    like = matches(texts, IN_ANY_LETTERS)
    assert 0.1 < like.mean() < 0.9
    assert (matches(texts, IN_PLAIN_LETTERS) == like).all()


@pytest.mark.parametrize("foreign", [0, 3, 10])
def test_half_of_the_values_decide(foreign: int) -> None:
    said = set()
    for seed in range(12):
        texts = pa.array(drawn(WORDS, 10 - foreign, seed) + drawn((*WORDS, *FOREIGN), foreign, 100 + seed))
        share = 2 * matches(texts, IN_ANY_LETTERS).sum() >= len(texts)
        assert are_like_names(texts) == share, texts
        said.add(share)
    assert said == {True, False}


@pytest.mark.parametrize("sign", range(0x21, 0x41))
def test_texts_without_a_letter_are_like_no_names(sign: int) -> None:
    texts = pa.array([chr(sign) * 3, f"1{chr(sign)}2", f"{chr(sign)} 12"])
    assert not matches(texts, IN_ANY_LETTERS).any()
    assert not are_like_names(texts)
    assert are_like_names(pa.array(["A Lin", f"B{chr(sign)} Wu Lee"]).slice(0, 1))


def test_no_value_is_like_no_name() -> None:
    assert not are_like_names(pa.array([], pa.string()))
