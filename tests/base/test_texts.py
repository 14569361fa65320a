"""Texts in two languages."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from riskmodel.base.texts import LANGUAGES, FileText, Text


def test_a_text_is_formatted_in_one_language() -> None:
    text = Text(zh="近{days}天", en="the last {days} days")
    assert text(days=7) == "近7天"
    assert text("en", days=7) == "the last 7 days"
    assert text("en") == "the last {days} days"
    assert LANGUAGES == ("zh", "en")


def test_a_text_needs_every_language_and_no_other() -> None:
    with pytest.raises(ValidationError, match="en\n  Field required"):
        Text(zh="一")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Text(zh="一", en="one", fr="un")  # type: ignore[call-arg]


def test_a_text_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="Instance is frozen"):
        Text(zh="一", en="one").zh = "二"


def test_one_plain_string_serves_every_language() -> None:
    assert Text.model_validate("一") == Text(zh="一", en="一")
    with pytest.raises(ValidationError, match=r"it must be text, or a table with zh and en \(found 3\); correct it"):
        Text.model_validate(3)


@pytest.mark.parametrize("given", [{"en": "theft"}, {"zh": "盗窃"}])
def test_one_language_is_enough_in_a_file(given: dict[str, str]) -> None:
    (said,) = given.values()
    read = TypeAdapter(FileText).validate_python(given)
    assert read == Text(zh=said, en=said)
    with pytest.raises(ValidationError, match="zh"):
        TypeAdapter(FileText).validate_python({})
