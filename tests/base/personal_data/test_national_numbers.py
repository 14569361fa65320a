"""National numbers, by examples that the offices or the usual references publish."""

from __future__ import annotations

import re

import numpy as np
import pytest

from riskmodel.base.personal_data.national_numbers import NATIONAL_NUMBERS, national_numbers

EXAMPLES = {
    "account numbers (IBAN)": ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "FR14 2004 1010 0505 0001 3M02 606"),
    "Aadhaar numbers": ("2345 6789 0124",),
    "numbers of DNI or NIE": ("12345678Z", "X1234567L", "54362315-K"),
    "CPF numbers": ("529.982.247-25", "39053344705"),
    "personnummer": ("811218-9876", "19811218-9876", "121212-1212"),
    "National Insurance numbers": ("AB123456C", "AB 12 34 56 C"),
    "numbers of citizens (BSN)": ("111222333",),
    "PESEL numbers": ("44051401359",),
    "CURP numbers": ("HEGG560427MVZRRL04",),
    "fiscal codes": ("RSSMRA85T10A562S",),
    "social security numbers (NIR)": ("2 55 08 14 168 025 38",),
    "personal identity codes of Finland": ("131052-308T",),
    "RUN numbers": ("12.531.909-2",),
    "T.C. identity numbers": ("17291716060",),
    "numbers of the Rijksregister": ("85.07.30-033 28",),
    "birth numbers of Norway": ("151086 95088",),
    "resident numbers of Korea": ("971013-9019902",),
    "identity numbers of Taiwan": ("A123456789",),
    "NRIC or FIN numbers": ("S1234567D", "F1234567N", "M1234567K"),
    "identity numbers of South Africa": ("7503305044089",),
    "My Numbers": ("123456789018",),
    "SNILS numbers": ("112-233-445 95",),
    "tax numbers of persons": ("36 574 261 809",),
    "NIK numbers": ("3171011708450001",),
    "numbers of devices (IMEI)": ("35686800-004141-8",),
}  # fmt: skip


@pytest.mark.parametrize("name", [form.name for form in NATIONAL_NUMBERS])
def test_an_example_is_recognised_and_not_with_another_digit(name: str) -> None:
    for text in EXAMPLES[name]:
        assert name in national_numbers(text), text
        at = max(i for i, c in enumerate(text) if c.isdecimal())
        others = {f"{text[:at]}{digit}{text[at + 1 :]}" for digit in "0123456789"} - {text}
        if name not in ("National Insurance numbers", "CURP numbers", "NIK numbers"):
            assert sum(name in national_numbers(other) for other in others) <= 1, text


def test_short_and_long_texts_are_none() -> None:
    assert national_numbers("1234567") == national_numbers("1" * 40) == frozenset()


def test_every_text_that_has_a_form_has_one_of_its_lengths() -> None:
    """By texts that follow the patterns, of every length, in which letters and digits stand anywhere."""
    rng = np.random.default_rng(3)
    letters = list("ABCDEFGHJKLMSTXYZ0123456789+")
    texts = ["".join(rng.choice(letters[-11:] if n % 3 else letters, n % 40)) for n in range(9_000)]
    texts += [re.sub(r"[ .\-/]", "", text) for examples in EXAMPLES.values() for text in examples]
    texts += [text[:at] + more + text[at:] for text in texts[9_000:] for at in (0, 6, len(text)) for more in ("+", "19", "7")]
    for form in NATIONAL_NUMBERS:
        found = {len(text) for text in texts if form.pattern.fullmatch(text)}
        assert found <= {*form.lengths}, form.name
        assert form.name == "account numbers (IBAN)" or found == {*form.lengths}, form.name
