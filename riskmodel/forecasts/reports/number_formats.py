"""Formats of numbers, shares and settings in reports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from riskmodel.counts.bootstrap import Interval

LARGEST_SHARE = 10.0
"""A share beyond this says no more than that its denominator is near zero."""


SMALLEST_SHARE = 5e-5
"""A share below this would be written as 0.00 %, with a sign that says nothing."""


def readable(share: Interval) -> bool:
    """Return whether a share can be read as a percentage.

    A share of a value near zero is too large, as is one whose interval is that wide; one near zero rounds to nothing. The difference itself should
    be shown instead.
    """
    if share.value == share.value and abs(share.value) < SMALLEST_SHARE:
        return False
    return abs(share.value) <= LARGEST_SHARE and not any(abs(end) > LARGEST_SHARE for end in share[1:])


def fixed_number(value: float, digits: int = 4) -> str:
    """Format a value with a fixed number of digits."""
    return "–" if math.isnan(value) else f"{value:z.{digits}f}".replace("-", "−")


def signed(value: float) -> str:
    """Format a difference with its sign."""
    return "–" if math.isnan(value) else f"{value:+z.5f}".replace("-", "−")


def signed_percent(value: float) -> str:
    """Format a difference as a percentage with its sign.

    One of a value near zero says nothing and is a dash.
    """
    if math.isnan(value) or abs(value) > LARGEST_SHARE:
        return "–"
    text = f"{value:+.2%}" if abs(value) < 0.01 else f"{value:+.1%}"
    return "0 %" if text in ("+0.00%", "-0.00%") else text.replace("-", "−").replace("%", " %")


def part(value: float) -> str:
    """Format a share of a whole as a percentage."""
    return "–" if math.isnan(value) or abs(value) > LARGEST_SHARE else f"{100 * value:z.1f} %".replace("-", "−")


def to(low: str, high: str) -> str:
    """Format the ends of an interval; a dash where there is none."""
    return low if low == high == "–" else f"{low} to {high}"


def part_range(low: float, high: float) -> str:
    """Format an interval of shares in brackets, after a space.

    Empty where there are too few dates for an interval.
    """
    return f" ({part(low)} to {part(high)})" if not math.isnan(low) else ""


def how_often(count: int) -> str:
    """Format how often something was done: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def words(metric: str) -> str:
    """Format a metric's name with spaces, where it may be broken."""
    return metric.replace("_", " ")


def settings(stated: Mapping[str, Any]) -> str:
    """Format settings as ``name = value``; a dash for none."""
    return "; ".join(f"{name} = {value!r}" for name, value in stated.items()) or "–"
