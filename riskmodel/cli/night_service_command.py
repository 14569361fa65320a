"""The command night: the whole night, for a timer."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, day_option
from riskmodel.cli.output import emit, spoken


@command("riskmodel night --project /srv/county")
def night(
    as_of: Annotated[int | None, day_option("--as-of", "As-of date of the night; default: today.")] = None,
    json: Json = None,
) -> None:
    """Run everything that the night needs, for a timer.

    It ingests what is there and the answers, scores, detects, lists, delivers, and says so in five lines. It may be started as often as wanted:
    a night that is done is not computed again, a run that was stopped is completed, and of several at once one works. Sources with a deadline
    are waited for. The lines are in the language of the project's lists. The exit code is 4 if a list is degraded or refused or something is not delivered.
    """
    from riskmodel.operations.night_service import run_service

    project = current.project()
    done = run_service(project, today(project) if as_of is None else as_of, os.environ)
    emit(done.to_json(), json, done.text(spoken(project.table.warnings.language)))
    if done.exit_code:
        raise typer.Exit(done.exit_code)
