"""Seals: digests over records, checked before the records are used.

Each record of a sealed table has a digest over its content. The digests of a table together are kept beside it, so that a record that was
changed, removed or added by anything but the ledger is noticed. They guard against damage and changes by hand, not against a program that
computes them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Select, Table, bindparam, insert, select, update

from riskmodel.base.days import to_iso
from riskmodel.base.files import sha256
from riskmodel.ledger.errors import altered_record, altered_records
from riskmodel.ledger.ledger_tables import (
    ACKNOWLEDGEMENTS,
    ANSWERS,
    LISTS,
    NIGHTS,
    PROMOTIONS,
    RECEIPTS,
    SEALS,
    SILENCES,
)

SEALED: Mapping[Table, str] = {
    NIGHTS: "target of a night",
    PROMOTIONS: "promotion",
    RECEIPTS: "receipt",
    ANSWERS: "answer",
    LISTS: "list",
    SILENCES: "silence",
    ACKNOWLEDGEMENTS: "acknowledgement",
}
"""The sealed tables, and what a record of each is called."""

BY_NIGHT = (LISTS, RECEIPTS, NIGHTS, ANSWERS, ACKNOWLEDGEMENTS)
"""Tables whose seals are also kept together by night, so that reading a night does not read every other.

Answers and acknowledgements belong to the night of their list."""

LATER: Mapping[str, tuple[str, ...]] = {NIGHTS.name: ("journal", "configuration", "scores", "build"), ANSWERS.name: ("replaces",)}
"""Columns that were added after the seals."""

Row = TypeVar("Row", bound=Mapping[Any, Any])

_HEAD = select(SEALS.c.rows, SEALS.c.seal).where(SEALS.c.name == bindparam("head"))
_NEW_HEAD = update(SEALS).where(SEALS.c.name == bindparam("head"))


def seal_of(table: Table, row: Mapping[Any, Any]) -> str:
    """Return the digest over a record, its seal left out.

    Columns that came after the seals count only where they have a value, so that earlier seals hold.
    """
    later = LATER.get(table.name, ())
    content = [row[key] for key in _first_columns(table)]
    more = [[key, row[key]] for key in later if row[key] is not None]
    return sha256(json.dumps([table.name, *content, *more], ensure_ascii=False).encode())


@cache
def _first_columns(table: Table) -> tuple[str, ...]:
    return tuple(c.key for c in table.c if c.key not in ("seal", *LATER.get(table.name, ())))


def add(connection: Connection, table: Table, row: Mapping[str, Any], as_of: int | None = None) -> None:
    """Insert a record with its seal.

    Where the table numbers its records, the number belongs to what is sealed.

    Parameters
    ----------
    as_of
        The night to which it belongs, of a table of :data:`BY_NIGHT` without a column for it.
    """
    keys = connection.execute(insert(table), row).inserted_primary_key
    assert keys is not None
    whole = {**dict.fromkeys(c.key for c in table.c), **row, **dict(zip(table.primary_key.columns.keys(), keys, strict=True))}
    seal = seal_of(table, whole)
    connection.execute(_one(table, whole).values(seal=seal))
    change_head(connection, table, [seal], +1, whole["as_of"] if as_of is None and table in BY_NIGHT else as_of)


def change_head(connection: Connection, table: Table, seals: Iterable[str | None], sign: int, as_of: int | None = None) -> None:
    """Add seals to the digest over a table, or remove them.

    Parameters
    ----------
    as_of
        The night to which they belong, of a table of :data:`BY_NIGHT`.
    """
    connection.info.pop(_mark(table), None)
    changed = list(seals)
    for name in (table.name, *(() if as_of is None else (of_night(table, as_of),))):
        rows, together = _head(connection, name)
        _write_head(connection, name, rows + sign * len(changed), together ^ together_of(changed))


def intact(table: Table, row: Row) -> Row:
    """Return a record that is as it was recorded.

    Raises
    ------
    IntegrityError
        If it was changed.
    """
    if row["seal"] != seal_of(table, row):
        raise altered_record(SEALED[table], _named(table, row))
    return row


def check_all(connection: Connection, table: Table) -> None:
    """Check every record of a table, once in a transaction.

    Raises
    ------
    IntegrityError
        If one was changed, removed or added since it was recorded.
    """
    if connection.info.get(_mark(table)):
        return
    rows = connection.execute(_every(table)).mappings().all()
    for row in rows:
        intact(table, row)
    check_head(connection, table, [row["seal"] for row in rows])
    connection.info[_mark(table)] = True


def check_head(connection: Connection, table: Table, seals: Sequence[str | None] | None = None) -> None:
    """Check that no record was removed or added, by the seals alone.

    Raises
    ------
    IntegrityError
        If one was.
    """
    _compare(connection, table, table.name, seals_there(connection, table) if seals is None else seals)


def check_night(connection: Connection, table: Table, as_of: int, seals: Sequence[str | None]) -> None:
    """Check that no record of a night was removed or added.

    Parameters
    ----------
    seals
        Those of the records that are there.

    Raises
    ------
    IntegrityError
        If one was.
    """
    _compare(connection, table, of_night(table, as_of), seals)


def _compare(connection: Connection, table: Table, name: str, there: Sequence[str | None]) -> None:
    rows, together = _head(connection, name)
    if len(there) != rows or together_of(there) != together:
        raise altered_records(SEALED[table], len(there), rows)


def of_night(table: Table, as_of: int) -> str:
    """Return the name of a night's digest over a table."""
    return f"{table.name} {to_iso(as_of)}"


