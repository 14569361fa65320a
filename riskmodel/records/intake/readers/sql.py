"""Tables of databases, or the rows of a single SELECT."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Sql
from riskmodel.records.intake.privacy import check_columns, sql_names
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.source_table import Cursor, SourceTable
from riskmodel.records.intake.readers.sql_connection import read_only_connection
from riskmodel.records.intake.readers.sql_increment import Position, ValueOrder, from_cursor, to_cursor
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection, CursorResult

BATCH = 50_000
"""Rows that are fetched at a time."""
TOO_LONG = ("interrupted", "call timeout")
"""What drivers say where a statement took too long: SQLite, MySQL and MariaDB; Oracle."""


def read_sql(
    request: TableRequest, stated: Sql, address: str, cursor: Cursor | None, day: int, folder: Path = Path()
) -> SourceTable:
    """Return the wanted columns of a database's rows.

    Where the source has an ``increment``, only rows from ``cursor`` on are read, and those without a value. Rows with the last value
    are read again, since there may be more of them; the ones already stored are duplicates. All rows are read if some were written
    behind the cursor, and every ``full_every`` days.

    Parameters
    ----------
    address
        SQLAlchemy URL of the database.
    cursor
        How far the database was read by the last ingest; None to read all rows.
    day
        Day of the ingest.
    folder
        Folder of the project, in which a SQLite database with a relative path lies.

    Raises
    ------
    UsageError
        If the database cannot be reached or cannot be held to reading, the statement is no single SELECT, fails or takes too long, a column is missing, or the
        increment does not sort by what it means.
    RefusedError
        If a column may not pass the privacy door.
    """
    from sqlalchemy.exc import SQLAlchemyError

    increment = () if stated.increment is None else (stated.increment,)
    # a select may give a column another name
    check_columns(request.name, (*request.columns, *sql_names(stated.select or ""), *increment))
    try:
        with read_only_connection(request.name, address, stated.timeout, stated.read_only_account, folder) as connection:
            query = _Query(connection, request, stated)
            query.check_columns()
            before = query.behind(from_cursor(cursor), day)
            table, found = _fetched(query.rows(before), request, stated.increment, before)
    except SQLAlchemyError as error:
        raise _failed(request.name, stated, error) from None
    raw = from_arrow(request, table)
    if stated.increment is None:
        return SourceTable(raw)
    if found.last is None:
        return SourceTable(raw, [] if before is None else to_cursor(request.name, before))
    behind = found.rows - found.at_last + (0 if before is None else before.behind)
    return SourceTable(raw, to_cursor(request.name, Position(found.last, behind, day if before is None else before.whole)))


@dataclass(frozen=True)
class _Query:
    """The query for the wanted columns and the increment of a source."""

    connection: Connection
    request: TableRequest
    stated: Sql

    def check_columns(self) -> None:
        """Refuse a table that lacks a column or has one twice."""
        import sqlalchemy as sa

        query = sa.select(sa.text("*")).select_from(_source(self.request.name, self.stated)).limit(0)
        there = list(self.connection.execute(query, self.stated.parameters).keys())
        self.request.check_once(there)
        self.request.check_present(there, also=() if self.stated.increment is None else (self.stated.increment,))

    def behind(self, position: Position | None, day: int) -> Position | None:
        """Return a position with the rows that are behind it now.

        None if all rows must be read: for the first time, after ``full_every`` days, or as rows were written behind it.
        """
        import sqlalchemy as sa

        if position is None or self.stated.increment is None or not 0 <= day - position.whole < self.stated.full_every:
            return None
        query = sa.select(sa.func.count()).select_from(_source(self.request.name, self.stated))
        query = query.where(sa.column(self.stated.increment) < sa.bindparam("riskmodel_last"))
        count = self.connection.execute(query, {**self.stated.parameters, "riskmodel_last": position.last}).scalar()
        behind = int(count or 0)
        return None if behind > position.behind else position._replace(behind=behind)

    def rows(self, position: Position | None) -> CursorResult[Any]:
        """Execute the query for the rows from a position on, or all."""
        import sqlalchemy as sa

        increment = () if self.stated.increment is None else (self.stated.increment,)
        needed = tuple(dict.fromkeys([*self.request.columns, *increment]))
        query = sa.select(*(sa.column(column) for column in needed)).select_from(_source(self.request.name, self.stated))
        parameters: dict[str, Any] = dict(self.stated.parameters)
        if self.stated.increment is not None:
            column = sa.column(self.stated.increment)
            query = query.order_by(column)
            if position is not None:
                query = query.where(sa.or_(column >= sa.bindparam("riskmodel_last"), column.is_(None)))
                parameters["riskmodel_last"] = position.last
        return self.connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(query, parameters)


def _fetched(
    rows: CursorResult[Any], request: TableRequest, increment: str | None, before: Position | None
) -> tuple[pa.Table, ValueOrder]:
    """Return all rows as text, and what was read of the increment.

    Raises
    ------
    UsageError
        If the values of the increment do not sort by what they mean.
    """
    import pyarrow as pa

    names = list(rows.keys())
    chunks: dict[str, list[Any]] = {column: [] for column in request.columns}
    found = ValueOrder(request.name, increment or "")
    if before is not None:
        # rows with the last value are read again
        found = replace(found.then([before.last]), at_last=0, rows=0)
    count = 0
    for batch in rows.partitions(BATCH):
        count += len(batch)
        request.progress(count, 0)
        columns = dict(zip(names, zip(*batch, strict=True), strict=True))
        for column in request.columns:
            chunks[column].append(value_texts(request.name, column, columns[column], request.zone_of(column)))
        if increment is not None:
            found = found.then(columns[increment])
    return pa.table({column: pa.chunked_array(parts, pa.string()) for column, parts in chunks.items()}), found


def _source(name: str, stated: Sql) -> Any:
    """Return the table or the SELECT as something to select from."""
    import sqlalchemy as sa

    if stated.table is not None:
        *schema, table = stated.table.split(".")
        return sa.table(table, schema=".".join(schema) or None)
    statement = (stated.select or "").strip().removesuffix(";")
    if not re.match(r"(?:select|with)\b", statement, re.IGNORECASE) or ";" in statement:
        raise UsageError(f"The sql.select of the source {name!r} is not a single SELECT. Write one SELECT without a semicolon.")
    # Oracle refuses AS before the name of a subquery
    return sa.text(f"({statement}) riskmodel_rows")


def _failed(name: str, stated: Sql, error: Exception) -> UsageError:
    """Return the fault without the message of the database.

    That message may quote rows or the address.
    """
    from sqlalchemy.exc import OperationalError

    original = getattr(error, "orig", None)
    cause = type(original or error).__name__
    if cause == "QueryCanceled" or any(words in str(original) for words in TOO_LONG):
        return UsageError(
            f"The statement of the source {name!r} took longer than {stated.timeout} seconds. Raise sql.timeout, or select less."
        )
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None) or ""
    for starts, sentence in _CAUSES.items():
        if state.startswith(starts):
            return UsageError(sentence.format(name=name, code=f" ({state})"))
    if isinstance(error, OperationalError) and getattr(original, "sqlstate", None) is None and "no such" not in str(original):
        return UsageError(
            f"The database of the source {name!r} cannot be read ({cause}). Check that it runs, and its address with account and password."
        )
    code = f" (SQLSTATE {state})" if getattr(original, "sqlstate", None) else ""
    return UsageError(
        f"The database refused the statement of the source {name!r}{code}. Correct sql.table or sql.select, and columns, or the rights of the account."
    )


_CAUSES = {
    (
        "42501",
    ): "The account in the address of the source {name!r} may not read its table{code}. Let the database grant it SELECT.",
    (
        "08",
        "53",
        "57P",
        "SQLITE_IOERR",
        "SQLITE_PROTOCOL",
    ): "The database of the source {name!r} ended the connection, or has no room for one more{code}. "
    "Check that it runs, then run the command again.",
    (
        "SQLITE_BUSY",
        "SQLITE_LOCKED",
    ): "Another program holds the SQLite database of the source {name!r}{code}. Run the command again once it is done.",
    (
        "SQLITE_CANTOPEN",
        "SQLITE_PERM",
        "SQLITE_READONLY",
    ): "The SQLite database of the source {name!r} may not be opened{code}. Correct the permissions of its file and folder.",
    (
        "SQLITE_NOTADB",
        "SQLITE_CORRUPT",
    ): "The file of the source {name!r} is damaged, or is no SQLite database{code}. Ask its owner for a whole copy.",
}
"""The sentence for an error, by the first signs of its code, which is a SQLSTATE or a name of SQLite."""
