"""One page a backtest: tables and pictures in a single HTML file that opens without a network."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes
from riskmodel.base.project import Kind
from riskmodel.forecasts.evaluation import METRICS, TABLE, BacktestResult
from riskmodel.forecasts.evaluation.ageing import ageing
from riskmodel.forecasts.evaluation.comparing import NOTHING, Difference, Question, best_single, differences
from riskmodel.forecasts.evaluation.conformal import conformal_table, coverage_by_group
from riskmodel.forecasts.evaluation.cuts import centres
from riskmodel.forecasts.evaluation.result import SHOWN
from riskmodel.forecasts.reports.in_short import in_short, percent
from riskmodel.forecasts.reports.plots import (
    FEW,
    any_script,
    plot_ageing,
    plot_hits,
    plot_over_time,
    plot_pit,
    plot_reliability,
    plot_residuals,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUPS = {
    "The whole distribution": ("log_score", "crps", "dss", "ses", "brier", "deviance", "nb_deviance"),
    "A single number": ("rmse", "wmae", "mae_median", "mae_mean"),
    "The places at the top": (
        "precision_at_capacity", "recall_at_capacity", "hit_rate_at_capacity", "pai", "pei", "hit_rate_at_area",
        "precision_at_area", "recall_at_area", "average_precision", "precision_at_recall", "top_decile",
    ),
    "Intervals": tuple(name for name in METRICS if name.startswith(("coverage", "width"))),
}  # fmt: skip
"""Metrics in the order of the page; together they are all of them."""

COMPARED = ("log_score", "crps", "rmse", "wmae", "mae_median", "hit_rate_at_capacity", "pai")
"""Metrics whose differences to the baseline the page shows."""


def figures(result: BacktestResult) -> dict[str, Figure]:
    """The pictures of a report by name; those that the result has nothing for are left out."""
    found = {
        "reliability": plot_reliability(result),
        "hit_rate": plot_hits(result),
        "pit": plot_pit(result),
        "over_time": plot_over_time(result),
    }
    if result.aged:
        found["ageing"] = plot_ageing(result)
    if result.places.shapes is not None:
        found["residuals"] = plot_residuals(result)
    return found


def write_report(
    result: BacktestResult, folder: Path, kinds: dict[str, Kind], looks: str = "", question: Question = NOTHING
) -> list[Path]:
    """Write ``report.html``, which opens without a network, and its pictures as SVG into ``folder``; the paths come back.

    Parameters
    ----------
    looks
        A sentence that says how often the test window has been looked at.
    question
        Metrics and forecasters that are compared beside what always is.
    """
    from jinja2 import Environment, PackageLoader, select_autoescape

    drawn = {name: svg(figure) for name, figure in figures(result).items()}
    environment = Environment(
        loader=PackageLoader("riskmodel.forecasts", "templates"),
        autoescape=select_autoescape(default=True, enabled_extensions=("j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "words": words,
        "settings": settings,
        "number": number,
        "part": part,
        "share": percent,
        "signed": signed,
    }
    page = environment.get_template("report.html.j2").render(**content(result, kinds, question), figures=drawn, looks=looks)
    paths = [folder / "report.html"]
    write_bytes(paths[0], page.encode())
    for name, text in drawn.items():
        paths.append(folder / f"{name}.svg")
        write_bytes(paths[-1], text.encode())
    return paths


def content(result: BacktestResult, kinds: dict[str, Kind], question: Question = NOTHING) -> dict[str, Any]:
    """What the page says, in words and figures."""
    experiment, base = result.experiment, result.experiment.baseline
    summary = result.summary(question)
    order = sorted(result.forecasts, key=lambda name: summary["forecasters"][name]["log_score"])
    found = differences(result, question, COMPARED) if len(result.forecasts) > 1 else ()
    intervals = conformal_table(result)
    return {
        "experiment": experiment,
        "kinds": ", ".join(kinds[name].en for name in experiment.target.kinds if name in kinds),
        "summary": summary,
        "order": order,
        "best": {name: _best(name, summary["forecasters"]) for name in METRICS},
        "groups": GROUPS,
        "table": TABLE,
        "compared": list(dict.fromkeys((*COMPARED, *question.metrics))),
        "beside": _beside(found),
        "in_short": in_short(result, found, intervals, summary),
        "best_single": best_single(result),
        "crowded": len(order) > FEW,
        "base": base,
        "folds": result.folds(),
        "shown": SHOWN,
        "ageing": ageing(result),
        "conformal": intervals,
        "by_group": coverage_by_group(result, experiment.champion) if experiment.champion in result.forecasts else [],
        "ablation": result.ablation,
        "tried": result.tried,
        "caveats": experiment.caveats(kinds),
        "stated": stated(result),
        "tables": [table for name in order for table in experiment.forecasters if table.label == name],
        "first": to_iso(int(result.as_of.min())),
        "last": to_iso(int(result.as_of.max())),
        "dates": len(np.unique(result.as_of)),
        "cells": len(np.unique(result.cell)),
        "fits": len(result.first),
    }


def _beside(found: Iterable[Difference]) -> dict[str, dict[str, dict[str, Difference]]]:
    """Differences by whom is compared with, forecaster and metric."""
    sorted_in: dict[str, dict[str, dict[str, Difference]]] = {}
    for one in found:
        sorted_in.setdefault(one.against, {}).setdefault(one.forecaster, {})[one.metric] = one
    return sorted_in


def stated(result: BacktestResult) -> str:
    """Where rankings are cut, in a sentence."""
    experiment = result.experiment
    table, name = experiment.evaluation, centres(experiment, result.places)
    capacities = sorted({f"{value:g}" for value in result.cuts.capacity}, key=float)
    where = f"in each group of {name}" if name else "in the whole county"
    area = f"of the area ({table.area})" if table.area else "of the cells"
    total = float(result.cuts.area.sum())
    if table.cells is not None:
        part = float(result.judged(next(iter(result.forecasts))).at_area["area"].sum()) / total
        chosen = f"{table.cells} cells a date, {100 * part:.2f} % {area}"
    else:
        chosen = f"{100 * table.area_share:.2f} % {area} a date"
    return (
        f"At capacity: the {' or '.join(capacities)} best places {where} on each date. At area, PAI and PEI: {chosen}. "
        f"Precision at recall: a recall of {table.recall:g}. Rows with the same forecast share what they catch."
    )


def _best(metric: str, found: dict[str, dict[str, float]]) -> set[str]:
    """The forecasters that are best by a metric, if there are others."""
    better = TABLE[metric].better
    known = {name: figures[metric] for name, figures in found.items() if not np.isnan(figures[metric])}
    # widths count only beside coverage, and a deviance at the forecast's own dispersion falls as that grows
    if better == "stated" or metric.startswith(("width", "nb_")) or len(set(known.values())) < 2:
        return set()
    best = (min if better == "lower" else max)(known.values())
    return {name for name, value in known.items() if value == best}


def number(value: float, digits: int = 4) -> str:
    """A figure for reading; a dash where there is none."""
    return "–" if value != value else f"{value:.{digits}f}".replace("-", "−")


def words(metric: str) -> str:
    """A metric's name where it may be broken."""
    return metric.replace("_", " ")


def settings(stated: Mapping[str, Any]) -> str:
    """Settings as a reader would write them; a dash for none."""
    return "; ".join(f"{name} = {value!r}" for name, value in stated.items()) or "–"


def part(value: float) -> str:
    """A part of a whole in percent; a dash where there is none."""
    return "–" if value != value else f"{100 * value:.1f} %".replace("-", "−")


def signed(value: float) -> str:
    """A difference with its sign; a dash where there is none."""
    return "–" if value != value else f"{value:+.5f}".replace("-", "−")


def svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes for the same picture."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "riskmodel", "svg.fonttype": "none"}), any_script():
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": "riskmodel"})
    text = file.getvalue()
    return text[text.index("<svg") :]
