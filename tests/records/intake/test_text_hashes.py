"""Hashes of texts: stable, ordered, and kept by tokens."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.personal_data.safe_texts import token
from riskmodel.records.intake.columns.text_hashes import mix, text_hash, text_hashes

STORED_HASH = 12219043946914016989


def slow_hash(text: str) -> int:
    """The hash word by word in plain integers."""

    def mixed(one: int, other: int) -> int:
        z = (one * 0x9E3779B97F4A7C15 + other) % 2**64
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return z ^ (z >> 31)

    content = text.encode()
    hashed = 0x9E3779B97F4A7C15
    for at in range(0, len(content), 8):
        hashed = mixed(hashed, int.from_bytes(content[at : at + 8], "little"))
    return mixed(hashed, len(content))


@given(st.lists(st.text(max_size=40)))
def test_texts_have_the_same_hash_on_every_machine(values: list[str]) -> None:
    assert text_hashes(values).tolist() == [slow_hash(value) for value in values]


def test_hashes_do_not_change() -> None:
    """Stored rows are identified by them."""
    assert text_hash("盗窃") == slow_hash("盗窃") == STORED_HASH
    assert len(set(text_hashes([str(i) for i in range(100_000)]).tolist())) == 100_000
    assert text_hash("a") != text_hash("a\0")


def test_a_token_has_the_hash_of_what_it_stands_for() -> None:
    assert text_hash(token("13912345678", text_hash("13912345678"))) == text_hash("13912345678")
    assert text_hash(f"#{text_hash('a'):016x}") == text_hash("a")
    assert text_hash("#0123456789abcdeg") == slow_hash("#0123456789abcdeg")


def test_mixing_does_not_confuse_order_or_small_numbers() -> None:
    one, other = np.meshgrid(np.arange(300, dtype=np.uint64), np.arange(300, dtype=np.uint64))
    assert len(np.unique(mix(one.ravel(), other.ravel()))) == 300 * 300
    hashed = np.array([text_hash(str(i)) for i in range(300)], dtype=np.uint64)
    assert len(np.unique(mix(hashed[one].ravel(), other.ravel()))) == 300 * 300
