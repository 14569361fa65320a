"""What holds databases of each kind to reading, and to a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskmodel.base.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

UNAIDED = ("sqlite", "postgresql")
"""Databases whose connections are made read-only and limited as they are opened."""


class DatabaseLimits(NamedTuple):
    """Statements that limit a connection, and an attribute of its driver.

    ``{seconds}`` and ``{milliseconds}`` stand for the time of a statement; the attribute takes milliseconds.
    """

    statements: tuple[str, ...]
    attribute: str = ""


_READ_ONLY = ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY")
LIMITS = {
    "mysql": DatabaseLimits(("SET SESSION max_execution_time = {milliseconds}", *_READ_ONLY)),
    "mariadb": DatabaseLimits(("SET SESSION max_statement_time = {seconds}", *_READ_ONLY)),
    # the first statement of a transaction, and for it alone; each call of the driver has the time
    "oracle": DatabaseLimits(("SET TRANSACTION READ ONLY",), "call_timeout"),
}
"""SQLAlchemy's name of a kind of database to what limits its connections."""


def limit_connection(connection: Connection, name: str, timeout: int, read_only_account: bool) -> None:
    """Hold an open connection to reading, and to a time per statement.

    Parameters
    ----------
    name
        The source, for messages.
    timeout
        Seconds after which a statement is ended.
    read_only_account
        Whether the project states that the account can only read. Then a database that takes no such limits is read without them.

    Raises
    ------
    UsageError
        If the database takes no such limits, and the project does not state that the account can only read.
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError

    dialect = connection.dialect
    limits = LIMITS.get("mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name)
    if limits is None:
        if not read_only_account:
            raise _unlimited(name, dialect.name)
        return
    try:
        for statement in limits.statements:
            connection.execute(sa.text(statement.format(seconds=timeout, milliseconds=timeout * 1000)))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        if not read_only_account:
            raise _unlimited(name, dialect.name) from None
        connection.rollback()
    if limits.attribute:
        setattr(connection.connection.driver_connection, limits.attribute, timeout * 1000)


def _unlimited(name: str, kind: str) -> UsageError:
    """Return the fault of a database that takes no limits."""
    return UsageError(
        f"riskmodel cannot hold the database of the source {name!r} ({kind}) to reading and to sql.timeout. Give the account in its address no "
        "right but to read, let the database end its long statements, and state sql.read_only_account = true."
    )
