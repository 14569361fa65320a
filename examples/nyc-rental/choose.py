"""Choose the settings of ``serious-violation`` on the violations of 2015.

    RISKMODEL_DATA=FOLDER python examples/nyc-rental/choose.py [NAME ...]

Nothing that became known later is used. Every candidate is evaluated on the buildings of 2015 in three ways. *Apart*: the buildings of a
quarter of the tax blocks are forecast from the violations of 2015 in the other three quarters, so all buildings are forecast by trees that
were not trained on their block. *Ahead*: all buildings are forecast from the violations of 2014, with what was known at the end of 2013,
which shows how a candidate reacts to shifts between years. *Beside* is no forecast: which buildings had a serious violation in the year is
predicted from everything else recorded in the same year, trained on 2014. It shows, on 2 January 2016, whether the records of 2015 still
mean what those of 2014 meant. Figures in brackets are the difference from the first candidate and its jackknife standard error, leaving out
a fiftieth of the tax blocks in turn. Ingest the layer ``buildings`` first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.library import load_features
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import (
    Count,
    Difference,
    Feature,
    Modulo,
    PlaceFigure,
    Rate,
    Ratio,
    Relative,
    State,
    check_unique,
)
from riskmodel.base.project import load_project
from riskmodel.counts import any_event
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, Cuts, ForecastEvaluation
from riskmodel.forecasts.experiment import Experiment, load_experiment
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.records.store import load_history

KNOWN_BY = "2016-01-02"
DATES = ("2014-01-02", "2015-01-02", KNOWN_BY)
QUARTERS, PARTS = 4, 50
METRICS = ("precision_at_recall", "precision_at_area", "average_precision", "log_score")

YEAR = 365
LAST_YEAR = "serious_violation_count_365d"


def around(over: str) -> Feature:
    """Return other violations per dwelling in the block or ten blocks around."""
    own = Difference(Count("other_violation", YEAR, over=over), Count("other_violation", YEAR))
    return Relative(Ratio(own, Difference(State("rental_units", over), State("rental_units"))))


AS_THEY_STAND = (
    Relative(Rate("other_violation", YEAR, "units", 1)),
    Relative(Count("other_violation", YEAR)),
    Relative(Count("other_violation", YEAR, lag=YEAR)),
    around("block"),
    around("tenblocks"),
    Relative(Ratio(Count("other_violation", YEAR, over="cd"), State("rental_units", "cd"))),
)
"""Features of other violations before they were split modulo the dwellings."""

WHOLE = tuple(
    Ratio(
        Difference(others, Modulo(others, PlaceFigure("units"))),
        PlaceFigure("units"),
        called=f"other_violation_whole_per_unit_lag{others.lag}d",
    )
    for others in (Count("other_violation", YEAR), Count("other_violation", YEAR, lag=YEAR))
)
"""Other violations as multiples of the dwellings, also without a remainder."""


@dataclass(frozen=True)
class Candidate:
    """A forecaster of the experiment on some features, perhaps for another target.

    With a ``target`` the labels are taken as this target's.
    """

    make: Callable[[tuple[str, ...]], Forecaster]
    names: tuple[str, ...]
    learns: bool = True
    target: Target | None = None

    def forecast(self, past: Design, ahead: Design, names: tuple[str, ...] | None = None) -> CountDistribution:
        labelled = past if self.target is None else replace(past, target=self.target)
        return any_event.as_binary(self.make(names or self.names).fit(labelled).predict(ahead))

    def apart(self, rows: Design) -> CountDistribution:
        """Forecast all rows, each quarter of the tax blocks from the others."""
        quarter = parts(rows, QUARTERS)
        mean, dispersion = np.empty(len(rows)), np.empty(len(rows))
        for one in range(QUARTERS):
            inside = np.flatnonzero(quarter == one)
            found = self.forecast(rows.take(quarter != one), rows.take(inside))
            mean[inside], dispersion[inside] = found.mean, found.dispersion
        return CountDistribution(mean, dispersion)

    def beside(self, past: Design, ahead: Design) -> CountDistribution:
        """Predict the labels of the year that ends from everything else."""
        names = tuple(name for name in self.names if "serious_violation" not in name or "lag365d" in name)
        return self.forecast(of_last_year(past), of_last_year(ahead), names)


def of_last_year(rows: Design) -> Design:
    """Return the same rows, labelled by the year before the as-of date."""
    return replace(rows, y=(rows.column(LAST_YEAR) > 0).astype(np.int32))


def parts(rows: Design, count: int) -> np.ndarray:
    """Return a number below ``count`` for each row, drawn per tax block."""
    return np.random.default_rng(1).integers(0, count, len(rows.places.grouping("block").labels))[rows.group("block")]


def candidates(experiment: Experiment, names: tuple[str, ...]) -> dict[str, Candidate]:
    """Return the experiment's forecasters and variants of the blend and trees."""

    def maker(label: str) -> Callable[[tuple[str, ...]], Forecaster]:
        return lambda chosen: experiment.forecaster(label, chosen)

    trees = ("boosted", "blend")
    goal = experiment.goal()
    plain = (name for name in names if not any(word in name for word in ("other_violation", "remainder", "whole")))
    before = (*plain, *(feature.name for feature in AS_THEY_STAND))
    too = (*(name for name in names if "unless_whole" not in name), *(feature.name for feature in WHOLE))
    stated = {table.label: Candidate(maker(table.label), names, table.label in trees) for table in experiment.forecasters}
    return {
        "blend, as before": Candidate(maker("blend"), before),
        "blend": stated.pop("blend"),
        "blend, multiples too": Candidate(maker("blend"), too),
        "boosted, as a count": Candidate(maker("boosted"), names, target=Target(goal.kinds, goal.horizon)),
        **stated,
    }


