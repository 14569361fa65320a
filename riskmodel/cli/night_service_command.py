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

    It ingests what is there and the answers, scores, detects, lists and delivers, and says so in five lines. It may be started as often as wanted.
    A night that is done is not computed again, and a run that was stopped is completed. If several run at the same time, one works and the others say so.
    It waits for sources with a deadline. The lines are in the language of the project's lists. The exit code is 4 if a list is degraded or refused, or something is not delivered.
    """
    from riskmodel.operations.night_service import run_service

    project = current.project()
    done = run_service(project, today(project) if as_of is None else as_of, os.environ)
    emit(done.to_json(), json, done.text(spoken(project.table.warnings.language)))
    if done.exit_code:
        raise typer.Exit(done.exit_code)
