"""Exact intervals of shares, compared with SciPy's, and trials that repeat."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from riskmodel.counts.exact_shares import equal_trials, exact_share


@pytest.mark.parametrize(("hits", "trials"), [(0, 1), (1, 1), (0, 40), (3, 7), (20, 40)])
def test_an_interval_is_that_of_the_binomial_test(hits: int, trials: int) -> None:
    wanted = binomtest(hits, trials).proportion_ci(0.95, "exact")
    assert exact_share(hits / trials, trials) == pytest.approx((wanted.low, wanted.high))


def test_rows_with_the_same_keys_are_one_trial() -> None:
    places = np.array(["a", "b", "a", "c"])
    assert equal_trials(np.zeros(4), places) == pytest.approx(16 / 6)
    assert equal_trials(np.arange(4), places) == 4
