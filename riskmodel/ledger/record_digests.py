"""Digests of recorded facts, as the journal holds them.

The columns that count are named here: a column that a later version adds does not change the digests of earlier records.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, bindparam, select

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.journal import Event, Journal
from riskmodel.ledger.ledger_tables import (
    ACKNOWLEDGEMENTS,
    ANSWERS,
    CONFIGURATIONS,
    LISTS,
    NIGHTS,
    PROMOTIONS,
    RECEIPTS,
    SILENCES,
    WARNINGS,
)

_RECORDS: dict[Event, tuple[Table, Column[Any], tuple[str, ...]]] = {
    "approval": (LISTS, LISTS.c.id, ("id", "as_of", "centre", "digest", "approved_by", "approved_on")),
    "delivery": (RECEIPTS, RECEIPTS.c.id, ("id", "list_id", "channel", "address", "as_of", "day")),
    "answer": (ANSWERS, ANSWERS.c.id, ("number", "id", "warning", "day", "received", "outcome")),
    "promotion": (PROMOTIONS, PROMOTIONS.c.number, ("number", "experiment", "version", "model", "before", "role", "day")),
    "silence": (SILENCES, SILENCES.c.id, ("number", "id", "channel", "centre", "role", "reason", "day", "since", "until")),
    "acknowledgement": (ACKNOWLEDGEMENTS, ACKNOWLEDGEMENTS.c.id, ("number", "id", "list_id", "role", "day", "since", "until")),
    "configuration": (CONFIGURATIONS, CONFIGURATIONS.c.digest, ("digest", "content")),
}
"""Table, key and columns of each event that is one row."""

_NIGHT = (
    "experiment", "model", "registered", "manifest", "share", "grouping", "status", "centres", "previous", "answers", "journal",
    "configuration", "scores",
)  # fmt: skip
_LIST = ("id", "centre", "digest", "replaced")
_WARNING = ("id", "target", "place", "grade")


def record_digests(connection: Connection, event: Event, subject: str | None = None) -> dict[str, str]:
    """Return the digests of the present records of an event, by subject.

    Parameters
    ----------
    subject
        Only this one.
    """
    if event == "night":
        return _night_digests(connection, subject)
    _, key, columns = _RECORDS[event]
    asked = {} if subject is None else {"subject": int(subject) if event == "promotion" else subject}
    return {
        str(row[key.key]): sha256(canonical_json([row[column] for column in columns]))
        for row in connection.execute(_of_event(event, bool(asked)), asked).mappings()
    }


@cache
def _of_event(event: Event, one: bool) -> Select[Any]:
    """Return the query of all records of an event, or of one."""
    table, key, columns = _RECORDS[event]
    query = select(*(table.c[column] for column in columns)).order_by(key)
    if event == "approval":
        query = query.where(LISTS.c.status == "approved")
    return query.where(key == bindparam("subject")) if one else query


def _night_digests(connection: Connection, subject: str | None) -> dict[str, str]:
    """Return the digest over the targets, lists and warnings of each night."""
    warnings: dict[str, list[list[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(WARNINGS).join(LISTS).where(*_of_day(LISTS, subject)).order_by(WARNINGS.c.id)
    ).mappings():
        warnings[row["list_id"]].append([row[column] for column in _WARNING])
    nights: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"targets": [], "lists": []})
    for row in connection.execute(select(NIGHTS).where(*_of_day(NIGHTS, subject)).order_by(NIGHTS.c.experiment)).mappings():
        nights[to_iso(row["as_of"])]["targets"].append([row[column] for column in _NIGHT])
    columns = (LISTS.c.as_of, *(LISTS.c[column] for column in _LIST))
    for row in connection.execute(select(*columns).where(*_of_day(LISTS, subject)).order_by(LISTS.c.id)).mappings():
        lists = nights[to_iso(row["as_of"])]["lists"]
        lists.append([*(row[column] for column in _LIST), warnings.get(row["id"], [])])
    return {night: sha256(canonical_json(content)) for night, content in nights.items()}


def _of_day(table: Table, subject: str | None) -> tuple[Any, ...]:
    return () if subject is None else (table.c.as_of == to_day(subject),)


def record(connection: Connection, day: int, event: Event, subject: str) -> None:
    """Add an entry of a present record to the journal.

    Nothing is added if the last entry of the record has the same content.
    """
    Journal(connection).append(day, event, subject, record_digests(connection, event, subject)[subject])
