"""Copies of a ledger that return into an empty PostgreSQL database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, inspect, select, text

from riskmodel.base.errors import UsageError
from riskmodel.base.locks import exclusive, mark_made
from riskmodel.ledger.database import Ledger
from riskmodel.ledger.ledger_engine import postgresql_engine, transaction
from riskmodel.ledger.ledger_tables import META, VERSION
from riskmodel.ledger.migrations import HEAD


def is_empty_database(address: str) -> bool:
    """Return whether a PostgreSQL database holds no table.

    Raises
    ------
    SQLAlchemyError
        If it cannot be reached.
    """
    engine = postgresql_engine(address)
    with transaction(engine, engine.url.database or "", writes=False) as connection:
        return not inspect(connection).get_table_names()


def restore_ledger(copy: Path, path: Path, address: str) -> int:
    """Write a SQLite copy into an empty PostgreSQL database; return its nights.

    Tables and rows are committed together or not at all, so the same call completes what was interrupted.

    Parameters
    ----------
    copy
        The copy, which is upgraded where it stands.
    path
        File beside which the locks of the ledger lie.

    Raises
    ------
    UsageError
        If the database holds anything.
    """
    source, engine = Ledger(copy), postgresql_engine(address)
    with source.read() as book, exclusive(path), transaction(engine, engine.url.database or "", writes=True) as connection:
        if inspect(connection).get_table_names():
            raise UsageError("The PostgreSQL database holds tables already. Nothing was written. Name an empty one in 'store'.")
        META.create_all(connection)
        connection.execute(insert(VERSION).values(version_num=HEAD))
        for table in META.sorted_tables:
            if table is not VERSION:
                _copy_rows(book.connection, connection, table)
        nights = len(book.nights.dates())
    with exclusive(path):
        mark_made(path)
    return nights


def _copy_rows(source: Connection, target: Connection, table: Table) -> None:
    """Copy the rows of a table; later numbers follow theirs."""
    rows = [{column.key: row[column] for column in table.c} for row in source.execute(select(table)).mappings()]
    if not rows:
        return
    target.execute(insert(table), rows)
    number = table.autoincrement_column
    if number is not None:
        last = target.scalar(select(func.max(number)))
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :number), :last)"),
            {"table": table.name, "number": number.name, "last": last},
        )
