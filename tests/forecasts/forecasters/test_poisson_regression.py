"""Penalised Poisson regression against statsmodels, on data without a maximum, and on outliers."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.forecasts.forecasters.poisson_regression import PENALTY, poisson_regression


def drawn(rows: int = 2000) -> tuple[np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(8)
    columns = [np.ones(rows), rng.normal(3.0, 2.0, rows), rng.normal(-1.0, 0.1, rows)]
    return rng.poisson(np.exp(0.2 + 0.3 * columns[1] + 1.5 * columns[2])).astype(float), columns


def test_without_a_penalty_it_is_the_maximum_of_the_likelihood() -> None:
    import statsmodels.api as sm

    y, columns = drawn()
    found = poisson_regression(y, columns, [0.0] * 3, penalty=0.0)
    slow = sm.GLM(y, np.stack(columns, axis=1), family=sm.families.Poisson()).fit(tol=1e-12).params
    np.testing.assert_allclose(found.coefficients, slow, rtol=1e-7)
    assert found.converged


def test_the_penalty_moves_a_fit_to_many_events_by_less_than_its_error() -> None:
    y, columns = drawn()
    free, bound = (np.array(poisson_regression(y, columns, [0.0] * 3, penalty).coefficients) for penalty in (0.0, PENALTY))
    X = np.stack(columns, axis=1)
    errors = np.sqrt(np.diag(np.linalg.inv(X.T @ (X * np.exp(X @ free)[:, None]))))
    assert (np.abs(free - bound) < 0.1 * errors).all()


def test_columns_that_say_the_same_share_what_they_explain() -> None:
    y, columns = drawn()
    found = poisson_regression(y, [*columns, columns[1]], [0.0] * 4)
    assert found.converged
    assert found.coefficients[1] == pytest.approx(found.coefficients[3])
    assert found.coefficients[1] + found.coefficients[3] == pytest.approx(0.3, abs=0.05)


def test_without_information_coefficients_stay_at_the_centre() -> None:
    rng = np.random.default_rng(2)
    columns = [np.ones(40), rng.normal(size=40), rng.normal(size=40)]
    y = np.zeros(40)
    y[0] = 1.0
    found = poisson_regression(y, columns, [0.0, 0.5, 0.5], penalty=1e6)
    np.testing.assert_allclose(found.coefficients[1:], [0.5, 0.5], atol=1e-4)
    mean = np.exp(sum(b * column for b, column in zip(found.coefficients, columns, strict=True)))
    assert mean.sum() == pytest.approx(1.0)


def test_events_on_one_side_alone_have_no_maximum_but_a_fit() -> None:
    """Where all events lie where a column is 1, the likelihood rises with its coefficient without end."""
    side = np.repeat([0.0, 1.0], 200)
    y = np.random.default_rng(1).poisson(2.0 * side).astype(float)
    found = poisson_regression(y, [np.ones(400), side], [0.0, 0.0])
    assert found.converged
    assert 2 < found.coefficients[1] < 12


@pytest.mark.parametrize("outlier", [20_000, 10_000_000])
def test_an_outlier_gives_a_fit(outlier: int) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    y = rng.poisson(0.2, 300).astype(float)
    y[17] = outlier
    found = poisson_regression(y, [np.ones(300), x, x**2], [0.0, 1.0, 0.0])
    assert found.converged
    mean = np.exp(sum(b * column for b, column in zip(found.coefficients, [np.ones(300), x, x**2], strict=True)))
    assert mean.sum() == pytest.approx(y.sum(), rel=1e-6)
