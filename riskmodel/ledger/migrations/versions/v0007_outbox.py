"""The outbox: deliveries with lease, token and next attempt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table; lists that wait are queued by the next command."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("list_id", sa.String, sa.ForeignKey("warning_lists.id"), nullable=False, index=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("leased_until", sa.BigInteger),
        sa.Column("holder", sa.String),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
    )
