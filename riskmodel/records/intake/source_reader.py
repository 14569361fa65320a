"""Where a source's rows come from, and what of them is new since the last ingest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.readers.table_request import Cursor, Tell, no_tell


@dataclass(frozen=True)
class SourceTable:
    """Rows of a source, how far it was read (None: whole), and what to do once they are in force."""

    table: RawTable
    cursor: Cursor | None = None
    settle: Callable[[], None] = lambda: None


def wanted_columns(source: Source) -> tuple[str, ...]:
    """Every column that is read of a source."""
    return tuple(dict.fromkeys([*source.columns.mapped(), *source.only]))


def read_source(
    project: Project,
    source: Source,
    cursor: Cursor | None,
    spool: Path,
    environment: Mapping[str, str],
    frame: Any = None,
    tell: Tell = no_tell,
) -> SourceTable:
    """The rows of ``source``: those after ``cursor`` where it can tell, else all.

    Parameters
    ----------
    spool
        A folder for what is fetched over a network, so that an interrupted ingest resumes.
    environment
        What the project names by the names of environment variables: addresses of databases and tokens.
    frame
        The table, where a notebook gives one.
    tell
        Called while rows are read, perhaps from another thread.

    Raises
    ------
    UsageError
        If it cannot be read.
    RefusedError
        If something may not come in.
    """
    wanted, codes, zone = wanted_columns(source), source.columns.ids(), project.table.time_zone
    if frame is not None:
        from riskmodel.records.intake.readers.frames import read_frame

        return SourceTable(read_frame(source.name, frame, wanted, zone, codes, empty=source.answers))
    if source.answers:
        raise UsageError(
            f"The rows of the source {source.name!r} are what the centres answered. Run 'riskmodel nightly', which takes them in."
        )
    if source.sql is not None:
        from riskmodel.records.intake.readers.sql import read_sql

        address = setting(environment, source.sql.url, f"the database of the source {source.name!r}")
        return SourceTable(*read_sql(source.name, source.sql, address, wanted, zone, codes, cursor, tell))
    if source.socrata is not None:
        from riskmodel.records.intake.readers.socrata import read_socrata

        token = source.socrata.token
        token = None if token is None else setting(environment, token, f"the token of the source {source.name!r}")
        return SourceTable(*read_socrata(source.name, source.socrata, wanted, zone, codes, cursor, spool, token, tell))
    if source.path is None:
        raise UsageError(
            f"The rows of the source {source.name!r} are given as a frame. Call ingest_frame(project, {source.name!r}, frame, day)."
        )
    path = project.path(source.path)
    if not path.is_file():
        raise missing_file("source table", path, "Correct its path in riskmodel.toml, or provide the export.")
    return SourceTable(read_table(path, wanted, source.encoding, zone, codes, source.sheet, tell))


def setting(environment: Mapping[str, str], name: str, what: str) -> str:
    """The value of an environment variable.

    Raises
    ------
    UsageError
        If it is not set.
    """
    if not environment.get(name):
        raise UsageError(
            f"The environment variable {name!r}, which gives {what}, is not set. Set it, or correct its name in riskmodel.toml."
        )
    return environment[name]
