"""Pooling: derivatives against differences, and factors without a residual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.forecasts.forecasters.pooled_means import POOLINGS, member_factors, pooled, weight_slopes

LOGS = st.floats(-20, 12)


@given(
    pooling=st.sampled_from(POOLINGS),
    members=st.lists(st.tuples(st.floats(0.01, 1), LOGS, LOGS), min_size=1, max_size=4),
)
def test_factors_leave_no_residual(pooling: str, members: list[tuple[float, float, float]]) -> None:
    weights = np.array([member[0] for member in members])
    weights /= weights.sum()
    logs, bases = [np.array([member[1]]) for member in members], [member[2] for member in members]
    found = member_factors(pooling, weights, logs, bases)
    total = sum(share * (log - base) for share, log, base in zip(found, logs, bases, strict=True))
    assert total == pytest.approx(pooled(pooling, weights, logs) - pooled(pooling, weights, bases), abs=1e-9, rel=1e-9)
    assert all((share > 0).all() for share in map(np.asarray, found))


@pytest.mark.parametrize("pooling", POOLINGS)
def test_factors_are_the_weights_where_members_agree(pooling: str) -> None:
    logs = [np.array([0.3, -2.0, 0.1]), np.array([0.3, -2.0, 0.1])]
    found = member_factors(pooling, [0.25, 0.75], logs, [0.1, 0.1])
    np.testing.assert_allclose(np.broadcast_to(found[0], 3), 0.25)
    np.testing.assert_allclose(np.broadcast_to(found[1], 3), 0.75)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_slopes_are_derivatives(pooling: str) -> None:
    rng = np.random.default_rng(1)
    logs, weights, step = [rng.normal(size=50) for _ in range(3)], np.array([0.2, 0.3, 0.5]), 1e-6
    for k, slope in enumerate(weight_slopes(pooling, weights, logs)):
        more, less = weights.copy(), weights.copy()
        more[k] += step
        less[k] -= step
        np.testing.assert_allclose(
            slope, (pooled(pooling, more, logs) - pooled(pooling, less, logs)) / (2 * step), rtol=1e-6, atol=1e-8
        )
