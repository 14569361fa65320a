"""Backtests that commands run or find finished, and looks at their windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskmodel.cli.context import threads, today
from riskmodel.cli.model_inputs import ingested_history, truth_of
from riskmodel.cli.output import progress

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.base.project import Project
    from riskmodel.forecasts.backtesting import BacktestResult
    from riskmodel.forecasts.evaluation import ComparisonRequest
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.registry.looks import Looks

BEFORE_THE_WINDOW = "Evaluated on the dates before the test window, so this is no look at it."


@dataclass(frozen=True)
class BacktestOptions:
    """What a backtest was asked for, in addition to its experiment."""

    choose: bool
    ablation: bool
    request: ComparisonRequest
    engine: Engine


@dataclass(frozen=True)
class FinishedBacktest:
    """A backtest and what is recorded about it.

    Parameters
    ----------
    stated
        The experiment, on the dates that were evaluated.
    name
        Folder of its report and of its kept fits.
    fingerprint, manifest
        The history that it read.
    """

    stated: Experiment
    name: str
    result: BacktestResult
    fingerprint: str
    manifest: str


def run_backtest(project: Project, name: str, asked: BacktestOptions) -> FinishedBacktest:
    """Load what a backtest needs and run it."""
    from riskmodel.asof.library import load_features
    from riskmodel.base.files import refuse_unwritable_folder
    from riskmodel.forecasts.backtesting import backtest as run
    from riskmodel.forecasts.backtesting.validation_window import validation_window
    from riskmodel.forecasts.experiment import load_experiment

    keep = project.folder / "data" / "backtests"
    refuse_unwritable_folder(keep)
    stated = load_experiment(project, name)
    asked.request.check(table.label for table in stated.forecasters)
    features = load_features(project).choose(stated.features)
    history, manifest = ingested_history(project.layer(stated.layer), today(project))
    fingerprint = history.fingerprint()
    if asked.choose:
        (stated, history), name = validation_window(stated, history), f"{name}-choosing"
    truth = truth_of(project, stated, history)
    with progress("Backtest") as tell:
        result = run(
            stated,
            history,
            features,
            truth=truth,
            ablation=asked.ablation,
            keep=keep / name,
            threads=threads(),
            engine=asked.engine,
            progress=tell,
        )
    return FinishedBacktest(stated, name, result, fingerprint, manifest)


def looks_of(project: Project, done: FinishedBacktest, repeatable: bool, choose: bool) -> tuple[Looks | None, bool]:
    """Count this look at the test window.

    It does not count if the same forecasts were seen before and only another comparison is asked for.

    Returns the looks (None on the dates before the window), and whether the same forecasts were looked at before.
    """
    from riskmodel.registry.looks import count, look, seen

    if choose:
        return None, False
    shown = done.result.fingerprint()
    if repeatable and seen(project, done.stated, shown):
        return count(project, done.stated), True
    return look(project, done.stated, today(project), shown), False
