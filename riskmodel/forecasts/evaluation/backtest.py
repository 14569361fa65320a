"""Backtests with a rolling origin: each forecast is made from what was known then, by models that learned from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.target import last_knowledge, mature
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.errors import too_little_history
from riskmodel.base.periods import to_day, to_iso
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.distribution import Forecast
from riskmodel.forecasts.evaluation.cuts import cuts_of
from riskmodel.forecasts.evaluation.oracle import check_horizon
from riskmodel.forecasts.evaluation.result import BacktestResult
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.history import History
from riskmodel.records.truth import Truth

Progress = Callable[[str, float], None]


def needed(experiment: Experiment, features: Iterable[Feature], labels: Iterable[str]) -> tuple[Feature, ...]:
    """The features that a design must hold for the forecasters called ``labels``."""
    chosen = tuple(features)
    names = tuple(feature.name for feature in chosen)
    wanted: list[Feature] = []
    for label in labels:
        forecaster = experiment.forecaster(label, names)
        if "features" in forecaster.get_params():
            wanted += chosen
        wanted += forecaster.needs(experiment.goal())
    return check_unique(wanted)


def learnable(whole: Design, history: History, day: int, first: int) -> Design:
    """The rows of ``whole`` that can be learned from on ``day``: at risk, with labels that are mature as known then."""
    before = whole.take((whole.as_of < day) & (whole.as_of >= first))
    return _settled(before.relabelled(history.known_by(day), day))


def _settled(rows: Design) -> Design:
    return rows.take(rows.at_risk & rows.mature)


def check_span(experiment: Experiment, history: History) -> None:
    """Check that the history reaches from the first as-of date to the end of the test window's horizon.

    Raises
    ------
    UsageError
        Saying what is needed and what there is.
    """
    if not len(history):
        raise too_little_history("records", "none")
    first, last = int(history.occurred.min()), last_knowledge(history)
    test = experiment.dates.test()
    settled = mature(history, experiment.goal(), test)
    span = f"records from {to_iso(first)}, with labels of {experiment.horizon} days mature by {to_iso(last)}"
    if to_day(experiment.dates.first) < first:
        raise too_little_history(f"records from {experiment.dates.first} on", span)
    if not settled.all():
        ends = to_iso(int(test[~settled][0]) + experiment.horizon)
        raise too_little_history(
            f"settled labels for every test date up to {to_iso(int(test[-1]))} (the first without ends {ends})", span
        )


def backtest(
    experiment: Experiment,
    history: History,
    features: Iterable[Feature],
    *,
    truth: Truth | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Forecast the experiment's test window with all its forecasters, refitted every ``refit_every`` days.

    The design is computed once; a fold learns from the rows whose labels were mature at its first date, with the labels as
    known then. All forecasters are judged on the same rows, with the labels as known last. ``truth``, of a simulated county,
    is only compared with; no forecaster sees it. ``engine`` is as in training.

    Raises
    ------
    UsageError
        If the history is too short, or a fold has nothing to learn from.
    """
    check_span(experiment, history)
    if truth is not None:
        check_horizon(experiment, truth.outcome, truth.horizon)
    cuts_of(experiment, history.places, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))  # says early what is missing
    chosen = tuple(features)
    names = tuple(feature.name for feature in chosen)
    labels = [table.label for table in experiment.forecasters]
    tell = progress or (lambda label, share: None)
    tell("features", 0.0)
    dates = experiment.dates
    whole = design(
        history, dates.learning(to_day(dates.test_to)), needed(experiment, chosen, labels), experiment.goal(),
        engine=engine or Threads(threads),
    )  # fmt: skip
    test = whole.take((whole.as_of >= to_day(dates.test_from)) & whole.at_risk & whole.mature)
    origins = list(range(to_day(dates.test_from), to_day(dates.test_to), dates.refit_every))
    fold = (np.searchsorted(origins, test.as_of, side="right") - 1).astype(np.int32)
    means = {label: np.empty(len(test)) for label in labels}
    dispersions = {label: np.empty(len(test)) for label in labels}
    done, total = 0, len(origins) * len(labels)
    for at, origin in enumerate(origins):
        rows = np.flatnonzero(fold == at)
        if not len(rows):
            done += len(labels)
            continue
        past = learnable(whole, history, origin, to_day(dates.first))
        ahead = test.take(rows)
        for label in labels:
            tell(f"{label}, from {to_iso(origin)}", done / total)
            fitted, calibration = fit_calibrated(lambda label=label: experiment.forecaster(label, names), past, threads)
            forecast = calibration.apply(fitted.predict(ahead))
            means[label][rows], dispersions[label][rows] = forecast.mean, forecast.dispersion
            done += 1
    tell("done", 1.0)
    order = np.lexsort((test.cell, test.as_of))
    return BacktestResult(
        experiment=experiment,
        places=history.places,
        cell=test.cell[order],
        as_of=test.as_of[order],
        y=test.y[order],
        fold=fold[order],
        first=tuple(origins),
        forecasts={label: Forecast(means[label][order], dispersions[label][order]) for label in labels},
        expected=None if truth is None else truth.at(test.cell[order], test.as_of[order]),
    )
