"""The nearest names are those with the fewest changes."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import did_you_mean
from riskmodel.base.nearest_names import nearest_names


@pytest.mark.parametrize(
    ("word", "known", "nearest"),
    [
        ("horizont", ("champion", "horizon", "kinds"), "horizon"),
        ("tehft", ("thief", "theft"), "theft"),
        ("网格", ("网点", "街道"), "网点"),
        ("Fight", ("night", "fight"), "fight"),
        ("ocurred", ("occurred", "recurred"), "occurred"),
        ("THEFT", ("noise", "theft"), "theft"),
    ],
)
def test_the_nearest_name_needs_the_fewest_changes(word: str, known: tuple[str, ...], nearest: str) -> None:
    assert nearest_names(word, known) == [nearest]
    assert did_you_mean(word, known).endswith(f"Hint: did you mean {nearest!r}?")


@pytest.mark.parametrize("word", ["horizont", "", "boundary"])
def test_a_name_that_shares_letters_only_is_no_hint(word: str) -> None:
    assert nearest_names(word, ("champion", "number")) == []
    assert "Hint" not in did_you_mean(word, ("champion", "number"))


def test_several_names_come_nearest_first() -> None:
    known = ("kinds", "kind", "king", "mind", "places")
    assert nearest_names("kind", known, most=3) == ["kind", "kinds", "king"]
    assert nearest_names("kind", known, most=9, alike=0.9) == ["kind"]
