"""Champions of the project's own MLflow database, kept until it changes.

A night needs three rows of that database. To ask MLflow for them takes longer than to score them: its import alone takes seconds. So a file
beside the database keeps its last answer for each project of it, with the sha256 of the database. Other bytes of the database, or another version of MLflow, and MLflow is asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from typing import Any

from riskmodel.base.files import write_json
from riskmodel.base.project import Project
from riskmodel.registry.home import DATABASE, follow_move, home
from riskmodel.registry.registered_versions import CHAMPION, Registered, alias, with_champion

ANSWER = ".champions.json"
"""MLflow's last answer, in its home."""


def recorded_champions(project: Project) -> Mapping[str, Registered]:
    """Return the champions of the project's own database.

    Their files are not checked.

    Raises
    ------
    RiskmodelError
        If the database is lost, or MLflow cannot read it.
    """
    kept = _kept(project, _state(project))
    if kept is not None:
        return kept
    # the first question would change the database of a moved project, and its answer would not be that of the changed one
    follow_move(project)
    state = _state(project)
    found = _asked(project)
    if state and state == _state(project):
        rows = [one.to_row(home(project)) for one in found.values()]
        with suppress(OSError):  # the next night asks MLflow once more
            write_json(
                home(project) / ANSWER, {"database": state, "projects": {**_answers(project, state), project.table.name: rows}}
            )
    return found


def _asked(project: Project) -> dict[str, Registered]:
    """Return what MLflow says."""
    found = {name: alias(project, name, CHAMPION) for name in with_champion(project)}
    return {name: one for name, one in found.items() if one is not None}


def recorded_version(project: Project, experiment: str, version: int, model: str) -> Registered | None:
    """Return a kept champion if it is that version.

    Parameters
    ----------
    model
        The bundle's version, of its content.
    """
    found = (_kept(project, _state(project)) or {}).get(experiment)
    return found if found is not None and (found.version, found.model) == (version, model) else None


def _kept(project: Project, state: str) -> dict[str, Registered] | None:
    """Return the kept answer for a state of the database."""
    try:
        rows = _answers(project, state)[project.table.name]
        return {one.experiment: one for one in (Registered.from_row(home(project), row) for row in rows)}
    except (KeyError, TypeError, AttributeError):
        return None


def _answers(project: Project, state: str) -> dict[str, Any]:
    """Return the kept answers by project, empty for another state."""
    try:
        content = json.loads((home(project) / ANSWER).read_bytes())
        return dict(content["projects"]) if state and content["database"] == state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _state(project: Project) -> str:
    """Return what identifies the database's content.

    Empty while a transaction is open in it, and where there is none.
    """
    database = home(project) / DATABASE
    try:
        digest = hashlib.sha256(database.read_bytes()).hexdigest()
    except OSError:
        return ""
    unfinished = any(database.with_name(f"{DATABASE}-{end}").exists() for end in ("journal", "wal"))
    return "" if unfinished else f"{digest} MLflow {_mlflow_version()}"


@cache
def _mlflow_version() -> str:
    """Return the version of the installed MLflow, without importing it."""
    return metadata.version("mlflow")
