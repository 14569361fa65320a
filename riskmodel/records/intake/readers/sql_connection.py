"""Read-only connections to databases that SQLAlchemy reaches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.database_files import log_is_closed, reading_database
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.database_limits import UNAIDED, limit_connection

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@contextmanager
def read_only_connection(
    name: str, address: str, timeout: int, read_only_account: bool = False, folder: Path = Path()
) -> Iterator[Connection]:
    """Open a connection that can only read.

    Its transaction is rolled back. What the database itself cannot be held to, its account must be
    (:mod:`riskmodel.records.intake.readers.database_limits`).

    Parameters
    ----------
    name
        The source, for messages.
    address
        SQLAlchemy URL of the database; no message repeats it.
    timeout
        Seconds after which a statement is ended.
    read_only_account
        Whether the project states that the account can only read.
    folder
        Folder in which a SQLite database with a relative path lies.

    Raises
    ------
    UsageError
        If the address is not one, its driver or file is missing, or nothing holds the connection to reading; or
        if another program wrote the file meanwhile.
    """
    import sqlalchemy as sa

    engine, database = _engine(name, address, timeout, folder)
    try:
        with _unwritten(name, database), engine.connect() as connection:
            if engine.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                connection.execute(sa.text("SELECT set_config('statement_timeout', :limit, false)"), {"limit": f"{timeout}s"})
            elif engine.name not in UNAIDED:
                limit_connection(connection, name, timeout, read_only_account)
            try:
                yield connection
            finally:
                connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def _unwritten(name: str, database: Path | None) -> Iterator[None]:
    """Refuse what was read of a SQLite file that changed meanwhile.

    One whose log is closed is read without locks.
    """
    before = database.stat() if database is not None and log_is_closed(database) else None
    yield
    if database is not None and before is not None:
        after = database.stat()
        if (after.st_mtime_ns, after.st_size, after.st_ino) != (before.st_mtime_ns, before.st_size, before.st_ino):
            raise UsageError(
                f"Another program wrote the SQLite database of the source {name!r} while it was read. Run the command again."
            )


def _engine(name: str, address: str, timeout: int, folder: Path) -> tuple[Engine, Path | None]:
    """Return an engine without a pool, and its SQLite file."""
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        url = sa.make_url(address)
        kind = url.get_backend_name()
        if kind == "sqlite":
            database = folder / (url.database or "")
            if not database.is_file():
                raise UsageError(
                    f"The SQLite database of the source {name!r} does not exist. Correct the environment variable that gives its address; a "
                    "relative path starts at the project's folder."
                )
            return sa.create_engine("sqlite://", creator=lambda: _sqlite(database, timeout), poolclass=NullPool), database
        if kind == "postgresql" and url.drivername == "postgresql":
            # of PostgreSQL's two drivers the one that riskmodel[postgres] installs
            url = url.set(drivername="postgresql+psycopg")
        return sa.create_engine(url, poolclass=NullPool), None
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(
            f"The address of the database of the source {name!r} is not one that SQLAlchemy knows. Correct the environment variable."
        ) from None
    except ImportError as error:
        raise UsageError(
            f"The database of the source {name!r} needs the Python package {error.name!r}. Install it (PostgreSQL: riskmodel[postgres])."
        ) from None


def _sqlite(database: Path, timeout: int) -> Any:
    """Return a read-only connection whose statements are interrupted after ``timeout`` seconds."""
    connection = reading_database(database, timeout)
    connection.execute("PRAGMA query_only = ON")
    stop = time.monotonic() + timeout
    connection.set_progress_handler(lambda: time.monotonic() > stop, 10_000)
    return connection
