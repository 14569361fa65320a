"""Compiled statements that all ledgers and tracking databases in SQLite share in this process.

SQLAlchemy compiles each statement once for each engine, and each project of a test has engines of its own: a third of a night in a new
project would be spent on this. The statements are the same, for all these engines are of one dialect with the same settings. Other databases,
such as those of sources, have tables of their own, and a compiled ``SELECT *`` keeps the columns of the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

SHARED = ("operations.db", "mlflow.db")
"""Names of the databases that have the same tables in every project."""


@contextmanager
def shared_statements() -> Iterator[None]:
    """Let connections to SQLite take compiled statements from one cache."""
    compiled: LRUCache = LRUCache(4000)

    def share(connection: Connection) -> None:
        if type(connection.dialect) is SQLiteDialect_pysqlite and Path(connection.engine.url.database or "").name in SHARED:
            connection.execution_options(compiled_cache=compiled)

    with pytest.MonkeyPatch.context() as patch:
        # the dialect is a part of what a statement is found by
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))
        event.listen(Engine, "engine_connect", share)
        yield
        event.remove(Engine, "engine_connect", share)
