"""The limits that the rules of the check state: just below each nothing is found, from it on something is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.check.breaks import find_breaks
from riskmodel.records.check.day_bursts import bursts_or_delivery, can_burst
from riskmodel.records.check.findings import check_findings, delay_change
from riskmodel.records.check.measures import Measures
from riskmodel.records.check.source_measures import Month, SourceCheck

FIRST = to_day("2020-01-01")


def breaks(months: Sequence[int]) -> list[str]:
    """Days of the breaks of monthly counts, all of a month on its first day."""
    begins = month_begin(month_of(FIRST) + np.arange(len(months) + 1)) - FIRST
    counts = np.zeros(begins[-1], dtype=np.int64)
    counts[begins[:-1]] = months
    return [one.day for one in find_breaks("theft", counts, FIRST)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([1000] * 24, [1490] * 24, 0),
        ([1000] * 24, [1510] * 24, 1),
        ([1000] * 12, [2450] * 12, 0),
        ([1000] * 12, [2550] * 12, 1),
        ([1000] * 18, [2000] * 17, 0),
        ([1000] * 18, [2000] * 18, 1),
        ([1000] * 23, [9000] * 1, 0),
        ([1000] * 22, [9000] * 2, 1),
        ([7] * 12, [18] * 12, 0),
        ([6] * 12, [18] * 12, 1),
    ],
    ids=[
        "factor",
        "factor",
        "unseasoned",
        "unseasoned",
        "35 months",
        "36 months",
        "1 of 3 last",
        "2 of 3 last",
        "4.5 errors",
        "5.1 errors",
    ],
)
def test_a_break_is_large_clear_and_lasts(before: list[int], after: list[int], found: int) -> None:
    assert len(breaks(before + after)) == found


@pytest.mark.parametrize(("turns", "found"), [(12, 12), (13, 12)])
def test_the_clearest_twelve_breaks_are_named(turns: int, found: int) -> None:
    assert len(breaks([level for at in range(turns + 1) for level in [100 * (1 + 8 * (at % 2))] * 9])) == found


def peaks(busy: int, days: int = 1, usual: int = 3, every: int = 1) -> int:
    """Number of bursts on a few days of one month, among a year of days with the usual count."""
    counts = np.full(366, usual, dtype=np.int64)
    counts[::2] += every - 1
    counts[100 : 100 + days] = busy
    return len(bursts_or_delivery("theft", counts, FIRST))


@pytest.mark.parametrize(
    ("found", "busy", "days", "usual", "every"),
    [
        (0, 29, 1, 3, 1),
        (1, 30, 1, 3, 1),
        (0, 49, 1, 1, 10),
        (1, 50, 1, 1, 10),
        (6, 60, 6, 3, 1),
        (0, 60, 7, 3, 1),
        (0, 119, 1, 40, 1),
        (1, 120, 1, 40, 1),
        (0, 199, 1, 40, 21),
        (1, 261, 1, 40, 21),
    ],
    ids=["29", "30", "five times", "five times", "six days", "seven days", "thrice", "thrice", "spread", "spread"],
)
def test_a_burst_is_large_against_other_busy_days(found: int, busy: int, days: int, usual: int, every: int) -> None:
    assert peaks(busy, days, usual, every) == found


@pytest.mark.parametrize(("filled", "judged"), [(12, False), (13, True)])
def test_a_kind_that_comes_by_the_month_has_no_bursts(filled: int, judged: bool) -> None:
    counts = np.zeros(200, dtype=np.int64)
    counts[: 15 * filled : 15] = 5
    assert can_burst(counts) == judged


def source(months: Sequence[Month]) -> SourceCheck:
    """A source with these months and nothing else to say."""
    last = months[-1].month
    whole = sum(month.records for month in months)
    return SourceCheck(
        "police", ("theft",), whole, "2020-01-01", f"{last}-28", "2020-01-01", f"{last}-28", False, 1, 3, 0, 0, 0, 0, 0, whole, {}, tuple(months)
    )  # fmt: skip


def month(at: int, records: int = 100, repeats: int = 0, delay: float = 1.0) -> Month:
    return Month(f"{2020 + at // 12}-{at % 12 + 1:02d}", True, records, repeats, delay, delay)


@pytest.mark.parametrize(
    ("before", "after", "months", "changes"),
    [(1.0, 2.9, 9, False), (1.0, 3.0, 9, True), (1.0, 3.0, 8, False), (10.0, 14.9, 9, False), (10.0, 15.0, 9, True)],
)
def test_a_delay_changes_by_two_days_and_by_half(before: float, after: float, months: int, changes: bool) -> None:
    found = source(
        [*(month(at, delay=before) for at in range(months - 3)), *(month(months - at, delay=after) for at in (3, 2, 1))]
    )
    assert delay_change(found) == ((before, after) if changes else None)


def keys(months: Sequence[Month]) -> set[str]:
    measures = Measures((source(months),), (), 4, 0, (), (), 1)
    return {one.key for one in check_findings(measures, (), (), ())}


@pytest.mark.parametrize(
    ("usual", "records", "repeats", "found"),
    [(0, 100, 49, False), (0, 100, 50, True), (0, 19, 19, False), (0, 20, 20, True), (20, 100, 99, False), (20, 100, 100, True)],
)
def test_a_repeated_month_repeats_half_of_many_and_more_than_usual(usual: int, records: int, repeats: int, found: bool) -> None:
    months = [*(month(at, 100, usual) for at in range(12)), month(12, records, repeats)]
    assert ("repeats" in keys(months)) == found


@pytest.mark.parametrize(("records", "found"), [(4, False), (5, True)])
def test_a_month_without_records_is_a_gap_where_five_are_usual(records: int, found: bool) -> None:
    assert ("gap" in keys([*(month(at, records) for at in range(5)), month(5, 0)])) == found
