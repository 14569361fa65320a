"""Counts with their nouns."""

from __future__ import annotations

from riskmodel.base.plurals import counted


def test_a_count_stands_with_the_singular_or_plural() -> None:
    assert [counted(count, "date") for count in (0, 1, 22, 1200)] == ["0 dates", "1 date", "22 dates", "1,200 dates"]
    assert [counted(count, "family", "families") for count in (1, 2)] == ["1 family", "2 families"]
