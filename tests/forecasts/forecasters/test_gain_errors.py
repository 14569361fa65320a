"""Standard errors of a gain whose rows depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.forecasts.forecasters.gain_errors import standard_errors, variance_of_sum


def test_rows_that_are_alike_within_a_unit_count_as_one() -> None:
    gain = np.array([1.0, 3.0, 2.0, 4.0])
    own = standard_errors(gain, np.arange(4))
    assert standard_errors(np.repeat(gain, 25), np.repeat(np.arange(4), 25)) == pytest.approx(own)
    assert standard_errors(np.repeat(gain, 25), np.arange(100)) > 4 * own


def test_without_a_gain_or_without_spread_there_is_no_evidence() -> None:
    assert standard_errors(np.array([-1.0, 0.5, 0.2]), np.arange(3)) == 0
    assert standard_errors(np.ones(5), np.arange(5)) == 0
    assert standard_errors(np.array([2.0, 1.0]), np.zeros(2)) == 0


def test_the_variance_is_that_of_the_units_sums() -> None:
    values, unit = np.random.default_rng(3).normal(size=60), np.repeat(np.arange(12), 5)
    sums = np.array([(values - values.mean())[unit == one].sum() for one in range(12)])
    assert variance_of_sum(values, unit) == pytest.approx(12 * sums.var(ddof=1))
