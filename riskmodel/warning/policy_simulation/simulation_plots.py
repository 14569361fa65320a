"""Plots of a simulation: hits against capacity, stated against realised rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.policy import GRADES
from riskmodel.forecasts.reports.plot_style import COLOURS, MARKERS, MUTED, drawn_name, legend_below, new_figure
from riskmodel.warning.policy_simulation.simulated_figures import PolicyFigures
from riskmodel.warning.policy_simulation.simulation import BY_COUNTS, PolicySimulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_capacity(simulation: PolicySimulation) -> Figure:
    """Plot the share of events caught against the warnings a night.

    With 95 % intervals, for the first policy and for ranking by the last counts.
    """
    figure, axes = new_figure(6.4, 3.9)
    series = ((simulation.lines[0].name, simulation.capacity_figures), (BY_COUNTS, simulation.capacity_by_counts))
    for number, (name, figures) in enumerate(series):
        _band(axes, figures, name, number)
    axes.set_xlabel("warnings a night")
    axes.set_ylabel("share of all events caught")
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    legend_below(figure, axes)
    return figure


def _band(axes: Axes, figures: tuple[PolicyFigures, ...], name: str, number: int) -> None:
    x = np.array([one.warnings for one in figures])
    value, low, high = (np.array([one.caught[i] for one in figures]) for i in range(3))
    axes.plot(x, value, color=COLOURS[number], marker=MARKERS[number], markersize=4, label=drawn_name(name))
    if np.isfinite(low).all():
        axes.fill_between(x, low, high, color=COLOURS[number], alpha=0.15, linewidth=0)


def plot_grades(simulation: PolicySimulation) -> Figure:
    """Plot realised against stated rates of each grade, with intervals."""
    figure, axes = new_figure(6.4, 3.9)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=":")
    for number, policy in enumerate(simulation.lines):
        rows = [row for row in simulation.grades if row.policy == policy.name and row.grade in GRADES and row.final]
        x = np.array([row.stated for row in rows])
        value, low, high = (np.array([row.realised[i] for row in rows]) for i in range(3))
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        axes.errorbar(
            x,
            value,
            yerr=[value - low, high - value],
            color=colour,
            marker=marker,
            markersize=4,
            linestyle="",
            label=drawn_name(policy.name),
        )
    axes.set_xlabel("stated probability of an event")
    axes.set_ylabel("share with an event")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    legend_below(figure, axes)
    return figure
