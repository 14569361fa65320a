"""Seals of nights, answers and acknowledgements by night, and more indexes.

The indexes find what is open, of a night or of a place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from riskmodel.base.days import to_day, to_iso

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Record number and seals by night, and create the indexes."""
    lists = sa.table("warning_lists", sa.column("id"), sa.column("as_of", sa.Date))
    warnings = sa.table("warnings", sa.column("id"), sa.column("list_id"))
    nights = sa.table("nights", sa.column("as_of", sa.Date), sa.column("seal"))
    answers = sa.table("answers", sa.column("warning_id"), sa.column("seal"))
    given = sa.table("acknowledgements", sa.column("list_id"), sa.column("seal"))
    of_answer = sa.select(lists.c.as_of, answers.c.seal).select_from(
        answers.join(warnings, warnings.c.id == answers.c.warning_id).join(lists, lists.c.id == warnings.c.list_id)
    )
    _record("nights", sa.select(nights.c.as_of, nights.c.seal))
    _record("answers", of_answer)
    of_list = given.join(lists, lists.c.id == given.c.list_id)
    _record("acknowledgements", sa.select(lists.c.as_of, given.c.seal).select_from(of_list))
    op.create_index("ix_warning_lists_approved", "warning_lists", ["status", "centre", "as_of"])
    op.create_index("ix_warnings_place", "warnings", ["target", "place"])
    op.create_index("ix_receipts_as_of", "receipts", ["as_of"])
    op.create_index("ix_answers_day", "answers", ["day"])
    op.create_index("ix_answers_outcome", "answers", ["outcome"])
    op.create_index("ix_deliveries_receiver", "deliveries", ["channel", "address", "sent_at"])
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["due"],
        sqlite_where=sa.text("sent IS 0"),
        postgresql_where=sa.text("sent IS false"),
    )


def _record(table: str, rows: sa.Select) -> None:
    """Record number and seals of a table's records by night."""
    found: dict[str, list[int]] = {}
    for as_of, seal in op.get_bind().execute(rows):
        found.setdefault(f"{table} {to_iso(to_day(as_of))}", []).append(_number(seal))
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
