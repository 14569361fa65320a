"""Training: from an experiment and a history to a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.target import last_knowledge
from riskmodel.asof.vocabulary import Feature
from riskmodel.asof.vocabulary.feature import check_unique
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, Days, day_argument, to_iso
from riskmodel.base.errors import too_little_history
from riskmodel.base.progress_bars import shows_progress
from riskmodel.forecasts.backtesting.learning_rows import LearningRows, needed_features
from riskmodel.forecasts.backtesting.preconditions import check_interval_grouping
from riskmodel.forecasts.backtesting.rolling_origin import FitProgress, RollingOrigin
from riskmodel.forecasts.backtesting.settings_search import candidates, search_fits, search_settings
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.record_notes import record_notes
from riskmodel.forecasts.refit_check import most_seen
from riskmodel.records.history import History, without_days

FEATURES_SHARE, SEARCH_SHARE = 0.4, 0.2
"""Shares of the work that progress reports for the design and the search."""


@checked(experiment="Experiment", history="History", engine="Engine | NoneType")
@shows_progress("Training")
def train(
    experiment: Experiment,
    history: History,
    features: Iterable[Feature],
    *,
    as_of: DateLike | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Bundle:
    """Fit and calibrate the champion on all that was known at ``as_of``.

    If the experiment states a grid for the champion, its settings are first chosen with a rolling origin over the last mature dates.

    Parameters
    ----------
    experiment
        Target, dates and forecasters.
    history
        The records.
    features
        Features that the champion may use.
    as_of
        Day whose knowledge is used; default: the last knowledge.
    threads
        Threads of each fit, and of the design without an ``engine``.
    engine
        Where the design is computed, and from which size on it is left in a file and streamed to the forecaster. By default threads of
        this process, and a file above :data:`riskmodel.asof.engines.MEMORY` bytes. The bundle is the same.
    progress
        Callback with the name of a step and the share of work that is done.

    Returns
    -------
    Bundle
        The fitted champion with everything that scoring needs.

    Raises
    ------
    UsageError
        If there is nothing to learn from, or the places lack the grouping of the conformal intervals.

    Examples
    --------
    >>> older = rm.train(experiment, history, features, as_of="2023-10-01")
    >>> rm.to_iso(older.trained_as_of), older.failures
    ('2023-10-01', ())
    """
    callback = progress or (lambda label, share: None)
    day = last_knowledge(history) if as_of is None else day_argument(as_of, "as_of", "train")
    dates, chosen = _learning_dates(experiment, day), {one.name: one for one in check_unique(features, "train")}
    known = without_days(history.known_by(day), experiment.ignored_days())
    check_interval_grouping(experiment, history.places)
    callback("features", 0.0)
    experiment = experiment.searching_only(experiment.champion)
    columns = needed_features((experiment, *candidates(experiment).values()), chosen.values(), [experiment.champion])
    whole = design(
        known, dates, columns, experiment.goal(), now=day, engine=engine or Threads(threads),
        progress=lambda share: callback("features", FEATURES_SHARE * share),
    )  # fmt: skip
    rolling = _rolling(experiment, LearningRows(whole, known, int(dates[0])), chosen, threads, callback)
    experiment, _ = search_settings(experiment, rolling, day)
    callback(f"fit {experiment.champion}", FEATURES_SHARE + SEARCH_SHARE)
    forecaster = experiment.forecaster(experiment.champion, tuple(chosen))
    fold = rolling.rows.fold(day, threads)
    fitted = fit_calibrated(forecaster, fold, experiment.interval_rule())
    callback("done", 1.0)
    return Bundle(
        experiment=experiment,
        features=columns,
        forecaster=fitted.forecaster,
        calibration=fitted.calibration,
        conformal=fitted.conformal,
        kinds=dict(history.kinds),
        usual=_usual(fold.design),
        trained_as_of=day,
        data=known.fingerprint(),
        notes=(*record_notes(known, experiment.goal(), day, int(dates[0])), *fitted.notes),
        seen=most_seen(fold.design),
    )


def _rolling(
    experiment: Experiment,
    rows: LearningRows,
    chosen: Mapping[str, Feature],
    threads: int,
    callback: Callable[[str, float], None],
) -> RollingOrigin:
    """Return the rolling origin with which settings are chosen."""
    searching = FitProgress(
        lambda label, share: callback(label, FEATURES_SHARE + SEARCH_SHARE * share), search_fits(experiment, 1)
    )
    return RollingOrigin(rows, chosen, experiment.interval_rule(), searching, threads=threads, step=experiment.step)


def _learning_dates(experiment: Experiment, day: int) -> Days:
    """Return the as-of dates before ``day``, of which there must be some."""
    dates = experiment.dates.learning(day)
    if not len(dates):
        remedy = "Train as of a later date, or let the experiment's dates begin earlier (first)."
        raise too_little_history(f"as-of dates from {experiment.dates.first} on", f"knowledge up to {to_iso(day)}", remedy)
    return dates


def _usual(rows: Design) -> Float64[np.ndarray, " feature"]:
    """Return each feature's mean over the rows; NaN if never known."""
    return np.array([_mean(rows.X[:, j]) for j in range(rows.X.shape[1])])


def _mean(column: np.ndarray) -> float:
    known = column[~np.isnan(column)]
    return float(known.mean(dtype=np.float64)) if len(known) else float("nan")
