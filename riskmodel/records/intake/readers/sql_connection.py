"""Read-only connections to databases that SQLAlchemy reaches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.records.intake.readers.database_limits import UNAIDED, limit_connection

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@contextmanager
def read_only_connection(name: str, address: str, timeout: int, read_only_account: bool = False) -> Iterator[Connection]:
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

    Raises
    ------
    UsageError
        If the address is not one, its driver or file is missing, or nothing holds the connection to reading.
    """
    import sqlalchemy as sa

    engine = _engine(name, address, timeout)
    try:
        with engine.connect() as connection:
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


def _engine(name: str, address: str, timeout: int) -> Engine:
    """Return the engine of an address, without a pool."""
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        url = sa.make_url(address)
        kind = url.get_backend_name()
        if kind == "sqlite":
            if not url.database or not Path(url.database).is_file():
                raise missing_file(
                    "SQLite database of the source", name, "Correct the environment variable that gives its address."
                )
            return sa.create_engine("sqlite://", creator=lambda: _sqlite(str(url.database), timeout), poolclass=NullPool)
        if kind == "postgresql" and url.drivername == "postgresql":
            # of PostgreSQL's two drivers the one that riskmodel[postgres] installs
            url = url.set(drivername="postgresql+psycopg")
        return sa.create_engine(url, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(
            f"The address of the database of the source {name!r} is not one that SQLAlchemy knows. Correct the environment variable."
        ) from None
    except ImportError as error:
        raise UsageError(
            f"The database of the source {name!r} needs the Python package {error.name!r}. Install it (PostgreSQL: riskmodel[postgres])."
        ) from None


def _sqlite(database: str, timeout: int) -> Any:
    """Return a read-only connection whose statements are interrupted after ``timeout`` seconds."""
    import sqlite3

    connection = sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True, timeout=timeout)
    connection.execute("PRAGMA query_only = ON")
    stop = time.monotonic() + timeout
    connection.set_progress_handler(lambda: time.monotonic() > stop, 10_000)
    return connection
