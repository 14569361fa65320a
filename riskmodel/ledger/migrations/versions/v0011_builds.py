"""Builds of riskmodel, and the one that made each night."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table, and add the column of nights."""
    op.create_table(
        "builds",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.add_column("nights", sa.Column("build", sa.String))
