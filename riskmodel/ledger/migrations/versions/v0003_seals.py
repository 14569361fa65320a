"""Seals of approvals; those recorded before are sealed as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from riskmodel.base.days import to_day
from riskmodel.base.files import canonical_json, sha256

revision = "0003"
down_revision = "0002"

_LISTS = sa.table(
    "warning_lists",
    sa.column("id", sa.String),
    sa.column("as_of", sa.Date),
    sa.column("centre", sa.String),
    sa.column("status", sa.String),
    sa.column("approved_by", sa.String),
    sa.column("approved_on", sa.Date),
    sa.column("digest", sa.String),
    sa.column("seal", sa.String),
)


def upgrade() -> None:
    """Add the column, and seal approvals of lists with a digest."""
    op.add_column("warning_lists", sa.Column("seal", sa.String))
    approved = sa.select(_LISTS).where(_LISTS.c.status == "approved", _LISTS.c.digest.is_not(None))
    for row in op.get_bind().execute(approved).mappings().all():
        day = None if row["approved_on"] is None else to_day(row["approved_on"])
        content = [row["id"], to_day(row["as_of"]), row["centre"], row["digest"], row["approved_by"], day]
        seal = sha256(canonical_json(content))
        op.execute(_LISTS.update().where(_LISTS.c.id == row["id"]).values(seal=seal))
