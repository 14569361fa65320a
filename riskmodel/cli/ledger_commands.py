"""Commands of the record: audit and replay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, day_option
from riskmodel.cli.output import emit, progress


@command("riskmodel audit --head 3f2a9c1d77e0")
def audit(
    head: Annotated[
        str, typer.Option(metavar="DIGITS", help="Head that a list prints; the journal must hold it.", show_default=False)
    ] = "",
    json: Json = None,
) -> None:
    """Verify the journal and every record in it.

    Nights, approvals, promotions, deliveries, answers, silences, acknowledgements and settings are chained by hashes. The first link that does not fit is named, and
    the exit code is 1.
    """
    from riskmodel.operations.project_audit import audit_project

    project = current.project()
    found = audit_project(project, today(project), head)
    emit(found.to_json(), json, repr(found))
    if not found.passed:
        raise typer.Exit(1)


@command("riskmodel replay --night 2026-01-01")
def replay(
    night: Annotated[int, day_option("--night", "As-of date of a night that was run.")],
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the rebuilt lists there, in every format.")] = None,
    json: Json = None,
) -> None:
    """Rebuild a past night and compare it with the stored lists.

    It uses the manifest, versions, settings and answers of that night, not those of today. Nothing in the
    project is written. If a list differs in a byte, the exit code is 1, and what differs from the build of riskmodel that made the night is named.
    """
    from riskmodel.operations.nightly import replay_night

    project = current.project()
    with progress("Replay") as tell:
        found = replay_night(project, night, today(project), to, tell)
    emit(found.to_json(), json, "\n".join([repr(found), *(f"  {path}" for path in found.paths)]))
    if found.different:
        raise typer.Exit(1)
