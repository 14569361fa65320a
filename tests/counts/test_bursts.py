"""Bursts: a day of records that were entered at once is one, busy days are not."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.counts.bursts import LEAST, burst_days


@pytest.mark.parametrize("mean", [0.1, 2.0, 40.0, 900.0])
@pytest.mark.parametrize("dispersion", [0.0, 0.3])
def test_usual_days_hold_no_burst_and_a_dump_is_found(mean: float, dispersion: float) -> None:
    rng = np.random.default_rng(7)
    rate = mean * (rng.gamma(1 / dispersion, dispersion, 700) if dispersion else np.ones(700))
    counts = rng.poisson(rate * (1 + 0.4 * np.sin(np.arange(700) / 58)))
    assert burst_days(counts) == ()
    counts[333] += int(30 * mean) + 200
    (found,) = burst_days(counts)
    assert (found.at, found.total, found.usual) == (333, counts[333], np.median(counts))


def test_small_counts_and_new_levels_are_none() -> None:
    assert burst_days([]) == ()
    assert burst_days([5000]) == ()
    assert burst_days([0, 0, LEAST, 0]) == ()
    assert [one.at for one in burst_days([0, 0, LEAST + 1, 0])] == [2]
    # eight times the usual largest count
    assert burst_days([10] * 30 + [80]) == ()
    assert [one.at for one in burst_days([10] * 30 + [81])] == [30]
    assert burst_days([3] * 100 + [300] * 100) == ()


def test_one_of_two_days_may_be_a_burst_and_a_single_day_is_none() -> None:
    assert [(one.at, one.usual) for one in burst_days([4000, 2])] == [(0, 2001.0)]
    assert burst_days([4000]) == burst_days([]) == ()


def test_several_bursts_come_in_order() -> None:
    counts = np.full(200, 4)
    counts[[150, 20]] = 900, 5000
    assert [(one.at, one.total) for one in burst_days(counts)] == [(20, 5000.0), (150, 900.0)]
