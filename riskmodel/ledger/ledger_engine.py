"""Engines of the ledger's databases: SQLite and PostgreSQL, with explicit transactions."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from riskmodel.base.database_files import unwritable_database
from riskmodel.base.locks import PATIENCE, report_wait
from riskmodel.ledger.errors import missing_driver, not_an_address

LONGEST_WAIT = 60
"""Seconds after which a transaction that waits for another writer fails."""

_WRITER = 0x7269736B
"""Key of PostgreSQL's advisory lock that a writer holds until its transaction ends."""


def sqlite_engine(path: Path) -> Engine:
    """Return an engine for a SQLite file.

    It has a write-ahead log, ``synchronous=FULL`` and foreign keys. Transactions begin where SQLAlchemy says so, not where the module
    sqlite3 would.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": LONGEST_WAIT})

    patience = f"busy_timeout={round(1000 * PATIENCE)}"

    @event.listens_for(engine, "connect")
    def _configure(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", patience):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
        try:
            connection.exec_driver_sql(begin)
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            report_wait(path)
            connection.exec_driver_sql(f"PRAGMA busy_timeout={1000 * LONGEST_WAIT}")
            connection.exec_driver_sql(begin)
            connection.exec_driver_sql(f"PRAGMA {patience}")

    return engine


def read_only_engine(path: Path) -> Engine:
    """Return an engine for a SQLite file that may not be written.

    It is opened by :func:`~riskmodel.base.database_files.unwritable_database`.
    """

    def connect() -> sqlite3.Connection:
        connection = unwritable_database(path, LONGEST_WAIT)
        connection.isolation_level = None
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def postgresql_engine(address: str) -> Engine:
    """Return an engine for a PostgreSQL database.

    Raises
    ------
    UsageError
        If the address is not one, or the driver is not installed.
    """
    try:
        url = make_url(address).set(drivername="postgresql+psycopg")
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    except (ArgumentError, NoSuchModuleError):
        raise not_an_address() from None
    except ImportError:
        raise missing_driver() from None


class KeptConnection:
    """A connection to a SQLite file that transactions of a thread share.

    Without one, each transaction opens the file, copies the log back and removes it. After a failure it is closed, and the next
    transaction opens another.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._connection: Connection | None = None
        self._is_taken = False

    @property
    def is_free(self) -> bool:
        """Whether no transaction of the thread uses it."""
        return not self._is_taken and threading.get_ident() == self._thread

    @contextmanager
    def taken(self, engine: Engine) -> Iterator[Connection]:
        """Use the connection for one transaction."""
        self._is_taken = True
        try:
            if self._connection is None:
                self._connection = engine.connect()
            # what was checked in the transaction before may have changed
            self._connection.info.clear()
            yield self._connection
        except BaseException:
            self.close()
            raise
        finally:
            self._is_taken = False

    def close(self) -> None:
        """Close the connection.

        The log is copied back if no other program has the file open.
        """
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@contextmanager
def transaction(engine: Engine, name: str, writes: bool, kept: KeptConnection | None = None) -> Iterator[Connection]:
    """Open a transaction; writers wait for each other, readers see one state.

    Parameters
    ----------
    name
        The database, for the report of a wait.
    kept
        A connection that is used where it is free.
    """
    if kept is not None and kept.is_free:
        with kept.taken(engine) as connection, connection.execution_options(writes=writes).begin():
            yield connection
        return
    if engine.name == "sqlite":
        with engine.connect().execution_options(writes=writes) as connection, connection.begin():
            yield connection
        return
    # a writer sees what the writer before it committed; a reader sees one state
    level = (
        {"isolation_level": "READ COMMITTED"} if writes else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with engine.connect().execution_options(**level) as connection, connection.begin():
        if writes:
            _wait_for_writers(connection, name)
        yield connection


def _wait_for_writers(connection: Connection, name: str) -> None:
    """Take the lock of writers; report a long wait."""
    until = time.monotonic() + PATIENCE
    while not connection.scalar(select(func.pg_try_advisory_xact_lock(_WRITER))):
        if time.monotonic() > until:
            report_wait(name)
            connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}s'"))
            connection.execute(select(func.pg_advisory_xact_lock(_WRITER)))
            return
        time.sleep(0.02)
