"""Models of the caller's own in a backtest: same rows, no labels of the future, calibrated like the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.ensemble import HistGradientBoostingRegressor

import riskmodel as rm
from riskmodel.forecasts.forecasters.forecaster import Forecaster
from tests.worlds.example_city import example_names


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return example_names(tmp_path_factory.mktemp("city"))


def run(city: dict[str, Any], own: Any, **options: Any) -> rm.BacktestResult:
    return rm.backtest(city["experiment"], city["history"], city["features"], own=own, **options)


def mean_of_the_cell(rows: rm.Design) -> Any:
    count = np.bincount(rows.cell, rows.y, len(rows.places))
    mean = count / np.maximum(np.bincount(rows.cell, minlength=len(rows.places)), 1)
    return lambda ahead: mean[ahead.cell]


def glm(rows: rm.Design) -> Any:
    """A Poisson regression on the logarithms of three counts."""

    def table(some: rm.Design) -> Any:
        return sm.add_constant(np.log1p(np.nan_to_num(some.X[:, :3].astype(float))), has_constant="add")

    fitted = sm.GLM(rows.y, table(rows), family=sm.families.Poisson()).fit()
    return lambda ahead: fitted.predict(table(ahead))


def test_models_of_other_libraries_stand_beside_ours(city: dict[str, Any]) -> None:
    trees = HistGradientBoostingRegressor(loss="poisson", max_iter=20, random_state=0)
    result = run(city, {"trees": trees, "glm": glm, "mean": mean_of_the_cell})
    assert set(result.forecasts) == {"decayed", "trees", "glm", "mean"}
    assert set(result.lift("decayed")) == {"trees", "glm", "mean"}
    assert result.frame()["log_score"].notna().all()
    assert result.intervals("glm").present.any()
    assert len(result.notes["mean"]) == len(result.origins)
    assert not hasattr(trees, "n_iter_")
    before = city["result"].forecasts["decayed"]
    assert result.forecasts["decayed"].mean.tolist() == before.mean.tolist()
    again = run(city, {"trees": trees})
    assert again.forecasts["trees"].mean.tolist() == result.forecasts["trees"].mean.tolist()


def test_a_model_sees_the_past_and_no_outcome_of_what_it_forecasts(city: dict[str, Any]) -> None:
    seen: list[tuple[int, int, bool, tuple[str, ...]]] = []

    def spy(rows: rm.Design) -> Any:
        assert rows.mature.all()
        newest = int(rows.as_of.max()) + city["experiment"].horizon

        def predict(ahead: rm.Design) -> Any:
            seen.append((newest, int(ahead.as_of.max()), bool(ahead.y.any() or ahead.mature.any()), tuple(ahead.names)))
            return np.full(len(ahead), float(rows.y.mean()))

        return predict

    result = run(city, {"spy": spy})
    names = tuple(feature.name for feature in city["features"])
    assert not any(labels for _, _, labels, _ in seen)
    assert {shown for *_, shown in seen} == {names}
    learned = max(newest for newest, *_ in seen)
    assert learned <= max(result.origins)


def test_a_mean_that_is_right_is_left_as_it_is(city: dict[str, Any]) -> None:
    """Calibration corrects the level: forecasts ten times too high end at the observed counts."""
    result = run(city, {"high": lambda rows: lambda ahead: np.full(len(ahead), 10 * float(rows.y.mean()))})
    assert result.frame()["ratio"].to_dict()["high"] == pytest.approx(1.0, abs=0.35)


def test_zero_is_lifted_so_that_no_score_is_infinite(city: dict[str, Any]) -> None:
    result = run(city, {"none": lambda rows: lambda ahead: np.zeros(len(ahead))})
    assert result.forecasts["none"].mean.min() > 0
    assert result.frame()["log_score"].max() < 100


def test_nothing_of_it_is_stored(city: dict[str, Any], tmp_path: Path) -> None:
    run(city, {"mean": mean_of_the_cell}, keep=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == len(city["result"].origins)
    assert "OwnForecaster" not in Forecaster.registry


def test_equal_names_in_one_backtest_are_different_models(city: dict[str, Any]) -> None:
    result = run(city, {"a": lambda rows: lambda ahead: np.ones(len(ahead)), "b": lambda rows: lambda ahead: ahead.X[:, 0] + 0.1})
    assert result.forecasts["a"].mean.tolist() != result.forecasts["b"].mean.tolist()


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"decayed": mean_of_the_cell}, "a mapping of new names"),
        ({"": mean_of_the_cell}, "a mapping of new names"),
        ({"mine": 3}, "a function of rows, or an estimator with fit and predict. Got 3"),
        ({"mine": lambda rows: None}, "a function of rows that returns what predicts"),
        ({"mine": lambda rows: lambda ahead: [1.0]}, r"returned \(1,\) values for \d+ rows"),
        ({"mine": lambda rows: lambda ahead: ["many"] * len(ahead)}, "values that are no numbers"),
        (
            {"mine": lambda rows: lambda ahead: -np.ones(len(ahead))},
            r"returned -1 for the cell '\w+' as of 20.* negative or unknown",
        ),
        ({"mine": lambda rows: lambda ahead: np.full(len(ahead), np.nan)}, "returned nan for the cell"),
        ([mean_of_the_cell], "'own' parameter of backtest must be a mapping"),
    ],
)
def test_a_faulty_model_is_named_with_what_it_returned(city: dict[str, Any], own: Any, message: str) -> None:
    with pytest.raises(rm.UsageError, match=message):
        run(city, own)


def test_what_is_fitted_is_explained_as_one_part(city: dict[str, Any]) -> None:
    from riskmodel.forecasts.forecasters.own_forecaster import OwnForecaster

    rows = rm.design(city["history"], ["2023-06-01", "2023-06-08"], city["features"], city["experiment"].goal())
    fitted = OwnForecaster("mean", mean_of_the_cell).fit(rows)
    found = fitted.explain(rows)
    assert np.exp(found.base + found.values.sum(axis=1)) == pytest.approx(fitted.mean(rows))
    assert replace(fitted, least=1.0).mean(rows).min() == 1.0
