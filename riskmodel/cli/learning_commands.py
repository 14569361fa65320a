"""Commands that learn: backtest, train, promote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.errors import UsageError
from riskmodel.cli.app import (
    EXIT_CODES,
    EngineName,
    Json,
    Memory,
    Scheduler,
    app,
    console_width,
    current,
    emit,
    engine_of,
    progress,
    threads,
    today,
)

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.base.project import Project
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.records.history import History
    from riskmodel.records.truth import Truth

Name = Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Name of a file in experiments/, without .toml.")]
Role = Annotated[str, typer.Option(help="Who acts, as a role; never a name of a person.")]


def load_history(project: Project, day: int) -> tuple[History, str]:
    """The project's history and the id of its manifest; tables are taken in first where nothing was yet."""
    from riskmodel.records.intake import ingest
    from riskmodel.records.store import HistoryStore, stored_history

    store = HistoryStore(project.path(project.table.history))
    if store.manifest_id is None:
        with progress("Ingesting (the history was empty)") as tell:
            report = ingest(project, day, progress=tell)
        typer.echo(f"The history was empty; ingested first.\n{report!r}", err=True)
    return stored_history(store), str(store.manifest_id)


def truth_of(project: Project, stated: Experiment, history: History) -> Truth | None:
    """The truth of a simulated county that the experiment's test window is compared with, if there is one.

    A table that is found by the target's kind alone must look as far ahead as the target; one that is named is checked later.
    """
    from riskmodel.forecasts.backtesting.truth_table import truth_table_name
    from riskmodel.records.truth import read_truth, truth_names

    name = truth_table_name(stated, truth_names(project)) if not stated.layer else None
    if name is None:
        return None
    found = read_truth(project, history.places, name, stated.dates.test())
    # a table that nobody named is taken only if it looks as far ahead; one that was named is checked by the backtest
    return found if stated.evaluation.truth or found.horizon == stated.horizon else None


@app.command(epilog=f"Example: riskmodel backtest rental-fire --json out.json. {EXIT_CODES}")
def backtest(
    experiment: Name,
    json: Json = None,
    track: Annotated[bool, typer.Option(help="Record the run in MLflow.")] = True,
    choose: Annotated[
        bool, typer.Option("--choose", help="Judge on the dates before the test window, which is no look at it: to choose by.")
    ] = False,
    ablation: Annotated[
        bool,
        typer.Option("--ablation", help="Forecast also without each signal family in turn; takes as many fits again for each."),
    ] = False,
    metric: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compare forecasters by this metric, too (may be repeated).")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORECASTER",
            help="Compare all others with this one, too, beside the baseline and, where there is a blend, the best single one.",
        ),
    ] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
) -> None:
    """Forecast an experiment's test window with all its forecasters, on identical rows; write a report and record the run.

    Asked for another --metric or --against once it is finished, it fits nothing again, counts no further look and records no
    further run: the forecasts are the same.
    """
    from riskmodel.asof.library import load_features
    from riskmodel.forecasts.backtesting import backtest as run
    from riskmodel.forecasts.backtesting.validation_window import validation_window
    from riskmodel.forecasts.evaluation import ComparisonRequest
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.forecasts.reports import text_report, write_report
    from riskmodel.registry.looks import count, look, seen

    base, workers = current.project(), engine_of(engine, scheduler, memory)
    stated, request = load_experiment(base, experiment), ComparisonRequest(tuple(against or ()), tuple(metric or ()))
    request.check(table.label for table in stated.forecasters)
    features = load_features(base).choose(stated.features)
    history, manifest = load_history(base.layer(stated.layer), today(base))
    fingerprint, name = history.fingerprint(), experiment
    if choose:
        (stated, history), name = validation_window(stated, history), f"{experiment}-choosing"
    truth = truth_of(base, stated, history)
    with progress("Backtest") as tell:
        result = run(
            stated,
            history,
            features,
            truth=truth,
            ablation=ablation,
            keep=base.folder / "data" / "backtests" / name,
            threads=threads(),
            engine=workers,
            progress=tell,
        )
    shown = result.fingerprint()
    again = bool(request) and not (choose or ablation) and seen(base, stated, shown)
    looks = None if choose else count(base, stated) if again else look(base, stated, today(base), shown)
    said = str(looks) if looks else "Judged on the dates before the test window: no look at it."
    paths = write_report(result, base.folder / "reports" / name, base.table.kinds, looks=said, request=request)
    text = f"{text_report(result, said, request, console_width())}\n\nReport: {paths[0]}"
    if again:
        text += "\nThese forecasts were looked at before: nothing was fitted, counted or recorded for this question."
    for caveat in stated.caveats(base.table.kinds):
        text += f"\nCaveat: {caveat}"
    if track and not again:
        from riskmodel.registry import record_backtest

        with progress("Recording") as tell:
            tell("mlflow", 0.1)
            times = looks.count if looks else 0
            record_backtest(base, stated, result, fingerprint=fingerprint, manifest=manifest, files=paths, looks=times)
    emit(result.summary(request), json, text)


@app.command(epilog=f"Example: riskmodel train rental-fire. {EXIT_CODES}")
def train(
    experiment: Name,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Learn from what was known then; default: the last knowledge.")
    ] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
    json: Json = None,
) -> None:
    """Train an experiment's champion on all that was known, and register it as a version."""
    from riskmodel.base.days import to_day

    day, workers = None if as_of is None else to_day(as_of), engine_of(engine, scheduler, memory)
    with progress("Training") as tell:
        found = train_and_register(current.project(), experiment, day, tell, workers)
    text = (
        f"{found['repr']}\nRegistered as {found['registered']} version {found['version']}. Next: riskmodel promote {experiment}"
    )
    emit({key: value for key, value in found.items() if key != "repr"}, json, text)


def train_and_register(
    project: Project, name: str, as_of: int | None, tell: Callable[[str, float], None], engine: Engine | None = None
) -> dict[str, Any]:
    """Train and register; registered name, version number, bundle version and repr."""
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


@app.command(epilog=f"Example: riskmodel promote rental-fire --version 3. {EXIT_CODES}")
def promote(
    experiment: Name,
    version: Annotated[int | None, typer.Option(help="Registered version; default: the last.")] = None,
    role: Role = "data scientist",
    json: Json = None,
) -> None:
    """Make a registered version the champion, which the night uses and nothing else."""
    project = current.project()
    found = promote_champion(project, experiment, version, today(project), role)
    before = f" (before: version {found['before']})" if found["before"] else ""
    emit(found, json, f"{experiment} version {found['version']} is the champion{before}. Next: riskmodel nightly")


def promote_champion(
    project: Project, experiment: str, version: int | None, day: int, role: str = "data scientist"
) -> dict[str, Any]:
    """Promote; experiment, version, bundle and the version before.

    Raises
    ------
    UsageError
        If the experiment is on a layer: lists are of the project's own cells.
    """
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.operations.promotion import promote as run

    if load_experiment(project, experiment).layer:
        raise UsageError(
            f"The experiment {experiment!r} is on a layer; lists are made of the project's own cells. Promote another one."
        )
    made = run(project, experiment, version, role=role, day=day)
    return {"experiment": experiment, "version": made.version, "bundle": made.model, "before": made.before}
