"""The command nightly: one night, without ingest of tables."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import AsOf, Json
from riskmodel.cli.output import emit, progress, spoken


@command("riskmodel nightly --as-of 2026-01-01")
def nightly(
    as_of: AsOf = None,
    preview: Annotated[
        bool, typer.Option(help="Run a night that lies in the future; its lists are marked and cannot be approved.")
    ] = False,
    json: Json = None,
) -> None:
    """Score the night and write one draft list per centre.

    The centres' answers are ingested first. The champions score; the as-of date is today unless given. Lists by a model that was trained
    after their date are marked as a replay and cannot be approved.
    """
    from riskmodel.cli.night_text import night_text
    from riskmodel.operations.nightly import run_nightly

    project = current.project()
    day = today(project)
    with progress("Nightly") as tell:
        night = run_nightly(
            project, day if as_of is None else as_of, day=day, preview=preview, progress=tell, environment=os.environ
        )
    emit(night.to_json(), json, night_text(night, spoken(project.table.warnings.language)))
    if night.exit_code:
        raise typer.Exit(night.exit_code)
