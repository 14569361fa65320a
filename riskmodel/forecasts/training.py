"""Training: from an experiment and a history to a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.target import last_knowledge
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import too_little_history
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.calibration import Fold, fit_calibrated
from riskmodel.forecasts.evaluation.conformal import check_groups
from riskmodel.forecasts.evaluation.keeping import Keep
from riskmodel.forecasts.evaluation.searching import candidates, fits, search, searched
from riskmodel.forecasts.evaluation.walking import Walk, learnable, needed
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.history import History


def train(
    experiment: Experiment,
    history: History,
    features: Iterable[Feature],
    *,
    as_of: str | int | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Bundle:
    """The experiment's champion, fitted and calibrated on all that was known at ``as_of`` (default: the last knowledge).

    If the experiment states a grid for it, its settings are first chosen by walking forward over the last mature dates.
    ``engine`` computes the design, and says from which size on it is left in a file and streamed to what learns from it; by
    default threads of this process, and a file above :data:`riskmodel.asof.engines.MEMORY` bytes. The bundle is the same.

    Raises
    ------
    UsageError
        If there is nothing to learn from, or no grouping of the name that intervals are to be in groups of.
    """
    tell = progress or (lambda label, share: None)
    day = last_knowledge(history) if as_of is None else to_day(as_of)
    chosen = tuple(features)
    names = tuple(feature.name for feature in chosen)
    known = history.known_by(day)
    dates = experiment.dates.learning(day)
    if not len(dates):
        raise too_little_history(f"as-of dates from {experiment.dates.first} on", f"knowledge up to {to_iso(day)}")
    check_groups(experiment, history.places)
    tell("features", 0.0)
    champion = experiment.champion
    experiment = experiment.searching_only(champion)
    wanted = [needed(one, chosen, [champion]) for one in (experiment, *candidates(experiment).values())]
    columns = check_unique(feature for group in wanted for feature in group)
    whole = design(
        known, dates, columns, experiment.goal(), now=day, engine=engine or Threads(threads),
        progress=lambda share: tell("features", 0.4 * share),
    )  # fmt: skip
    if searched(experiment):
        walk = Walk(
            whole,
            known,
            int(dates[0]),
            chosen,
            keep=Keep(None, {}),
            threads=threads,
            tell=lambda label, share: tell(label, 0.4 + 0.2 * share),
            total=fits(experiment, 1),
            rule=experiment.interval_rule(),
        )
        experiment, _ = search(experiment, whole, known, chosen, walk, day)
    rows = learnable(whole, known, day, int(dates[0]))
    tell(f"fit {experiment.champion}", 0.4)
    fold = Fold(rows, threads)
    fitted = fit_calibrated(experiment.forecaster(experiment.champion, names), fold, experiment.interval_rule())
    usual = np.array([_mean(rows.X[:, j]) for j in range(rows.X.shape[1])])
    tell("done", 1.0)
    return Bundle(
        experiment=experiment,
        features=columns,
        forecaster=fitted.forecaster,
        calibration=fitted.calibration,
        conformal=fitted.conformal,
        kinds=dict(history.kinds),
        usual=usual,
        trained_as_of=day,
        data=known.fingerprint(),
    )


def _mean(column: np.ndarray) -> float:
    known = column[~np.isnan(column)]
    return float(known.mean(dtype=np.float64)) if len(known) else float("nan")
