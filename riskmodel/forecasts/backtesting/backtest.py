"""Backtests: forecasts of the test window by all forecasters of an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.vocabulary import Feature
from riskmodel.asof.vocabulary.feature import check_unique
from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.progress_bars import shows_progress
from riskmodel.forecasts.backtesting.ablation import ablation_table, check_ablation, feature_families
from riskmodel.forecasts.backtesting.checkpoints import CheckpointStore
from riskmodel.forecasts.backtesting.learning_rows import LearningRows, needed_features
from riskmodel.forecasts.backtesting.level_drift import EarlierDates, level_drift
from riskmodel.forecasts.backtesting.preconditions import (
    check_cuts,
    check_history_span,
    check_interval_grouping,
    check_truth_horizon,
)
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.backtesting.rolling_origin import FitProgress, Progress, RollingForecasts, RollingOrigin
from riskmodel.forecasts.backtesting.settings_search import SearchTrial, candidates, search_fits, search_settings
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.forecasts.forecasters.fit_notes import LEVEL_DRIFT, RECORDS, FitNote, newer_notes
from riskmodel.forecasts.forecasters.own_forecaster import own_forecasters
from riskmodel.forecasts.gap_notes import gap_notes
from riskmodel.forecasts.record_notes import record_notes
from riskmodel.records.history import History, without_days
from riskmodel.records.truth import Truth


@checked(experiment="Experiment", history="History", engine="Engine | NoneType")
@shows_progress("Backtest")
def backtest(
    experiment: Experiment,
    history: History,
    features: Iterable[Feature],
    *,
    own: Mapping[str, Any] | None = None,
    truth: Truth | None = None,
    ablation: bool = False,
    keep: Path | str | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Forecast an experiment's test window with all its forecasters.

    Models are refitted every ``refit_every`` days. The design is computed once; a fold learns from the rows whose labels were mature at
    its first date, with the labels as known then. All forecasters are evaluated on the same rows, with the labels as known last. Where a
    forecaster states a grid, its settings are first chosen on the dates before the test window.

    Parameters
    ----------
    experiment
        Target, dates and forecasters.
    history
        The records.
    features
        Features that forecasters may use.
    own
        Models of your own by name, compared with the others on the same rows and calibrated like them: an estimator with ``fit(X, y)`` and ``predict(X)``, such
        as scikit-learn's, or a function that learns from rows (a :class:`Design` with ``X``, ``y``, ``cell``, ``as_of`` and ``frame()``) and returns a function from rows to
        expected counts. Rows to forecast have no ``y``. Such a model is not stored: neither in ``keep``, nor in a bundle.
    truth
        Expected counts of a simulated county. Forecasters are only compared with it, and never see it.
    ablation
        Whether the champion also forecasts without each signal family in turn, which takes as many further fits for each. Where all of
        these forecasts are stored in ``keep``, the table is included in any case.
    keep
        Folder for finished forecasts. Interrupted and called again, the backtest continues where it stopped, with the same bytes. Files
        of earlier backtests that it does not need are removed from it at the end.
    threads
        Threads of each fit, and of the design without an ``engine``.
    engine
        Where the design is computed, and from which size on it is left in a file, as in training.
    progress
        Callback with the name of a step and the share of work that is done.

    Returns
    -------
    BacktestResult
        Forecasts and outcomes on the same rows.

    Raises
    ------
    UsageError
        If the history is too short, a fold has nothing to learn from, or a model of your own returns anything but a count from 0 for each row.

    Examples
    --------
    >>> result = rm.backtest(experiment, history, features)
    >>> result.y.shape, int(result.y.sum()), len(result.origins)
    ((80,), 63, 2)
    >>> def last_month(rows):
    ...     return lambda ahead: ahead.column("theft_count_28d") / 4
    >>> rm.backtest(experiment, history, features, own={"mine": last_month}).frame()["log_score"].round(3).to_dict()
    {'decayed': 0.936, 'mine': 1.004}
    """
    chosen, callback = check_unique(features, "backtest"), progress or (lambda label, share: None)
    mine = own_forecasters(own, tuple(one.name for one in chosen), tuple(table.label for table in experiment.forecasters))
    _check(experiment, history, truth)
    history = without_days(history, experiment.ignored_days())
    if ablation:
        check_ablation(experiment, chosen)
    callback("features", 0.0)
    whole = _design(experiment, history, chosen, engine or Threads(threads), bool(mine))
    test, origins = _test_rows(experiment, whole), _origins(experiment)
    families = _champion_families(experiment, history, chosen)
    fits = len(origins) * (len(experiment.forecasters) + len(mine) + len(families) * ablation) + search_fits(
        experiment, len(origins)
    )
    rolling = RollingOrigin(
        rows=LearningRows(whole, history, to_day(experiment.dates.first)),
        features={feature.name: feature for feature in chosen},
        rule=experiment.interval_rule(),
        progress=FitProgress(callback, fits),
        checkpoints=CheckpointStore(None if keep is None else Path(keep), {"history": history.fingerprint()}),
        threads=threads,
        step=experiment.step,
    )
    experiment, trials = search_settings(experiment, rolling)
    forecasters, without = _forecasters(experiment, tuple(rolling.features), families)
    forecasters |= mine
    # an ablation whose forecasts are all stored is shown as long as they hold, without fitting anything
    if not (ablation or rolling.finished(without.values(), test, origins)):
        without = {}
    found = rolling.forecasts(forecasters | without, test, origins)
    result = _with_notes(_result(experiment, test, found, trials, truth, tuple(forecasters)), history, whole, origins)
    if without:
        dropped = {family: found.forecasts[label] for family, label in zip(families, without, strict=True)}
        result = replace(result, ablation=tuple(ablation_table(result, dropped, families)))
    rolling.checkpoints.remove_unused()
    callback("done", 1.0)
    return result


