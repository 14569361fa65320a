"""The ledger's database, opened by transactions: a SQLite file or PostgreSQL."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from riskmodel.base.database_files import copy_database, is_out_of_space
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.locks import can_write, exclusive, is_lost, lock_beside, mark_made, refuse_unwritable, was_made
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger.errors import (
    damaged_ledger,
    database_fails,
    ledger_fails,
    lost_ledger,
    newer_ledger,
    no_night,
    not_a_ledger,
)
from riskmodel.ledger.ledger_engine import KeptConnection, postgresql_engine, read_only_engine, sqlite_engine, transaction
from riskmodel.ledger.ledger_tables import FIRST_VERSIONS, META, VERSION
from riskmodel.ledger.migrations import HEAD, JOURNAL_SINCE, upgrade
from riskmodel.ledger.transaction import Transaction

UNREADABLE = ("Couldn't parse date", "Invalid isoformat", "The names of a record")
"""How errors begin that say that a stored value cannot be read."""


class Ledger:
    """The ledger: a SQLite file or a PostgreSQL database.

    It is created when first opened. Everything inside one :meth:`write` is committed together or not at all, and one writer works at a time; a night's lists are
    written in one, which is the night's commit point. A SQLite file has a write-ahead log, ``synchronous=FULL`` and foreign keys. On a
    full or read-only disk it is read as it is.

    Parameters
    ----------
    path
        The SQLite file. With an address, no file is made there, but locks and what belongs to the ledger lie beside it.
    address
        URL of a PostgreSQL database; without a password, which libpq takes from PGPASSWORD or a ``.pgpass`` file.

    Raises
    ------
    UsageError
        If the database is not a ledger, or was written by a later version.
    RiskmodelError
        If it is missing or empty although there was one; then and in every transaction, if it cannot be opened, read or written;
        nothing of the transaction is written.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger(Path(tempfile.mkdtemp()) / "operations.db")
    >>> with ledger.read() as book:
    ...     book.nights.dates()
    ()
    """

    def __init__(self, path: Path, address: str = "") -> None:
        self.path = path
        if not address and path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        self.reads_only = not address and path.exists() and not can_write(path)
        if self.reads_only:
            self.engine = read_only_engine(path)
        else:
            self.engine = postgresql_engine(address) if address else sqlite_engine(path)
        self._kept: KeptConnection | None = None
        self._no_space: RiskmodelError | None = None
        self.name = make_url(address).set(drivername="postgresql", query={}).render_as_string() if address else path.name
        with exclusive(path, reads=self.reads_only):
            if not address and is_lost(path):
                raise lost_ledger(path, lock_beside(path), " ('riskmodel restore BACKUP')")
            try:
                self._open()
            except DatabaseError:
                raise not_a_ledger(path) from None
            mark_made(path)

    @classmethod
    def of(cls, project: Project) -> Ledger:
        """Open the ledger of a project."""
        return cls(project.ledger_file, project.ledger_address)

    @classmethod
    def of_nights(cls, project: Project) -> Ledger:
        """Open the ledger of a project that has one; none is made.

        Raises
        ------
        UsageError
            If the project has none, since no night was run yet.
        """
        if not project.ledger_address and not cls.exists(project):
            raise no_night(project.ledger_file.name)
        return cls.of(project)

    @staticmethod
    def exists(project: Project) -> bool:
        """Return whether a project has, or had, a ledger."""
        return project.ledger_file.exists() or was_made(project.ledger_file)

    @property
    def is_file(self) -> bool:
        """Whether the ledger is a SQLite file."""
        return self.engine.name == "sqlite"

    def __repr__(self) -> str:
        with self.read() as book:
            return f"<Ledger {self.name!r}: {counted(len(book.nights.dates()), 'night')}>"

    def copy_to(self, path: Path) -> int:
        """Copy one state into a SQLite file; return its number of nights.

        Raises
        ------
        IntegrityError
            If the database is damaged.
        RiskmodelError
            If it cannot be read.
        """
        with self.read() as book:
            nights = len(book.nights.dates())
            if not self.is_file:
                _copy_rows(book.connection, Ledger(path))
        try:
            wrong = copy_database(self.path, path) if self.is_file else ""
        except sqlite3.Error as error:
            raise ledger_fails(self.path, error) from None
        if wrong:
            raise damaged_ledger(self.path, wrong)
        return nights

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; others wait until it ends.

        Raises
        ------
        OSError
            If the file is on a read-only disk, or may not be written.
        """
        self._refuse_unwritable()
        return self._transaction(writes=True)

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that reads one state of the ledger."""
        return self._transaction(writes=False)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep a SQLite file open between the transactions of a block.

        Nothing in the block may open the file in another way than by SQLite: closing it would give up the locks of the process. Other
        databases, and files that are only read, are opened for each transaction as always.
        """
        if self._kept is not None or not self.is_file or self.reads_only:
            yield
            return
        self._kept = KeptConnection()
        try:
            yield
        finally:
            kept, self._kept = self._kept, None
            kept.close()

    @contextmanager
    def _transaction(self, writes: bool) -> Iterator[Transaction]:
        try:
            with transaction(self.engine, str(self.path) if self.is_file else self.name, writes, self._kept) as connection:
                yield Transaction(connection)
        except OperationalError as error:
            raise self._fails(error) from error
        except DatabaseError as error:
            if not self.is_file and not isinstance(error, IntegrityError):
                raise self._fails(error) from error
            if type(error) is DatabaseError and "malformed" in str(error.orig):
                raise damaged_ledger(self.path, error.orig) from error
            raise
        except ValueError as error:
            if not str(error).startswith(UNREADABLE):
                raise
            raise damaged_ledger(self.path, f"a record cannot be read ({error})") from error

    def _fails(self, error: DatabaseError) -> Exception:
        return ledger_fails(self.path, error.orig) if self.is_file else database_fails(self.name, error.orig)

    def _open(self) -> None:
        """Make or upgrade the tables.

        A disk that is full takes no log, but what is there can be read.
        """
        try:
            with self.read() if self.reads_only else self.write() as book:
                self._prepare(book.connection)
        except RiskmodelError as error:
            if self.reads_only or not self.is_file or not is_out_of_space(getattr(error.__cause__, "orig", None)):
                raise
            self._no_space, self.reads_only, self.engine = error, True, read_only_engine(self.path)
            with self.read() as book:
                self._prepare(book.connection)

    def _refuse_unwritable(self) -> None:
        if self._no_space is not None:
            raise self._no_space
        if self.reads_only:
            refuse_unwritable(self.path)

    def _prepare(self, connection: Connection) -> None:
        """Create the tables, or run the missing migrations."""
        there = set(inspect(connection).get_table_names())
        if not there:
            if not self.is_file and was_made(self.path):
                raise lost_ledger(self.name, lock_beside(self.path))
            META.create_all(connection)
            connection.execute(insert(VERSION).values(version_num=HEAD))
            return
        where = self.path if self.is_file else self.name
        if not there & {VERSION.name, FIRST_VERSIONS.name}:
            raise not_a_ledger(where)
        if VERSION.name not in there:
            self._refuse_unwritable()
            _adopt_first_version(connection)
        version = connection.scalar(select(VERSION.c.version_num)) or ""
        if not version.isdigit() or version > HEAD:
            raise newer_ledger(where, version, HEAD)
        if version < HEAD:
            self._refuse_unwritable()
            upgrade(connection)
        if version < JOURNAL_SINCE:
            Transaction(connection).record_all()


def _adopt_first_version(connection: Connection) -> None:
    """Give a database from before alembic its table."""
    VERSION.create(connection)
    number = max(connection.scalars(select(FIRST_VERSIONS.c.version)), default=1)
    connection.execute(insert(VERSION).values(version_num=f"{number:04}"))


def _copy_rows(connection: Connection, copy: Ledger) -> None:
    """Copy every row of every table into an empty ledger."""
    with copy.write() as book:
        for table in META.sorted_tables:
            rows = [{column.key: row[column] for column in table.c} for row in connection.execute(select(table)).mappings()]
            if rows and table is not VERSION:
                book.connection.execute(insert(table), rows)
