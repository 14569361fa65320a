"""Commands about models: backtest, train, promote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.errors import UsageError
from riskmodel.cli.app import command
from riskmodel.cli.context import current, threads, today
from riskmodel.cli.options import EngineName, ExperimentName, Json, Memory, Role, Scheduler, day_option, engine_of
from riskmodel.cli.output import console_width, emit, progress

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.base.project import Project
    from riskmodel.forecasts.backtesting import BacktestResult
    from riskmodel.forecasts.evaluation import ComparisonRequest
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.records.history import History
    from riskmodel.records.truth import Truth

BEFORE_THE_WINDOW = "Evaluated on the dates before the test window, so this is no look at it."


@dataclass(frozen=True)
class BacktestOptions:
    """What a backtest was asked for, beside its experiment."""

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
            help="Also compare all others with this one, beside the baseline and the best member of a blend (may be repeated).",
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

    project, workers = current.project(), engine_of(engine, scheduler, memory)
    request = ComparisonRequest(tuple(against or ()), tuple(metric or ()))
    done = _run_backtest(project, experiment, BacktestOptions(choose, ablation, request, workers))
    looks, again = _looks(project, done, bool(request) and not ablation, choose)
    note = str(looks) if looks else BEFORE_THE_WINDOW
    paths = write_report(done.result, project.folder / "reports" / done.name, project.table.kinds, looks=note, request=request)
    lines = [f"{text_report(done.result, note, request, console_width())}\n", f"Report: {paths[0]}"]
    if again:
        lines.append("These forecasts were looked at before: nothing was fitted, counted or recorded for this request.")
    lines += [f"Caveat: {caveat}" for caveat in done.stated.caveats(project.table.kinds)]
    if track and not again:
        _record(project, done, paths, looks.count if looks else 0)
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
    history, manifest = load_history(project.layer(stated.layer), today(project))
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


def _looks(project: Project, done: FinishedBacktest, repeatable: bool, choose: bool) -> tuple[Any, bool]:
    """Count this look at the test window, unless the same forecasts were seen.

    Returns the looks (None on the dates before the window), and whether the same forecasts were looked at before.
    """
    from riskmodel.registry.looks import count, look, seen

    if choose:
        return None, False
    shown = done.result.fingerprint()
    if repeatable and seen(project, done.stated, shown):
        return count(project, done.stated), True
    return look(project, done.stated, today(project), shown), False


def _record(project: Project, done: FinishedBacktest, files: list[Path], looks: int) -> None:
    """Record a backtest in MLflow."""
    from riskmodel.registry import record_backtest

    with progress("Recording") as tell:
        tell("mlflow", 0.1)
        record_backtest(
            project,
            done.stated,
            done.result,
            fingerprint=done.fingerprint,
            manifest=done.manifest,
            files=files,
            looks=looks,
        )


def load_history(project: Project, day: int) -> tuple[History, str]:
    """Return the project's history and the id of its manifest.

    Tables are ingested first if the history is empty.
    """
    from riskmodel.records.intake import ingest
    from riskmodel.records.store import HistoryStore, stored_history

    store = HistoryStore(project.path(project.table.history))
    if store.manifest_id is None:
        with progress("Ingesting (the history was empty)") as tell:
            report = ingest(project, day, progress=tell)
        typer.echo(f"The history was empty; ingested first.\n{report!r}", err=True)
    return stored_history(store), str(store.manifest_id)


def truth_of(project: Project, stated: Experiment, history: History) -> Truth | None:
    """Return the simulated county's truth of the test window, if there is one.

    A table that was found by the target's kind is used only if its horizon is the target's. One that the experiment names is checked by
    the backtest.
    """
    from riskmodel.forecasts.backtesting.truth_table import truth_table_name
    from riskmodel.records.truth import read_truth, truth_names

    name = truth_table_name(stated, truth_names(project)) if not stated.layer else None
    if name is None:
        return None
    found = read_truth(project, history.places, name, stated.dates.test())
    return found if stated.evaluation.truth or found.horizon == stated.horizon else None


@command("riskmodel train rental-fire")
def train(
    experiment: ExperimentName,
    as_of: Annotated[int | None, day_option("--as-of", "Learn from what was known then; default: the last knowledge.")] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
    json: Json = None,
) -> None:
    """Train an experiment's champion and register a version.

    It learns from everything that was known at the as-of date.
    """
    workers = engine_of(engine, scheduler, memory)
    with progress("Training") as tell:
        found = train_and_register(current.project(), experiment, as_of, tell, workers)
    registered = f"Registered as {found['registered']} version {found['version']}. Next: riskmodel promote {experiment}"
    emit({key: value for key, value in found.items() if key != "repr"}, json, f"{found['repr']}\n{registered}")


def train_and_register(
    project: Project, name: str, as_of: int | None, tell: Callable[[str, float], None], engine: Engine | None = None
) -> dict[str, Any]:
    """Train and register a version.

    Returns
    -------
    dict
        ``registered`` name, ``version`` number, ``bundle`` version and ``repr``.
    """
    from riskmodel.asof.library import load_features
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.forecasts.training import train as run
    from riskmodel.operations.served_model import LOADER
    from riskmodel.registry import record_training

    stated = load_experiment(project, name)
    features = load_features(project).choose(stated.features)
    history, manifest = load_history(project.layer(stated.layer), today(project))
    bundle = run(stated, history, features, as_of=as_of, threads=threads(), engine=engine, progress=tell)
    tell("register", 0.95)
    fingerprint = history.fingerprint()
    made = record_training(project, stated, bundle, loader=LOADER, fingerprint=fingerprint, manifest=manifest)
    return {"registered": made.name, "version": made.version, "bundle": bundle.version, "repr": repr(bundle)}


@command("riskmodel promote rental-fire --version 3")
def promote(
    experiment: ExperimentName,
    version: Annotated[int | None, typer.Option(metavar="NUMBER", help="Registered version; default: the last.")] = None,
    role: Role = "data scientist",
    json: Json = None,
) -> None:
    """Make a registered version the champion.

    The night uses champions and nothing else.
    """
    project = current.project()
    found = promote_champion(project, experiment, version, today(project), role)
    before = f" (before: version {found['before']})" if found["before"] else ""
    emit(found, json, f"{experiment} version {found['version']} is the champion{before}. Next: riskmodel nightly")


def promote_champion(
    project: Project, experiment: str, version: int | None, day: int, role: str = "data scientist"
) -> dict[str, Any]:
    """Promote a version.

    Returns
    -------
    dict
        ``experiment``, ``version``, ``bundle`` and the version ``before``.

    Raises
    ------
    UsageError
        If the experiment is on a layer, because lists are of the project's own cells.
    """
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.operations.promotion import promote as run

    if load_experiment(project, experiment).layer:
        raise UsageError(
            f"The experiment {experiment!r} is on a layer; lists are of the project's own cells. Promote another experiment."
        )
    made = run(project, experiment, version, role=role, day=day)
    return {"experiment": experiment, "version": made.version, "bundle": made.model, "before": made.before}
