"""MLflow's database as a template: to make one takes a second, to copy it a millisecond.

MLflow runs all its migrations for each new database, and reads all their scripts for each database that it opens. Here a new database
in this process is a copy of the template, and the scripts are read once. Processes that tests start make theirs in MLflow's own way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from riskmodel import registry

DATABASE = "mlflow.db"
CREATION = "mlflow.store.db.utils._initialize_tables"
"""MLflow's function that makes the tables of a database."""


def read_scripts_once(patch: pytest.MonkeyPatch) -> None:
    """Let MLflow read its scripts once."""
    patch.setattr(ScriptDirectory, "from_config", _scripts_once())


def make_template(home: Path) -> None:
    """Make MLflow's home by MLflow itself."""
    registry.configure(home)


def copy_template(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Let new homes copy the database of a home."""
    from mlflow.store.db import utils

    patch.setattr(CREATION, _copying(home / DATABASE, vars(utils)["_initialize_tables"]))


def _scripts_once() -> Callable[[Config], ScriptDirectory]:
    """Return alembic's reader of a folder of migrations, which reads each folder once."""
    read, known = ScriptDirectory.from_config, dict[str | None, ScriptDirectory]()

    def from_config(config: Config) -> ScriptDirectory:
        location = config.get_main_option("script_location")
        if location not in known:
            known[location] = read(config)
        return known[location]

    return from_config


def _copying(template: Path, make: Callable[[Any], None]) -> Callable[[Engine], None]:
    """Return a function that fills an empty SQLite database from the template."""

    def fill(engine: Engine) -> None:
        if engine.dialect.name != "sqlite" or inspect(engine).get_table_names():
            make(engine)
            return
        with closing(sqlite3.connect(template)) as source, engine.connect() as target:
            source.backup(target.connection.driver_connection)  # type: ignore[arg-type]

    return fill
