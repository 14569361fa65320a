"""Artefact locations in MLflow's database, kept at the present home.

MLflow stores absolute locations. Where the home of a project was moved or copied, those below the old home are rewritten, so that a
copy never reads or writes the files of its original.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

ARTIFACTS = "artifacts"
"""The folder of MLflow's home that holds a folder per experiment."""

_COLUMNS = (
    ("experiments", "artifact_location"), ("runs", "artifact_uri"), ("model_versions", "source"),
    ("model_versions", "storage_location"), ("logged_models", "artifact_location"),
)  # fmt: skip
"""Tables and columns of MLflow's schema that hold locations."""


def has_moved(database: Path) -> bool:
    """Return whether locations are below an earlier home."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return bool(_earlier_homes(connection, database.parent))


def follow_home(database: Path) -> bool:
    """Rewrite locations below an earlier home.

    Returns whether there were any. Only experiments of this package count (``<home>/artifacts/<name>``) whose folder stands in the
    present home. Call it under the lock of the database.
    """
    home = database.parent
    with closing(sqlite3.connect(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        earlier = _earlier_homes(connection, home) if "experiments" in tables else set()
        with connection:
            for old in sorted(earlier):
                for table, column in _COLUMNS:
                    if table in tables:
                        _rewrite(connection, table, column, old, home.as_uri())
    return bool(earlier)


def _earlier_homes(connection: sqlite3.Connection, home: Path) -> set[str]:
    stated = [location for (location,) in connection.execute("SELECT artifact_location FROM experiments")]
    return {old for location in stated if (old := _earlier_home(location, home)) is not None}


def _rewrite(connection: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    below = f"substr({column}, 1, ?) = ?"
    moved = f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {below}"
    connection.execute(moved, (new, len(old) + 1, len(old) + 1, f"{old}/"))


def _earlier_home(location: str | None, home: Path) -> str | None:
    """Return the URI of another home in an experiment's location."""
    found = re.fullmatch(rf"(file://.*)/{ARTIFACTS}/([^/]+)", location or "")
    if found is None or found[1] == home.as_uri():
        return None
    before, name = Path(unquote(urlsplit(found[1]).path)), unquote(found[2])
    same = before.is_dir() and before.samefile(home)
    return None if same or not (home / ARTIFACTS / name).is_dir() else found[1]
