"""The HTML report of a backtest, which opens without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes
from riskmodel.base.page_templates import page_template
from riskmodel.base.project import Kind
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.age_cost import age_costs
from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
from riskmodel.forecasts.backtesting.interval_tables import interval_table, interval_table_by_group
from riskmodel.forecasts.backtesting.result import SHOWN
from riskmodel.forecasts.evaluation import METRIC_TABLE, METRICS
from riskmodel.forecasts.evaluation.comparison import STANDARD, ComparisonRequest, MetricDifference, best_single, differences
from riskmodel.forecasts.evaluation.level_bands import band_name, level_bands
from riskmodel.forecasts.reports.maps import plot_residuals
from riskmodel.forecasts.reports.number_formats import (
    fixed_number,
    how_often,
    part,
    readable,
    settings,
    signed,
    signed_percent,
    to,
    words,
)
from riskmodel.forecasts.reports.plot_style import svg
from riskmodel.forecasts.reports.result_plots import plot_ageing, plot_hits, plot_over_time, plot_pit, plot_reliability
from riskmodel.forecasts.reports.result_plots.emphasis import FEW
from riskmodel.forecasts.reports.sentences import cuts_sentence, main_findings, note_sentences

if TYPE_CHECKING:
    from jinja2 import Template
    from matplotlib.figure import Figure

GROUPS = {
    "The whole distribution": ("log_score", "crps", "dss", "ses", "brier", "deviance", "nb_deviance"),
    "Point forecasts": ("rmse", "wmae", "wmae_median", "mae_median", "mae_mean", "ratio"),
    "Top-ranked places": (
        "precision_at_capacity", "recall_at_capacity", "hit_rate_at_capacity", "pai", "pei", "hit_rate_at_area",
        "precision_at_area", "recall_at_area", "average_precision", "precision_at_recall", "top_decile",
    ),
    "Central intervals": tuple(name for name in METRICS if name.startswith(("coverage", "width"))),
}  # fmt: skip
"""All metrics, in the order of the page."""

COMPARED = ("log_score", "crps", "rmse", "wmae", "mae_median", "hit_rate_at_capacity", "pai")
"""Metrics whose differences from the baseline the page shows."""

FILTERS = {
    "band_name": band_name,
    "number": fixed_number,
    "part": part,
    "readable": readable,
    "settings": settings,
    "share": signed_percent,
    "signed": signed,
    "times": how_often,
    "to": to,
    "words": words,
}
"""Filters of the page's template."""


def write_report(
    result: BacktestResult, folder: Path, kinds: dict[str, Kind], looks: str = "", request: ComparisonRequest = STANDARD
) -> list[Path]:
    """Write ``report.html`` and its plots as SVG files.

    Parameters
    ----------
    folder
        Where files are written.
    kinds
        The kinds of the project, by name.
    looks
        A sentence that says how often the test window has been looked at.
    request
        Further metrics and forecasters to compare.

    Returns
    -------
    list of Path
        The files, the page first.
    """
    drawn = {name: svg(figure) for name, figure in _figures(result).items()}
    page = _template().render(**_content(result, kinds, request), figures=drawn, looks=looks)
    paths = [folder / "report.html"]
    write_bytes(paths[0], page.encode())
    for name, text in drawn.items():
        paths.append(folder / f"{name}.svg")
        write_bytes(paths[-1], text.encode())
    return paths


def _figures(result: BacktestResult) -> dict[str, Figure]:
    """Return the plots by name.

    Plots that the result has no data for are left out.
    """
    found = {
        "reliability": plot_reliability(result),
        "hit_rate": plot_hits(result),
        "pit": plot_pit(result),
        "over_time": plot_over_time(result),
    }
    if result.first_fit:
        found["ageing"] = plot_ageing(result)
    found["residuals"] = plot_residuals(result)
    return found


@cache
def _template() -> Template:
    """Load the page's template with its filters; all values are escaped."""
    return page_template("report.html.j2", "riskmodel.forecasts", filters=FILTERS)


def _content(result: BacktestResult, kinds: dict[str, Kind], request: ComparisonRequest) -> dict[str, Any]:
    """Return the variables of the template."""
    return _overview(result, kinds) | _scores(result, request) | _tables(result)


def _overview(result: BacktestResult, kinds: dict[str, Kind]) -> dict[str, Any]:
    """Return what was forecast, on which rows, and by which forecasters."""
    experiment = result.experiment
    return {
        "experiment": experiment,
        "base": experiment.baseline,
        "best_single": best_single(result.evaluation),
        "kinds": ", ".join(kinds[name].en for name in experiment.target.kinds if name in kinds),
        "caveats": experiment.caveats(kinds),
        "cuts": cuts_sentence(result),
        "forecasters": [experiment.table(name) for name in result.evaluation.by_log_score if name in _labels(result)],
        "crowded": len(result.forecasts) > FEW,
        "first": to_iso(int(result.as_of.min())),
        "last": to_iso(int(result.as_of.max())),
        "dates": len(np.unique(result.as_of)),
        "cells": len(np.unique(result.cell)),
        "fits": len(result.origins),
    }


def _labels(result: BacktestResult) -> list[str]:
    return [table.label for table in result.experiment.forecasters]


def _scores(result: BacktestResult, request: ComparisonRequest) -> dict[str, Any]:
    """Return metrics, comparisons and the main findings."""
    found = differences(result.evaluation, request, COMPARED) if len(result.forecasts) > 1 else ()
    intervals = interval_table(result)
    return {
        "summary": result.summary(request),
        "order": result.evaluation.by_log_score,
        "best": {name: _best(name, result.evaluation.metrics) for name in METRICS},
        "groups": GROUPS,
        "table": METRIC_TABLE,
        "compared": list(dict.fromkeys((*COMPARED, *request.metrics))),
        "comparisons": _by_reference(found),
        "findings": main_findings(result, found, intervals),
        "intervals": intervals,
    }


def _tables(result: BacktestResult) -> dict[str, Any]:
    """Return the tables of the page's later sections."""
    champion = result.experiment.champion
    return {
        "folds": fold_metrics(result),
        "shown": SHOWN,
        "age_costs": age_costs(result),
        "by_group": interval_table_by_group(result, champion) if champion in result.forecasts else [],
        "ablation": result.ablation,
        "trials": result.trials,
        "notes": note_sentences(result),
        "bands": level_bands(result.y, result.forecasts[champion]) if champion in result.forecasts else [],
    }


def _by_reference(found: Iterable[MetricDifference]) -> dict[str, dict[str, dict[str, MetricDifference]]]:
    """Return differences by the forecaster compared with, forecaster and metric."""
    nested: dict[str, dict[str, dict[str, MetricDifference]]] = {}
    for one in found:
        nested.setdefault(one.against, {}).setdefault(one.forecaster, {})[one.metric] = one
    return nested


def _best(metric: str, found: Mapping[str, Mapping[str, float]]) -> set[str]:
    """Return the forecasters with a metric's best value, if values differ."""
    better = METRIC_TABLE[metric].better
    known = {name: values[metric] for name, values in found.items() if not np.isnan(values[metric])}
    # widths mean something only together with coverage, and a deviance at the forecast's own dispersion falls as that grows
    if better == "stated" or metric.startswith(("width", "nb_")) or len(set(known.values())) < 2:
        return set()
    best = (min if better == "lower" else max)(known.values())
    return {name for name, value in known.items() if value == best}
