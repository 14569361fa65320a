"""Kernel density: near events raise a cell, the order follows the density, missing densities are usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import KernelDensity
from riskmodel.records.history import History
from tests.in_memory import matrix
from tests.worlds.two_towns import CELLS, TARGET

NEAR = 1.6
"""Beyond the next cell of the town's row, short of the one after."""


@pytest.fixture(scope="module")
def rows(town: History) -> Design:
    return design(town, day_range("2022-01-04", "2022-06-01", 28), KernelDensity(NEAR, 182).needs(TARGET), TARGET)


def test_the_density_is_the_weighted_mean_of_a_cell_and_those_beside_it(town: History, rows: Design) -> None:
    fitted = KernelDensity(NEAR, 182).fit(rows)
    day = rows.as_of.max()
    events = np.zeros(CELLS)
    thefts = town.known_by(int(day)).of(kind="theft")
    believed = thefts.until >= day
    recent = believed & (thefts.occurred >= day - 182) & (thefts.occurred < day)
    np.add.at(events, thefts.cell[recent], thefts.amount[recent])
    beside = (1 - (np.cos(np.radians(0.5)) / NEAR) ** 2) ** 2  # the town lies half a degree north of the equator
    for cell in range(CELLS):
        weights = {other: 1.0 if other == cell else beside for other in (cell - 1, cell, cell + 1) if 0 <= other < CELLS}
        density = sum(weight * events[other] for other, weight in weights.items()) / sum(weights.values())
        mean = fitted.scale * ((1 - fitted.flat) * density + fitted.flat * fitted.usual)
        row = (rows.cell == cell) & (rows.as_of == day)
        assert fitted.predict(rows.take(row)).mean[0] == pytest.approx(mean, rel=1e-6)


def test_forecasts_and_events_add_up_to_the_same(rows: Design) -> None:
    assert KernelDensity(NEAR, 182).fit(rows).predict(rows).mean.sum() == pytest.approx(rows.y.sum())


def test_a_density_that_says_all_leaves_little_to_the_flat_share(rows: Design) -> None:
    name = KernelDensity(NEAR, 182).needs(TARGET)[0].name
    X = matrix(rows).copy(order="F")
    X[:, rows.position(name)] = rows.y
    informative = KernelDensity(NEAR, 182).fit(replace(rows, X=X))
    X = X.copy(order="F")
    X[:, rows.position(name)] = np.arange(len(rows)) % 7
    useless = KernelDensity(NEAR, 182).fit(replace(rows, X=X))
    assert informative.flat == 0.01
    assert useless.flat == 0.9


def test_where_the_density_is_missing_the_usual_one_stands_in(rows: Design) -> None:
    fitted = KernelDensity(NEAR, 182).fit(rows)
    X = np.full_like(rows.X, np.nan, order="F")
    unknown = replace(rows, X=X)
    assert fitted.predict(unknown).mean == pytest.approx(fitted.scale * fitted.usual)
    assert KernelDensity(NEAR, 182).fit(unknown).predict(unknown).mean == pytest.approx(rows.y.mean())


@pytest.mark.parametrize("settings", [{"bandwidth": 0.0}, {"window": 0}])
def test_faulty_settings_are_named(settings: dict) -> None:
    with pytest.raises(UsageError, match=rf"'{next(iter(settings))}' parameter of KernelDensity must be above 0"):
        KernelDensity(**settings)


def test_it_needs_the_shapes_of_the_cells(town: History) -> None:
    bare = replace(town, places=replace(town.places, shapes=None))
    with pytest.raises(UsageError, match=r"no shapes, so distances between cells are unknown"):
        design(bare, "2022-06-01", KernelDensity().needs(Target(("theft",), 7)))
