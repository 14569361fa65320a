"""Answers that replace earlier ones to their warning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column of answers."""
    op.add_column("answers", sa.Column("replaces", sa.Integer))
