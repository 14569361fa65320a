"""Built-in grids: small, valid, with the defaults among them, and used by ``search = true``."""

from __future__ import annotations

import inspect
import math
from itertools import product
from typing import Any

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.experiment import MOST_TRIED, Experiment, ForecasterTable
from riskmodel.forecasts.forecasters.forecaster import Forecaster, make
from riskmodel.forecasts.forecasters.grids import GRIDS
from tests.worlds.quick_forecasters import make_experiment

OURS = {name for name, cls in Forecaster.registry.items() if cls.__module__.startswith("riskmodel.")}
SEARCHED = sorted(name for name in GRIDS if GRIDS[name])


def test_every_forecaster_has_one() -> None:
    assert set(GRIDS) == OURS
    assert set(GRIDS) - set(SEARCHED) == {"LagEnsemble"}


@pytest.mark.parametrize("name", SEARCHED)
def test_a_grid_is_small_valid_and_holds_the_defaults(name: str) -> None:
    grid = GRIDS[name]
    assert 2 <= math.prod(len(values) for values in grid.values()) <= 8 < MOST_TRIED
    defaults = {key: setting.default for key, setting in inspect.signature(Forecaster.registry[name]).parameters.items()}
    for key, values in grid.items():
        default = list(defaults[key]) if isinstance(defaults[key], tuple) else defaults[key]
        assert default in values, key
        assert len({str(value) for value in values}) == len(values)
    for values in product(*grid.values()):
        made = make(name, dict(zip(grid, values, strict=True)))
        assert type(made).__name__ == name


@pytest.mark.parametrize("name", SEARCHED)
def test_true_searches_it_and_what_is_stated_stands(name: str) -> None:
    table = ForecasterTable.model_validate({"type": name, "search": True})
    assert len(table.grid()) == math.prod(len(values) for values in GRIDS[name].values())
    key = next(iter(GRIDS[name]))
    stated: dict[str, Any] = {key: GRIDS[name][key][-1]}
    others = {other: values for other, values in GRIDS[name].items() if other != key}
    if others:
        table = ForecasterTable.model_validate({"type": name, "settings": stated, "search": True})
        assert [found[key] for found in table.grid()] == [stated[key]] * math.prod(map(len, others.values()))
    else:
        with pytest.raises(UsageError, match=f"no setting of {name}'s built-in grid is left to search; list values"):
            ForecasterTable.model_validate({"type": name, "settings": stated, "search": True})
    assert ForecasterTable.model_validate({"type": name, "search": False}).grid() == ()


def test_faulty_searches_are_refused() -> None:
    with pytest.raises(UsageError, match="no setting of LagEnsemble's built-in grid is left to search"):
        ForecasterTable.model_validate({"type": "LagEnsemble", "search": True})
    with pytest.raises(UsageError, match="no forecaster named 'DecayRate'"):
        ForecasterTable.model_validate({"type": "DecayRate", "search": True})
    with pytest.raises(UsageError, match="search"):
        ForecasterTable.model_validate({"type": "DecayedRate", "search": 1})


def test_an_experiment_with_it_survives_a_trip_through_json() -> None:
    experiment = make_experiment(champion="d", forecasters=[{"type": "DecayedRate", "name": "d", "search": True}])
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment
    chosen = experiment.with_settings("d", experiment.table("d").grid()[1])
    assert Experiment.model_validate_json(chosen.model_dump_json()) == chosen
