"""Maps: colours are those of the places that may be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.reports import plot_map, plot_residuals
from riskmodel.forecasts.scores import Scores
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from riskmodel.records.places import ContextLayer
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES


@pytest.fixture(scope="module")
def scores(town: History) -> Scores:
    bundle: Bundle = train(make_experiment(champion="decayed"), town, FEATURES, threads=1)
    return bundle.score(town, "2022-12-20")


def test_residuals_are_computed_for_shown_places(result: BacktestResult) -> None:
    figure = plot_residuals(result, "decayed")
    values = figure.axes[0].collections[0].get_array()
    assert values is not None
    assert len(values) == 24
    assert values[0] == values[1], "the first cell has too few households"
    rows = result.cell == 7
    mean, psi = (getattr(result.forecasts["decayed"], part)[rows] for part in ("mean", "dispersion"))
    expected = (result.y[rows].sum() - mean.sum()) / np.sqrt((mean + psi * mean**2).sum())
    assert values[7] == pytest.approx(expected)
    bare = plot_residuals(replace(result, places=replace(result.places, shapes=None)))
    assert len(bare.axes[0].collections[0].get_paths()) == 24
    assert bare.axes[0].texts[0].get_text().startswith("schematic, not geographic")


def test_a_map_colours_every_shown_place(scores: Scores) -> None:
    figure = plot_map(scores)
    assert isinstance(figure, Figure)
    drawn = figure.axes[0].collections[0]
    values = drawn.get_array()
    assert values is not None
    assert len(drawn.get_paths()) == len(scores.places) == len(values)
    # the first cell has too few households: it takes the colour of the place under which it is shown
    assert values[0] == values[1] == pytest.approx(scores.mean[:2].sum())
    np.testing.assert_allclose(values[2:], scores.mean[2:])
    assert "2022-12-20" in figure.axes[0].get_title()
    mine = Figure().subplots()
    assert plot_map(scores, mine) is mine
    road = ContextLayer("roads", (np.array([[-9.0, 0.5], [99.0, 0.5]]),), np.array([False]), (), np.zeros((0, 2)))
    drawn = plot_map(replace(scores, places=replace(scores.places, context=(road,)))).axes[0]
    assert len(drawn.collections) == len(mine.collections) + 1
    assert drawn.get_xlim() == mine.get_xlim()


def test_a_map_without_shapes_has_one_tile_per_cell(scores: Scores) -> None:
    places = replace(scores.places, shapes=None)
    figure = plot_map(replace(scores, places=places))
    values = np.asarray(figure.axes[0].collections[0].get_array())
    np.testing.assert_allclose(values[2:], scores.mean[2:])
    note, *labels = [one.get_text() for one in figure.axes[0].texts]
    assert note.startswith("schematic, not geographic")
    assert sorted(labels) == sorted(places.ids)


def test_a_map_is_of_one_date(scores: Scores) -> None:
    two = replace(scores, as_of=np.where(np.arange(len(scores)) < 3, scores.as_of - 7, scores.as_of).astype(np.int32))
    with pytest.raises(UsageError, match="A map shows one as-of date"):
        plot_map(two)
