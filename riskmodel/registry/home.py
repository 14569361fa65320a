"""MLflow's home in a project: its database and artefacts, by absolute path."""

from __future__ import annotations

import errno
import logging
import os
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from riskmodel.base.database_files import copy_database
from riskmodel.base.locks import can_write, exclusive, is_lost, mark_made
from riskmodel.base.project import Project
from riskmodel.registry.artifact_locations import follow_home, has_moved
from riskmodel.registry.errors import lost_tracking, odd_path, server_fails, tracking_fails

if TYPE_CHECKING:
    from mlflow import MlflowClient


DATABASE = "mlflow.db"
"""MLflow's database in its home."""

_TRIES, _SECONDS = "1", "30"
"""How often MLflow asks a server again, and how long it waits for an answer: seven times and two minutes are its defaults."""

_OPENED: set[tuple[str, int, int]] = set()
"""Databases that MLflow opened in this process: what fails later fails in the call that needs it, with the same message."""

SQLITE = "sqlite:///"
"""Before the absolute path of a database in its URI."""

_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
"""A sign as URIs write it."""


def home(project: Project) -> Path:
    """Return the absolute path of MLflow's home in a project."""
    return project.tracking_folder.absolute()


def tracking_uri(home: Path) -> str:
    """Return the URI of MLflow's database, for ``MLFLOW_TRACKING_URI`` and ``mlflow ui``.

    Raises
    ------
    UsageError
        If the path contains an encoded sign such as '%20', which MLflow decodes once too often when it loads a model, or a sign that the
        installed SQLAlchemy misreads.
    """
    database = str(home / DATABASE)
    if (encoded := _ENCODED.search(database)) is not None:
        raise odd_path(home, encoded[0])
    if not set("%?") & set(database):
        return f"{SQLITE}{database}"
    from sqlalchemy import make_url

    # SQLAlchemy decodes the path of a database from 2.1 on; with its driver in the URI, MLflow makes no folder of the encoded name
    for uri in (f"{SQLITE}{database}", f"sqlite+pysqlite:///{quote(database)}"):
        if make_url(uri).database == database:
            return uri
    raise odd_path(home, "?")


def server_uri(project: Project) -> str:
    """Return the URI of the project's MLflow, server or database."""
    return project.tracking_server or tracking_uri(home(project))


def home_of(uri: str) -> Path | None:
    """Return the home whose database a URI names, None for a server."""
    from sqlalchemy import make_url

    database = make_url(uri).database if uri.startswith("sqlite") else None
    return Path(database).parent if database and database.startswith("/") else None


def configure(home: Path) -> None:
    """Prepare MLflow: no telemetry, few log lines, a present database.

    MLflow reads ``MLFLOW_DISABLE_TELEMETRY`` when it is imported, so this is the one place that writes to the environment,
    before the first import. Locations of artefacts follow a home that was moved or copied. Two processes that create the database at once would break it; a lock lets them take turns.

    Raises
    ------
    UsageError
        As :func:`tracking_uri`; then nothing is created.
    RiskmodelError
        If the file is not MLflow's database, cannot be opened, or belongs to another version of MLflow.
    """
    tracking_uri(home)
    _quiet()
    home.mkdir(parents=True, exist_ok=True)
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    with exclusive(home / DATABASE, reads=True):
        _refuse_unreadable(home / DATABASE)
        try:
            client = _connect(tracking_uri(home))
            if _file_of(home) not in _OPENED:
                client.search_experiments(max_results=1)
                _OPENED.add(_file_of(home))
            if can_write(home / DATABASE):
                follow_home(home / DATABASE)
        except (MlflowException, SQLAlchemyError, sqlite3.Error) as error:
            raise tracking_fails(home / DATABASE, getattr(error, "orig", error)) from error
        mark_made(home / DATABASE)


def _quiet() -> None:
    """Switch off MLflow's telemetry, log lines and long waits."""
    environment = os.environ  # noqa: TID251
    environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
    environment.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", _TRIES)
    environment.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", _SECONDS)
    environment.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    environment.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    for name in ("mlflow", "alembic"):
        _set_level(name, logging.WARNING)
    # its failures are reported once, by the message of the command, and not as hundreds of lines of a traceback
    _set_level("mlflow.store.db.utils", logging.CRITICAL)
    _set_level("urllib3.connectionpool", logging.ERROR)


def _set_level(name: str, level: int) -> None:
    """Set the level of a logger, unless it has it.

    Python forgets what it knows of all loggers when a level is set.
    """
    if (logger := logging.getLogger(name)).level != level:
        logger.setLevel(level)


