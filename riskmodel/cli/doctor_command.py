"""The command doctor: faults of machine and project, with remedies."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import replace
from pathlib import Path

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import Json
from riskmodel.cli.output import emit, spoken


@command("riskmodel doctor --project /srv/county")
def doctor(json: Json = None) -> None:
    """Examine the machine and the project, and name remedies.

    It examines versions, project file, databases and their schema versions, files of champions, looks, disk space and files, clock, permissions, locks, network disks, remains of stopped runs, secrets of
    channels, port and encoding. Nothing is written, and a project that cannot be read is examined as far as possible. The exit code is 1
    with a fault, 4 with a warning.
    """
    from riskmodel.operations.doctor import Surroundings, examine
    from riskmodel.operations.nightly import seconds

    data = os.environ.get("RISKMODEL_DATA")
    around = Surroundings(seconds(), _user(), getattr(sys.stdout, "encoding", None) or "utf-8", os.environ, os.geteuid())
    found = examine(current.folder.absolute(), around, Path(data).absolute() if data else None)
    emit(found.to_json(), json, replace(found, language=spoken(found.language)).text())
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _user() -> str:
    """Return the name or number of the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
