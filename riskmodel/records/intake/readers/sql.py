"""Tables of databases, or the rows of a single SELECT."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Sql
from riskmodel.records.intake.privacy import check_columns, sql_names
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.source_table import Cursor, SourceTable
from riskmodel.records.intake.readers.sql_connection import read_only_connection
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection, CursorResult

BATCH = 50_000
"""Rows that are fetched at a time."""


def read_sql(request: TableRequest, stated: Sql, address: str, cursor: Cursor | None) -> SourceTable:
    """Return the wanted columns of a database's rows.

    Where the source has an ``increment``, only rows from ``cursor`` on are read. Rows with the last value of the increment are read
    again, since there may be more of them; the ones already stored are duplicates.

    Parameters
    ----------
    address
        SQLAlchemy URL of the database.
    cursor
        The last value of the increment at the last ingest; None to read all rows.

    Raises
    ------
    UsageError
        If the database cannot be reached, the statement is no single SELECT, fails or takes too long, or a column is missing.
    RefusedError
        If a column may not pass the privacy door.
    """
    from sqlalchemy.exc import SQLAlchemyError

    increment = () if stated.increment is None else (stated.increment,)
    # a select may give a column another name
    check_columns(request.name, (*request.columns, *sql_names(stated.select or ""), *increment))
    try:
        with read_only_connection(request.name, address, stated.timeout) as connection:
            rows = _selected(connection, request, stated, cursor)
            table, last = _fetched(rows, request, stated.increment)
    except SQLAlchemyError as error:
        raise _failed(request.name, stated, error) from None
    raw = from_arrow(request, table)
    if stated.increment is None:
        return SourceTable(raw)
    return SourceTable(raw, _to_json(request.name, last) if last is not None else cursor or [])


def _selected(connection: Connection, request: TableRequest, stated: Sql, cursor: Cursor | None) -> CursorResult[Any]:
    """Execute the query for the wanted columns and the increment.

    Raises
    ------
    UsageError
        If the table lacks a column or has one twice.
    """
    import sqlalchemy as sa

    source = _source(request.name, stated)
    there = list(connection.execute(sa.select(sa.text("*")).select_from(source).limit(0), stated.parameters).keys())
    request.check_once(there)
    increment = () if stated.increment is None else (stated.increment,)
    needed = tuple(dict.fromkeys([*request.columns, *increment]))
    request.check_present(there, also=increment)
    query = sa.select(*(sa.column(column) for column in needed)).select_from(source)
    parameters: dict[str, Any] = dict(stated.parameters)
    if stated.increment is not None:
        query = query.order_by(sa.column(stated.increment))
        if cursor is not None:
            query = query.where(sa.column(stated.increment) >= sa.bindparam("riskmodel_last"))
            parameters["riskmodel_last"] = _from_json(cursor)
    return connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(query, parameters)


def _fetched(rows: CursorResult[Any], request: TableRequest, increment: str | None) -> tuple[pa.Table, Any]:
    """Return all rows as text, and the last value of the increment."""
    import pyarrow as pa

    names = list(rows.keys())
    chunks: dict[str, list[Any]] = {column: [] for column in request.columns}
    last = None
    count = 0
    for batch in rows.partitions(BATCH):
        count += len(batch)
        request.progress(count, 0)
        columns = dict(zip(names, zip(*batch, strict=True), strict=True))
        for column in request.columns:
            chunks[column].append(value_texts(request.name, column, columns[column], request.time_zone))
        if increment is not None:
            last = next((value for value in reversed(columns[increment]) if value is not None), last)
    return pa.table({column: pa.chunked_array(parts, pa.string()) for column, parts in chunks.items()}), last


def _source(name: str, stated: Sql) -> Any:
    """Return the table or the SELECT as something to select from."""
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


def _failed(name: str, stated: Sql, error: Exception) -> UsageError:
    """Return the fault without the message of the database.

    That message may quote rows or the address.
    """
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
    """Return a value of the increment as a cursor."""
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
    """Return the value of the increment in a cursor, or None."""
    if not cursor:
        return None
    kind, value = cursor
    readers: dict[str, Any] = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal}
    return readers.get(kind, lambda v: v)(value)
