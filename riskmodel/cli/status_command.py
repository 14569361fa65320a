"""The command status: what is stuck since when, and what to do."""

from __future__ import annotations

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json
from riskmodel.cli.output import emit, spoken


@command("riskmodel status")
def status(json: Json = None) -> None:
    """Name what is stuck, since when, and what to do.

    It shows the last night, the last on which every target was scored, and what waits: sources in alert or stale, kinds that disappeared, missed
    nights, targets that are not scored, models that are old or failed, approved lists that are not delivered, red lists that nobody
    acknowledged, lists held for review, silences, drafts. Nothing is written. The exit code is 4 if anything is stuck, and 1 if the history cannot be read. A draft of today
    is not stuck, nor is what waits because of a silence or quiet hours. The quality of the data is shown by 'riskmodel check', the machine by 'riskmodel doctor'.
    """
    from riskmodel.operations.nightly import seconds
    from riskmodel.operations.project_status import project_status
    from riskmodel.operations.status_text import project_status_text

    project = current.project()
    found = project_status(project, today(project), seconds())
    emit(found.to_json(), json, project_status_text(found, spoken(project.table.warnings.language)))
    if found.exit_code:
        raise typer.Exit(found.exit_code)
