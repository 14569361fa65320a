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
EPIDEMICS = np.repeat(np.arange(900), (60 * np.exp(-((np.arange(900) % 450 - 100.0) ** 2) / 800)).astype(int))


def test_two_outages_are_found_with_what_is_missing() -> None:
    assert find_gaps(outside(YEARS, (300, 389), (800, 830))) == (Gap(300, 389, 360.0), Gap(800, 830, 124.0))
    assert find_gaps(np.random.default_rng(1).permutation(outside(YEARS, (300, 389)))) == (Gap(300, 389, 360.0),)


@pytest.mark.parametrize(
    "occurred",
    [
        pytest.param(YEARS, id="none"),
        pytest.param(np.repeat(YEARS[outside(YEARS, (300, 305))], 5), id="six days"),
        pytest.param(np.repeat(np.arange(300), 3 + 30 * (np.abs(np.arange(300) - 150) > 60)), id="fewer, and not none"),
        pytest.param(outside(np.repeat(YEARS, 8), (341, 348), (696, 703)), id="a lunar new year"),
        pytest.param(EPIDEMICS, id="epidemics"),
    ],
)
def test_what_is_usual_is_no_gap(occurred: np.ndarray) -> None:
    assert find_gaps(occurred) == ()


def test_an_outage_within_a_rise_is_found_and_so_are_two_close_ones() -> None:
    days = np.arange(1000)
    rising = outside(np.repeat(days, 10 + days // 5), (50, 60))
    assert [(gap.first, gap.last) for gap in find_gaps(rising)] == [(50, 60)]
    assert [(gap.first, gap.last) for gap in find_gaps(outside(YEARS, (300, 319), (323, 342)))] == [(300, 319), (323, 342)]


def test_counts_of_weeks_have_gaps_of_many_weeks() -> None:
    weeks = np.repeat(np.arange(0, 1400, 7), 30)
    (gap,) = find_gaps(outside(weeks, (700, 790)))
    assert (gap.first, gap.last) == (694, 790)
    assert gap.missing == pytest.approx(97 / 7 * 30, rel=0.02)


def test_days_that_are_ignored_are_no_gap() -> None:
    assert find_gaps(outside(YEARS, (300, 389), (800, 830)), [(300, 389)]) == (Gap(800, 830, 124.0),)
