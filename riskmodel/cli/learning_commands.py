"""Commands about models: train, promote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.errors import UsageError
from riskmodel.cli.app import command
from riskmodel.cli.context import current, threads, today
from riskmodel.cli.model_inputs import load_history
from riskmodel.cli.options import EngineName, ExperimentName, Json, Memory, Role, Scheduler, day_option, engine_of
from riskmodel.cli.output import emit, progress

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.base.project import Project


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

    It learns from everything that was known at the as-of date. Where the model fails its own last dates, the exit code is 4 and
    promote refuses the version.
    """
    workers = engine_of(engine, scheduler, memory)
    with progress("Training") as tell:
        found = train_and_register(current.project(), experiment, as_of, tell, workers)
    lines = [found["repr"], *(_note_line(note) for note in found["notes"])]
    lines.append(f"Registered as {found['registered']} version {found['version']}. {_next_step(experiment, found['failed'])}")
    emit({key: value for key, value in found.items() if key != "repr"}, json, "\n".join(lines))
    if found["failed"]:
        raise typer.Exit(4)


def _note_line(note: Mapping[str, Any]) -> str:
    """Return a note of a fit for the terminal."""
    return f"{'FAILED' if note['failed'] else 'NOTE'}: {note['forecaster']}: {note['en']}"


def _next_step(experiment: str, failed: bool) -> str:
    """Return what comes after training."""
    if failed:
        return (
            "It failed its own last dates, so promote refuses it. Look for a burst or a shift with 'riskmodel check', "
            f"compare forecasters with 'riskmodel backtest {experiment} --choose', then train again."
        )
    return f"Next: riskmodel promote {experiment}"


def train_and_register(
    project: Project, name: str, as_of: int | None, tell: Callable[[str, float], None], engine: Engine | None = None
) -> dict[str, Any]:
    """Train and register a version.

    Returns
    -------
    dict
        ``registered`` name, ``version`` number, ``bundle`` version, ``repr``, ``notes`` of the fit and whether it ``failed`` its
        own last dates.
    """
    from riskmodel.asof.library import load_features
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.forecasts.training import train as run
    from riskmodel.operations.promotion import refuse_lost_registry
    from riskmodel.operations.served_model import LOADER
    from riskmodel.registry import record_training

    refuse_lost_registry(project)
    stated = load_experiment(project, name)
    features = load_features(project).choose(stated.features)
    history, manifest = load_history(project.layer(stated.layer), today(project))
    bundle = run(stated, history, features, as_of=as_of, threads=threads(), engine=engine, progress=tell)
    tell("register", 0.95)
    fingerprint = history.fingerprint()
    made = record_training(project, stated, bundle, loader=LOADER, fingerprint=fingerprint, manifest=manifest)
    return {
        "registered": made.name,
        "version": made.version,
        "bundle": bundle.version,
        "repr": repr(bundle),
        "notes": [note.to_json() for note in bundle.notes],
        "failed": bool(bundle.failures),
    }


@command("riskmodel promote rental-fire --version 3")
def promote(
    experiment: ExperimentName,
    version: Annotated[int | None, typer.Option(metavar="NUMBER", help="Registered version; default: the last.")] = None,
    role: Role = "data scientist",
    although_failed: Annotated[
        bool, typer.Option("--although-failed", help="Promote a version that failed its own last dates.")
    ] = False,
    json: Json = None,
) -> None:
    """Make a registered version the champion.

    The night uses champions and nothing else. A version that failed its own last dates is refused with exit code 3.
    """
    project = current.project()
    found = promote_champion(project, experiment, version, today(project), role, although_failed=although_failed)
    before = f" (before: version {found['before']})" if found["before"] else ""
    emit(found, json, f"{experiment} version {found['version']} is the champion{before}. Next: riskmodel nightly")


def promote_champion(
    project: Project,
    experiment: str,
    version: int | None,
    day: int,
    role: str = "data scientist",
    *,
    although_failed: bool = False,
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
    made = run(project, experiment, version, role=role, day=day, although_failed=although_failed)
    return {"experiment": experiment, "version": made.version, "bundle": made.model, "before": made.before}