def _file_of(home: Path) -> tuple[str, int, int]:
    """Return what tells a database from another one at its path.

    It holds zeros where there is none.
    """
    database = home / DATABASE
    state = database.stat() if database.exists() else None
    return (str(home), 0, 0) if state is None else (str(home), state.st_dev, state.st_ino)


def _refuse_unreadable(path: Path) -> None:
    """Refuse a database that is lost or that SQLite cannot read.

    MLflow would make a lost one again, and try for minutes to open an unreadable one.
    """
    if is_lost(path):
        raise lost_tracking(path)
    if not path.exists():
        return
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        raise tracking_fails(path, error) from None


def _connect(uri: str) -> MlflowClient:
    with warnings.catch_warnings():
        # MLflow's own tables use a loader strategy that SQLAlchemy 2.1 deprecates.
        warnings.filterwarnings("ignore", message="The ``noload`` loader strategy is deprecated", category=DeprecationWarning)
        from mlflow import MlflowClient

        _set_level("mlflow", logging.WARNING)
        return MlflowClient(tracking_uri=uri, registry_uri=uri)


def follow_move(project: Project) -> None:
    """Let MLflow's database follow a project that was moved or copied.

    Every command does so, because MLflow itself serves from what the database says. It takes a millisecond. A database that cannot be
    read or written stays as it is; the commands that need it say so.
    """
    database = home(project) / DATABASE
    if not database.is_file():
        return
    with suppress(sqlite3.Error, OSError):
        if has_moved(database) and can_write(database):
            with exclusive(database):
                follow_home(database)


_SQLITE_WORDS = re.compile(r"\(sqlite3\.\w+\) (.+)")


@contextmanager
def recording(project: Project) -> Iterator[MlflowClient]:
    """Yield a client of the project's MLflow, whose failures become clear errors.

    Raises
    ------
    ServerError
        If an MLflow server cannot be used.
    RiskmodelError
        If MLflow's database cannot be read or written.
    OSError
        If an artefact cannot be written; it names a file or the home.
    """
    from mlflow.exceptions import MlflowException
    from requests import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield client_of(project)
    except (MlflowException, SQLAlchemyError, RequestException) as error:
        status = getattr(error, "get_http_status_code", int)()
        if project.tracking_server:
            raise server_fails(project.tracking_server, str(error), status) from error
        found = _SQLITE_WORDS.search(str(error))
        why = found[1] if found is not None else str(error).splitlines()[0]
        raise tracking_fails(home(project) / DATABASE, why) from error
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(home(project))
        raise


def refuse_unusable_server(project: Project) -> None:
    """Refuse a project whose MLflow server cannot be used.

    Hours of fitting are not begun whose result could not be recorded. A project without a server passes.

    Raises
    ------
    ServerError
        If it cannot be used.
    """
    if project.tracking_server:
        with recording(project) as client:
            client.search_experiments(max_results=1)


def client_of(project: Project) -> MlflowClient:
    """Configure the project's MLflow and return a client of it."""
    if project.tracking_server:
        _quiet()
        home(project).mkdir(parents=True, exist_ok=True)
    else:
        configure(home(project))
    return _connect(server_uri(project))


def page_of_runs(project: Project, run: str) -> str:
    """Return the address of a server's page of runs.

    MLflow begins with its pages for language models unless the address says otherwise. Empty for a project without a server.
    """
    if not project.tracking_server:
        return ""
    with recording(project) as client:
        experiment = client.get_run(run).info.experiment_id
    return f"{project.tracking_server}/#/experiments/{experiment}/runs?workflowType=machine_learning"


def copy_registry(home: Path, target: Path) -> bool:
    """Copy one state of MLflow's database; return whether there is one.

    Nothing is written at home, so a full or read-only disk is backed up, too. Call it under the lock of the database.

    Raises
    ------
    RiskmodelError
        If it is lost, damaged or cannot be read.
    """
    _refuse_unreadable(home / DATABASE)
    if not (home / DATABASE).exists():
        return False
    try:
        wrong = copy_database(home / DATABASE, target)
    except sqlite3.Error as error:
        raise tracking_fails(home / DATABASE, error) from None
    if wrong:
        raise tracking_fails(home / DATABASE, f"it is damaged: {wrong}")
    return True


def registry_lock(project: Project) -> Path:
    """Return the file to lock while creating an experiment or model."""
    return home(project) / DATABASE
