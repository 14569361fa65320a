"""A ledger in the form in which an older version of the package would have written it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import NullPool, create_engine

from riskmodel.ledger import Ledger
from riskmodel.ledger.migrations import upgrade


def as_older_version(path: Path, revision: str) -> None:
    """Replace a ledger by one with the tables of a revision and the same rows; columns and tables that came later are lost."""
    if revision < "0011":
        _without_builds(path)
    made = path.with_name(f"{path.name}.older")
    with create_engine(f"sqlite:///{made}", poolclass=NullPool).begin() as connection:
        upgrade(connection, revision)
    with closing(sqlite3.connect(made, isolation_level=None)) as older:
        older.execute("PRAGMA foreign_keys = OFF")
        older.execute("ATTACH DATABASE ? AS newer", (str(path),))
        older.execute("BEGIN")
        tables = [name for (name,) in older.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in older.execute(f"PRAGMA main.table_info({table})")]
            there = {row[1] for row in older.execute(f"PRAGMA newer.table_info({table})")}
            shared = ", ".join(f'"{name}"' for name in columns if name in there)
            if table != "alembic_version" and shared:
                older.execute(f"DELETE FROM main.{table}")
                older.execute(f"INSERT INTO main.{table} ({shared}) SELECT {shared} FROM newer.{table}")
        kept = () if revision < "0009" else ("warning_lists", "receipts") if revision < "0010" else tables
        for table in set(tables) - set(kept):
            older.execute("DELETE FROM main.record_seals WHERE name LIKE ? || ' %'", (table,))
        older.execute("COMMIT")
    for end in ("-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    os.replace(made, path)


def _without_builds(path: Path) -> None:
    """Seal the nights as a version that recorded no builds did."""
    with Ledger(path).write() as book:
        for as_of in book.nights.dates():
            book.nights.replace(as_of, [replace(night, build=None) for night in book.nights.of(as_of)])
