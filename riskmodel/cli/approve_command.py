"""The command approve."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Centre, Json, Role, day_option
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.operations.nightly import Approval


@command("riskmodel approve --as-of 2026-01-01 --role 值班长")
def approve(
    role: Role,
    as_of: Annotated[int, day_option("--as-of", "As-of date of the night.")],
    centre: Centre = None,
    digest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIGEST", help="Digest of a list or of the night that was read; may be given again for each centre."
        ),
    ] = None,
    json: Json = None,
) -> None:
    """Approve and deliver the lists of a night.

    Until then they are drafts and never leave.
    """
    from riskmodel.operations.nightly import approve as run
    from riskmodel.operations.nightly import overdue

    project = current.project()
    done = run(project, as_of, centre, role=role, day=today(project), digest=digest or (), environment=os.environ)
    result = {
        "centres": list(done.centres),
        "paths": [str(path) for path in done.paths],
        "receipts": [receipt.id for receipt in done.receipts],
        "undelivered": [one.to_json() for one in done.undelivered],
    }
    emit(result, json, _text(done, as_of, spoken(project.table.warnings.language)))
    if overdue(done.undelivered):
        raise typer.Exit(4)


def _text(done: Approval, as_of: int, language: Language) -> str:
    """Return which lists were delivered, where their files are, and what waits."""
    from riskmodel.base.texts import enumerated, labelled
    from riskmodel.cli.command_texts import DELIVERED, NOT_DELIVERED
    from riskmodel.cli.undelivered_text import undelivered_lines

    late = {one.centre for one in done.undelivered if one.as_of == as_of}
    states = ((DELIVERED, set(done.centres) - late), (NOT_DELIVERED, late & set(done.centres)))
    lines = [
        labelled(state(language), enumerated((c for c in done.centres if c in those), language), language)
        for state, those in states
        if those
    ]
    lines += [f"  {folder}" for folder in dict.fromkeys(path.parent for path in done.paths)]
    return "\n".join([*lines, *undelivered_lines(done.undelivered, language)])
