"""The command that compares forecasters: backtest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, threads, today
from riskmodel.cli.model_inputs import ingested_history, truth_of
from riskmodel.cli.options import EngineName, ExperimentName, Json, Memory, Scheduler, engine_of
from riskmodel.cli.output import console_width, emit, progress, write_out

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


@command("riskmodel backtest rental-fire --json out.json")
def backtest(
    experiment: ExperimentName,
    json: Json = None,
    track: Annotated[bool, typer.Option(help="Record the run in MLflow.")] = True,
    choose: Annotated[
        bool, typer.Option("--choose", help="Evaluate on the dates before the test window, to choose by: no look at the window.")
    ] = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Also forecast without each signal family in turn; each takes as many fits again.")
    ] = False,
    metric: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Also compare forecasters by this metric (may be repeated).")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORECASTER",
            help="Also compare all others with this one, in addition to the baseline and the best member of a blend (may be repeated).",
        ),
    ] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
) -> None:
    """Compare an experiment's forecasters on its test window.

    All forecasters forecast the same rows; a report is written and the run recorded. Asked for another --metric or --against after it has
    finished, it fits nothing again, counts no further look and records no further run, because the forecasts are the same.
    """
    from riskmodel.forecasts.evaluation import ComparisonRequest
    from riskmodel.forecasts.reports import text_report, write_report
    from riskmodel.registry.errors import ServerError

    project, workers = current.project(), engine_of(engine, scheduler, memory)
    request = ComparisonRequest(tuple(against or ()), tuple(metric or ()))
    if track:
        _refuse_unusable(project)
    done = _run_backtest(project, experiment, BacktestOptions(choose, ablation, request, workers))
    looks, again = _looks(project, done, bool(request) and not ablation, choose)
    note = str(looks) if looks else BEFORE_THE_WINDOW
    paths = write_report(done.result, project.folder / "reports" / done.name, project.table.kinds, looks=note, request=request)
    lines = [f"{text_report(done.result, note, request, console_width())}\n", f"Report: {paths[0]}"]
    if again:
        lines.append("These forecasts were looked at before: nothing was fitted, counted or recorded for this request.")
    lines += [f"Caveat: {caveat}" for caveat in done.stated.caveats(project.table.kinds)]
    if track and not again:
        try:
            lines += _record(project, done, paths, looks.count if looks else 0)
        except ServerError:
            if json is None:
                write_out("\n".join(lines) + "\n")
            raise
    emit(done.result.summary(request), json, "\n".join(lines))


def _run_backtest(project: Project, name: str, asked: BacktestOptions) -> FinishedBacktest:
    """Load what a backtest needs and run it."""
    from riskmodel.asof.library import load_features
    from riskmodel.forecasts.backtesting import backtest as run
    from riskmodel.forecasts.backtesting.validation_window import validation_window
    from riskmodel.forecasts.experiment import load_experiment

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
            keep=project.folder / "data" / "backtests" / name,
            threads=threads(),
            engine=asked.engine,
            progress=tell,
        )
    return FinishedBacktest(stated, name, result, fingerprint, manifest)


def _looks(project: Project, done: FinishedBacktest, repeatable: bool, choose: bool) -> tuple[Looks | None, bool]:
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


def _refuse_unusable(project: Project) -> None:
    """Refuse to begin what MLflow could not record.

    Raises
    ------
    ServerError
        If the project's server cannot be used; the message names the option that records nothing.
    """
    from riskmodel.operations.promotion import refuse_unusable_registry
    from riskmodel.registry.errors import ServerError

    try:
        refuse_unusable_registry(project)
    except ServerError as error:
        raise ServerError(f"{error} Nothing was fitted. --no-track compares forecasters without recording a run.") from error


def _record(project: Project, done: FinishedBacktest, files: list[Path], looks: int) -> list[str]:
    """Record a backtest in MLflow and return lines for the reader."""
    from riskmodel.registry import record_backtest
    from riskmodel.registry.errors import ServerError
    from riskmodel.registry.home import page_of_runs

    with progress("Recording") as tell:
        tell("mlflow", 0.1)
        run = record_backtest(
            project,
            done.stated,
            done.result,
            fingerprint=done.fingerprint,
            manifest=done.manifest,
            files=files,
            looks=looks,
        )
    # the run is recorded, whatever becomes of its address
    with suppress(ServerError):
        return [f"Runs: {page}"] if (page := page_of_runs(project, run)) else []
    return []