def forget_check(connection: Connection, table: Table) -> None:
    """Let the records of a table be checked again in this transaction."""
    connection.info.pop(_mark(table), None)


def _mark(table: Table) -> str:
    return f"seals of {table.name} checked"


def place_seal(id: str, as_of: int, centre: str) -> str:
    """Return the digest over a list's id, night and centre.

    Its content and approval have digests of their own.
    """
    return sha256(json.dumps([id, as_of, centre]).encode())


@cache
def _every(table: Table) -> Select[Any]:
    """Return the query of all records of a table."""
    return select(table)


@cache
def _sealed(table: Table) -> Executable:
    """Return the query of what a table's seals are made of."""
    if table is LISTS:
        return select(LISTS.c.id, LISTS.c.as_of, LISTS.c.centre).order_by(LISTS.c.id)
    return select(table.c.seal).order_by(*table.primary_key.columns)


def seals_there(connection: Connection, table: Table) -> list[str | None]:
    """Return the seals of a table's records by their keys."""
    if table is LISTS:
        return [place_seal(*row) for row in connection.execute(_sealed(table))]
    return list(connection.scalars(_sealed(table)))


def _one(table: Table, row: Mapping[Any, Any]) -> Any:
    changed = update(table)
    for key, column in table.primary_key.columns.items():
        changed = changed.where(column == row[key])
    return changed


def _head(connection: Connection, name: str) -> tuple[int, int]:
    """Return the recorded number of records and their digests together."""
    found = connection.execute(_HEAD, {"head": name}).first()
    return (0, 0) if found is None else (found.rows, seal_number(found.seal))


def _write_head(connection: Connection, name: str, rows: int, together: int) -> None:
    values = {"rows": rows, "seal": f"{together:064x}"}
    there = connection.execute(_NEW_HEAD, {"head": name, **values})
    if not there.rowcount:
        connection.execute(insert(SEALS).values(name=name, **values))


def together_of(seals: Iterable[str | None]) -> int:
    """Return seals joined by exclusive or, in any order."""
    found = 0
    for seal in seals:
        found ^= seal_number(seal)
    return found


def seal_number(seal: object) -> int:
    """Return a seal as a number; 0 for a damaged one."""
    try:
        return int(str(seal), 16)
    except ValueError:
        return 0


def _named(table: Table, row: Mapping[Any, Any]) -> str:
    """Return how a message names a record."""
    if "number" in row:
        return f"number {row['number']}"
    if table is NIGHTS:
        return f"{row['experiment']!r} on {to_iso(row['as_of'])}"
    return f"{str(row['id'])[:8]!r}"