def _check(experiment: Experiment, history: History, truth: Truth | None) -> None:
    """Check what can be checked before anything is computed."""
    check_history_span(experiment, history)
    if truth is not None:
        check_truth_horizon(experiment, truth.outcome, truth.horizon)
    check_cuts(experiment, history.places)
    check_interval_grouping(experiment, history.places)


def _design(experiment: Experiment, history: History, features: tuple[Feature, ...], engine: Engine, every: bool) -> Design:
    """Compute the design of all dates that fits or forecasts need.

    ``every`` feature is in it, or those that are read.
    """
    labels = [table.label for table in experiment.forecasters]
    columns = needed_features((experiment, *candidates(experiment).values()), features, labels)
    columns = check_unique((*(features if every else ()), *columns), "backtest")
    dates = experiment.dates.learning(to_day(experiment.dates.test_to))
    return design(history, dates, columns, experiment.goal(), engine=engine)


def _test_rows(experiment: Experiment, whole: Design) -> Design:
    """Return the rows of the test window, by date and cell."""
    test = whole.take((whole.as_of >= to_day(experiment.dates.test_from)) & whole.at_risk & whole.mature)
    if not len(test) and experiment.ignore:
        raise UsageError(
            f"Every test date of {experiment.name!r} has an ignored day in its horizon, so nothing can be evaluated. Shorten 'ignore', or "
            "choose other test dates."
        )
    return test.take(np.lexsort((test.cell, test.as_of)))


def _origins(experiment: Experiment) -> list[int]:
    """Return the days on which models are fitted."""
    dates = experiment.dates
    return list(range(to_day(dates.test_from), to_day(dates.test_to), dates.refit_every))


def _champion_families(experiment: Experiment, history: History, features: tuple[Feature, ...]) -> dict[str, tuple[str, ...]]:
    """Return the signal families of the features that the champion uses."""
    names = tuple(feature.name for feature in features)
    named = experiment.forecaster(experiment.champion, names).named_features
    return feature_families((feature for feature in features if feature.name in named), history.kinds)


def _forecasters(
    experiment: Experiment, names: tuple[str, ...], families: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Forecaster], dict[str, Forecaster]]:
    """Return the experiment's forecasters, and the champion without each family."""
    made = {table.label: experiment.forecaster(table.label, names) for table in experiment.forecasters}
    without = {}
    for family, gone in families.items():
        rest = tuple(name for name in names if name not in gone)
        without[f"{experiment.champion} without {family}"] = experiment.forecaster(experiment.champion, rest)
    return made, without


def _with_notes(result: BacktestResult, history: History, whole: Design, origins: list[int]) -> BacktestResult:
    """Return a result with notes on its level and on the records."""
    experiment = result.experiment
    lag = experiment.horizon + history.label_delay(experiment.target.kinds)
    recorded = _record_notes(history, experiment, origins, int(result.as_of.max()) + lag)
    drifts = _drift_notes(result, lag, _earlier(experiment, whole, origins[-1], lag))
    return replace(result, notes={**result.notes, **drifts, RECORDS: recorded})


def _record_notes(history: History, experiment: Experiment, origins: list[int], end: int) -> tuple[tuple[FitNote, ...], ...]:
    """Return the notes about the records known at each fit.

    Gaps that ended later, before the last label was known, are said at the last one, since the forecasts are evaluated on them.
    """
    target, first = experiment.goal(), to_day(experiment.dates.first)
    notes = [record_notes(history.known_by(origin), target, origin, first) for origin in origins]
    return (*notes[:-1], (*notes[-1], *newer_notes(gap_notes(history.known_by(end), target.kinds), notes[-1])))


def _earlier(experiment: Experiment, whole: Design, last_fit: int, lag: int) -> EarlierDates:
    """Return what was known before the test window."""
    first = to_day(experiment.dates.first)
    rows = whole.take((whole.as_of >= first) & (whole.as_of < to_day(experiment.dates.test_from)) & whole.at_risk & whole.mature)
    learned = whole.as_of[(whole.as_of >= first) & (whole.as_of <= last_fit - lag)]
    return EarlierDates.of(rows, int(learned.max(initial=first)) + experiment.horizon - first)


def _drift_notes(result: BacktestResult, lag: int, earlier: EarlierDates) -> dict[str, tuple[tuple[FitNote, ...], ...]]:
    """Return the champion's notes, with one on a level that was off."""
    champion = result.experiment.champion
    said = level_drift(result.as_of, result.y, result.forecasts[champion].mean, lag, earlier)
    if said is None:
        return {}
    note = FitNote(LEVEL_DRIFT, result.experiment.table(champion).type, said)
    return {champion: tuple((*fit, note) for fit in result.notes[champion])}


def _result(
    experiment: Experiment,
    test: Design,
    found: RollingForecasts,
    trials: tuple[SearchTrial, ...],
    truth: Truth | None,
    labels: tuple[str, ...],
) -> BacktestResult:
    """Assemble the result of the forecasters named by ``labels``."""
    origins = _origins(experiment)
    return BacktestResult(
        experiment=experiment,
        places=test.places,
        cell=test.cell,
        as_of=test.as_of,
        y=test.y,
        fold=(np.searchsorted(origins, test.as_of, side="right") - 1).astype(np.int32),
        origins=tuple(origins),
        forecasts={label: found.forecasts[label] for label in labels},
        expected=None if truth is None else truth.at(test.cell, test.as_of),
        first_fit={label: found.first_fit[label] for label in labels},
        trials=trials,
        conformal={label: found.conformal[label] for label in labels},
        notes={label: found.notes[label] for label in labels},
    )
