"""Conventions of all forecasters: frozen settings and fits, and forecasts that depend on nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.forecasts.forecasters import FittedForecaster, Forecaster, make
from tests.in_memory import matrix
from tests.worlds.quick_forecasters import SETTINGS

every = pytest.mark.parametrize("name", SETTINGS)


def _plain(value: Any) -> bool:
    """Whether a value is data only: numbers, texts, None, and tuples, mappings and dataclasses of these."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(one) for key, one in value.items())
    if isinstance(value, tuple):
        return all(map(_plain, value))
    if hasattr(value, "__dataclass_fields__"):
        return isinstance(value, Forecaster) or all(_plain(getattr(value, one.name)) for one in fields(value))
    return value is None or type(value) in (bool, int, float, str)


@every
def test_settings_are_kept_as_they_were_given(name: str, forecasters: Callable[..., Forecaster]) -> None:
    given = forecasters(name)
    for setting, value in SETTINGS[name].items():
        assert given.params[setting] is value
    assert given.setting_names()[: len(given.params)] == tuple(given.params)
    assert "mean_stands" not in given.params
    plain = make(name, {})
    assert plain.params == type(plain)().params
    assert repr(plain).startswith(f"{name}(")


@every
def test_settings_and_fits_are_frozen(name: str, learned: Design, forecasters: Callable[..., Forecaster]) -> None:
    given = forecasters(name)
    fitted = given.fit(learned, threads=1)
    for one, field in ((given, "mean_stands"), (fitted, "dispersion")):
        with pytest.raises(FrozenInstanceError):
            setattr(one, field, 0.5)


@every
def test_fitting_changes_no_setting_and_gives_data_only(
    name: str, learned: Design, forecasters: Callable[..., Forecaster]
) -> None:
    given = forecasters(name)
    before = copy.deepcopy(given.params)
    fitted = given.fit(learned, threads=1)
    assert isinstance(fitted, FittedForecaster)
    assert fitted.settings is given
    assert given.params == before
    fresh = make(name, given.params)
    assert fresh is not given
    assert fresh == given
    assert fresh.params == before
    assert len(fields(fitted)) > 2, "something is learned"
    for field in fields(fitted):
        assert _plain(getattr(fitted, field.name)), field.name


@every
def test_forecasts_do_not_depend_on_other_rows_or_their_order(
    name: str, learned: Design, ahead: Design, forecasters: Callable[..., Forecaster]
) -> None:
    fitted = forecasters(name).fit(learned, threads=1)
    state = copy.deepcopy(fitted.to_json())
    whole = fitted.predict(ahead)
    order = np.random.default_rng(1).permutation(len(ahead))
    mixed, part = fitted.predict(ahead.take(order)), fitted.predict(ahead.take(order[:17]))
    assert mixed.mean.tobytes() == whole.mean[order].tobytes()
    assert part.mean.tobytes() == whole.mean[order[:17]].tobytes()
    assert part.dispersion.tobytes() == whole.dispersion[order[:17]].tobytes()
    assert fitted.to_json() == state, "predicting changes nothing"


@every
def test_fitting_twice_is_fitting_once(name: str, learned: Design, ahead: Design, forecasters: Callable[..., Forecaster]) -> None:
    given = forecasters(name)
    once = given.fit(learned, threads=1).predict(ahead).mean.tobytes()
    again = given.fit(learned, threads=2).predict(ahead).mean.tobytes()
    assert once == again


def test_features_are_named_in_the_settings_and_found_by_name(learned: Design, forecasters: Callable[..., Forecaster]) -> None:
    """The order of a design's columns does not matter: they are asked for by name."""
    fitted = forecasters("BoostedCount").fit(learned, threads=1)
    assert fitted.settings.params["features"] == SETTINGS["BoostedCount"]["features"]
    turned = replace(learned, X=np.asfortranarray(matrix(learned)[:, ::-1]), features=learned.features[::-1])
    assert fitted.predict(turned).mean.tobytes() == fitted.predict(learned).mean.tobytes()
