"""Databases other than SQLite and PostgreSQL: what is sent before anything is read, and which are refused.

No server answers here: a driver of our own notes the statements. With MariaDB 10.11 they refused INSERT, DROP and CREATE, also after a COMMIT.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Sql
from riskmodel.records.intake.readers import sql_connection
from riskmodel.records.intake.readers.database_limits import LIMITS
from riskmodel.records.intake.readers.sql import _failed, _source
from riskmodel.records.intake.readers.sql_connection import read_only_connection

READ_ONLY = ["SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"]


class DriverError(Exception):
    """An error of the driver."""


class Driver:
    """A driver that notes what is executed, and refuses statements with certain words."""

    paramstyle = "named"
    sqlite_version_info = (3, 40, 0)
    version = "3.0.0"
    Error = DatabaseError = OperationalError = ProgrammingError = InterfaceError = DriverError

    def __init__(self, refuses: str = "nothing at all") -> None:
        self.refuses = refuses
        self.done: list[str] = []
        self.connection = SimpleNamespace(
            cursor=self.cursor,
            close=lambda: None,
            commit=lambda: self.done.append("COMMIT"),
            rollback=self.rollback,
            call_timeout=0,
        )

    def rollback(self) -> None:
        self.done.append("ROLLBACK")

    def cursor(self, *_: object) -> SimpleNamespace:
        return SimpleNamespace(
            execute=self.execute, close=lambda: None, description=None, rowcount=-1, setinputsizes=lambda *_, **__: None
        )

    def execute(self, statement: str, *_: object) -> None:
        self.done.append(statement)
        if self.refuses in statement:
            raise DriverError("not supported")


def opened(monkeypatch: pytest.MonkeyPatch, kind: str, refuses: str = "nothing at all", is_mariadb: bool = False) -> Driver:
    """A driver that the connections of a kind of database use from now on."""
    driver = Driver(refuses)
    module: Any = driver
    engine = sa.create_engine(
        "sqlite://", module=module, creator=lambda: driver.connection, poolclass=NullPool, _initialize=False
    )
    engine.dialect.name = kind
    monkeypatch.setattr(engine.dialect, "is_mariadb", is_mariadb, raising=False)
    monkeypatch.setattr(sql_connection, "_engine", lambda *_: (engine, None))
    return driver


@pytest.mark.parametrize(
    ("kind", "expected", "call_timeout"),
    [
        ("mysql", ["SET SESSION max_execution_time = 7000", *READ_ONLY], 0),
        ("mariadb", ["SET SESSION max_statement_time = 7", *READ_ONLY], 0),
        ("oracle", ["SET TRANSACTION READ ONLY"], 7000),
    ],
)
def test_a_database_is_held_to_reading_and_to_a_time_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, kind: str, expected: list[str], call_timeout: int
) -> None:
    driver = opened(monkeypatch, kind)
    with read_only_connection("police", "", 7) as connection:
        connection.execute(sa.text("SELECT 1"))
    # rolled back once by us, and once more where the connection is given back
    assert driver.done == [*expected, "SELECT 1", "ROLLBACK", "ROLLBACK"]
    assert driver.connection.call_timeout == call_timeout


def test_a_server_that_proves_to_be_mariadb_gets_the_words_of_mariadb(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = opened(monkeypatch, "mysql", is_mariadb=True)
    with read_only_connection("police", "", 7):
        pass
    assert driver.done[0] == "SET SESSION max_statement_time = 7"


MESSAGE = (
    r"cannot hold the database of the source 'police' \({}\) to reading and to sql\.timeout\. .* sql\.read_only_account = true"
)


def test_a_database_that_cannot_be_held_to_reading_is_refused_unless_its_account_can_only_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = opened(monkeypatch, "mssql")
    with pytest.raises(UsageError, match=MESSAGE.format("mssql")), read_only_connection("police", "", 7):
        pytest.fail("It was opened.")
    assert "SELECT" not in " ".join(driver.done)
    with read_only_connection("police", "", 7, read_only_account=True) as connection:
        connection.execute(sa.text("SELECT 1"))
    assert driver.done[-3:] == ["SELECT 1", "ROLLBACK", "ROLLBACK"]


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_a_server_that_refuses_its_limits_is_refused_unless_its_account_can_only_read(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    driver = opened(monkeypatch, kind, refuses="READ ONLY")
    with pytest.raises(UsageError, match=MESSAGE.format(kind)), read_only_connection("police", "", 7):
        pytest.fail("It was opened.")
    with read_only_connection("police", "", 7, read_only_account=True) as connection:
        connection.execute(sa.text("SELECT 1"))
    assert driver.done[-4:] == ["ROLLBACK", "SELECT 1", "ROLLBACK", "ROLLBACK"]


@pytest.mark.parametrize(
    "said",
    [
        "Query execution was interrupted, maximum statement execution time exceeded",
        "Query execution was interrupted (max_statement_time exceeded)",
        "DPY-4024: call timeout of 7000 ms exceeded",
    ],
)
def test_what_takes_too_long_is_called_so_in_the_words_of_every_driver(said: str) -> None:
    stated = Sql(url="CALLS", table="calls", timeout=7)
    error = OperationalError("SELECT 1", {}, DriverError(said))
    assert "took longer than 7 seconds" in str(_failed("police", stated, error))


def test_a_select_is_a_subquery_that_oracle_reads_too() -> None:
    stated = Sql(url="CALLS", select="SELECT * FROM calls;")
    query = sa.select(sa.text("*")).select_from(_source("police", stated))
    assert " ".join(str(query).split()) == "SELECT * FROM (SELECT * FROM calls) riskmodel_rows"
