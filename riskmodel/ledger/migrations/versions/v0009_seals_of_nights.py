"""Seals of lists and receipts are kept together by night as well."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.files import sha256

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Record number and seals of the lists and receipts of each night."""
    lists = sa.table("warning_lists", sa.column("id"), sa.column("as_of", sa.Date), sa.column("centre"))
    receipts = sa.table("receipts", sa.column("as_of", sa.Date), sa.column("seal"))
    found: dict[str, list[int]] = {}
    for row in op.get_bind().execute(sa.select(lists.c.id, lists.c.as_of, lists.c.centre)):
        day = to_day(row.as_of)
        seal = sha256(json.dumps([row.id, day, row.centre]).encode())
        found.setdefault(f"warning_lists {to_iso(day)}", []).append(int(seal, 16))
    for row in op.get_bind().execute(sa.select(receipts.c.as_of, receipts.c.seal)):
        found.setdefault(f"receipts {to_iso(to_day(row.as_of))}", []).append(_number(row.seal))
    seals = sa.table("record_seals", sa.column("name"), sa.column("rows"), sa.column("seal"))
    for name, numbers in sorted(found.items()):
        together = 0
        for number in numbers:
            together ^= number
        op.execute(seals.insert().values(name=name, rows=len(numbers), seal=f"{together:064x}"))


def _number(seal: str | None) -> int:
    """Return a seal as a number; 0 for a damaged one."""
    try:
        return int(str(seal), 16)
    except ValueError:
        return 0
