"""Each error's own number is not beaten by any other."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.counts.distribution import BERNOULLI, CountDistribution, log_pmf
from riskmodel.counts.point_forecasts import BEST_NUMBERS, count_weighted_median

COUNTS = np.arange(4_000)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.02, 0.0), (0.4, 0.0), (2.5, 0.7), (7.0, 0.0), (40.0, 0.1), (3.0, 5.0)])
@pytest.mark.parametrize("error", BEST_NUMBERS)
def test_no_other_number_has_a_smaller_expected_error(error: str, mean: float, dispersion: float) -> None:
    p = np.exp(log_pmf(COUNTS, np.full(len(COUNTS), mean), np.full(len(COUNTS), dispersion)))
    weight = p * COUNTS if error == "wmae" else p
    found = BEST_NUMBERS[error][1](CountDistribution.of(np.array([mean]), dispersion))[0]

    def expected(number: float) -> float:
        off = np.abs(COUNTS - number)
        return float((weight * (off**2 if error == "rmse" else off)).sum())

    best = expected(float(found))
    for other in (found - 1.0, found - 0.5, found + 0.5, found + 1.0, mean):
        assert best <= expected(float(other)) + 1e-9


def test_a_binary_row_with_an_event_has_one() -> None:
    assert count_weighted_median(CountDistribution.of(np.array([0.3]), BERNOULLI)).tolist() == [1.0]
