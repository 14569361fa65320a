"""Seals of all records; those recorded before are sealed as they are."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from riskmodel.base.days import to_day
from riskmodel.base.files import canonical_json, sha256

revision = "0005"
down_revision = "0004"

_DATES = ("as_of", "previous", "day", "received")
_SEALED = {
    "nights": (
        "as_of", "experiment", "model", "registered", "manifest", "share", "grouping", "status", "centres", "previous", "answers"
    ),
    "receipts": ("id", "list_id", "channel", "address", "as_of", "day"),
    "answers": ("number", "id", "warning_id", "day", "received", "outcome"),
    "promotions": ("number", "experiment", "version", "model", "before", "role", "day"),
}  # fmt: skip
_KEYS = {"nights": ("as_of", "experiment"), "receipts": ("id",), "answers": ("number",), "promotions": ("number",)}


def upgrade() -> None:
    """Add the columns and the table, and seal every record."""
    op.create_table(
        "record_seals",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("seal", sa.String, nullable=False),
    )
    for name, columns in _SEALED.items():
        op.add_column(name, sa.Column("seal", sa.String))
        _seal(name, columns)
    op.add_column("warning_lists", sa.Column("warned", sa.String))
    _seal_lists()


def _seal(name: str, columns: tuple[str, ...]) -> None:
    table = sa.table(name, *(sa.column(one, sa.Date if one in _DATES else None) for one in columns), sa.column("seal", sa.String))
    seals = []
    for row in op.get_bind().execute(sa.select(*(table.c[one] for one in columns))).mappings().all():
        content = [name, *(_plain(one, row[one]) for one in columns)]
        seals.append(sha256(json.dumps(content, ensure_ascii=False).encode()))
        mine = sa.and_(*(table.c[key] == row[key] for key in _KEYS[name]))
        op.execute(table.update().where(mine).values(seal=seals[-1]))
    _record(name, seals)


def _plain(column: str, value: Any) -> Any:
    """Return a stored value as the ledger reads it."""
    if column in _DATES:
        return None if value is None else to_day(value)
    return json.loads(value) if column == "centres" else value


def _seal_lists() -> None:
    lists = sa.table(
        "warning_lists", sa.column("id"), sa.column("as_of", sa.Date), sa.column("centre"), sa.column("warned", sa.String)
    )
    warnings = sa.table("warnings", *(sa.column(name) for name in ("id", "list_id", "target", "place", "grade")))
    of: dict[str, list[list[str]]] = {}
    for row in op.get_bind().execute(sa.select(warnings)):
        of.setdefault(row.list_id, []).append([row.id, row.target, row.place, row.grade or ""])
    seals = []
    for row in op.get_bind().execute(sa.select(lists.c.id, lists.c.as_of, lists.c.centre)).all():
        seals.append(sha256(json.dumps([row.id, to_day(row.as_of), row.centre]).encode()))
        warned = sha256(canonical_json([row.id, sorted(of.get(row.id, []))]))
        op.execute(lists.update().where(lists.c.id == row.id).values(warned=warned))
    _record("warning_lists", seals)


def _record(name: str, seals: list[str]) -> None:
    """Keep the number of records and their seals joined by exclusive or."""
    together = 0
    for seal in seals:
        together ^= int(seal, 16)
    table = sa.table("record_seals", sa.column("name"), sa.column("rows"), sa.column("seal"))
    op.execute(table.insert().values(name=name, rows=len(seals), seal=f"{together:064x}"))
