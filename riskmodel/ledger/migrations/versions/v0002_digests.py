"""Digests of stored lists, and how often a draft was replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add both columns; bodies that were stored before have no digest."""
    op.add_column("warning_lists", sa.Column("digest", sa.String))
    op.add_column("warning_lists", sa.Column("replaced", sa.Integer))
