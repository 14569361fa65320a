"""Formats of numbers: signs, dashes, plurals, and shares that can be read."""

from __future__ import annotations

from riskmodel.counts.bootstrap import Interval
from riskmodel.forecasts.reports.number_formats import (
    fixed_number,
    how_often,
    part,
    part_range,
    readable,
    settings,
    signed,
    signed_percent,
    to,
)

NAN = float("nan")


def test_numbers_have_signs_and_dashes() -> None:
    assert signed_percent(0.0163) == "+1.6 %"
    assert signed_percent(0.00163) == "+0.16 %"
    assert signed_percent(-0.5) == "−50.0 %"
    assert signed_percent(float("nan")) == fixed_number(float("nan")) == signed(float("nan")) == part(float("nan")) == "–"
    assert fixed_number(0.5) == "0.5000"
    assert fixed_number(-0.5) == "−0.5000"
    assert part(0.9321) == "93.2 %"


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert signed_percent(0.0) == signed_percent(-0.0) == signed_percent(-0.00001) == "0 %"
    assert signed_percent(0.00005) == "+0.01 %"
    assert (fixed_number(-1e-9), part(-1e-9), signed(-1e-9)) == ("0.0000", "0.0 %", "+0.00000")


def test_a_percentage_of_a_value_near_zero_is_a_dash() -> None:
    assert [signed_percent(value) for value in (-26434164.1536, 1e9, float("inf"), float("nan"), 10.0, -0.5)] == ["–"] * 4 + [
        "+1000.0 %",
        "−50.0 %",
    ]


def test_a_share_of_a_value_near_zero_is_not_shown() -> None:
    assert readable(Interval(-0.6, -2.0, 0.4))
    assert readable(Interval(0.2, NAN, NAN)), "too few dates for an interval"
    assert not readable(Interval(-26434164.1536, -3e7, -2e7))
    assert not readable(Interval(0.2, -400.0, 1.0))
    assert not readable(Interval(NAN, NAN, NAN))
    assert part(-12.5) == "–"


def test_intervals_and_counts_read_as_words() -> None:
    assert to("1 %", "2 %") == "1 % to 2 %"
    assert to("–", "–") == "–"
    assert part_range(0.1, 0.2) == " (10.0 % to 20.0 %)"
    assert part_range(NAN, NAN) == ""
    assert [how_often(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]


def test_settings_are_written_as_assignments() -> None:
    assert settings({"a": [1], "b": "x"}) == "a = [1]; b = 'x'"
    assert settings({}) == "–"
