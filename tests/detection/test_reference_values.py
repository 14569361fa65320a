"""Bayes and RKI by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.detection.bayes import Bayes
from riskmodel.detection.reference_values import ReferenceWindow
from riskmodel.detection.rki import CROW_GARDNER, Rki


def test_the_bound_of_bayes_is_a_negative_binomial_quantile():
    rng = np.random.default_rng(1)
    counts = rng.poisson(3, size=(4, 130))
    found = rm.detect(counts, "bayes_b2w4", first=115)
    for s in range(4):
        for k in range(115, 130):
            base = np.concatenate([counts[s, k - 52 * year - 4 : k - 52 * year + 5] for year in (1, 2)])
            upper = stats.nbinom.ppf(0.95, base.sum() + 0.5, 18 / 19)
            assert found.upper[s, k - 115] == upper
            assert found.alarm[s, k - 115] == (counts[s, k] > upper)
            assert found.p_value[s, k - 115] == pytest.approx(stats.nbinom.sf(counts[s, k] - 1, base.sum() + 0.5, 18 / 19))


def test_bayes_1_looks_at_the_six_weeks_before():
    found = rm.detect([[9, 0, 1, 2, 3, 0, 0, 4]], "bayes1", first=6)
    np.testing.assert_allclose(found.expected, [[15 / 6, 1.0]])


def test_the_bound_of_rki():
    low = rm.detect([[2, 3, 2, 3, 2, 3, 9]], "rki1", first=6)
    assert low.upper[0, 0] == 6.686
    assert low.alarm[0, 0]
    high = rm.detect([[30, 31, 29, 30, 33, 27, 36]], "rki1", first=6)
    assert high.upper[0, 0] == pytest.approx(30 + 2 * np.std([30, 31, 29, 30, 33, 27], ddof=1))


def test_limits_of_crow_and_gardner():
    """The shortest acceptance regions of 95 %, the highest of equal length."""

    def region(mean: float) -> tuple[int, int]:
        length = 1
        while True:
            for low in range(int(mean) + 2, max(0, int(mean) - length) - 1, -1):
                if stats.poisson.cdf(low + length - 1, mean) - stats.poisson.cdf(low - 1, mean) >= 0.95:
                    return low, low + length - 1
            length += 1

    for count in (0, 3, 8):
        limit = CROW_GARDNER[count]
        assert region(limit - 0.001)[0] <= count < region(limit + 0.001)[0]


@pytest.mark.parametrize("detector", [Bayes, Rki])
def test_a_window_without_values_is_refused(detector):
    with pytest.raises(UsageError, match="at least one reference value"):
        detector(0, 3, False)


def test_lengths():
    assert ReferenceWindow(2, 4, False, 52).length == 18
    assert ReferenceWindow(1, 6, True, 52).spans() == [(-6, -1), (-58, -46)]
