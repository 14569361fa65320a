"""The command policy simulate: policies tried on past nights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command, policy_app
from riskmodel.cli.context import current, threads, today
from riskmodel.cli.model_inputs import ingested_history
from riskmodel.cli.options import ExperimentName, Json, day_option
from riskmodel.cli.output import console_width, emit, progress

if TYPE_CHECKING:
    from riskmodel.base.policy import Policy
    from riskmodel.base.project import Project
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.warning.policy_simulation import PolicySimulation, WalkedNights


@command("riskmodel policy simulate theft --set capacity=30 --set 'cool_down=14, exploration=2'", under=policy_app)
def simulate(
    experiment: ExperimentName,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A changed policy beside the adopted one, as in a [policy] table; several keys of it are separated by commas. "
            "Each --set is a policy of its own (may be repeated).",
        ),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--policy", metavar="FILE", help="A changed policy in a TOML file (may be repeated)."),
    ] = None,
    nights: Annotated[int, typer.Option(metavar="NUMBER", help="Number of nights.", min=1, max=3660)] = 90,
    every: Annotated[int, typer.Option(metavar="DAYS", help="Days between nights.", min=1, max=366)] = 1,
    last: Annotated[int | None, day_option("--to", "Last night; default: the last one whose outcome is final.")] = None,
    answered: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Share of listed places that are visited in time, and then rest.", min=0, max=1),
    ] = 1.0,
    json: Json = None,
) -> None:
    """Try policies on past nights before one is adopted.

    Past nights are scored from what was known then, by models fitted on what was final then. The lists of each policy are decided as at
    night. It shows the warnings of each grade and centre, what they would have caught, how much the lists would have changed, and hits against
    capacity and spot checks. It also writes a page. Models and scores are kept, so the next policy is tried in seconds. The exit code is 4 if a night could not be
    scored or a model failed its own last dates.
    """
    from riskmodel.forecasts.experiment import load_experiment
    from riskmodel.warning.policy_simulation import ADOPTED, simulation_text, stated_policies, write_policy_page

    project = current.project()
    stated = load_experiment(project, experiment)
    policies = {ADOPTED: stated.policy, **stated_policies(stated.policy, settings or (), files or ())}
    walked = _walk(project, stated, nights, every, last)
    found = _simulate(project, walked, policies, answered)
    page = write_policy_page(found, project.folder / "reports" / experiment / "policies.html")
    emit(found.to_json(), json, f"{simulation_text(found, console_width())}\n\nPage: {page}")
    if not walked.scored.all() or any(fit.failures for fit in walked.fits):
        raise typer.Exit(4)


def _walk(project: Project, stated: Experiment, nights: int, every: int, last: int | None) -> WalkedNights:
    """Score the nights; fits and scores are kept beside the backtests."""
    from riskmodel.asof.library import load_features
    from riskmodel.warning.policy_simulation import walk_nights

    features = load_features(project).choose(stated.features)
    history, _ = ingested_history(project.layer(stated.layer), today(project))
    with progress("Past nights") as tell:
        return walk_nights(
            stated,
            history,
            features,
            nights=nights,
            every=every,
            last=last,
            keep=project.folder / "data" / "policies" / stated.name,
            threads=threads(),
            progress=tell,
        )


def _simulate(project: Project, walked: WalkedNights, policies: dict[str, Policy], answered: float) -> PolicySimulation:
    """Try the policies as the project's nights would."""
    from riskmodel.warning.policy_simulation import simulate_policies

    name, warnings = walked.experiment.name, project.table.warnings
    with progress("Policies") as tell:
        return simulate_policies(
            walked,
            policies,
            grouping=warnings.grouping,
            # a target without a share of its own is simulated with the whole capacity
            share=warnings.split.get(name, 1.0),
            answered=answered,
            groups=project.table.kind_groups,
            progress=tell,
        )
