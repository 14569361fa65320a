"""A table, or a single SELECT, of a database that SQLAlchemy reaches: read only, with bound parameters and a time limit."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError, missing_columns, missing_file
from riskmodel.base.project import Sql
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.privacy.value_check import check_columns, names_in
from riskmodel.records.intake.readers.arrow_columns import check_once, from_arrow, texts
from riskmodel.records.intake.readers.table_request import Cursor, Tell, no_tell

if TYPE_CHECKING:
    from sqlalchemy import Connection

BATCH = 50_000
"""Rows that are fetched at a time."""


def read_sql(
    name: str,
    stated: Sql,
    address: str,
    wanted: tuple[str, ...],
    time_zone: str,
    codes: Collection[str],
    cursor: Cursor | None,
    tell: Tell = no_tell,
) -> tuple[RawTable, Cursor | None]:
    """The ``wanted`` columns of the rows, from ``cursor`` on where the source has an ``increment``, and the new cursor.

    Rows with the last value of the increment are read again, since more of them may have come; they are known as duplicates.

    Raises
    ------
    UsageError
        If the database cannot be reached, the statement is no single SELECT, fails or takes too long, or a column is not there.
    RefusedError
        If a column may not come in.
    """
    import pyarrow as pa
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    # a select may give a column another name
    check_columns(name, (*wanted, *names_in(stated.select or ""), *((stated.increment,) if stated.increment else ())))
    try:
        with _reading(name, address, stated.timeout) as connection:
            source = _source(name, stated)
            there = list(connection.execute(sa.select(sa.text("*")).select_from(source).limit(0), stated.parameters).keys())
            check_once(name, wanted, there)
            needed = tuple(dict.fromkeys([*wanted, *((stated.increment,) if stated.increment else ())]))
            lacking = [column for column in needed if column not in there]
            if lacking:
                raise missing_columns(name, lacking, there)
            query = sa.select(*(sa.column(column) for column in needed)).select_from(source)
            parameters = dict(stated.parameters)
            if stated.increment is not None:
                query = query.order_by(sa.column(stated.increment))
                if cursor is not None:
                    query = query.where(sa.column(stated.increment) >= sa.bindparam("riskmodel_last"))
                    parameters["riskmodel_last"] = _from_json(cursor)
            rows = connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(query, parameters)
            chunks: dict[str, list[Any]] = {column: [] for column in wanted}
            last = None
            count = 0
            for batch in rows.partitions(BATCH):
                count += len(batch)
                tell(count, 0)
                columns = dict(zip(needed, zip(*batch, strict=True), strict=True))
                for column in wanted:
                    chunks[column].append(texts(name, column, columns[column], time_zone))
                if stated.increment is not None:
                    last = next((value for value in reversed(columns[stated.increment]) if value is not None), last)
    except SQLAlchemyError as error:
        raise _failed(name, stated, error) from None
    table = pa.table({column: pa.chunked_array(parts, pa.string()) for column, parts in chunks.items()})
    raw = from_arrow(name, table, wanted, time_zone=time_zone, codes=codes, empty=stated.increment is not None)
    if stated.increment is None:
        return raw, None
    return raw, _to_json(name, last) if last is not None else cursor or []


def _source(name: str, stated: Sql) -> Any:
    import sqlalchemy as sa

    if stated.table is not None:
        *schema, table = stated.table.split(".")
        return sa.table(table, schema=".".join(schema) or None)
    statement = (stated.select or "").strip().removesuffix(";")
    if (
        statement.split(None, 1)[:1] not in ([word] for word in ("SELECT", "select", "Select", "WITH", "with", "With"))
        or ";" in statement
    ):
        raise UsageError(f"The sql.select of the source {name!r} is not a single SELECT. Write one SELECT without a semicolon.")
    return sa.text(f"({statement}) AS riskmodel_rows")


@contextmanager
def _reading(name: str, address: str, timeout: int) -> Iterator[Connection]:
    """A connection that can only read and whose statements end after ``timeout`` seconds; nothing it does is kept."""
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
            engine = sa.create_engine("sqlite://", creator=lambda: _sqlite(str(url.database), timeout), poolclass=NullPool)
        elif kind == "postgresql":
            # of PostgreSQL's two drivers the one that is installed with riskmodel[postgres]
            url = url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
            engine = sa.create_engine(url, poolclass=NullPool)
        else:
            engine = sa.create_engine(url, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(
            f"The address of the database of the source {name!r} is not one that SQLAlchemy knows. Correct the environment variable."
        ) from None
    except ImportError as error:
        raise UsageError(
            f"The database of the source {name!r} needs the Python package {error.name!r}. Install it (PostgreSQL: riskmodel[postgres])."
        ) from None
    try:
        with engine.connect() as connection:
            if kind == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                connection.execute(sa.text("SELECT set_config('statement_timeout', :limit, false)"), {"limit": f"{timeout}s"})
            try:
                yield connection
            finally:
                connection.rollback()
    finally:
        engine.dispose()


def _sqlite(database: str, timeout: int) -> Any:
    import sqlite3

    connection = sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True, timeout=timeout)
    connection.execute("PRAGMA query_only = ON")
    stop = time.monotonic() + timeout
    connection.set_progress_handler(lambda: time.monotonic() > stop, 10_000)
    return connection


def _failed(name: str, stated: Sql, error: Exception) -> UsageError:
    """What went wrong without the message of the database, which may quote rows or the address."""
    from sqlalchemy.exc import OperationalError

    original = getattr(error, "orig", None)
    cause = type(original or error).__name__
    if "interrupted" in str(original) or cause == "QueryCanceled":
        return UsageError(
            f"The statement of the source {name!r} took longer than {stated.timeout} seconds. Raise sql.timeout, or select less."
        )
    if isinstance(error, OperationalError) and getattr(original, "sqlstate", None) is None and "no such" not in str(original):
        return UsageError(f"The database of the source {name!r} cannot be read ({cause}). Check its address and that it runs.")
    return UsageError(
        f"The database refused the statement of the source {name!r} ({cause}). Correct sql.table or sql.select, and columns."
    )


def _to_json(name: str, value: Any) -> Cursor:
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return ["plain", value]
    raise UsageError(
        f"The sql.increment of the source {name!r} has the type {type(value).__name__}. Expected numbers, text or times."
    )


def _from_json(cursor: Cursor) -> Any:
    if not cursor:
        return None
    kind, value = cursor
    readers: dict[str, Any] = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal}
    return readers.get(kind, lambda v: v)(value)
