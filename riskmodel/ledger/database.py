"""The ledger's database: one SQLite file, opened by transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, insert, inspect, select, update
from sqlalchemy.exc import DatabaseError, OperationalError

from riskmodel.base.database_files import copy_database
from riskmodel.base.locks import PATIENCE, exclusive, is_lost, lock_beside, mark_made, report_wait
from riskmodel.base.project import Project
from riskmodel.ledger.entries import Night, StoredList
from riskmodel.ledger.errors import damaged_ledger, ledger_fails, lost_ledger, newer_ledger, not_a_ledger
from riskmodel.ledger.ledger_tables import LISTS, META, SCHEMA, SCHEMA_VERSION
from riskmodel.ledger.nights import Nights
from riskmodel.ledger.promotions import Promotions
from riskmodel.ledger.receipts import Receipts
from riskmodel.ledger.recorded_answers import RecordedAnswers
from riskmodel.ledger.stored_lists import StoredLists


class Transaction:
    """One transaction on the ledger, with one attribute per aggregate."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.nights = Nights(connection)
        self.lists = StoredLists(connection)
        self.receipts = Receipts(connection)
        self.answers = RecordedAnswers(connection)
        self.promotions = Promotions(connection)

    def save_night(self, nights: Sequence[Night], lists: Sequence[StoredList]) -> None:
        """Write all targets and lists of one night.

        Drafts are replaced; an approved list stays.

        Raises
        ------
        RefusedError
            If an approved list would change.
        """
        (as_of,) = {night.as_of for night in nights} | {one.as_of for one in lists}
        self.lists.replace(as_of, lists)
        self.nights.replace(as_of, nights)


class Ledger:
    """The ledger in one SQLite file, created when first opened.

    The file has a write-ahead log, ``synchronous=FULL`` and foreign keys. Everything inside one :meth:`write` is committed
    together or not at all; a night's lists are written in one, which is the night's commit point.

    Raises
    ------
    UsageError
        If the file is not a ledger, or was written by a later version.
    RiskmodelError
        If the file is missing or empty although there was one; then and in every transaction, if the file cannot be opened, read or written; nothing of the transaction is written.

    Examples
    --------
    >>> import tempfile
    >>> ledger = Ledger(Path(tempfile.mkdtemp()) / "operations.db")
    >>> with ledger.read() as book:
    ...     book.nights.dates()
    ()
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = _engine(path)
        with exclusive(path):
            if is_lost(path):
                raise lost_ledger(path, lock_beside(path))
            try:
                with self.write() as book:
                    _prepare(book.connection, path)
            except DatabaseError:
                raise not_a_ledger(path) from None
            mark_made(path)

    @classmethod
    def of(cls, project: Project) -> Ledger:
        """Open the ledger of a project."""
        return cls(project.path(project.table.store))

    def __repr__(self) -> str:
        with self.read() as book:
            return f"<Ledger {self.path.name!r}: {len(book.nights.dates())} nights>"

    def copy_to(self, path: Path) -> int:
        """Copy one state of the database and return its number of nights.

        Raises
        ------
        IntegrityError
            If the database is damaged.
        RiskmodelError
            If it cannot be read.
        """
        with self.read() as book:
            nights = len(book.nights.dates())
        try:
            wrong = copy_database(self.path, path)
        except sqlite3.Error as error:
            raise ledger_fails(self.path, error) from None
        if wrong:
            raise damaged_ledger(self.path, wrong)
        return nights

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; others wait until it ends."""
        return self._transaction("BEGIN IMMEDIATE")

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that reads one state of the ledger."""
        return self._transaction("BEGIN")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        try:
            with self.engine.connect().execution_options(begin=begin) as connection, connection.begin():
                yield Transaction(connection)
        except OperationalError as error:
            raise ledger_fails(self.path, error.orig) from error
        except DatabaseError as error:
            if type(error) is DatabaseError and "malformed" in str(error.orig):
                raise damaged_ledger(self.path, error.orig) from error
            raise


def _prepare(connection: Connection, path: Path) -> None:
    """Create missing tables and check the schema's version."""
    there = inspect(connection).get_table_names()
    if there and SCHEMA.name not in there:
        raise not_a_ledger(path)
    META.create_all(connection)
    version = connection.scalar(select(func.max(SCHEMA.c.version)))
    if version is None:
        connection.execute(insert(SCHEMA).values(version=SCHEMA_VERSION))
    elif version > SCHEMA_VERSION:
        raise newer_ledger(path, version, SCHEMA_VERSION)
    elif version < SCHEMA_VERSION:
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    """Add the columns of versions 2 and 3.

    Bodies stored before version 2 have no digest. Approvals recorded before version 3 are sealed as they are.
    """
    there = {column["name"] for column in inspect(connection).get_columns(LISTS.name)}
    for column in (LISTS.c.digest, LISTS.c.replaced, LISTS.c.seal):
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {LISTS.name} ADD COLUMN {column.name} {kind}")
    StoredLists(connection).seal_approvals()
    connection.execute(update(SCHEMA).values(version=SCHEMA_VERSION))


def _engine(path: Path) -> Engine:
    """Return an engine with explicit transactions.

    They begin where SQLAlchemy says so, not where the module sqlite3 would.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def _configure(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begin = connection.get_execution_options()["begin"]
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(1000 * PATIENCE)}")
        try:
            connection.exec_driver_sql(begin)
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            report_wait(path)
            connection.exec_driver_sql("PRAGMA busy_timeout=60000")
            connection.exec_driver_sql(begin)

    return engine
