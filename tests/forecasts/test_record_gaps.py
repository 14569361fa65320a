"""Gaps between the days of records, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.forecasts.record_gaps import Gap, find_gaps


def outside(days: np.ndarray, *spans: tuple[int, int]) -> np.ndarray:
    keep = np.ones(len(days), dtype=bool)
    for first, last in spans:
        keep &= (days < first) | (days > last)
    return days[keep]


YEARS = np.repeat(np.arange(1000), 4)


def test_two_outages_are_found_with_what_is_missing() -> None:
    assert find_gaps(outside(YEARS, (300, 389), (800, 830))) == (Gap(300, 389, 360.0), Gap(800, 830, 124.0))
    assert find_gaps(np.random.default_rng(1).permutation(outside(YEARS, (300, 389)))) == (Gap(300, 389, 360.0),)


@pytest.mark.parametrize(
    "occurred",
    [
        pytest.param(YEARS, id="none"),
        pytest.param(outside(YEARS, (300, 320)), id="three weeks"),
        pytest.param(np.repeat(np.arange(0, 1000, 30), 100), id="counts of months"),
        pytest.param(outside(YEARS, (100, 220), (465, 585), (830, 950)), id="a season that recurs"),
        pytest.param(np.arange(0, 4000, 45), id="a rare event"),
        pytest.param(np.repeat(np.arange(10), 40), id="ten days"),
    ],
)
def test_what_is_usual_is_no_gap(occurred: np.ndarray) -> None:
    assert find_gaps(occurred) == ()


def test_counts_of_weeks_have_gaps_of_many_weeks() -> None:
    weeks = np.repeat(np.arange(0, 1400, 7), 30)
    (gap,) = find_gaps(outside(weeks, (700, 790)))
    assert (gap.first, gap.last) == (694, 790)
    assert gap.missing == pytest.approx(97 / 7 * 30, rel=0.02)


def test_days_that_are_ignored_are_no_gap() -> None:
    assert find_gaps(outside(YEARS, (300, 389), (800, 830)), [(300, 389)]) == (Gap(800, 830, 124.0),)
