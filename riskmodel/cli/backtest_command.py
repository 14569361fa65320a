"""The command that compares forecasters: backtest."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.finished_backtests import BEFORE_THE_WINDOW, BacktestOptions, FinishedBacktest, looks_of, run_backtest
from riskmodel.cli.options import EngineName, ExperimentName, Json, Memory, Scheduler, engine_of
from riskmodel.cli.output import console_width, emit, progress, write_out

if TYPE_CHECKING:
    from riskmodel.base.project import Project


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
    done = run_backtest(project, experiment, BacktestOptions(choose, ablation, request, workers))
    looks, again = looks_of(project, done, bool(request) and not ablation, choose)
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
