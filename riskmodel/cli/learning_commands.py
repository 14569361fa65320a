"""Commands about models: train, promote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, threads, today
from riskmodel.cli.model_inputs import known_day, promotion_json, training_inputs
from riskmodel.cli.options import EngineName, ExperimentName, Json, Memory, Role, Scheduler, day_option, engine_of
from riskmodel.cli.output import emit, progress


@command("riskmodel train rental-fire")
def train(
    experiment: ExperimentName,
    as_of: Annotated[
        int | None, day_option("--as-of", "Learn from what was known then; default: the last knowledge, up to today.")
    ] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
    json: Json = None,
) -> None:
    """Train an experiment's champion and register a version.

    It learns from everything that was known at the as-of date. Where the model fails its own last dates, the exit code is 4 and
    promote refuses the version.
    """
    from riskmodel.operations.trained_version import train_and_register

    project, workers = current.project(), engine_of(engine, scheduler, memory)
    stated, history, manifest = training_inputs(project, experiment)
    day = known_day(project, history) if as_of is None else as_of
    with progress("Training") as tell:
        found = train_and_register(
            project, stated, history, manifest, as_of=day, threads=threads(), engine=workers, progress=tell
        )
    result = found.to_json()
    lines = [f"Trained {found.summary()}.", *(_note_line(note) for note in result["notes"])]
    lines.append(
        f"Registered as {found.registered.name} version {found.registered.version}. {_next_step(experiment, result['failed'])}"
    )
    emit(result, json, "\n".join(lines))
    if result["failed"]:
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
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.operations.errors import layer_experiment
    from riskmodel.operations.promotion import promote as run

    project = current.project()
    if load_experiment(project, experiment).layer:
        raise layer_experiment(experiment)
    made = run(project, experiment, version, role=role, day=today(project), although_failed=although_failed)
    before = f" (before: version {made.before})" if made.before else ""
    emit(promotion_json(made), json, f"{experiment} version {made.version} is the champion{before}. Next: riskmodel nightly")
