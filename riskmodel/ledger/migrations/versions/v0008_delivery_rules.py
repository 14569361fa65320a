"""Silences and acknowledgements, and when a delivery arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create both tables, and add the time of the deliveries."""
    op.create_table(
        "silences",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("centre", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "acknowledgements",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("list_id", sa.String, sa.ForeignKey("warning_lists.id"), nullable=False, index=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.String),
        sqlite_autoincrement=True,
    )
    op.add_column("deliveries", sa.Column("sent_at", sa.BigInteger))
