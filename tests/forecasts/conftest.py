"""The two towns, designs and an experiment on them, each made once a session."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from riskmodel.asof.design import Design
from riskmodel.base.days import day_range
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import Forecaster, make
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import SETTINGS, make_design, make_experiment
from tests.worlds.two_towns import make_town


@pytest.fixture(scope="session")
def town() -> History:
    """The history of the two towns."""
    return make_town()


@pytest.fixture(scope="session")
def forecasters() -> Callable[[str], Forecaster]:
    """Makes a forecaster of a class with quick settings."""
    return lambda name, **changed: make(name, SETTINGS[name] | changed)


@pytest.fixture(scope="session")
def learned(town: History) -> Design:
    """Rows to learn from: weekly dates over a year, with all features that any forecaster needs."""
    return make_design(town, day_range("2021-06-01", "2022-06-01", 7))


@pytest.fixture(scope="session")
def ahead(town: History) -> Design:
    """Later rows to forecast."""
    return make_design(town, day_range("2022-07-01", "2022-11-01", 7))


@pytest.fixture(scope="session")
def experiment() -> Experiment:
    """The experiment on the two towns."""
    return make_experiment()