def figures(rows: Design, forecast: CountDistribution, experiment: Experiment) -> np.ndarray:
    """Return metrics of all rows and without each part, ``[part + 1, metric]``."""
    part = parts(rows, PARTS)
    found = []
    for left_out in range(-1, PARTS):
        kept = part != left_out
        cells = round(experiment.evaluation.cells * kept.mean())
        cuts = Cuts.plain(int(kept.sum()), cells=cells, recall=experiment.evaluation.recall)
        part_forecast = CountDistribution(forecast.mean[kept], forecast.dispersion[kept])
        evaluation = ForecastEvaluation(rows.y[kept], part_forecast, rows.as_of[kept], cuts)
        found.append([METRIC_TABLE[metric].compute(evaluation) for metric in METRICS])
    return np.array(found)


def main(wanted: list[str]) -> None:
    project = load_project(Path(__file__).parent, Path(os.environ["RISKMODEL_DATA"]))
    experiment = load_experiment(project, "serious-violation")
    features = load_features(project).choose(experiment.features)
    history = load_history(project.layer(experiment.layer)).known_by(KNOWN_BY)
    names = tuple(feature.name for feature in features)
    labels = [table.label for table in experiment.forecasters]
    needs = [need for label in labels for need in experiment.forecaster(label, names).needs(experiment.goal())]
    asked = check_unique([*features, *AS_THEY_STAND, *WHOLE, *needs])
    whole = design(history, list(DATES), asked, experiment.goal(), now=KNOWN_BY)
    before, rows, last = (whole.take((whole.as_of == day) & whole.at_risk) for day in np.unique(whole.as_of))
    print(f"{len(rows):,} buildings, {int(rows.y.sum()):,} with a serious violation in 2015, {int(before.y.sum()):,} in 2014")
    print(f"{'':<34}{'':<7}" + "".join(f"{name:>26}" for name in METRICS))
    first: dict[str, np.ndarray] = {}
    for name, one in candidates(experiment, names).items():
        if wanted and name not in wanted:
            continue
        ways = [("apart", rows, one.apart(rows)), ("ahead", rows, one.forecast(before, rows))]
        if one.learns:
            ways.append(("beside", of_last_year(last), one.beside(rows, last)))
        for way, evaluated, forecast in ways:
            found = figures(evaluated, forecast, experiment)
            apart = found - first.setdefault(way, found)
            error = np.sqrt((PARTS - 1) * apart[1:].var(axis=0))
            columns = zip(found[0], apart[0], error, strict=True)
            print(f"{name:<34}{way:<7}" + "".join(f"{a:>9.4f} ({b:+.4f} ± {c:.4f})" for a, b, c in columns), flush=True)


main(sys.argv[1:])
