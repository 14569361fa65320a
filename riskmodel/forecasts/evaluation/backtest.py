"""Backtests with a rolling origin: each forecast is made from what was known then, by models that learned from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.target import last_knowledge, mature
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import too_little_history
from riskmodel.forecasts.evaluation.ablation import ablation_table, check_ablation, families
from riskmodel.forecasts.evaluation.conformal import check_groups
from riskmodel.forecasts.evaluation.cuts import cuts_of
from riskmodel.forecasts.evaluation.keeping import Keep
from riskmodel.forecasts.evaluation.oracle import check_horizon
from riskmodel.forecasts.evaluation.result import BacktestResult
from riskmodel.forecasts.evaluation.searching import candidates, fits, search
from riskmodel.forecasts.evaluation.walking import Progress, Walk, needed
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.history import History
from riskmodel.records.truth import Truth


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
    ablation: bool = False,
    keep: Path | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Forecast the experiment's test window with all its forecasters, refitted every ``refit_every`` days.

    The design is computed once; a fold learns from the rows whose labels were mature at its first date, with the labels as
    known then. All forecasters are judged on the same rows, with the labels as known last. Where a forecaster states a grid, its
    settings are first chosen on the dates before the test window.

    Parameters
    ----------
    truth
        Of a simulated county; it is only compared with, and no forecaster sees it.
    ablation
        Whether the champion also forecasts without each signal family in turn, which takes as many fits again for each. Where all of
        these forecasts are kept, they are shown unasked.
    keep
        A folder for finished forecasts: interrupted and called again, the backtest goes on where it stopped, and finds the same
        bytes. Files that it does not need are removed from it at the end.
    engine
        Where the design is computed and from which size on it is left in a file, as in training.

    Raises
    ------
    UsageError
        If the history is too short, or a fold has nothing to learn from.
    """
    check_span(experiment, history)
    if truth is not None:
        check_horizon(experiment, truth.outcome, truth.horizon)
    none = np.zeros(0, dtype=np.int32)
    cuts_of(experiment, history.places, none, none)  # says what is missing before anything is fitted
    check_groups(experiment, history.places)
    chosen = tuple(features)
    if ablation:
        check_ablation(experiment, chosen)
    names = tuple(feature.name for feature in chosen)
    labels = [table.label for table in experiment.forecasters]
    tell = progress or (lambda label, share: None)
    tell("features", 0.0)
    dates = experiment.dates
    tried = candidates(experiment)
    wanted = [needed(one, chosen, labels) for one in (experiment, *tried.values())]
    columns = check_unique(feature for group in wanted for feature in group)
    whole = design(history, dates.learning(to_day(dates.test_to)), columns, experiment.goal(), engine=engine or Threads(threads))
    test = whole.take((whole.as_of >= to_day(dates.test_from)) & whole.at_risk & whole.mature)
    test = test.take(np.lexsort((test.cell, test.as_of)))
    origins = list(range(to_day(dates.test_from), to_day(dates.test_to), dates.refit_every))
    kept = Keep(keep, {"history": history.fingerprint()})
    told = experiment.forecaster(experiment.champion, names).told()
    dropped = families((feature for feature in chosen if feature.name in told), history.kinds)
    total = len(origins) * (len(labels) + len(dropped) * ablation) + fits(experiment, len(origins))
    rule = experiment.interval_rule()
    walk = Walk(whole, history, to_day(dates.first), chosen, keep=kept, threads=threads, tell=tell, total=total, rule=rule)
    experiment, settings = search(experiment, whole, history, chosen, walk)
    made = {label: experiment.forecaster(label, names) for label in labels}
    left = {
        f"{experiment.champion} without {family}": experiment.forecaster(
            experiment.champion, tuple(name for name in names if name not in gone)
        )
        for family, gone in dropped.items()
    }
    # what an ablation found before is shown as long as it holds, and not fitted again
    if not (ablation or walk.finished(left.values(), test, origins)):
        left = {}
    walked = walk.forecasts(made | left, test, origins)
    result = BacktestResult(
        experiment=experiment,
        places=history.places,
        cell=test.cell,
        as_of=test.as_of,
        y=test.y,
        fold=(np.searchsorted(origins, test.as_of, side="right") - 1).astype(np.int32),
        first=tuple(origins),
        forecasts={label: walked.forecasts[label] for label in labels},
        expected=None if truth is None else truth.at(test.cell, test.as_of),
        aged={label: walked.aged[label] for label in labels},
        tried=settings,
        conformal={label: walked.conformal[label] for label in labels},
    )
    if left:
        without = {family: walked.forecasts[name] for family, name in zip(dropped, left, strict=True)}
        result = replace(result, ablation=tuple(ablation_table(result, without, dropped)))
    kept.tidy()
    tell("done", 1.0)
    return result
