"""Folders of registered models, read from MLflow's database without MLflow.

Importing MLflow takes seconds; commands that only look should not wait for it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from riskmodel.base.database_files import unwritable_database
from riskmodel.base.locks import can_write
from riskmodel.base.project import Project
from riskmodel.registry.errors import tracking_fails
from riskmodel.registry.home import DATABASE, home
from riskmodel.registry.model_files import BUNDLE
from riskmodel.registry.registered_versions import CHAMPION, CHECKSUM, EXPERIMENT, PROJECT, Registered, alias, with_champion

_CHAMPIONS = """
SELECT a.name, a.version, e.value, path.value, bundle.value, files.value FROM registered_model_aliases a
JOIN registered_model_tags p ON p.name = a.name AND p.key = ? AND p.value = ?
JOIN registered_model_tags e ON e.name = a.name AND e.key = ?
JOIN model_version_tags path ON path.name = a.name AND path.version = a.version AND path.key = 'riskmodel.path'
JOIN model_version_tags bundle ON bundle.name = a.name AND bundle.version = a.version AND bundle.key = 'riskmodel.bundle'
LEFT JOIN model_version_tags files ON files.name = a.name AND files.version = a.version AND files.key = ?
WHERE a.alias = ? ORDER BY e.value
"""

_VERSIONS = """
SELECT path.value, files.value FROM model_versions v
JOIN registered_model_tags p ON p.name = v.name AND p.key = ? AND p.value = ?
JOIN model_version_tags path ON path.name = v.name AND path.version = v.version AND path.key = 'riskmodel.path'
JOIN model_version_tags files ON files.name = v.name AND files.version = v.version AND files.key = ?
WHERE v.current_stage != 'Deleted_Internal'
"""


def registered_folders(database: Path, project: str) -> dict[str, str]:
    """Return the folders of a project's registered versions, each with its checksum.

    Folders are relative to MLflow's home.

    Parameters
    ----------
    database
        A copy of MLflow's database that nobody else uses.
    """
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute(_VERSIONS, (PROJECT, project, CHECKSUM)).fetchall())


def champions(project: Project) -> tuple[Registered, ...]:
    """Return the champions of all experiments, the files not checked.

    Raises
    ------
    RiskmodelError
        If MLflow's database cannot be read.
    """
    if project.tracking_server:
        return tuple(one for name in with_champion(project) if (one := alias(project, name, CHAMPION)) is not None)
    database = home(project) / DATABASE
    if not database.is_file():
        return ()
    try:
        opened = sqlite3.connect(database, timeout=60) if can_write(database) else unwritable_database(database)
        with closing(opened) as connection:
            rows = connection.execute(_CHAMPIONS, (PROJECT, project.table.name, EXPERIMENT, CHECKSUM, CHAMPION)).fetchall()
    except sqlite3.Error as error:
        raise tracking_fails(database, error) from None
    return tuple(
        Registered(name, experiment, int(version), model, Path(home(project) / path / BUNDLE), checksum or "", "")
        for name, version, experiment, path, model, checksum in rows
    )
