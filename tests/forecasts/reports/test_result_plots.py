"""Plots of a backtest: every forecaster is drawn, from what was scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.comparison import best_single
from riskmodel.forecasts.evaluation.metrics import pit
from riskmodel.forecasts.reports import plot_ageing, plot_hits, plot_over_time, plot_pit, plot_reliability
from tests.worlds.made_results import crowded

Drawn = TypeVar("Drawn")


def every(kind: type[Drawn], drawn: Sequence[object]) -> list[Drawn]:
    """Return what is ``drawn``, which must all be of one ``kind``."""
    found = [one for one in drawn if isinstance(one, kind)]
    assert len(found) == len(drawn) > 0
    return found


@pytest.mark.parametrize("plot", [plot_reliability, plot_over_time, plot_hits])
def test_one_call_gives_a_figure(plot: Callable[[BacktestResult], Figure], result: BacktestResult) -> None:
    figure = plot(result)
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    (axes,) = figure.axes
    labels = axes.get_legend_handles_labels()[1]
    assert set(result.forecasts) <= set(labels)


def test_histograms_and_costs_of_age_are_drawn_for_every_forecaster(result: BacktestResult) -> None:
    figure = plot_pit(result)
    assert [axes.get_title() for axes in figure.axes] == list(result.forecasts)
    heights = [bar.get_height() for bar in every(Rectangle, figure.axes[0].patches)]
    assert heights == pytest.approx(pit(result.y, result.forecasts["persistence"]).tolist())
    assert plot_ageing(result).axes[0].get_legend_handles_labels()[1] == list(result.forecasts)


def test_with_many_forecasters_only_some_have_intervals() -> None:
    result = crowded()
    drawn = every(ErrorbarContainer, plot_reliability(result).axes[0].containers)
    bars = {line.get_label(): line.has_yerr for line in drawn}
    assert sum(bars.values()) == len({"混合", result.experiment.baseline, best_single(result.evaluation)})
    assert [axes.get_title() for axes in plot_pit(result).axes] == list(result.forecasts)
    assert len(plot_ageing(result).axes[0].collections) < len(result.forecasts)
