"""scikit-learn's conventions: its own checks, those that cannot pass written down with reasons, and their intent on designs."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted

from riskmodel.asof.design import Design
from riskmodel.forecasts.forecasters import Forecaster
from tests.forecasts.conftest import SETTINGS
from tests.in_memory import matrix

ARRAYS = (
    "fit takes a Design, whose rows carry cell, date, counts and the meaning of each column, and not X and y: "
    "an array without dates cannot be learned from without leaks"
)
EXPECTED = dict.fromkeys(
    (
        "check_fit_score_takes_y", "check_estimators_overwrite_params", "check_dont_overwrite_parameters",
        "check_estimators_fit_returns_self", "check_readonly_memmap_input", "check_n_features_in_after_fitting",
        "check_positive_only_tag_during_fit", "check_estimators_dtypes", "check_complex_data", "check_dtype_object",
        "check_pipeline_consistency", "check_estimators_pickle", "check_f_contiguous_array_estimator",
        "check_methods_sample_order_invariance", "check_methods_subset_invariance", "check_fit2d_1sample", "check_fit2d_1feature",
        "check_dict_unchanged", "check_fit_idempotent", "check_fit_check_is_fitted", "check_n_features_in", "check_fit1d",
        "check_fit2d_predict1d", "check_requires_y_none",
    ),
    ARRAYS,
) | {
    "check_estimators_unfitted": "predict takes a Design, so it cannot be called with the array of this check",
    "check_estimators_empty_data_messages": "an empty Design is refused with a UsageError that says what to do, not a ValueError",
    "check_estimator_sparse_tag": "a Design is dense: it is float32 in Fortran order",
    "check_estimator_sparse_array": "a Design is dense: it is float32 in Fortran order",
    "check_estimator_sparse_matrix": "a Design is dense: it is float32 in Fortran order",
}  # fmt: skip
"""Checks that fail, each with the reason. The tests below check on designs what those of them mean that fit at all."""

STRICT = (
    "Persistence",
    "SeasonalRate",
    "HarmonicCount",
    "EndemicEpidemic",
    "GroupSeries",
    "AdditiveRate",
    "KernelDensity",
    "Blend",
)
AT_ONCE = {
    "check_do_not_raise_errors_in_init_or_set_params": (
        "a setting that cannot be is refused when it is given, so that an experiment's faults are told before anything runs"
    )
}
"""Expected of these forecasters besides."""

every = pytest.mark.parametrize("name", SETTINGS)


@every
def test_scikit_learn_s_checks_pass_but_for_those_written_down(name: str, forecasters: Callable[..., Forecaster]) -> None:
    expected = EXPECTED | AT_ONCE if name in STRICT else EXPECTED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = check_estimator(forecasters(name), expected_failed_checks=expected, on_fail=None, on_skip=None)
    status = {one["check_name"]: one["status"] for one in found}
    assert [check for check, what in status.items() if what == "failed"] == []
    assert {check for check, what in status.items() if what == "xfail"} == set(expected), "a reason that no longer holds"
    assert {check for check, what in status.items() if what == "passed"} >= {
        "check_estimator_cloneable", "check_no_attributes_set_in_init", "check_parameters_default_constructible",
        "check_get_params_invariance", "check_set_params", "check_estimator_repr",
    }  # fmt: skip


@every
def test_fitting_changes_no_setting_and_gives_itself_back(
    name: str, learned: Design, forecasters: Callable[..., Forecaster]
) -> None:
    forecaster = forecasters(name)
    before = copy.deepcopy(forecaster.get_params())
    with pytest.raises(NotFittedError):
        check_is_fitted(forecaster)
    assert forecaster.fit(learned, threads=1) is forecaster
    check_is_fitted(forecaster)
    assert forecaster.get_params() == before
    fresh = clone(forecaster)
    assert isinstance(fresh, Forecaster)
    assert fresh is not forecaster
    assert fresh.get_params() == before
    with pytest.raises(NotFittedError):
        check_is_fitted(fresh)
    learned_names = {key for key in vars(forecaster) if key.endswith("_")}
    assert learned_names
    assert set(vars(forecaster)) - set(before) == learned_names, "what is learned ends in an underscore"


@every
def test_forecasts_do_not_depend_on_other_rows_or_their_order(
    name: str, learned: Design, ahead: Design, forecasters: Callable[..., Forecaster]
) -> None:
    forecaster = forecasters(name).fit(learned, threads=1)
    state = {key: copy.deepcopy(value) for key, value in vars(forecaster).items() if isinstance(value, (float, tuple, dict))}
    whole = forecaster.predict(ahead)
    order = np.random.default_rng(1).permutation(len(ahead))
    mixed, part = forecaster.predict(ahead.take(order)), forecaster.predict(ahead.take(order[:17]))
    assert mixed.mean.tobytes() == whole.mean[order].tobytes()
    assert part.mean.tobytes() == whole.mean[order[:17]].tobytes()
    assert part.dispersion.tobytes() == whole.dispersion[order[:17]].tobytes()
    assert {key: vars(forecaster)[key] for key in state} == state, "predicting changes nothing"


@every
def test_fitting_twice_is_fitting_once(name: str, learned: Design, ahead: Design, forecasters: Callable[..., Forecaster]) -> None:
    forecaster = forecasters(name).fit(learned, threads=1)
    once = forecaster.predict(ahead).mean.tobytes()
    again = forecasters(name).fit(learned, threads=2).predict(ahead).mean.tobytes()
    assert once == again


def test_features_are_named_in_the_settings_and_found_by_name(learned: Design, forecasters: Callable[..., Forecaster]) -> None:
    """The order of a design's columns does not matter: they are asked for by name."""
    forecaster = forecasters("BoostedCount").fit(learned, threads=1)
    assert forecaster.get_params()["features"] == SETTINGS["BoostedCount"]["features"]
    turned = replace(learned, X=np.asfortranarray(matrix(learned)[:, ::-1]), features=learned.features[::-1])
    assert forecaster.predict(turned).mean.tobytes() == forecaster.predict(learned).mean.tobytes()
