"""Seals by night: a night is checked without the others.

An audit checks all. Answers and acknowledgements belong to the night of their list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from riskmodel.base.errors import IntegrityError
from riskmodel.base.shown_texts import as_clause
from riskmodel.ledger.errors import altered_records
from riskmodel.ledger.ledger_tables import ACKNOWLEDGEMENTS, ANSWERS, LISTS, SEALS, WARNINGS
from riskmodel.ledger.seals import (
    BY_NIGHT,
    SEALED,
    check_all,
    check_head,
    forget_check,
    intact,
    of_night,
    place_seal,
    seal_number,
    together_of,
)

NIGHT = "night"
"""The label of the night of a record."""

_LAST_NIGHT = "9999-12-31"


def check_nights(connection: Connection, table: Table, nights: Iterable[int]) -> None:
    """Check the records of some nights, and how many there are.

    Raises
    ------
    IntegrityError
        If one was changed, removed or added since it was recorded.
    """
    some = sorted(set(nights))
    names = [of_night(table, as_of) for as_of in some]
    _compare_nights(connection, table, _night_column(table).in_(some), SEALS.c.name.in_(names))


def check_since(connection: Connection, table: Table, as_of: int) -> None:
    """Check the records of a night and of all later ones.

    Raises
    ------
    IntegrityError
        If one was changed, removed or added since it was recorded.
    """
    heads = SEALS.c.name.between(of_night(table, as_of), f"{table.name} {_LAST_NIGHT}")
    _compare_nights(connection, table, _night_column(table) >= as_of, heads)


def _compare_nights(connection: Connection, table: Table, rows: ColumnElement[bool], heads: ColumnElement[bool]) -> None:
    """Check records, and their seals against those kept by night.

    Of the other records only the number is compared with the recorded one.
    """
    there: dict[str, list[str | None]] = {}
    for row in connection.execute(_with_nights(table, table).where(rows)).mappings():
        intact(table, row)
        there.setdefault(of_night(table, row[NIGHT]), []).append(row["seal"])
    found_heads = select(SEALS).where(heads | (SEALS.c.name == table.name))
    recorded = {name: (count, seal_number(seal)) for name, count, seal in connection.execute(found_heads)}
    (expected, _), number = recorded.pop(table.name, (0, 0)), connection.scalar(select(func.count()).select_from(table)) or 0
    if number != expected:
        raise altered_records(SEALED[table], number, expected)
    for name in sorted(there.keys() | recorded.keys()):
        found, (count, together) = there.get(name, []), recorded.get(name, (0, 0))
        if (len(found), together_of(found)) != (count, together):
            raise altered_records(SEALED[table], len(found), count)


def _night_column(table: Table) -> ColumnElement[int]:
    """Return the column with the night of a table's records."""
    return table.c.as_of if "as_of" in table.c else LISTS.c.as_of


def _with_nights(table: Table, *columns: Any) -> Any:
    """Return a query of columns with the night of each record."""
    query: Any = select(*columns, _night_column(table).label(NIGHT))
    if table is ANSWERS:
        return query.join(WARNINGS, WARNINGS.c.id == ANSWERS.c.warning).join(LISTS, LISTS.c.id == WARNINGS.c.list_id)
    return query.join(LISTS, LISTS.c.id == table.c.list_id) if table is ACKNOWLEDGEMENTS else query


def seal_faults(connection: Connection) -> Iterator[str]:
    """Yield the first fault of each table's seals."""
    for table in SEALED:
        forget_check(connection, table)
        try:
            if table is LISTS:
                check_head(connection, table)
            else:
                check_all(connection, table)
        except IntegrityError as error:
            yield str(error)
        except (ValueError, TypeError) as error:
            yield f"a record of {table.name!r} cannot be read: {as_clause(error)}."
    there = {row.name: (row.rows, row.seal) for row in connection.execute(select(SEALS))}
    yield from _faults_of_nights(connection, there)
    for name in sorted(there.keys() - {table.name for table in SEALED}):
        if not name.startswith(tuple(f"{table.name} " for table in BY_NIGHT)):
            yield f"there are seals of a table {name!r}, which has none."


def _faults_of_nights(connection: Connection, there: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """Yield the nights whose seals together are not those of their records."""
    for table in BY_NIGHT:
        seals: dict[str, list[str | None]] = {name: [] for name in there if name.startswith(f"{table.name} ")}
        for as_of, seal in _seals_of_nights(connection, table):
            seals.setdefault(of_night(table, as_of), []).append(seal)
        for name, found in sorted(seals.items()):
            rows, together = there.get(name, (0, ""))
            if (len(found), together_of(found)) != (rows, seal_number(together)):
                yield f"the {SEALED[table]}s of {name.rpartition(' ')[2]} are not those that were recorded."


def _seals_of_nights(connection: Connection, table: Table) -> Iterator[tuple[int, str | None]]:
    """Yield night and seal of every record of a table."""
    if table is LISTS:
        rows = connection.execute(select(LISTS.c.id, LISTS.c.as_of, LISTS.c.centre))
        yield from ((row.as_of, place_seal(*row)) for row in rows)
    else:
        yield from ((row[NIGHT], row["seal"]) for row in connection.execute(_with_nights(table, table.c.seal)).mappings())
