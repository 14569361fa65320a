"""What the settings of ``serious-violation`` were chosen by: the violations of 2015, and nothing that came after.

    RISKMODEL_DATA=FOLDER python examples/nyc-rental/choose.py [NAME ...]

Every candidate forecasts 2015 from what was known at the end of 2014, twice. *Apart*: the buildings of a quarter of the tax blocks from
the violations of 2015 in the other three quarters, so that all buildings are forecast by trees that never saw their block. *Ahead*: all
buildings from the violations of 2014, with what was known at the end of 2013, which shows what shifts from year to year do to a
candidate. What was not known by 2 January 2016 is left out before anything is computed. Ingest the layer ``buildings`` first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.library import load_features
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import check_unique
from riskmodel.base.project import load_project
from riskmodel.forecasts import at_least_one
from riskmodel.forecasts.distribution import Forecast
from riskmodel.forecasts.evaluation.metrics import TABLE, Cuts, Judged
from riskmodel.forecasts.experiment import Experiment, load_experiment
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.records.store import load_history

DATES = ("2014-01-02", "2015-01-02")
KNOWN_BY = "2016-01-02"
QUARTERS = 4
METRICS = ("precision_at_recall", "precision_at_area", "average_precision", "log_score")

Maker = Callable[[], Forecaster]
Fit = Callable[[Design, Design], Forecast]


def learned(make: Maker, target: Target | None = None) -> Fit:
    """Forecasts of some rows from others; with a ``target``, the labels are taken for what that says they are."""

    def fit(past: Design, ahead: Design) -> Forecast:
        told = past if target is None else replace(past, target=target)
        return at_least_one.judged(make().fit(told).predict(ahead))

    return fit


def candidates(experiment: Experiment, names: tuple[str, ...]) -> dict[str, Fit]:
    """The experiment's forecasters, and its trees with a count's loss."""
    labels = [table.label for table in experiment.forecasters]
    stated = {label: learned(lambda label=label: experiment.forecaster(label, names)) for label in labels}
    goal = experiment.goal()

    def boosted() -> Forecaster:
        return experiment.forecaster("boosted", names)

    return stated | {"boosted, as a count": learned(boosted, Target(goal.kinds, goal.horizon))}


def apart(fit: Fit, rows: Design) -> Forecast:
    """Forecasts of all rows, those of each quarter of the tax blocks by what was learned from the others."""
    grouping = rows.places.grouping("block")
    block = rows.places.group("block", rows.places.version_at(np.unique(rows.as_of)))[rows.cell, 0]
    quarter = np.random.default_rng(1).integers(0, QUARTERS, len(grouping.labels))[block]
    mean, dispersion = np.empty(len(rows)), np.empty(len(rows))
    for one in range(QUARTERS):
        inside = np.flatnonzero(quarter == one)
        found = fit(rows.take(quarter != one), rows.take(inside))
        mean[inside], dispersion[inside] = found.mean, found.dispersion
    return Forecast(mean, dispersion)


def main(wanted: list[str]) -> None:
    project = load_project(Path(__file__).parent, Path(os.environ["RISKMODEL_DATA"]))
    experiment = load_experiment(project, "serious-violation")
    features = load_features(project).choose(experiment.features)
    history = load_history(project.layer(experiment.layer)).known_by(KNOWN_BY)
    names = tuple(feature.name for feature in features)
    labels = [table.label for table in experiment.forecasters]
    needs = [need for label in labels for need in experiment.forecaster(label, names).needs(experiment.goal())]
    whole = design(history, list(DATES), check_unique([*features, *needs]), experiment.goal(), now=KNOWN_BY)
    before, rows = (whole.take((whole.as_of == day) & whole.at_risk) for day in np.unique(whole.as_of))
    cuts = Cuts.plain(len(rows), cells=experiment.evaluation.cells, recall=experiment.evaluation.recall)
    print(f"{len(rows):,} buildings, {int(rows.y.sum()):,} with a serious violation in 2015, {int(before.y.sum()):,} in 2014")
    print(f"{'':<28}{'':<7}" + "".join(f"{name:>21}" for name in METRICS))
    for name, fit in candidates(experiment, names).items():
        if wanted and name not in wanted:
            continue
        for way, forecast in (("apart", apart(fit, rows)), ("ahead", fit(before, rows))):
            judged = Judged(rows.y, forecast, rows.as_of, cuts)
            print(f"{name:<28}{way:<7}" + "".join(f"{judged.figure(TABLE[metric]):>21.4f}" for metric in METRICS), flush=True)


main(sys.argv[1:])
