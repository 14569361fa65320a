"""Combined evidence: valid under any dependence, NaN is no family, and findings at a rate."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.detection.false_discoveries import discoveries
from riskmodel.detection.joint.evidence_combination import combined_p, rule_holds
from riskmodel.detection.joint.past_nights import frequency


def dependent(correlation: float, size: int = 40_000) -> np.ndarray:
    """Uniform p-values of three families whose normal scores are correlated."""
    from scipy.special import ndtr

    rng = np.random.default_rng(3)
    shared = rng.standard_normal(size)
    return ndtr(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.standard_normal((3, size)))


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8, 1.0])
@pytest.mark.parametrize("level", [0.05, 0.005])
def test_combined_evidence_keeps_its_level_under_dependence(correlation: float, level: float) -> None:
    assert (combined_p(dependent(correlation)) <= level).mean() <= level * 1.05


def test_it_keeps_its_level_under_the_worst_dependence_of_two() -> None:
    # where one family is low the other is just not, so that their smallest is low as often as can be
    first = np.random.default_rng(5).random(40_000)
    p = np.stack([first, (first + 0.5) % 1, np.full(len(first), np.nan)])
    assert all((combined_p(p) <= level).mean() <= level * 1.1 for level in (0.2, 0.05, 0.01))


def test_agreement_counts_for_more_than_its_strongest_family() -> None:
    alone, two, three = combined_p(np.array([[1e-4, 1e-4, 1e-4], [1.0, 1e-4, 1e-4], [1.0, 1.0, 1e-4]]))
    assert (alone, two, three) == pytest.approx((3 / 0.02 * 1e-4, 1.5 / 0.13 * 1e-4, np.e / 0.85 * 1e-4))


def test_a_family_alone_speaks_for_itself() -> None:
    np.testing.assert_array_equal(combined_p(np.array([[0.03, np.nan]])), [0.03, np.nan])


def test_a_family_that_is_not_judged_is_left_out_and_never_quiet() -> None:
    p = np.array([[0.01, 0.01, np.nan], [0.01, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    two, one, none = combined_p(p)
    assert two == pytest.approx(np.e / 0.85 * 0.01)
    assert one == 0.01
    assert np.isnan(none)
    assert rule_holds(p).tolist() == [True, False, False]


def test_one_extreme_or_two_families_keep_the_rule() -> None:
    p = np.array([[0.0005, 0.04, 0.04, 0.002], [1.0, 0.03, 0.2, 0.06], [1.0, 1.0, 1.0, 1.0]])
    assert rule_holds(p).tolist() == [True, True, False, False]


def test_findings_are_those_of_benjamini_and_yekutieli() -> None:
    p = np.array([0.5, 0.001, np.nan, 0.01, 0.02, 1.0])
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5
    limits = [0.1 * k / (5 * harmonic) for k in range(1, 6)]
    largest = max(k for k, value in enumerate(sorted(p[~np.isnan(p)]), 1) if value <= limits[k - 1])
    assert discoveries(p, 0.1).sum() == largest
    assert not discoveries(np.array([np.nan]), 0.1).any()
    assert not discoveries(np.zeros(0), 0.1).any()


def test_past_nights_say_how_often_and_extrapolate_beyond_them() -> None:
    past = np.random.default_rng(1).random((50, 400))
    often = frequency(np.array([0.2, 0.01, 1e-6, np.nan]), past)
    np.testing.assert_allclose(often[:2], [0.2, 0.01], rtol=0.2)
    assert 1e-7 < often[2] < 1e-5
    assert np.isnan(often[3])
    assert np.isnan(frequency(np.array([0.2]), past[:1])).all()
    # evidence that the model takes for rare and past nights do not
    assert frequency(np.array([1e-6]), past**3)[0] > 1e-4
